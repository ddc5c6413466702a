"""IAM as AWS evaluates it, where the emulator does otherwise."""

from __future__ import annotations

from typing import Any

from .principals import role_arn
from .transport import TRANSPORT

#: Actions that know `s3:ExistingObjectTag/...` by the service authorization reference, beside the reads that
#: ministack serves already.
_TAGGED_OBJECT_ACTIONS = frozenset({
    "s3:GetObjectTagging", "s3:GetObjectVersionTagging", "s3:PutObjectTagging", "s3:PutObjectVersionTagging",
    "s3:DeleteObjectTagging", "s3:DeleteObjectVersionTagging", "s3:GetObjectAcl", "s3:GetObjectVersionAcl",
    "s3:PutObjectAcl", "s3:PutObjectVersionAcl", "s3:GetObjectAttributes", "s3:GetObjectVersionAttributes",
})


class _Source(str):
    """The ARN of a copy's source, with the condition keys of its tags."""

    keys: "dict[str, str]" = {}


def install() -> None:
    """Correct condition keys and unmapped actions."""
    _principal_arn_is_the_roles()
    _transport_is_the_controls()
    _tags_of_every_object_action()
    _tags_of_copy_sources()
    _every_operation_is_an_action()


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


def _tags_of_every_object_action() -> None:
    from ministack.core import iam_actions
    from ministack.services import s3

    context_of = iam_actions.s3_service_context

    def s3_service_context(iam_action: str, query_params: Any, path: str = "", headers: Any = None) -> dict:
        context = context_of(iam_action, query_params, path, headers)
        bucket, _, key = path.lstrip("/").partition("/")
        if iam_action in _TAGGED_OBJECT_ACTIONS and key:
            tags = s3.object_tags_for_condition(bucket, key, query_params or {})
            context = {**context, **_tag_keys(tags)}
        return context

    iam_actions.s3_service_context = s3_service_context


def _tags_of_copy_sources() -> None:
    from ministack.core import iam_actions
    from ministack.services import s3

    checks_of, resources_of = iam_actions.s3_additional_checks, iam_actions.s3_access_point_resources

    def s3_additional_checks(method: str, path: str, headers: dict, body: bytes, query_params: dict) -> list:
        found = iam_actions._s3_source_object(headers) if method == "PUT" else None
        checks = checks_of(method, path, headers, body, query_params)
        if found is None:
            return checks
        arn, version = found
        bucket, _, key = arn.removeprefix("arn:aws:s3:::").partition("/")
        source = _Source(arn)
        source.keys = _tag_keys(s3.object_tags_for_condition(bucket, key, {"versionId": [version]} if version else {}))
        return [(action, source if checked == arn and action.startswith("s3:GetObject") else checked)
                for action, checked in checks]

    def s3_access_point_resources(resource_arn: str) -> list:
        keys = getattr(resource_arn, "keys", None)
        resources = resources_of(str(resource_arn))
        return [(arn, {**given, **{name.lower(): value for name, value in keys.items()}})
                for arn, given in resources] if keys else resources

    iam_actions.s3_additional_checks = s3_additional_checks
    iam_actions.s3_access_point_resources = s3_access_point_resources


def _tag_keys(tags: "dict[str, str]") -> "dict[str, str]":
    return {f"s3:ExistingObjectTag/{name}": value for name, value in tags.items()}


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
