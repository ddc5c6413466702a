"""A repair of each duty, to be made while AWS fails: the drift, the event, and what is right afterwards."""

from __future__ import annotations

import json
import secrets
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Any, Callable

from demo.account import PHI_TAG
from harness import kill, ledger, surroundings
from harness.account import logical_name
from harness.findings import event_of, finding, forget, keep
from harness.objects import put
from harness.quarantined import Quarantine
from harness.settings import setting, settings

from permissions.buckets import spoil
from permissions.runs import api_call, envelope, sweep

from . import (
    audit_trail, detectors, encryption_keys, free_text, guardrails, invocation_logging, log_groups, object_encryption, residency,
    storage_surfaces,
)
from .drift import Drift

_CONTROLS = {
    "kms-encryption": "encryption", "public-access-block": "blocks", "acls-disabled": "ownership",
    "tls-only": "policy", "versioning": "versioning", "event-notifications": "notifications"}
_PROJECTS = "/v1/organization/projects"
_DRIFT = {"mode": "provider_data_share"}


def _client(service: str) -> Any:
    return surroundings().admin.client(service)


@lru_cache(maxsize=None)
def _project() -> str:
    return surroundings().admin.mantle("POST", _PROJECTS, {"name": "faults"})["id"]


def retention() -> Drift:
    """All three scopes, and a sweep that finds them."""
    mantle, project = surroundings().admin.mantle, f"{_PROJECTS}/{_project()}"
    _client("bedrock").put_account_data_retention(**_DRIFT)
    mantle("PUT", "/v1/data_retention", _DRIFT)
    mantle("POST", project, {"data_retention": _DRIFT})
    modes: "dict[str, Callable[[], str]]" = {
        "retention.control-plane": lambda: _client("bedrock").get_account_data_retention()["mode"],
        "retention.mantle-account": lambda: mantle("GET", "/v1/data_retention")["mode"],
        "retention.mantle-projects": lambda: mantle("GET", project)["data_retention"]["mode"],
    }
    places = ("control-plane", "mantle-account", f"mantle-project/{_project()}")
    goal = {each: "remediated" for each in zip(modes, places)}
    return Drift(sweep(), goal, lambda control: modes[control]() == "none")


def _invoked(duty: str, event: "dict[str, Any]") -> "str | None":
    """The kind of its error, if it failed."""
    alias = surroundings().outputs[f"{logical_name(duty)}AliasArn"]
    return _client("lambda").invoke(FunctionName=alias, Payload=json.dumps(event)).get("FunctionError")


@lru_cache(maxsize=None)
def _bucket(name: str) -> "dict[str, Any]":
    """A log destination, and what it is like when it is right: Phiward itself makes it so."""
    _client("s3").create_bucket(Bucket=name)
    _client("s3").put_bucket_tagging(Bucket=name, Tagging=PHI_TAG)
    spoil(_client("s3"), name)
    assert _invoked("buckets", api_call("s3", "CreateBucket", bucketName=name)) is None
    return settings(name)


def buckets() -> Drift:
    """Every setting of a log destination."""
    name = "logs-of-faults"
    right = _bucket(name)
    spoil(_client("s3"), name)
    goal = {(f"buckets.{control}", name): "remediated" for control in _CONTROLS}

    def is_right(control: str) -> bool:
        at = _CONTROLS[control.split(".")[1]]
        return setting(name, at) == right[at]

    return Drift(api_call("s3", "DeleteBucketEncryption", bucketName=name), goal, is_right)


def recovered() -> Drift:
    """A run that was cut off between its repair and its outcome, and the event that wakes who finishes it."""
    name = "logs-of-recoveries"
    _bucket(name)
    ledger.forget_repairs_of(name)
    _client("s3").put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Suspended"})
    kill(function="buckets", service="s3", operation="PutBucketVersioning", phase="after")
    assert _invoked("buckets", api_call("s3", "PutBucketVersioning", bucketName=name)), "it was not cut off"
    ledger.let_runs_end()
    wake = envelope("phiward", "Wake", {"duty": "buckets", "resource": name, "ordered": False})
    goal = {("buckets.versioning", name): "remediated"}
    return Drift(wake, goal, lambda _: setting(name, "versioning") == "Enabled")


@lru_cache(maxsize=None)
def _watched() -> str:
    """A bucket that keeps versions, and can lock them."""
    name = "intake-of-faults"
    _client("s3").create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    return name


def _new_key() -> str:
    """Older versions of a key would have to be reported."""
    return f"referrals/{secrets.token_hex(8)}.csv"


def moved() -> Drift:
    """A version that can be moved."""
    stored, quarantine = put(_watched(), _new_key(), Tagging="ward=3"), Quarantine()

    def is_right(_: str) -> bool:
        return [each.body for each in quarantine.arrived()] == [stored.body] and not stored.is_there()

    return _flagged(stored, "remediated", is_right)


def isolated() -> Drift:
    """A version that is locked, so that it can't be moved."""
    until = datetime.now(timezone.utc) + timedelta(days=1)
    stored = put(_watched(), _new_key(), ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=until)
    _client("s3").delete_bucket_policy(Bucket=_watched())

    def is_right(_: str) -> bool:
        tags = _client("s3").get_object_tagging(**stored.named)["TagSet"]
        denied = setting(_watched(), "policy") or ""
        return {"Key": "phiward-isolated", "Value": "true"} in tags and "phiward-isolated" in denied

    return _flagged(stored, "reported", is_right)


def _flagged(stored: Any, outcome: str, is_right: "Callable[[str], bool]") -> Drift:
    forget()
    made = keep(finding(stored))
    goal = {("quarantine.phi-outside-sets", f"finding/{made['id']}"): outcome}
    return Drift(event_of(made), goal, is_right)


#: Each repair: its duty, and how its drift is made.
SUBJECTS: "dict[str, tuple[str, Callable[[], Drift]]]" = {
    "retention": ("retention", retention), "buckets": ("buckets", buckets),
    "the recorder": ("detectors", detectors.recorder), "guardduty": ("detectors", detectors.guardduty),
    "a deleted detector": ("detectors", detectors.detector), "macie": ("detectors", detectors.macie),
    "a move": ("quarantine", moved), "an isolation": ("quarantine", isolated), "a recovery": ("buckets", recovered),
    "a key": ("encryption-keys", encryption_keys.key),
    "the trail": ("audit-trail", audit_trail.settings), "a trail made again": ("audit-trail", audit_trail.made_again),
    "logging switched off": ("invocation-logging", invocation_logging.switched_off),
    "logs sent elsewhere": ("invocation-logging", invocation_logging.redirected),
    "log groups": ("log-groups", log_groups.settings), "a log group made again": ("log-groups", log_groups.made_again),
    "an object": ("object-encryption", object_encryption.updated),
    "an object's copy": ("object-encryption", object_encryption.copied),
    "a name told of": ("free-text", free_text.told),
    "a guardrail": ("guardrails", guardrails.weakened),
    "an agent": ("storage-surfaces", storage_surfaces.agent), "a data source": ("storage-surfaces", storage_surfaces.data_source),
    "a flow": ("storage-surfaces", storage_surfaces.flow), "a prompt": ("storage-surfaces", storage_surfaces.prompt),
    "a model told of": ("storage-surfaces", storage_surfaces.model),
    "a profile told of": ("residency", residency.told),
}
#: Those in which something is still to be repaired.
REPAIRS = [each for each in SUBJECTS if each not in ("a recovery", "a name told of", "a model told of", "a profile told of")]
