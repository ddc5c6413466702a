"""Macie's findings, made by a test: kept by Macie, told on the bus, and what the function made of them."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import Any, Iterable, Optional

from demo.evidence import Record

from .account import surroundings
from .local import control, emit
from .objects import Stored

MEDICARE = "USA_MEDICARE_BENEFICIARY_IDENTIFIER"
Finding = "dict[str, Any]"


def finding(
    about: Stored, types: "Iterable[str]" = (MEDICARE,), custom: "Iterable[str]" = (), severity: str = "High",
    **changes: Any) -> Finding:
    """A finding as Macie's API shows it; `changes` are members of the finding itself."""
    account, region = _home()
    detections = [{"type": each, "count": 1, "occurrences": _occurrences()} for each in types]
    own = [{"arn": f"arn:aws:macie2:{region}:{account}:custom-data-identifier/{secrets.token_hex(4)}", "name": each,
            "count": 1, "occurrences": _occurrences()} for each in custom]
    moment = about.modified.isoformat().replace("+00:00", "Z")
    return {
        "schemaVersion": "1.0", "id": secrets.token_hex(16), "accountId": account, "partition": "aws", "region": region,
        "type": "SensitiveData:S3Object/Personal", "category": "CLASSIFICATION", "count": 1, "archived": False,
        "sample": False, "createdAt": moment, "updatedAt": moment,
        "title": "The S3 object contains personal information",
        "description": "The S3 object contains personal information.",
        "severity": {"score": {"Low": 1, "Medium": 2, "High": 3}[severity], "description": severity},
        "resourcesAffected": {
            "s3Bucket": {"name": about.bucket, "arn": f"arn:aws:s3:::{about.bucket}"},
            "s3Object": {
                "bucketArn": f"arn:aws:s3:::{about.bucket}", "key": about.key, "path": f"{about.bucket}/{about.key}",
                "extension": "csv", "lastModified": moment, "versionId": about.version or "", "eTag": about.etag,
                "size": len(about.body)}},
        "classificationDetails": {"result": {
            "status": {"code": "COMPLETE"},
            "sensitiveData": [
                {"category": "PERSONAL_INFORMATION", "totalCount": len(detections), "detections": detections}],
            "customDataIdentifiers": {"totalCount": len(own), "detections": own}}},
        **changes,
    }


def keep(made: Finding) -> Finding:
    """Macie has it, and tells nobody."""
    control("POST", "macie/findings", made, deliver="false")
    return made


def forget() -> None:
    """Macie has no finding any more."""
    control("DELETE", "macie/findings")


def event_of(made: Finding) -> "dict[str, Any]":
    """The event by which Macie tells it; the API's `eTag` is spelled `etag` there."""
    account, region = _home()
    detail = json.loads(json.dumps(made))
    s3_object = detail["resourcesAffected"]["s3Object"]
    s3_object["etag"] = s3_object.pop("eTag")
    return {
        "version": "0", "id": secrets.token_hex(16), "source": "aws.macie", "detail-type": "Macie Finding",
        "account": account, "region": region, "time": made["updatedAt"], "resources": [], "detail": detail}


@dataclass(frozen=True)
class Told:
    """What came of an event."""

    response: Any
    error: "dict[str, str] | None"
    attempts: int

    @property
    def outcomes(self) -> "list[tuple[str, str]]":
        """(control, outcome) of each decision."""
        assert self.error is None, self.error
        return [(each["control"], each["outcome"]) for each in self.response["outcomes"]]

    @property
    def outcome(self) -> Optional[str]:
        """The one decision's outcome; none when nothing was to be decided."""
        found = [outcome for _, outcome in self.outcomes]
        assert len(found) < 2, found
        return found[0] if found else None

    @property
    def record(self) -> Record:
        """The one decision's evidence."""
        keys = [each["evidence"] for each in self.response["outcomes"]]
        assert len(keys) == 1, keys
        s3, bucket = surroundings().admin.client("s3"), surroundings().evidence_bucket
        return Record(keys[0], json.load(s3.get_object(Bucket=bucket, Key=keys[0])["Body"]))


def tell(made: Finding) -> Told:
    """Macie finds it and tells it; answered when the function has ended."""
    return deliver(event_of(keep(made)))


def deliver(event: "dict[str, Any]") -> Told:
    """Put an event on the bus that starts the function `quarantine`, and no other."""
    started = emit(event)
    assert [each["function"] for each in started] == ["quarantine"], started
    return Told(started[0]["response"], started[0]["error"], started[0]["attempts"])


def _home() -> "tuple[str, str]":
    parts = surroundings().functions["quarantine"]["arn"].split(":")
    return parts[4], parts[3]


def _occurrences() -> "dict[str, Any]":
    return {"cells": [{"row": 2, "column": 2, "columnName": "Medicare Beneficiary Identifier"}]}
