"""How a service that ministack does not know becomes one of its own: routed, authenticated and authorised alike."""

from __future__ import annotations

from typing import Awaitable, Callable, Optional, Tuple

Response = Tuple[int, dict, bytes]
Handler = Callable[[str, str, dict, bytes, dict], Awaitable[Response]]


def add_service(name: str, handler: Handler, botocore_model: Optional[str] = None) -> None:
    """Route requests signed for `name` to `handler`, with `name` as the IAM prefix of its actions.

    With a botocore model ministack derives the IAM action from method and path; without one the caller patches
    `extract_iam_action` itself.
    """
    from ministack import app
    from ministack.core import iam_actions, router

    app.SERVICE_HANDLERS[name] = handler
    # Without this entry the router loads every botocore model to learn whether the scope names a service.
    router.SERVICE_PATTERNS.setdefault(name, {"host_patterns": [rf"^{name}\."], "credential_scope": name})
    iam_actions.SERVICE_TO_IAM_NAMESPACE[name] = name
    if botocore_model is not None:
        iam_actions._BOTOCORE_SERVICE_MAP[name] = [botocore_model]
