"""The evidence records, as an auditor reads them from the bucket."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Iterable

from .surroundings import Surroundings

PATIENCE_SECONDS = 30.0
_POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Record:
    """One record of an outcome."""

    key: str
    body: "dict[str, Any]"

    @property
    def outcome(self) -> str:
        return str(self.body.get("outcome"))

    def moment(self, name: str) -> "datetime | None":
        """One of the record's times."""
        value = self.body.get("times", {}).get(name)
        return datetime.fromisoformat(value.replace("Z", "+00:00")) if value else None


def await_records(
        around: Surroundings, controls: "Iterable[str]", resource: str, since: datetime,
        patience: float = PATIENCE_SECONDS) -> "dict[str, Record]":
    """The newest outcome of each control for the resource, seen since then; those that don't come in time are missing."""
    until = time.monotonic() + patience
    found: "dict[str, Record]" = {}
    while True:
        for control in controls:
            record = None if control in found else _newest(around, control, resource, since)
            if record is not None:
                found[control] = record
        if len(found) == len(list(controls)) or time.monotonic() > until:
            return found
        time.sleep(_POLL_SECONDS)


def records(around: Surroundings, control: str, since: datetime, resource: str = "") -> "list[Record]":
    """All records of a control, or of one chain of it, that were made since then, oldest first."""
    # Times in records have milliseconds, those of a listing seconds.
    since = since - timedelta(milliseconds=1)
    s3, found = around.admin.client("s3"), []
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=around.evidence_bucket, Prefix=_prefix(control, resource))
    for each in (each for page in pages for each in page.get("Contents", [])):
        if each["LastModified"] >= since - timedelta(seconds=2):
            found.append(_record(s3, around.evidence_bucket, each["Key"]))
    made = [each for each in found if (each.moment("recorded") or since) >= since]
    return sorted(made, key=lambda each: (each.body["times"]["recorded"], each.key))


def _prefix(control: str, resource: str) -> str:
    chain = hashlib.sha256(resource.encode()).hexdigest()[:32] + "/" if resource else ""
    return f"evidence/{control}/{chain}"


_KNOWN: "dict[tuple[str, str], Record]" = {}


def _record(s3: Any, bucket: str, key: str) -> Record:
    """A record never changes, so it is read once."""
    if (bucket, key) not in _KNOWN:
        _KNOWN[bucket, key] = Record(key, json.load(s3.get_object(Bucket=bucket, Key=key)["Body"]))
    return _KNOWN[bucket, key]


def told_before(around: Surroundings, control: str, resource: str) -> "Record | None":
    """The newest outcome of a control for the resource, whenever it was."""
    return _newest(around, control, resource, datetime.fromtimestamp(0, timezone.utc) + timedelta(days=1))


def _newest(around: Surroundings, control: str, resource: str, since: datetime) -> "Record | None":
    since = since - timedelta(milliseconds=1)
    for record in reversed(records(around, control, since)):
        seen = record.moment("seen")
        about = resource in json.dumps(record.body.get("resource"))
        if record.body["kind"] == "outcome" and seen is not None and seen >= since and about:
            return record
    return None
