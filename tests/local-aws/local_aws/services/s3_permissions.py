"""Permissions that S3 asks for beside an operation's own, and what it hides from who lacks them.

User guide, "Enforce conditional deletes" (an ETag in a condition needs s3:GetObject); API reference, `HeadObject`
and `GetObject`: lock fields for who may read them, 403 in place of 404 for who may not list the bucket.
"""

from __future__ import annotations

from typing import Any

from ..authorizations import ANSWER, asked_by
from .s3_copy import source

_SUBRESOURCES = ("annotation", "tagging", "retention", "legal-hold", "acl", "encryption")
#: Also for a key under a delete marker: "Amazon S3 behaves as if the object was deleted" (`HeadObject`).
_MISSING = (b"<Code>NoSuchKey<", b"<Code>NoSuchVersion<")
_LOCK_FIELDS = {
    "s3:GetObjectRetention": ("x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date"),
    "s3:GetObjectLegalHold": ("x-amz-object-lock-legal-hold",),
}


def install() -> None:
    """Add the checks to ministack's, and filter what S3 answers."""
    from ministack.core import iam_actions
    from ministack.services import s3

    checks_of, handle = iam_actions.s3_additional_checks, s3.handle_request

    def s3_additional_checks(method, path, headers, body, query_params):
        checks = list(checks_of(method, path, headers, body, query_params))
        bucket, _, key = path.lstrip("/").partition("/")
        return checks + _of_condition(method, bucket, key, headers, query_params) if key else checks

    async def handle_request(method, path, headers, body, query_params, *args, **kwargs):
        status, answered, content = await handle(method, path, headers, body, query_params, *args, **kwargs)
        bucket, _, key = path.lstrip("/").partition("/")
        if not key or kwargs.get("internal"):
            return status, answered, content
        reads = method in ("GET", "HEAD") or bool(headers.get("x-amz-copy-source"))
        if status == 404 and reads and (method == "HEAD" or any(code in content for code in _MISSING)):
            named = source(headers)[0] if headers.get("x-amz-copy-source") else bucket
            if s3._ensure_bucket(named) is not None and not _may("s3:ListBucket", f"arn:aws:s3:::{named}", headers,
                                                                 query_params):
                return s3._error("AccessDenied", "Access Denied", 403, f"/{bucket}/{key}")
        if status == 200 and method in ("GET", "HEAD"):
            for action, fields in _LOCK_FIELDS.items():
                if any(field in answered for field in fields) and not _may(
                        action, f"arn:aws:s3:::{bucket}/{key}", headers, query_params):
                    answered = {name: value for name, value in answered.items() if name not in fields}
        return status, answered, content

    iam_actions.s3_additional_checks = s3_additional_checks
    s3.handle_request = handle_request


def _of_condition(method: str, bucket: str, key: str, headers: dict, query: dict) -> "list[tuple[str, str]]":
    writes = method == "DELETE" or "uploadId" in query or (
        method == "PUT" and not any(name in query for name in _SUBRESOURCES))
    conditional = headers.get("if-match", "*").strip() != "*"
    return [("s3:GetObject", f"arn:aws:s3:::{bucket}/{key}")] if writes and conditional else []


def _may(action: str, arn: str, headers: dict, query: dict) -> bool:
    from ministack.app import AUTH
    from ministack.core.iam_evaluator import enforce
    from ministack.core.router import extract_access_key_id, extract_region

    if not AUTH:
        return True
    with asked_by(ANSWER):
        return enforce(extract_access_key_id(headers, query), action, "s3", extract_region(headers, query), arn) is None
