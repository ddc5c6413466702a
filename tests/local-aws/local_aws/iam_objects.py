"""IAM on S3 objects: the tags that an object has, and every permission that a copy or a tagged write needs."""

from __future__ import annotations

from typing import Any, Mapping, Optional

#: Actions that know `s3:ExistingObjectTag/...` by the service authorization reference, beside the reads that
#: ministack serves already.
_TAGGED_OBJECT_ACTIONS = frozenset({
    "s3:GetObjectTagging", "s3:GetObjectVersionTagging", "s3:PutObjectTagging", "s3:PutObjectVersionTagging",
    "s3:DeleteObjectTagging", "s3:DeleteObjectVersionTagging", "s3:GetObjectAcl", "s3:GetObjectVersionAcl",
    "s3:PutObjectAcl", "s3:PutObjectVersionAcl", "s3:GetObjectAttributes", "s3:GetObjectVersionAttributes",
})

#: A write that carries one of these headers needs a second permission.
_HEADER_ACTIONS = {
    "x-amz-tagging": "s3:PutObjectTagging",
    "x-amz-object-lock-mode": "s3:PutObjectRetention",
    "x-amz-object-lock-retain-until-date": "s3:PutObjectRetention",
    "x-amz-object-lock-legal-hold": "s3:PutObjectLegalHold",
}


class _Source(str):
    """The ARN of a copy's source, with the condition keys of its tags."""

    condition_keys: "dict[str, str]" = {}


def install() -> None:
    """Give the checks their condition keys, and the writes all their checks."""
    from ministack.core import iam_actions

    context_of = iam_actions.s3_service_context
    checks_of, resources_of = iam_actions.s3_additional_checks, iam_actions.s3_access_point_resources

    def s3_service_context(iam_action: str, query_params: Any, path: str = "", headers: Any = None) -> dict:
        context = context_of(iam_action, query_params, path, headers)
        bucket, _, key = path.lstrip("/").partition("/")
        if iam_action not in _TAGGED_OBJECT_ACTIONS or not key:
            return context
        version = (query_params or {}).get("versionId")
        return {**context, **_tag_keys(_tags(bucket, key, version[0] if version else None))}

    def s3_additional_checks(method: str, path: str, headers: dict, body: bytes, query_params: dict) -> list:
        checks = checks_of(method, path, headers, body, query_params)
        return _checks(method, path, headers, query_params, checks)

    def s3_access_point_resources(resource_arn: str) -> list:
        keys = getattr(resource_arn, "condition_keys", {})
        return [(arn, {**given, **keys}) for arn, given in resources_of(str(resource_arn))]

    iam_actions.s3_service_context = s3_service_context
    iam_actions.s3_additional_checks = s3_additional_checks
    iam_actions.s3_access_point_resources = s3_access_point_resources


def _checks(method: str, path: str, headers: "Mapping[str, str]", query: "Mapping[str, Any]", checks: list) -> list:
    """The checks beside the main one, for writes of objects."""
    from ministack.core import iam_actions

    bucket, _, key = path.lstrip("/").partition("/")
    starts_upload = method == "POST" and "uploads" in query
    if not key or not (method == "PUT" or starts_upload):
        return checks
    target = f"arn:aws:s3:::{bucket}/{key}"
    found = iam_actions._s3_source_object(headers) if method == "PUT" else None
    whole_copy = found is not None and "partNumber" not in query
    plain_put = found is None and not query.keys() - {"x-id"}
    if whole_copy or plain_put or starts_upload:
        checks = checks + [(action, target) for action in
                           sorted({_HEADER_ACTIONS[name] for name in _HEADER_ACTIONS if headers.get(name)})]
    if found is None:
        return checks
    arn, version = found
    source = _Source(arn)
    tags = _tags(*_bucket_and_key(arn), version)
    source.condition_keys = {name.lower(): value for name, value in _tag_keys(tags).items()}
    checks = [(action, source if str(checked) == arn and action.startswith("s3:GetObject") else checked)
              for action, checked in checks]
    if whole_copy and tags and headers.get("x-amz-tagging-directive", "COPY").upper() != "REPLACE":
        checks += [("s3:GetObjectVersionTagging" if version else "s3:GetObjectTagging", source),
                   ("s3:PutObjectTagging", target)]
    # CopyObject, API reference: to copy annotations, the default, takes both permissions.
    if whole_copy and headers.get("x-amz-object-annotation-directive", "COPY").upper() != "EXCLUDE":
        checks += [("s3:GetObjectAnnotation", source), ("s3:PutObjectAnnotation", target)]
    return checks


def _bucket_and_key(arn: str) -> "tuple[str, str]":
    bucket, _, key = arn[len("arn:aws:s3:::"):].partition("/")
    return bucket, key


def _tags(bucket: str, key: str, version: Optional[str]) -> "dict[str, str]":
    from ministack.services import s3

    return s3.object_tags_for_condition(bucket, key, {"versionId": [version]} if version else {})


def _tag_keys(tags: "Mapping[str, str]") -> "dict[str, str]":
    return {f"s3:ExistingObjectTag/{name}": value for name, value in tags.items()}
