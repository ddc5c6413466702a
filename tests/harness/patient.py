"""A patient's file with a marker in every place where PHI can be, and a finding that tells of it."""

from __future__ import annotations

import json
from typing import Any

from .account import surroundings
from .findings import Finding, event_of, finding, keep
from .objects import Stored, put
from .planted import Markers


def planted_object(marker: Markers, bucket: str, at: int = 0, **given: Any) -> Stored:
    """Markers in key, body, metadata and tags."""
    return put(
        bucket, f"patients/{marker('key')}/{at} {marker('name')}.csv", f"MBI,1EG4-TE5-MK73 {marker('body')}".encode(),
        Metadata={marker("meta-name"): marker("metadata")}, Tagging=f"{marker('tag-key')}={marker('tag-value')}",
        ContentDisposition=f'attachment; filename="{marker("file")}"', **given)


def planted_policy(marker: Markers, bucket: str) -> None:
    """Markers in the names of the bucket's policy and in what it names."""
    statement = {"Sid": marker("sid").replace("-", ""), "Effect": "Deny", "Principal": "*",
                 "Action": "s3:GetObjectTorrent", "Resource": f"arn:aws:s3:::{bucket}/{marker('resource')}/*"}
    document = {"Version": "2012-10-17", "Id": marker("policy-id"), "Statement": [statement]}
    surroundings().admin.client("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps(document))


def planted_finding(marker: Markers, about: Stored, **changes: Any) -> Finding:
    """Markers in the finding's texts, columns and the bucket's and object's tags."""
    made = finding(about, custom=["MRN", marker("identifier")], title=marker("title"),
                   description=marker("description"), **changes)
    for detection in made["classificationDetails"]["result"]["customDataIdentifiers"]["detections"]:
        detection["occurrences"]["cells"][0]["columnName"] = marker("column")
    made["resourcesAffected"]["s3Bucket"]["tags"] = [{"key": marker("bucket-tag"), "value": marker("bucket-tag")}]
    made["resourcesAffected"]["s3Object"]["tags"] = [{"key": marker("tag-key"), "value": marker("tag-value")}]
    return keep(made)


def planted_event(marker: Markers, made: Finding) -> "dict[str, Any]":
    """Markers in members that no event has, too."""
    event = event_of(made)
    event["resources"] = [f"arn:aws:s3:::bucket/{marker('event-resource')}"]
    event[marker("event-member")] = marker("event-value")
    event["detail"][marker("detail-member")] = {marker("deep"): [marker("deeper")]}
    return event
