"""What a function can't do, whatever its code: tried with its own role's session, against enforced IAM."""

from __future__ import annotations

import json
from typing import Any, Callable, Iterator

import pytest
from botocore.exceptions import ClientError
from harness import new_principal

from permissions import retention
from permissions.cuts import in_force, policy_of
from permissions.objects import flagged
from permissions.second_stack import LOG_BUCKET, OUTSIDE, PHI_BUCKET, VERSIONED, client, deployed, rules_off
from permissions.sessions import refused, session_of

_DUTIES = ("retention", "buckets", "quarantine")
_TAGS = {"TagSet": [{"Key": "phiward-isolated", "Value": "true"}]}


@pytest.fixture(scope="module", autouse=True)
def _alone() -> "Iterator[None]":
    deployed()
    with rules_off():
        yield


def _refused(tries: "dict[str, Callable[[], Any]]") -> None:
    allowed = [name for name, call in tries.items() if not refused(call)]
    assert not allowed, f"allowed: {allowed}"


@pytest.mark.parametrize("duty", _DUTIES)
def test_nobody_but_lambda_may_take_the_role(duty: str) -> None:
    somebody = new_principal("intruder", ["sts:AssumeRole"])
    assume = somebody.client("sts").assume_role
    assert refused(lambda: assume(RoleArn=deployed().role(duty), RoleSessionName="intruder"))


@pytest.mark.parametrize("duty", _DUTIES)
def test_evidence_is_written_once_and_by_its_own_duty(duty: str) -> None:
    s3, events, kms = (session_of(duty).client(name) for name in ("s3", "events", "kms"))
    bucket = deployed().outputs["EvidenceBucketName"]
    mine = {"Bucket": bucket, "Key": f"evidence/{duty}.test/{id(s3)}.json"}
    s3.put_object(**mine, Body=b"1", IfNoneMatch="*")
    version = client("s3").head_object(**mine)["VersionId"]
    theirs = {"Bucket": bucket, "Key": f"evidence/{_DUTIES[_DUTIES.index(duty) - 1]}.test/x.json"}
    entry = {"Source": "aws.s3", "DetailType": "x", "Detail": "{}"}
    _refused({
        "overwrite": lambda: s3.put_object(**mine, Body=b"2"),
        "hide": lambda: s3.delete_object(**mine),
        "delete": lambda: s3.delete_object(**mine, VersionId=version),
        "shorten": lambda: s3.put_object_retention(**mine, Retention={}, BypassGovernanceRetention=True),
        "another duty's": lambda: s3.put_object(**theirs, Body=b"1", IfNoneMatch="*"),
        "forged event": lambda: events.put_events(Entries=[{**entry, "Source": "somebody"}]),
        "data key": lambda: kms.generate_data_key(KeyId=deployed().outputs["PhiwardKeyArn"], KeySpec="AES_256"),
        "key policy": lambda: kms.put_key_policy(KeyId=deployed().outputs["PhiwardKeyArn"], Policy="{}"),
    })
    with pytest.raises(ClientError, match="PreconditionFailed|412"):
        s3.put_object(**mine, Body=b"2", IfNoneMatch="*")
    assert client("s3").get_object(**mine)["Body"].read() == b"1"


def test_retention_can_only_be_switched_off() -> None:
    session, project = session_of("retention"), f"{retention.PROJECTS}/{retention.project()}"
    put = session.client("bedrock").put_account_data_retention
    put(mode="none")
    assert session.mantle("PUT", "/v1/data_retention", {"mode": "none"}) == 200
    _refused({
        **{f"control plane {mode}": lambda mode=mode: put(mode=mode)
           for mode in ("default", "inherit", "aws_review", "provider_data_share")},
        "mantle": lambda: session.mantle("PUT", "/v1/data_retention", {"mode": "default"}),
        "project": lambda: session.mantle("POST", project, {"data_retention": {"mode": "inherit"}}),
        "a project's name": lambda: session.mantle("POST", project, {"name": "mine"}),
        "new project": lambda: session.mantle("POST", retention.PROJECTS, {"name": "mine"}),
    })


