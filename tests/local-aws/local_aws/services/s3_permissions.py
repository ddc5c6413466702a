"""Permissions that S3 asks for beside an operation's own, and what it hides from who lacks them.

User guide, "Required permissions for Amazon S3 API operations" and API reference: tags and locks on writes, tags on
copies (`CopyObject`), ETags in conditions ("Enforce conditional deletes"), lock fields of `HeadObject` and
`GetObject`, and 403 in place of 404 for who may not list the bucket.
"""

from __future__ import annotations

from typing import Any

from .s3_copy import source

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
        return checks + _more(s3, method, bucket, key, headers, query_params) if key else checks

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


def _more(s3: Any, method: str, bucket: str, key: str, headers: dict, query: dict) -> "list[tuple[str, str]]":
    arn = f"arn:aws:s3:::{bucket}/{key}"
    whole = method == "PUT" and not any(name in query for name in (
        "uploadId", "annotation", "tagging", "retention", "legal-hold", "acl", "encryption"))
    checks = []
    if whole or (method == "POST" and "uploads" in query):
        if headers.get("x-amz-tagging"):
            checks.append(("s3:PutObjectTagging", arn))
        if headers.get("x-amz-object-lock-mode"):
            checks.append(("s3:PutObjectRetention", arn))
        if headers.get("x-amz-object-lock-legal-hold"):
            checks.append(("s3:PutObjectLegalHold", arn))
    if whole and headers.get("x-amz-copy-source") and headers.get("x-amz-tagging-directive", "COPY").upper() == "COPY":
        checks += _copied_tags(s3, headers, arn)
    if headers.get("if-match", "*").strip() != "*" and (whole or method == "DELETE" or "uploadId" in query):
        checks.append(("s3:GetObject", arn))
    return checks


def _copied_tags(s3: Any, headers: dict, arn: str) -> "list[tuple[str, str]]":
    bucket, key, version = source(headers)
    if not s3.object_tags_for_condition(bucket, key, {"versionId": [version]} if version else {}):
        return []
    read = "s3:GetObjectVersionTagging" if version else "s3:GetObjectTagging"
    return [(read, f"arn:aws:s3:::{bucket}/{key}"), ("s3:PutObjectTagging", arn)]


def _may(action: str, arn: str, headers: dict, query: dict) -> bool:
    from ministack.app import AUTH
    from ministack.core.iam_evaluator import enforce
    from ministack.core.router import extract_access_key_id, extract_region

    if not AUTH:
        return True
    return enforce(extract_access_key_id(headers, query), action, "s3", extract_region(headers, query), arn) is None
