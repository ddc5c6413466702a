"""Findings as Macie shapes them (API reference, "Finding"; user guide, "EventBridge event schema for findings")."""

from __future__ import annotations

import copy
import uuid
from typing import Optional

from .clock import now
from .scan import MAX_OCCURRENCES, Detection

_SEVERITIES = {1: "Low", 2: "Medium", 3: "High"}
_SINGLE = {
    "PERSONAL_INFORMATION": ("Personal", "personal information"),
    "FINANCIAL_INFORMATION": ("Financial", "financial information"),
    "CREDENTIALS": ("Credentials", "credentials data"),
    "CUSTOM_IDENTIFIER": ("CustomIdentifier", "custom sensitive data"),
}


def sensitive_data(
    detections: "list[Detection]", custom: "dict[str, dict]", bucket: dict, s3_object: dict,
    job: Optional[dict], region: str, account: str, sample: bool = False,
) -> dict:
    """A CLASSIFICATION finding. `custom` maps detector types to the custom identifiers that they stand for."""
    made = now()
    categories = {each.detector.category for each in detections}
    if len(categories) == 1:
        suffix, what = _SINGLE[next(iter(categories))]
    else:
        suffix, what = "Multiple", "multiple categories of sensitive data"
    score = max((each.detector.score for each in detections), default=1)
    job_id = job["jobId"] if job else uuid.uuid4().hex
    folder = f"s3://macie-results-{account}/AWSLogs/{account}/Macie/{region}/{job_id}/{account}"
    location = f"{folder}/{uuid.uuid4()}.jsonl.gz"
    return {
        "schemaVersion": "1.0",
        "id": uuid.uuid4().hex,
        "accountId": account,
        "partition": "aws",
        "region": region,
        "type": f"SensitiveData:S3Object/{suffix}",
        "title": f"The S3 object contains {what}",
        "description": f"The S3 object contains {what}.",
        "severity": {"score": score, "description": _SEVERITIES[score]},
        "createdAt": made,
        "updatedAt": made,
        "count": 1,
        "category": "CLASSIFICATION",
        "archived": False,
        "sample": sample,
        "policyDetails": None,
        "resourcesAffected": {"s3Bucket": bucket, "s3Object": s3_object},
        "classificationDetails": {
            "jobArn": job["jobArn"] if job else f"arn:aws:macie2:{region}:{account}:classification-job/{job_id}",
            "jobId": job_id,
            "originType": "SENSITIVE_DATA_DISCOVERY_JOB",
            "detailedResultsLocation": location,
            "result": _result(detections, custom, s3_object),
        },
    }


def _result(detections: "list[Detection]", custom: "dict[str, dict]", s3_object: dict) -> dict:
    managed = [each for each in detections if each.detector.type not in custom]
    own = [each for each in detections if each.detector.type in custom]
    groups = []
    for category in sorted({each.detector.category for each in managed}):
        members = [each for each in managed if each.detector.category == category]
        groups.append({
            "category": category,
            "totalCount": sum(each.count for each in members),
            "detections": [{"type": each.detector.type, **each.as_member()} for each in members],
        })
    named = [
        {"arn": custom[each.detector.type]["arn"], "name": custom[each.detector.type]["name"], **each.as_member()}
        for each in own
    ]
    return {
        "status": {"code": "COMPLETE", "reason": None},
        "sizeClassified": s3_object["size"],
        "mimeType": "text/csv" if s3_object["extension"] == "csv" else "text/plain",
        "additionalOccurrences": any(each.count > MAX_OCCURRENCES for each in detections),
        "sensitiveData": groups,
        "customDataIdentifiers": {"totalCount": sum(each.count for each in own), "detections": named},
    }


def as_event_detail(finding: dict) -> dict:
    """The finding as EventBridge gets it: the API's `eTag` is spelled `etag` there."""
    detail = copy.deepcopy(finding)
    s3_object = (detail.get("resourcesAffected") or {}).get("s3Object") or {}
    if "eTag" in s3_object:
        s3_object["etag"] = s3_object.pop("eTag")
    return detail