def test_buckets_changes_no_bucket_outside_the_sets_and_no_object() -> None:
    s3 = session_of("buckets").client("s3")
    policy = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"arn:aws:s3:::{OUTSIDE}"}]})
    rule = {"ID": "x", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}
    lifecycle = {"LifecycleConfiguration": {"Rules": [rule]}}
    _refused({
        "policy": lambda: s3.put_bucket_policy(Bucket=OUTSIDE, Policy=policy),
        "versioning": lambda: s3.put_bucket_versioning(
            Bucket=OUTSIDE, VersioningConfiguration={"Status": "Enabled"}),
        "notification": lambda: s3.put_bucket_notification_configuration(
            Bucket=OUTSIDE, NotificationConfiguration={}),
        "block": lambda: s3.put_public_access_block(Bucket=OUTSIDE, PublicAccessBlockConfiguration={}),
        "acl outside": lambda: s3.put_bucket_acl(Bucket=OUTSIDE, ACL="private"),
        "acl open": lambda: s3.put_bucket_acl(Bucket=LOG_BUCKET, ACL="public-read"),
        "lifecycle outside": lambda: s3.put_bucket_lifecycle_configuration(Bucket=OUTSIDE, **lifecycle),
        "lifecycle of PHI": lambda: s3.put_bucket_lifecycle_configuration(Bucket=PHI_BUCKET, **lifecycle),
        "settings outside": lambda: s3.get_bucket_policy(Bucket=OUTSIDE),
        "list": lambda: s3.list_objects_v2(Bucket=LOG_BUCKET),
        "read": lambda: s3.get_object(Bucket=LOG_BUCKET, Key="x"),
        "write": lambda: s3.put_object(Bucket=LOG_BUCKET, Key="x", Body=b""),
        "delete": lambda: s3.delete_object(Bucket=LOG_BUCKET, Key="x"),
        "delete bucket": lambda: s3.delete_bucket(Bucket=LOG_BUCKET),
    })


def test_quarantine_acts_only_where_it_watches() -> None:
    session = session_of("quarantine")
    s3, macie = session.client("s3"), session.client("macie2")
    _refused({
        "read outside": lambda: s3.get_object(Bucket=OUTSIDE, Key="x"),
        "delete outside": lambda: s3.delete_object(Bucket=OUTSIDE, Key="x"),
        "policy outside": lambda: s3.put_bucket_policy(Bucket=OUTSIDE, Policy="{}"),
        "write": lambda: s3.put_object(Bucket=VERSIONED, Key="x", Body=b""),
        "the values found": lambda: macie.get_sensitive_data_occurrences(findingId="0" * 32),
        "archive": lambda: macie.create_findings_filter(action="ARCHIVE", findingCriteria={}, name="x"),
    })


@pytest.mark.parametrize("sid, places", [
    ("NeverActInsideTheSets", (LOG_BUCKET, PHI_BUCKET)), ("NeverEmptyTheQuarantine", ("quarantine",))])
def test_what_is_denied_is_denied_although_it_is_watched(sid: str, places: "tuple[str, ...]") -> None:
    """Without the denial it would be allowed: so the denial is needed."""
    policy, s3 = policy_of(deployed().role("quarantine")), session_of("quarantine").client("s3")
    for place in places:
        bucket = deployed().outputs["QuarantineBucketName"] if place == "quarantine" else place
        what = {"Bucket": bucket, "Key": flagged(bucket).key}
        tries = {
            "delete": lambda: s3.delete_object(**what),
            "delete version": lambda: s3.delete_object(**what, VersionId="null"),
            "policy": lambda: s3.put_bucket_policy(Bucket=bucket, Policy="{}"),
            **({} if place == "quarantine" else {"tag": lambda: s3.put_object_tagging(**what, Tagging=_TAGS)}),
        }
        _refused(tries)
        watching = policy.without(sid)
        for statement in watching["Statement"]:
            if statement["Sid"] == "RemoveMovedObjects":
                statement["Resource"] = "*"
        with in_force(policy, watching):
            assert not refused(lambda: s3.delete_object(**what)), f"{sid} denies nothing in {bucket}"
