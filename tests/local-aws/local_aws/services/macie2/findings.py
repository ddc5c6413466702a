"""The findings of an account and Region: kept, listed, read, and announced on EventBridge."""

from __future__ import annotations

import json
import re
from typing import Any, Optional

from ..model_conformance import object_problems
from . import bucket_facts, criteria
from .detectors import MANAGED
from .errors import invalid
from .finding import as_event_detail, sensitive_data
from .scan import Detection

MAX_IDS = 50
_SAMPLE_TYPES = ("Credentials", "CustomIdentifier", "Financial", "Multiple", "Personal")


class Findings:
    """ListFindings, GetFindings, CreateSampleFindings and the way new findings take."""

    def __init__(self, store: Any) -> None:
        self._store = store

    def add(self, finding: dict, deliver: bool = True) -> str:
        """Keep a finding and put it on the default bus; suppressed (archived) ones are kept only."""
        self._store[finding["id"]] = finding
        if deliver and not finding.get("archived"):
            announce(finding)
        return finding["id"]

    def add_given(self, finding: dict, deliver: bool) -> str:
        """A finding from outside, held to the API's shape, so that no test rests on one that Macie cannot make."""
        problems = object_problems("macie2", "Finding", finding)
        if not re.fullmatch(r"[0-9a-f]{32}", str(finding.get("id", ""))):
            problems.append("id must be 32 hexadecimal digits")
        if problems:
            raise ValueError("; ".join(problems))
        return self.add(finding, deliver)

    def clear(self) -> int:
        """Forget all findings of the account and Region."""
        identifiers = list(self._store)
        for identifier in identifiers:
            del self._store[identifier]
        return len(identifiers)

    def list(self, request: dict) -> dict:
        """ListFindings: ids of what meets the criteria, 50 to a page at most."""
        criterion = (request.get("findingCriteria") or {}).get("criterion") or {}
        criteria.check(criterion)
        found = [each for each in self._store.values() if criteria.matches(each, criterion)]
        size = request.get("maxResults") or MAX_IDS
        if not 1 <= size <= MAX_IDS:
            raise invalid(f"maxResults must be from 1 to {MAX_IDS}.")
        start = _start(request.get("nextToken"))
        identifiers = [each["id"] for each in _sorted(found, request.get("sortCriteria"))]
        page: dict = {"findingIds": identifiers[start:start + size]}
        if start + size < len(identifiers):
            page["nextToken"] = f"findings-{start + size}"
        return page

    def get(self, request: dict) -> dict:
        """GetFindings: those of the named ids that there are."""
        if len(request["findingIds"]) > MAX_IDS:
            raise invalid(f"findingIds may name at most {MAX_IDS} findings.")
        found = [self._store[each] for each in request["findingIds"] if each in self._store]
        return {"findings": _sorted(found, request.get("sortCriteria"))}

    def create_samples(self, request: dict, region: str, account: str) -> dict:
        """CreateSampleFindings: one of each named type; sample findings reach EventBridge as others do."""
        named = request.get("findingTypes") or [f"SensitiveData:S3Object/{each}" for each in _SAMPLE_TYPES]
        for name in named:
            bucket, s3_object = bucket_facts.sample()
            detection = Detection(MANAGED[0], 1)
            made = sensitive_data([detection], {}, bucket, s3_object, None, region, account, sample=True)
            self.add({**made, "type": name})
        return {}


def _start(token: Optional[str]) -> int:
    if token is None:
        return 0
    match = re.fullmatch(r"findings-(\d+)", token)
    if match is None:
        raise invalid("nextToken is not valid.")
    return int(match.group(1))


def _sorted(found: "list[dict]", order: Optional[dict]) -> "list[dict]":
    if not order or not order.get("attributeName"):
        return found
    field = order["attributeName"]
    return sorted(found, key=lambda each: criteria.sort_key(each, field), reverse=order.get("orderBy") == "DESC")


def announce(finding: dict) -> None:
    """Put a finding on the default bus as Macie does; in a thread, as targets may call back into this process."""
    from ministack.core.concurrency import spawn_background
    from ministack.services import eventbridge

    entry = {
        "Source": "aws.macie", "DetailType": "Macie Finding", "Resources": [],
        "Detail": json.dumps(as_event_detail(finding))}
    spawn_background(eventbridge._put_events, {"Entries": [entry]}, True, thread_name="macie-finding")
