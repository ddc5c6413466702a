"""What no function can do to evidence and to the ledger, whatever its code: each keeps to its own part of them."""

from __future__ import annotations

import json
import secrets
from typing import Any, Callable, Iterator

import pytest
from botocore.exceptions import ClientError

from permissions.cuts import in_force, policy_of
from permissions.second_stack import LOG_BUCKET, NAME, VERSIONED, client, deployed, rules_off
from permissions.sessions import all_refused, refused, session_of

_DUTIES = (
    "retention", "buckets", "quarantine", "object-encryption", "log-groups", "encryption-keys", "detectors", "free-text",
    "storage-surfaces", "residency", "guardrails", "audit-trail", "invocation-logging")
_FUNCTIONS = (*_DUTIES, "operate")


@pytest.fixture(scope="module", autouse=True)
def _alone() -> "Iterator[None]":
    deployed()
    with rules_off():
        yield


def _record_of(duty: str) -> "dict[str, str]":
    """A record of the duty's, which nobody else has written."""
    folder = "operate" if duty == "operate" else f"{duty}.test"
    key = f"evidence/{folder}/{secrets.token_hex(8)}.json"
    return {"Bucket": deployed().outputs["EvidenceBucketName"], "Key": key}


@pytest.mark.parametrize("duty", _FUNCTIONS)
def test_evidence_is_written_once_and_by_its_own_function(duty: str) -> None:
    s3, events, kms = (session_of(duty).client(name) for name in ("s3", "events", "kms"))
    mine, others = _record_of(duty), [_record_of(other) for other in _FUNCTIONS if other != duty]
    s3.put_object(**mine, Body=b"1", IfNoneMatch="*")
    version = client("s3").head_object(**mine)["VersionId"]
    entry = {"Source": "aws.s3", "DetailType": "x", "Detail": "{}"}
    all_refused({
        "overwrite": lambda: s3.put_object(**mine, Body=b"2"),
        "hide": lambda: s3.delete_object(**mine),
        "delete": lambda: s3.delete_object(**mine, VersionId=version),
        "shorten": lambda: s3.put_object_retention(**mine, Retention={}, BypassGovernanceRetention=True),
        **{f"another function's, {theirs['Key']}": lambda theirs=theirs: s3.put_object(
            **theirs, Body=b"1", IfNoneMatch="*") for theirs in others},
        "forged event": lambda: events.put_events(Entries=[{**entry, "Source": "somebody"}]),
        "data key": lambda: kms.generate_data_key(KeyId=deployed().outputs["PhiwardKeyArn"], KeySpec="AES_256"),
        "key policy": lambda: kms.put_key_policy(KeyId=deployed().outputs["PhiwardKeyArn"], Policy="{}"),
    })
    with pytest.raises(ClientError, match="PreconditionFailed|412"):
        s3.put_object(**mine, Body=b"2", IfNoneMatch="*")
    assert client("s3").get_object(**mine)["Body"].read() == b"1"


def test_evidence_is_read_by_its_own_duty_and_by_operate() -> None:
    """PHI stands in it: an object's key, a policy's statements."""
    records = {duty: _record_of(duty) for duty in _FUNCTIONS}
    for record in records.values():
        client("s3").put_object(**record, Body=b"1", IfNoneMatch="*")
    for duty in _FUNCTIONS:
        s3 = session_of(duty).client("s3")
        read = {other: not refused(lambda record=record: s3.get_object(**record)) for other, record in records.items()}
        assert read == {other: other == duty or duty == "operate" for other in _FUNCTIONS}, duty


