"""All saved events: the project's own in `events/`, and the captures of real accounts where they are at hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .account import stack_id, surroundings
from .local import ROOT, saved_event

_FILES = sorted((ROOT / "events").glob("*/*.json"))
#: What comes by the bus.
EVENTS = [each for each in _FILES if "detail-type" in json.loads(each.read_text())]
#: What a function is sent directly, or by its URL.
PAYLOADS = [each for each in _FILES if each not in EVENTS]
#: Real records of other accounts; not part of the project.
CORPUS = ROOT.parent / "shared/corpus"


def event_of(file: Path) -> "dict[str, Any]":
    """A saved event; that of a deploy as if the stack at hand had been deployed."""
    event = saved_event(file)
    if file.stem == "deployed":
        event["detail"]["stack-id"] = stack_id()
    return event


#: Calls that the rules of several duties match.
_SHARED = {
    "s3.CreateBucket": {"buckets", "free-text"},
    "s3.PutBucketTagging": {"buckets", "free-text"},
    "bedrock.CreateInferenceProfile": {"free-text", "residency"},
    "bedrock.UpdateGuardrail": {"free-text", "guardrails", "storage-surfaces"},
    # Something of Bedrock's has a name, and a key.
    **{f"bedrock.{name}": {"free-text", "storage-surfaces"} for name in (
        "CreateAgent", "CreateCustomModel", "CreateDataSource", "CreateEvaluationJob", "CreateFlow", "CreateGuardrail",
        "CreateKnowledgeBase", "CreateModelInvocationJob", "CreatePrompt", "UpdateAgent", "UpdateDataSource", "UpdateFlow",
        "UpdateKnowledgeBase", "UpdatePrompt")},
}
#: The duties whose rules match the calls of the corpus; those of no other call do.
_OF_REAL_CALLS = {
    **{f"s3.{name}": {"buckets"} for name in (
        "DeleteBucketLifecycle", "PutBucketAcl", "PutBucketLifecycle", "PutBucketPolicy", "PutBucketPublicAccessBlock",
        "PutBucketVersioning")},
    **{f"cloudtrail.{name}": {"audit-trail"} for name in (
        "CreateTrail", "DeleteTrail", "PutEventSelectors", "StartLogging", "StopLogging", "UpdateTrail")},
    **{f"kms.{name}": {"encryption-keys"} for name in ("DisableKey", "PutKeyPolicy", "ScheduleKeyDeletion")},
    "bedrock.CreateModelCustomizationJob": {"free-text"},
    "config.StopConfigurationRecorder": {"detectors"},
    "guardduty.UpdateDetector": {"detectors"},
    "logs.CreateLogGroup": {"log-groups"},
    **_SHARED,
}


def named(file: Path) -> str:
    """What a test calls it."""
    return f"{file.parent.name}/{file.stem}"


def duties_of(file: Path) -> "set[str]":
    """The duties whose rules a project's event must match."""
    if file.stem in ("schedule", "survey", "report-request") or file.stem.startswith("not-matched"):
        return set()
    if file.stem == "deployed":
        return set(surroundings().functions)
    detail = json.loads(file.read_text())["detail"]
    call = f"{str(detail.get('eventSource')).split('.')[0]}.{detail.get('eventName')}"
    if file.parent.name == "invocation-logging" and detail.get("eventSource") == "s3.amazonaws.com":
        # On a bucket that the deployment lets invocation logs go to.
        return {*_SHARED.get(call, {"buckets"}), "invocation-logging"}
    return _SHARED.get(call, {file.parent.name})


def corpus() -> "list[Path]":
    """The corpus files; none where there is no corpus."""
    return sorted(CORPUS.glob("*.json"))


def enveloped(file: Path) -> "dict[str, Any]":
    """A corpus file's record, in the envelope in which it would arrive here."""
    return _envelope(json.loads(file.read_text()))


def duties_of_corpus(file: Path) -> "set[str]":
    """The duties whose rules must match it, judged by its name: SOURCE.EVENT.ORIGIN.NUMBER."""
    source, event = file.name.split(".")[:2]
    if source == "macie":
        return set() if "Policy" in file.name else {"quarantine"}
    if (source, event) == ("s3", "eventbridge"):
        return {"object-encryption"} if ".Object_Created." in file.name else set()
    return _OF_REAL_CALLS.get(f"{source}.{event}", set())


def _envelope(record: "dict[str, Any]") -> "dict[str, Any]":
    if "detail-type" in record:
        return record
    finding = "eventSource" not in record
    source = "macie" if finding else record["eventSource"].split(".")[0]
    return {
        "version": "0", "id": "6c0f43a7-0ad5-4c2f-9e8e-3d2f7a1b5c11", "source": f"aws.{source}",
        "detail-type": "Macie Finding" if finding else "AWS API Call via CloudTrail",
        "account": "000000000000", "time": "2026-10-05T09:00:00Z", "region": "us-east-1", "resources": [],
        "detail": record,
    }
