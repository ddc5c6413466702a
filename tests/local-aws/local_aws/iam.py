"""IAM as AWS evaluates it, where the emulator does otherwise."""

from __future__ import annotations

import functools
from typing import Any

from .principals import role_arn
from .transport import TRANSPORT


def install() -> None:
    """Correct condition keys and unmapped actions."""
    _principal_arn_is_the_roles()
    _transport_is_the_controls()
    _every_operation_is_an_action()
    _policies_are_parsed_once()


def _principal_arn_is_the_roles() -> None:
    """`aws:PrincipalArn` of a role session is the role's ARN, not the session's."""
    from ministack.core import iam_evaluator

    resolve = iam_evaluator._resolve_condition_key

    def resolve_condition_key(key: str, ctx: Any) -> Any:
        if key.lower() == "aws:principalarn" and ":assumed-role/" in ctx.principal_arn:
            return role_arn(ctx.principal_arn)
        return resolve(key, ctx)

    iam_evaluator._resolve_condition_key = resolve_condition_key


def _transport_is_the_controls() -> None:
    """Requests count as TLS, as on AWS they would be, until a test says otherwise."""
    import contextvars

    from ministack import app
    from ministack.core import iam_evaluator

    # What AWS's services do among themselves happens outside of a request, and over TLS.
    iam_evaluator._request_origin = contextvars.ContextVar("request_origin", default=("127.0.0.1", True))
    pin = app.pin_request_origin

    def pin_request_origin(source_ip: str, secure_transport: bool) -> None:
        pin(source_ip, TRANSPORT.secure)

    app.pin_request_origin = pin_request_origin


def _every_operation_is_an_action() -> None:
    """An operation without an action of its own in ministack's tables would be allowed to anybody."""
    from ministack.core import iam_actions

    from .operations import service_model
    from .requests import Request
    from .routes import match

    action_of = iam_actions.extract_iam_action

    def extract_iam_action(service: str, method: str, path: str, headers: dict, body: bytes, query: dict) -> Any:
        action = action_of(service, method, path, headers, body, query)
        namespace = iam_actions.SERVICE_TO_IAM_NAMESPACE.get(service)
        if action is not None or namespace is None or service == "ses":
            return action
        model = service_model(service)
        name = match(model, Request(method, path, path, query, headers, body))[0] if model else None
        return f"{namespace}:{name}" if name else None

    iam_actions.extract_iam_action = extract_iam_action


def _policies_are_parsed_once() -> None:
    """A role's policies are read two or three times for each of its calls."""
    from ministack.core import iam_evaluator

    parse = iam_evaluator.parse_policy_document
    parse_text = functools.lru_cache(maxsize=1024)(parse)

    def parse_policy_document(doc: Any) -> "list[Any]":
        return list(parse_text(doc)) if isinstance(doc, str) else parse(doc)

    iam_evaluator.parse_policy_document = parse_policy_document
