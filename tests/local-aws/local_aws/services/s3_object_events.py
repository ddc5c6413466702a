"""S3's own events on EventBridge, in AWS's shape: which version was made or deleted.

User guide, "Using EventBridge" ("EventBridge event message structure"). ministack leaves `version-id` out and adds what
AWS doesn't have; and as it sends from a thread of its own, nothing could tell when an event is still on its way.
"""

from __future__ import annotations

from typing import Any, Optional

_CREATED, _DELETED = "Object Created", "Object Deleted"


def install() -> None:
    """Send what is created and deleted here, and keep ministack's own sending of it off the bus."""
    from ministack.services import eventbridge, s3

    fire, dispatch = s3._fire_s3_event_async, eventbridge._dispatch_event

    def fire_event(bucket_name, key, event_name, size=0, etag="", deletion_type=None, version_id=None, **more):
        from .. import eventbridge as bus

        detail_type, reason = s3._s3_event_to_eventbridge(event_name)
        if "EventBridgeConfiguration" in s3._bucket_notifications.get(bucket_name, "") and (
                detail_type in (_CREATED, _DELETED)):
            about: "dict[str, Any]" = {"key": key, "etag": etag.strip('"')}
            if detail_type == _CREATED:
                about["size"] = size
            if version_id:
                about["version-id"] = version_id
            about["sequencer"] = s3._next_event_sequencer(event_name)
            deleted = (deletion_type or "Permanently Deleted") if detail_type == _DELETED else None
            bus.deliver(_event(bucket_name, detail_type, about, reason, deleted))
        fire(bucket_name, key, event_name, size=size, etag=etag, deletion_type=deletion_type, version_id=version_id,
             **more)

    def dispatch_event(event: dict, view: Any = None) -> None:
        if event.get("Source") != "aws.s3" or event.get("DetailType") not in (_CREATED, _DELETED):
            dispatch(event, view)

    s3._fire_s3_event_async, eventbridge._dispatch_event = fire_event, dispatch_event


def _event(bucket: str, detail_type: str, about: "dict[str, Any]", reason: Optional[str],
           deleted: Optional[str]) -> "dict[str, Any]":
    from ministack.core.responses import get_account_id, new_uuid, now_iso
    from ministack.services import s3

    detail = {
        "version": "0", "bucket": {"name": bucket}, "object": about, "request-id": new_uuid(),
        "requester": get_account_id(), "source-ip-address": "127.0.0.1", "reason": reason,
    }
    return {
        "version": "0", "id": new_uuid(), "detail-type": detail_type, "source": "aws.s3", "account": get_account_id(),
        "time": now_iso(), "region": s3._notification_bucket_region(bucket), "resources": [f"arn:aws:s3:::{bucket}"],
        "detail": {**detail, "deletion-type": deleted} if deleted else detail,
    }
