"""What only a person can put right about the trail is told, and nothing is written."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Iterator

import pytest
from botocore.exceptions import ClientError
from demo.principals import Principal, endpoint

from harness import await_outcome, calls_of, configured, ledger, now, outcomes, silenced, surroundings, sweep, wait_quiet, writes_of
from harness.local import control
from harness.trail import BUCKET, DUTY, MANAGEMENT, TRAIL, admit, data_key, described, selectors

ELSEWHERE = "eu-west-1"
_ORGANIZATION = "cloudtrail/organization-trails"


@pytest.fixture(autouse=True)
def _admitted() -> "Iterator[None]":
    yield
    admit()


def _advice(rule: str, resource: str, since: datetime) -> str:
    record = await_outcome(f"audit-trail.{rule}", resource, since, "reported")
    assert record.body["plan"] == [] and writes_of(DUTY, since) == []
    [advice] = record.body["person"]
    return advice


def test_a_key_that_is_disabled_is_not_set(drifter: Principal) -> None:
    kms = drifter.client("kms")
    with silenced("encryption-keys"):
        kms.disable_key(KeyId=data_key())
        try:
            since = now()
            drifter.client("cloudtrail").update_trail(Name=TRAIL, KmsKeyId="")
            assert "is Disabled" in _advice("kms-key", TRAIL, since)
            assert "KmsKeyId" not in (described() or {})
        finally:
            kms.enable_key(KeyId=data_key())


def test_files_that_do_not_arrive_are_told(drifter: Principal) -> None:
    with silenced("buckets"):
        drifter.client("s3").delete_bucket_policy(Bucket=BUCKET)
        since = now()
        sweep(DUTY)
        assert "does not let CloudTrail write" in _advice("delivery", TRAIL, since)


def test_selectors_that_have_no_room_stay(drifter: Principal) -> None:
    values = [f"arn:aws:s3:::b/{number}" for number in range(497)]
    fields = [{"Field": "eventCategory", "Equals": ["Data"]}, {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
              {"Field": "resources.ARN", "Equals": values}]
    full = [{"FieldSelectors": fields}]
    since = now()
    drifter.client("cloudtrail").put_event_selectors(TrailName=TRAIL, AdvancedEventSelectors=full)
    record = await_outcome("audit-trail.data-events", TRAIL, since, "reported")
    assert "500 values" in record.body["person"][0] and record.body["plan"] == []
    await_outcome("audit-trail.management-events", TRAIL, since)
    wait_quiet()
    assert selectors() == [*full, MANAGEMENT]


def _elsewhere() -> Any:
    return surroundings().admin.session().client("cloudtrail", endpoint_url=endpoint(), region_name=ELSEWHERE)


@pytest.fixture
def shadow(drifter: Principal) -> "Iterator[datetime]":
    """The trail's home is another Region: seen from here, and closed."""
    statement = {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"},
                 "Action": ["s3:GetBucketAcl", "s3:PutObject"], "Resource": [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"]}
    with silenced(DUTY):
        drifter.client("s3").put_bucket_policy(
            Bucket=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
        drifter.client("cloudtrail").delete_trail(Name=TRAIL)
        _elsewhere().create_trail(Name=TRAIL, S3BucketName=BUCKET, IsMultiRegionTrail=True)
        _elsewhere().start_logging(Name=TRAIL)
        _elsewhere().stop_logging(Name=TRAIL)
    yield now()
    with silenced(DUTY):
        _elsewhere().delete_trail(Name=TRAIL)


def test_a_trail_whose_home_is_another_region_is_only_reported(shadow: datetime) -> None:
    sweep(DUTY)
    for rule in ("logging", "file-validation", "kms-key", "data-events"):
        assert f"home Region is {ELSEWHERE}" in _advice(rule, TRAIL, shadow)
    assert outcomes("audit-trail.present", TRAIL, shadow) == []


@pytest.mark.parametrize("closed", [False, True], ids=["open", "closed"])
def test_an_organizations_trail_is_read_as_far_as_it_may_be_and_reported(closed: bool) -> None:
    """Its role knows trails by name, whosever they are."""
    owner, unread = "belongs to the account 999999999999", "does not let this account read"
    given = {"Name": TRAIL, "account": "999999999999", "LogFileValidationEnabled": False, "closed": closed}
    arn = control("POST", _ORGANIZATION, given)["TrailARN"]
    try:
        since = now()
        with configured(DUTY, PHIWARD_TRAIL=arn):
            told = {each["control"]: each["outcome"] for each in sweep(DUTY)["outcomes"]}
        words = {"file-validation": owner, "kms-key": owner, "data-events": unread if closed else owner}
        if closed:
            words = {**words, "logging": unread, "management-events": unread}
        assert told == {f"audit-trail.{rule}": "reported" for rule in words}
        for rule, word in words.items():
            assert word in _advice(rule, arn, since)
    finally:
        control("DELETE", _ORGANIZATION)
        ledger.forget_repairs_of(arn)


def test_a_deployment_that_names_no_trail_looks_at_none(admin: Principal) -> None:
    since = now()
    with configured(DUTY, PHIWARD_TRAIL=""):
        assert sweep(DUTY)["checked"] == 0
    assert {each["operation"] for each in calls_of(DUTY, since)} <= {"Query"}


def test_another_trail_is_nobodys_concern(admin: Principal) -> None:
    trails = admin.client("cloudtrail")
    since = now()
    with pytest.raises(ClientError):
        trails.stop_logging(Name="another-trail")
    wait_quiet()
    assert writes_of(DUTY, since) == []
