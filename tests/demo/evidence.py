"""The evidence records, as an auditor reads them from the bucket."""

from __future__ import annotations

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


def await_records(around: Surroundings, controls: "Iterable[str]", resource: str, since: datetime) -> "dict[str, Record]":
    """The newest outcome of each control for the resource, seen since then; those that don't come in time are missing."""
    until = time.monotonic() + PATIENCE_SECONDS
    found: "dict[str, Record]" = {}
    while True:
        for control in controls:
            record = None if control in found else _newest(around, control, resource, since)
            if record is not None:
                found[control] = record
        if len(found) == len(list(controls)) or time.monotonic() > until:
            return found
        time.sleep(_POLL_SECONDS)


def _newest(around: Surroundings, control: str, resource: str, since: datetime) -> "Record | None":
    # Times in records have milliseconds.
    since = since - timedelta(milliseconds=1)
    s3 = around.admin.client("s3")
    days = {since.astimezone(timezone.utc).date(), datetime.now(timezone.utc).date()}
    for day in sorted(days, reverse=True):
        prefix = f"evidence/{control}/{day:%Y/%m/%d}/"
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=around.evidence_bucket, Prefix=prefix)
        keys = [each["Key"] for page in pages for each in page.get("Contents", []) if each["LastModified"] >= since - timedelta(seconds=1)]
        for key in sorted((key for key in keys if key.endswith("-outcome.json")), reverse=True):
            record = Record(key, json.load(s3.get_object(Bucket=around.evidence_bucket, Key=key)["Body"]))
            seen = record.moment("seen")
            if seen is not None and seen >= since and resource in json.dumps(record.body.get("resource")):
                return record
    return None
