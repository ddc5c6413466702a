"""Subresources of noncurrent versions: tags of a version under a delete marker can be read and written.

API reference, `GetObjectTagging`, `PutObjectTagging`, `DeleteObjectTagging` (`versionId`); ministack looks at the
current object first and answers NoSuchKey. A delete marker itself has none: MethodNotAllowed.
"""

from __future__ import annotations

from typing import Any


def install() -> None:
    """Let a named version stand in for the current object while ministack acts on it."""
    from ministack.services import s3

    for name in ("_get_object_tagging", "_put_object_tagging", "_delete_object_tagging"):
        setattr(s3, name, _on_version(s3, getattr(s3, name)))


def _on_version(s3: Any, operation: Any) -> Any:
    def on_version(bucket, key, *args):
        version = s3._qp(args[-1] or {}, "versionId", "") if args else ""
        history = s3._object_versions.get((bucket, key), [])
        entry = next((each for each in history if each["version_id"] == version), None)
        if entry is not None and entry.get("is_delete_marker"):
            return s3._delete_marker_read_refused(entry)
        objects = (s3._ensure_bucket(bucket) or {}).get("objects", {})
        if entry is None or key in objects:
            return operation(bucket, key, *args)
        objects[key] = entry
        try:
            return operation(bucket, key, *args)
        finally:
            del objects[key]

    return on_version
