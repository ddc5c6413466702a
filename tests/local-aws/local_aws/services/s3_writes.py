"""The one place where every write of an S3 object passes: before it is kept, and before it is answered.

Corrections of single features register here instead of each wrapping PutObject, CopyObject and
CompleteMultipartUpload again.
"""

from __future__ import annotations

import contextvars
import re
from dataclasses import dataclass, field
from typing import Any, Callable, Optional

Response = "tuple[int, dict, Any]"


@dataclass
class Write:
    """A write under way. `upload` is the multipart upload's record."""

    kind: str  # put, copy or multipart
    headers: dict
    upload: dict = field(default_factory=dict)


#: Called with (write, bucket, key, object record, bytes) before the record becomes a version.
BEFORE_KEPT: "list[Callable[[Write, str, str, dict, bytes], None]]" = []
#: Called with (write, bucket, key, object record) after it, to add what belongs to the version (tags, locks).
AFTER_KEPT: "list[Callable[[Write, str, str, dict], None]]" = []
#: Called with (write, object record): headers of the answer to a put.
ANSWER_HEADERS: "list[Callable[[Write, dict], dict[str, str]]]" = []
#: Called with (write, object record): elements of the XML that answers a copy or a completion.
ANSWER_ELEMENTS: "list[Callable[[Write, dict], dict[str, str]]]" = []

_UNDER_WAY: "contextvars.ContextVar[Optional[Write]]" = contextvars.ContextVar("s3_write", default=None)


def install() -> None:
    """Wrap ministack's three writes, its version book-keeping and its notifications."""
    from ministack.services import s3

    put, copy, complete = s3._put_object, s3._copy_object, s3._complete_multipart_upload
    record, fire = s3._record_object_version, s3._fire_s3_event_async

    def put_object(bucket, key, body, headers):
        return _run(Write("put", headers), bucket, key, lambda: put(bucket, key, body, headers))

    def copy_object(bucket, key, headers):
        return _run(Write("copy", headers), bucket, key, lambda: copy(bucket, key, headers))

    def complete_upload(bucket, key, body, query_params, headers=None):
        upload_id = s3._qp(query_params, "uploadId")
        upload = s3._multipart_uploads.get(upload_id)
        if upload is None:
            return complete(bucket, key, body, query_params, headers)
        write = Write("multipart", headers or {}, upload)
        response = _run(write, bucket, key, lambda: complete(bucket, key, body, query_params, headers))
        if upload_id in s3._completed_multipart_uploads:
            s3._completed_multipart_uploads[upload_id]["response"] = response
        return response

    def record_object_version(bucket, key, prior, obj, data):
        write = _UNDER_WAY.get() or Write("put", {})
        for finish in BEFORE_KEPT:
            finish(write, bucket, key, obj, data)
        version = record(bucket, key, prior, obj, data)
        for finish in AFTER_KEPT:
            finish(write, bucket, key, obj)
        return version

    def fire_event(bucket, key, event_name, *args, **kwargs):
        if event_name.startswith("s3:ObjectCreated"):
            current = s3._buckets[bucket]["objects"].get(key)
            kwargs["etag"] = current["etag"] if current else kwargs.get("etag", "")
        fire(bucket, key, event_name, *args, **kwargs)

    s3._put_object, s3._copy_object, s3._complete_multipart_upload = put_object, copy_object, complete_upload
    s3._record_object_version, s3._fire_s3_event_async = record_object_version, fire_event


def _run(write: Write, bucket: str, key: str, proceed: Callable[[], Any]) -> Any:
    from ministack.services import s3

    token = _UNDER_WAY.set(write)
    try:
        status, headers, body = proceed()
    finally:
        _UNDER_WAY.reset(token)
    if status != 200:
        return status, headers, body
    record = s3._buckets[bucket]["objects"][key]
    if write.kind == "put":
        added = {name: value for each in ANSWER_HEADERS for name, value in each(write, record).items()}
        return status, {**headers, **added, "ETag": record["etag"]}, body
    elements = {name: value for each in ANSWER_ELEMENTS for name, value in each(write, record).items()}
    return status, headers, _with_elements(body, record["etag"], elements)


def _with_elements(body: bytes, etag: str, elements: "dict[str, str]") -> bytes:
    text = re.sub(r"<(Checksum\w+)>[^<]*</\1>", "", body.decode())
    quoted = etag.replace('"', "&quot;")
    added = f"<ETag>{quoted}</ETag>" + "".join(f"<{name}>{value}</{name}>" for name, value in elements.items())
    return re.sub(r"<ETag>[^<]*</ETag>", lambda match: added, text).encode()
