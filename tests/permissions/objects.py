"""Objects with PHI, and the findings that Macie would make of them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from .runs import envelope, keep_finding
from .second_stack import ACCOUNT, client


#: Who is to act on such an object.
CONTROL = "quarantine.phi-outside-sets"


@dataclass(frozen=True)
class Flagged:
    """An object that a finding names."""

    bucket: str
    key: str
    version: "str | None"
    finding: str

    @property
    def resource(self) -> str:
        """What Phiward calls it."""
        return f"finding/{self.finding}"

    def place(self) -> "dict[str, str]":
        """For the API."""
        named = {"Bucket": self.bucket, "Key": self.key}
        return named if self.version is None else {**named, "VersionId": self.version}

    def tags(self) -> "dict[str, str]":
        """Its tags."""
        answer = client("s3").get_object_tagging(**self.place())
        return {tag["Key"]: tag["Value"] for tag in answer["TagSet"]}


def flagged(bucket: str, **put: Any) -> Flagged:
    """A new object, and the finding that it holds PHI, which Macie knows of but has told nobody."""
    key = f"patients {uuid.uuid4()}.csv"
    answer = client("s3").put_object(Bucket=bucket, Key=key, Body=key.encode(), **put)
    version = answer.get("VersionId")
    finding = uuid.uuid4().hex
    detections = [{"type": "USA_MEDICARE_BENEFICIARY_IDENTIFIER", "count": 1}]
    s3_object = {"key": key, "eTag": answer["ETag"].strip('"'), **({"versionId": version} if version else {})}
    keep_finding({
        "id": finding, "accountId": ACCOUNT, "type": "SensitiveData:S3Object/Personal", "category": "CLASSIFICATION",
        "archived": False, "sample": False,
        "classificationDetails": {"result": {"sensitiveData": [
            {"category": "PERSONAL_INFORMATION", "totalCount": 1, "detections": detections}]}},
        "resourcesAffected": {"s3Bucket": {"name": bucket}, "s3Object": s3_object},
    })
    return Flagged(bucket, key, version, finding)


def found(what: Flagged) -> "dict[str, Any]":
    """The event of its finding."""
    return envelope("aws.macie", "Macie Finding", {"id": what.finding})
