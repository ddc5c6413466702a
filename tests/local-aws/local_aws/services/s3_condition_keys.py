"""Condition keys of S3 that ministack leaves empty, so that policies on them neither allow nor deny.

Service authorization reference, "Condition keys for Amazon S3"; user guide, "Enforce conditional writes"
(`s3:ObjectCreationOperation` is true for what makes an object, not for parts and starts of uploads).
"""

from __future__ import annotations

import re
from typing import Any, Optional
from urllib.parse import parse_qsl

_FROM_HEADERS = {
    "s3:if-match": "if-match",
    "s3:if-none-match": "if-none-match",
    "s3:x-amz-acl": "x-amz-acl",
    "s3:x-amz-copy-source": "x-amz-copy-source",
    "s3:x-amz-grant-full-control": "x-amz-grant-full-control",
    "s3:x-amz-grant-read": "x-amz-grant-read",
    "s3:x-amz-grant-read-acp": "x-amz-grant-read-acp",
    "s3:x-amz-grant-write": "x-amz-grant-write",
    "s3:x-amz-grant-write-acp": "x-amz-grant-write-acp",
    "s3:x-amz-metadata-directive": "x-amz-metadata-directive",
    "s3:x-amz-storage-class": "x-amz-storage-class",
    "s3:x-amz-server-side-encryption-aws-kms-key-id": "x-amz-server-side-encryption-aws-kms-key-id",
    "s3:object-lock-mode": "x-amz-object-lock-mode",
    "s3:object-lock-retain-until-date": "x-amz-object-lock-retain-until-date",
    "s3:object-lock-legal-hold": "x-amz-object-lock-legal-hold",
}
_TAGGING = ("s3:PutObjectTagging", "s3:PutObjectVersionTagging")
_TAG = re.compile(rb"<Key>(.*?)</Key>\s*<Value>(.*?)</Value>", re.S)


def install() -> None:
    """Complete the context that ministack's IAM evaluates S3 requests in."""
    from ministack.core import iam_actions

    context_of, tags_of = iam_actions.s3_service_context, iam_actions.request_tag_context

    def s3_service_context(iam_action: str, query_params: Any, path: str = "", headers: Optional[dict] = None) -> dict:
        given, query = headers or {}, query_params or {}
        context = {key: given[name] for key, name in _FROM_HEADERS.items() if given.get(name)}
        if query.get("versionId"):
            context["s3:VersionId"] = iam_actions._query_param(query, "versionId")
        if iam_action == "s3:PutObject":
            context["s3:ObjectCreationOperation"] = str("partNumber" not in query and "uploads" not in query).lower()
            context.update(_tag_keys(parse_qsl(given.get("x-amz-tagging", ""), keep_blank_values=True)))
        return {**context, **context_of(iam_action, query_params, path, headers)}

    def request_tag_context(service: str, iam_action: str, body: bytes, params: dict) -> dict:
        if service == "s3" and iam_action in _TAGGING:
            return _tag_keys([(key.decode(), value.decode()) for key, value in _TAG.findall(body)])
        return tags_of(service, iam_action, body, params)

    iam_actions.s3_service_context, iam_actions.request_tag_context = s3_service_context, request_tag_context


def _tag_keys(tags: "list[tuple[str, str]]") -> "dict[str, Any]":
    keys: "dict[str, Any]" = {f"s3:RequestObjectTag/{key}": value for key, value in tags}
    return {**keys, "s3:RequestObjectTagKeys": [key for key, _ in tags]} if tags else {}
