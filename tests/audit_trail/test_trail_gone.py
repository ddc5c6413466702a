"""A trail that was deleted is made again where it can be, and what was lost with it is told."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Iterator

import pytest
from demo.principals import Principal

from harness import Faults, await_outcome, configured, now, silenced, sweep, wait_quiet, writes_of
from harness.trail import ARN, BUCKET, DUTY, MANAGEMENT, PROJECTS, TRAIL, admit, data_key, described, is_right, selectors

PRESENT = "audit-trail.present"


@pytest.fixture(autouse=True)
def _admitted() -> "Iterator[None]":
    yield
    admit()


def _check(since: datetime, event: str) -> None:
    record = await_outcome(PRESENT, TRAIL, since, "reported")
    wait_quiet()
    assert is_right() and selectors() == [MANAGEMENT, PROJECTS]
    assert [step["step"] for step in record.body["plan"]] == ["create", "start-logging", "record-data-events"]
    assert [name for name, _ in writes_of(DUTY, since)] == ["CreateTrail", "StartLogging", "PutEventSelectors"]
    assert "what happened in between" in record.body["person"][0] and "tags" in record.body["person"][1]
    assert (record.body["before"]["trail"], record.body["event"]["name"]) == (None, event)
    assert record.body["after"]["trail"]["arn"] == ARN


def test_a_deleted_trail_is_made_again_and_its_loss_is_told(drifter: Principal) -> None:
    since = now()
    drifter.client("cloudtrail").delete_trail(Name=TRAIL)
    _check(since, "DeleteTrail")


def test_one_that_was_deleted_unheard_is_found_by_the_sweep(drifter: Principal) -> None:
    with silenced(DUTY):
        drifter.client("cloudtrail").delete_trail(Name=ARN)
    since = now()
    sweep(DUTY)
    _check(since, "Sweep")


def _reported(since: datetime, word: str) -> None:
    record = await_outcome(PRESENT, TRAIL, since, "reported")
    assert word in record.body["person"][0] and record.body["plan"] == []
    assert described() is None and writes_of(DUTY, since) == []


def _deleted(drifter: Principal) -> datetime:
    with silenced(DUTY):
        drifter.client("cloudtrail").delete_trail(Name=TRAIL)
    return now()


def _only(action: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": action,
                 "Resource": [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"]}
    if action == "s3:GetBucketAcl":
        statement["Resource"] = f"arn:aws:s3:::{BUCKET}"
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.mark.parametrize(("only", "missing"), [("s3:GetBucketAcl", "s3:PutObject"), ("s3:PutObject", "s3:GetBucketAcl")])
def test_while_its_bucket_shuts_it_out_it_is_not_made_again(only: str, missing: str, drifter: Principal) -> None:
    since = _deleted(drifter)
    drifter.client("s3").put_bucket_policy(Bucket=BUCKET, Policy=_only(only))
    sweep(DUTY)
    _reported(since, missing)


def test_while_the_key_can_t_be_used_it_is_not_made_again(drifter: Principal) -> None:
    kms = drifter.client("kms")
    with silenced("encryption-keys"):
        kms.disable_key(KeyId=data_key())
        try:
            since = _deleted(drifter)
            sweep(DUTY)
            _reported(since, "is Disabled")
        finally:
            kms.enable_key(KeyId=data_key())


def _variables(**variables: str) -> Any:
    return configured(DUTY, **variables)


def test_without_a_bucket_it_is_reported(drifter: Principal) -> None:
    since = _deleted(drifter)
    with _variables(PHIWARD_TRAIL_BUCKET=""):
        sweep(DUTY)
        _reported(since, "TrailBucket")


def test_a_trail_that_could_not_be_started_is_started_next(drifter: Principal, faults: Faults) -> None:
    faults.add("cloudtrail", "StartLogging", "AccessDeniedException", 1, principal="AuditTrail")
    since = now()
    drifter.client("cloudtrail").delete_trail(Name=TRAIL)
    failed = await_outcome(PRESENT, TRAIL, since, "failed")
    assert "what happened in between" in failed.body["person"][0], "a next look does not see any more what was lost"
    record = await_outcome(PRESENT, TRAIL, since)
    assert [step["step"] for step in record.body["plan"]] == ["start-logging"]
    wait_quiet()
    assert is_right()