@pytest.mark.parametrize("duty", _FUNCTIONS)
def test_the_ledger_is_written_by_whom_a_partition_belongs_to(duty: str) -> None:
    db, table = session_of(duty).client("dynamodb"), deployed().outputs["LedgerTableName"]
    people_s = ["exemption", "pause", "operations"]
    theirs = [f"{kind}#{other}{end}" for other in _DUTIES if other != duty for kind, end in (
        ("state", ".x"), ("breaker", ".x"), ("run", ""), ("wake", ""), ("order", ""), ("reviewed", ""))]
    duties_own = [f"{kind}#{each}" for kind in ("run", "reviewed") for each in _DUTIES] + ["document#bucket-policy"]
    forbidden = duties_own if duty == "operate" else [*people_s, *theirs]

    def key(partition: str) -> "dict[str, Any]":
        return {"pk": {"S": partition}, "sk": {"S": "-"}}

    def item(partition: str) -> "dict[str, Any]":
        return {**key(partition), "body": {"S": "{}"}, "revision": {"N": "1"}}

    all_refused({
        "scan": lambda: db.scan(TableName=table),
        "update": lambda: db.update_item(TableName=table, Key=key("pause"), AttributeUpdates={}),
        "delete the table": lambda: db.delete_table(TableName=table),
        "unprotect the table": lambda: db.update_table(TableName=table, DeletionProtectionEnabled=False),
        "restore it": lambda: db.restore_table_to_point_in_time(
            SourceTableName=table, TargetTableName="mine", UseLatestRestorableTime=True),
        **{f"write {each}": lambda each=each: db.put_item(TableName=table, Item=item(each)) for each in forbidden},
        **{f"delete {each}": lambda each=each: db.delete_item(TableName=table, Key=key(each)) for each in forbidden},
        **{f"write {each} beside one of its own": lambda each=each: db.transact_write_items(TransactItems=[
            {"Put": {"TableName": table, "Item": item(name)}} for name in (_own_partition(duty), each)])
           for each in forbidden},
        **({} if duty == "operate" else {
            f"read {each}": lambda each=each: db.get_item(TableName=table, Key=key(each))
            for each in ("operations", *theirs)}),
    })
    db.put_item(TableName=table, Item=item(_own_partition(duty)))
    db.delete_item(TableName=table, Key=key(_own_partition(duty)))


def _own_partition(duty: str) -> str:
    return "wake#buckets" if duty == "operate" else f"run#{duty}"


def test_operate_repairs_nothing_and_starts_nothing_but_by_its_events() -> None:
    session = session_of("operate")
    s3, functions, events = session.client("s3"), session.client("lambda"), session.client("events")
    sqs, trails = session.client("sqs"), session.client("cloudtrail")
    queue = deployed().outputs["DeadLetterQueueUrl"]
    all_refused({
        "a bucket's setting": lambda: s3.put_bucket_versioning(
            Bucket=LOG_BUCKET, VersioningConfiguration={"Status": "Enabled"}),
        "an object": lambda: s3.get_object(Bucket=VERSIONED, Key="x"),
        "the quarantine": lambda: s3.list_objects_v2(Bucket=deployed().outputs["QuarantineBucketName"]),
        "a function": lambda: functions.invoke(FunctionName=deployed().alias("buckets"), Payload=b"{}"),
        "a rule": lambda: events.disable_rule(Name=f"{NAME}-x"),
        "a rule of others": lambda: events.describe_rule(Name="somebody-s"),
        "read dead letters": lambda: sqs.receive_message(QueueUrl=queue),
        "purge dead letters": lambda: sqs.purge_queue(QueueUrl=queue),
        "the trail": lambda: trails.stop_logging(Name="arn:aws:cloudtrail:us-east-1:000000000000:trail/x"),
        "retention": lambda: session.client("bedrock").put_account_data_retention(mode="none"),
    })


def test_quarantine_reads_and_writes_no_other_duty_s_evidence_although_it_is_watched() -> None:
    """With `WatchBuckets=*` its role may read and write every object; what forbids it then is the bucket's policy."""
    policy, s3, admin = policy_of(deployed().role("quarantine")), session_of("quarantine").client("s3"), client("s3")
    watching = json.loads(json.dumps(policy.document))
    for statement in watching["Statement"]:
        if statement["Sid"] in ("ReadWatchedObjects", "BringObjectsBack"):
            statement["Resource"] = "*"
    mine, theirs = _record_of("quarantine"), _record_of("buckets")
    for each in (mine, theirs):
        admin.put_object(**each, Body=b"1", IfNoneMatch="*")
    version = admin.head_object(**theirs)["VersionId"]
    tries: "dict[str, Callable[[], Any]]" = {
        "read": lambda: s3.get_object(**theirs),
        "read a version": lambda: s3.get_object(**theirs, VersionId=version),
        "write": lambda: s3.put_object(**_record_of("buckets"), Body=b"1", IfNoneMatch="*"),
    }
    bucket = deployed().outputs["EvidenceBucketName"]
    whole = admin.get_bucket_policy(Bucket=bucket)["Policy"]
    less = json.loads(whole)
    less["Statement"] = [each for each in less["Statement"] if each["Sid"] != "QuarantineTestifiesForItself"]
    with in_force(policy, watching):
        all_refused(tries)
        assert not refused(lambda: s3.get_object(**mine))
        admin.put_bucket_policy(Bucket=bucket, Policy=json.dumps(less))
        try:
            assert [name for name, call in tries.items() if refused(call)] == [], "the statement denies nothing"
        finally:
            admin.put_bucket_policy(Bucket=bucket, Policy=whole)
