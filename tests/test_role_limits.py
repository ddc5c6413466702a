"""What a function can't do, whatever its code: tried with its own role's session, against enforced IAM."""

from __future__ import annotations

import json
import secrets
from typing import Any, Callable, Iterator

import pytest
from harness import new_principal, surroundings
from harness.inference import HAIKU
from harness.named import make

from permissions import retention
from permissions.cuts import in_force, policy_of
from permissions.objects import flagged
from permissions.second_stack import (
    ACCOUNT, INVOCATION_BUCKET, LOG_BUCKET, LOG_GROUP, LOG_ROLE, OTHER_TRAIL, OUTSIDE, PHI_BUCKET, TRAIL, TRAIL_ARN, TRAIL_BUCKET,
    VERSIONED, client, deployed, rules_off,
)
from permissions.sessions import all_refused, refused, session_of

_DUTIES = (
    "retention", "buckets", "quarantine", "object-encryption", "log-groups", "encryption-keys", "detectors", "free-text",
    "storage-surfaces", "residency", "guardrails", "audit-trail", "invocation-logging")
_FUNCTIONS = (*_DUTIES, "operate", "readiness")
_TAGS = {"TagSet": [{"Key": "phiward-isolated", "Value": "true"}]}


@pytest.fixture(scope="module", autouse=True)
def _alone() -> "Iterator[None]":
    deployed()
    with rules_off():
        yield


@pytest.mark.parametrize("duty", _FUNCTIONS)
def test_nobody_but_lambda_may_take_the_role(duty: str) -> None:
    somebody = new_principal("intruder", ["sts:AssumeRole"])
    assume = somebody.client("sts").assume_role
    assert refused(lambda: assume(RoleArn=deployed().role(duty), RoleSessionName="intruder"))


def test_readiness_reads_asks_and_writes_its_reports_alone() -> None:
    session, outputs = session_of("readiness"), deployed().outputs
    s3, db, bucket = session.client("s3"), session.client("dynamodb"), outputs["EvidenceBucketName"]
    report = {"Bucket": bucket, "Key": f"readiness/{secrets.token_hex(8)}/report.json"}
    s3.put_object(**report, Body=b"1", IfNoneMatch="*")
    item = {"pk": {"S": "exemption"}, "sk": {"S": "-"}, "body": {"S": "{}"}, "revision": {"N": "1"}}
    all_refused({
        "a report again": lambda: s3.put_object(**report, Body=b"2"),
        "hide a report": lambda: s3.delete_object(**report),
        "evidence": lambda: s3.put_object(Bucket=bucket, Key="evidence/buckets.test/1.json", Body=b"1", IfNoneMatch="*"),
        "a bucket's setting": lambda: s3.put_bucket_versioning(
            Bucket=LOG_BUCKET, VersioningConfiguration={"Status": "Enabled"}),
        "an object": lambda: s3.get_object(Bucket=VERSIONED, Key="x"),
        "the ledger": lambda: db.put_item(TableName=outputs["LedgerTableName"], Item=item),
        "an order": lambda: db.get_item(
            TableName=outputs["LedgerTableName"], Key={"pk": {"S": "order#buckets"}, "sk": {"S": "-"}}),
        "operate": lambda: session.client("lambda").invoke(FunctionName=deployed().alias("operate"), Payload=b"{}"),
        "retention": lambda: session.client("bedrock").put_account_data_retention(mode="none"),
        "another model": lambda: session.client("bedrock-runtime").converse(
            modelId=HAIKU, messages=[{"role": "user", "content": [{"text": "x"}]}]),
        "who there is": lambda: session.client("iam").list_users(),
    })


def test_retention_can_only_be_switched_off() -> None:
    session, project = session_of("retention"), f"{retention.PROJECTS}/{retention.project()}"
    put = session.client("bedrock").put_account_data_retention
    put(mode="none")
    assert session.mantle("PUT", "/v1/data_retention", {"mode": "none"}) == 200
    all_refused({
        **{f"control plane {mode}": lambda mode=mode: put(mode=mode)
           for mode in ("default", "inherit", "aws_review", "provider_data_share")},
        "mantle": lambda: session.mantle("PUT", "/v1/data_retention", {"mode": "default"}),
        "project": lambda: session.mantle("POST", project, {"data_retention": {"mode": "inherit"}}),
        "a project's name": lambda: session.mantle("POST", project, {"name": "mine"}),
        "new project": lambda: session.mantle("POST", retention.PROJECTS, {"name": "mine"}),
    })


def test_detectors_can_switch_nothing_off() -> None:
    session = session_of("detectors")
    macie, config, guardduty = (session.client(name) for name in ("macie2", "config", "guardduty"))
    [detector] = client("guardduty").list_detectors()["DetectorIds"]
    [made, *_] = client("macie2").list_custom_data_identifiers()["items"]
    recorder = client("config").describe_configuration_recorders()["ConfigurationRecorders"][0]["name"]
    all_refused({
        "Macie": macie.disable_macie,
        "an identifier": lambda: macie.delete_custom_data_identifier(id=made["id"]),
        "findings": macie.list_findings,
        "the recorder": lambda: config.stop_configuration_recorder(ConfigurationRecorderName=recorder),
        "the recorder's group": lambda: config.put_configuration_recorder(
            ConfigurationRecorder={"name": recorder, "roleARN": "arn:aws:iam::000000000000:role/x"}),
        "the channel": lambda: config.delete_delivery_channel(DeliveryChannelName="default"),
        "the detector": lambda: guardduty.delete_detector(DetectorId=detector),
        "another service's role": lambda: session.client("iam").create_service_linked_role(AWSServiceName="ecs.amazonaws.com"),
    })


def test_the_trail_is_neither_stopped_nor_deleted_and_no_other_is_touched() -> None:
    session = session_of("audit-trail")
    trails, s3, kms = (session.client(name) for name in ("cloudtrail", "s3", "kms"))
    whole = [{"ReadWriteType": "All"}]
    all_refused({
        "stop": lambda: trails.stop_logging(Name=TRAIL),
        "delete": lambda: trails.delete_trail(Name=TRAIL),
        "tags": lambda: trails.remove_tags(ResourceId=TRAIL_ARN, TagsList=[{"Key": "a"}]),
        "insights": lambda: trails.put_insight_selectors(TrailName=TRAIL, InsightSelectors=[]),
        "start another": lambda: trails.start_logging(Name=OTHER_TRAIL),
        "change another": lambda: trails.update_trail(Name=OTHER_TRAIL, EnableLogFileValidation=True),
        "select for another": lambda: trails.put_event_selectors(TrailName=OTHER_TRAIL, EventSelectors=whole),
        "make another": lambda: trails.create_trail(Name=OTHER_TRAIL, S3BucketName=TRAIL_BUCKET),
        "look at another": lambda: trails.get_trail_status(Name=OTHER_TRAIL),
        "its files": lambda: s3.list_objects_v2(Bucket=TRAIL_BUCKET),
        "its bucket's policy": lambda: s3.put_bucket_policy(Bucket=TRAIL_BUCKET, Policy="{}"),
        "another bucket's policy": lambda: s3.get_bucket_policy(Bucket=OUTSIDE),
        "the key's policy": lambda: kms.put_key_policy(
            KeyId=deployed().outputs["DataKeyArn"], PolicyName="default", Policy="{}"),
        "the key": lambda: kms.generate_data_key(KeyId=deployed().outputs["DataKeyArn"], KeySpec="AES_256"),
    })


def test_invocation_logging_is_never_switched_off_and_reads_no_log() -> None:
    session, of_bucket = session_of("invocation-logging"), {"Bucket": INVOCATION_BUCKET}
    bedrock, s3, iam, logs = (session.client(name) for name in ("bedrock", "s3", "iam", "logs"))
    other = client("iam").create_role(
        RoleName=f"roles-{secrets.token_hex(4)}", AssumeRolePolicyDocument='{"Statement": []}')["Role"]
    passed = {"cloudWatchConfig": {"logGroupName": LOG_GROUP, "roleArn": other["Arn"]}}
    all_refused({
        "delete": bedrock.delete_model_invocation_logging_configuration,
        "another role": lambda: bedrock.put_model_invocation_logging_configuration(loggingConfig=passed),
        "look at another role": lambda: iam.get_role(RoleName=other["RoleName"]),
        "the role's trust": lambda: iam.update_assume_role_policy(RoleName=LOG_ROLE, PolicyDocument="{}"),
        "the bucket's policy": lambda: s3.put_bucket_policy(**of_bucket, Policy="{}"),
        "the logs": lambda: s3.list_objects_v2(**of_bucket),
        "a log": lambda: s3.get_object(**of_bucket, Key="AWSLogs/x"),
        "another bucket": lambda: s3.get_bucket_policy(Bucket=OUTSIDE),
        "the group's events": lambda: logs.filter_log_events(logGroupName=LOG_GROUP),
        "the group": lambda: logs.delete_log_group(logGroupName=LOG_GROUP),
    })


def test_free_text_changes_nothing_and_reads_no_prompt_and_no_object() -> None:
    session, made = session_of("free-text"), make("guardrail", surroundings().admin, f"roles-{secrets.token_hex(4)}")
    agent = make("agent", surroundings().admin, f"roles-{secrets.token_hex(4)}").rsplit("/", 1)[1]
    bedrock, agents, s3 = (session.client(name) for name in ("bedrock", "bedrock-agent", "s3"))
    assert bedrock.list_tags_for_resource(resourceARN=made)["tags"] == []
    all_refused({
        "a tag": lambda: bedrock.tag_resource(resourceARN=made, tags=[{"key": "a", "value": "b"}]),
        "a tag less": lambda: bedrock.untag_resource(resourceARN=made, tagKeys=["a"]),
        "a guardrail": lambda: bedrock.delete_guardrail(guardrailIdentifier=made.rsplit("/", 1)[1]),
        "what a guardrail says": lambda: bedrock.get_guardrail(guardrailIdentifier=made.rsplit("/", 1)[1]),
        "what an agent is told": lambda: agents.get_agent(agentId=agent),
        "an agent": lambda: agents.delete_agent(agentId=agent),
        "an object": lambda: s3.get_object(Bucket=PHI_BUCKET, Key="x"),
        "tags of a bucket": lambda: s3.put_bucket_tagging(Bucket=PHI_BUCKET, Tagging=_TAGS),
        "those of a bucket outside": lambda: s3.get_bucket_tagging(Bucket=OUTSIDE),
    })


def test_guardrails_keeps_to_the_named_ones_and_takes_no_enforcement_away() -> None:
    session, other = session_of("guardrails"), make("guardrail", surroundings().admin, f"roles-{secrets.token_hex(4)}")
    bedrock, runtime, kms = (session.client(name) for name in ("bedrock", "bedrock-runtime", "kms"))
    identifier = other.rsplit("/", 1)[1]
    messages = {"blockedInputMessaging": "-", "blockedOutputsMessaging": "-"}
    all_refused({
        "read another": lambda: bedrock.get_guardrail(guardrailIdentifier=identifier),
        "write another": lambda: bedrock.update_guardrail(guardrailIdentifier=identifier, name="x", **messages),
        "a version of another": lambda: bedrock.create_guardrail_version(guardrailIdentifier=identifier),
        "delete another": lambda: bedrock.delete_guardrail(guardrailIdentifier=identifier),
        "ask another": lambda: runtime.apply_guardrail(
            guardrailIdentifier=identifier, guardrailVersion="DRAFT", source="INPUT", content=[{"text": {"text": "x"}}]),
        "the enforcement": lambda: bedrock.delete_enforced_guardrail_configuration(configId="c"),
        "use a model": lambda: runtime.invoke_model(modelId="amazon.titan-text-lite-v1", body=b"{}"),
        "a key by itself": lambda: kms.decrypt(KeyId=deployed().key_arn, CiphertextBlob=b"x"),
    })


def test_storage_surfaces_makes_and_deletes_nothing_and_uses_keys_through_bedrock_alone() -> None:
    session, admin = session_of("storage-surfaces"), surroundings().admin
    agent = make("agent", admin, f"roles-{secrets.token_hex(4)}").rsplit("/", 1)[1]
    guardrail = make("guardrail", admin, f"roles-{secrets.token_hex(4)}").rsplit("/", 1)[1]
    model = make("custom-model", admin, f"roles-{secrets.token_hex(4)}")
    bedrock, agents, kms, key = (
        *(session.client(name) for name in ("bedrock", "bedrock-agent", "kms")), deployed().outputs["DataKeyArn"])
    whole = {"agentName": "a", "foundationModel": "m", "agentResourceRoleArn": f"arn:aws:iam::{ACCOUNT}:role/a"}
    assert not refused(lambda: agents.update_agent(agentId=agent, **whole, customerEncryptionKeyArn=key))
    sealed = client("kms").encrypt(KeyId=key, Plaintext=b"1")["CiphertextBlob"]
    all_refused({
        "another account's role": lambda: agents.update_agent(
            agentId=agent, **{**whole, "agentResourceRoleArn": "arn:aws:iam::111122223333:role/a"}),
        "make": lambda: agents.create_agent(agentName="roles"),
        "delete": lambda: agents.delete_agent(agentId=agent),
        "publish": lambda: agents.create_agent_alias(agentId=agent, agentAliasName="live"),
        "a guardrail": lambda: bedrock.delete_guardrail(guardrailIdentifier=guardrail),
        "a guardrail's version": lambda: bedrock.create_guardrail_version(guardrailIdentifier=guardrail),
        "a model": lambda: bedrock.delete_custom_model(modelIdentifier=model),
        "a tag": lambda: bedrock.tag_resource(resourceARN=model, tags=[{"key": "a", "value": "b"}]),
        "the key itself": lambda: kms.generate_data_key(KeyId=key, KeySpec="AES_256"),
        "what it encrypts": lambda: kms.decrypt(CiphertextBlob=sealed),
        "the key's policy": lambda: kms.put_key_policy(KeyId=key, PolicyName="default", Policy="{}"),
        "the key's state": lambda: kms.disable_key(KeyId=key),
        "another key": lambda: kms.describe_key(KeyId=deployed().key_arn),
    })


def test_buckets_changes_no_bucket_outside_the_sets_and_no_object() -> None:
    s3 = session_of("buckets").client("s3")
    policy = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"arn:aws:s3:::{OUTSIDE}"}]})
    rule = {"ID": "x", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}
    lifecycle = {"LifecycleConfiguration": {"Rules": [rule]}}
    all_refused({
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


def test_keys_are_never_disabled_deleted_opened_or_used_and_no_other_is_looked_at() -> None:
    kms = session_of("encryption-keys").client("kms")
    mine, other = deployed().key_arn, client("kms").create_key()["KeyMetadata"]["Arn"]
    kms.enable_key(KeyId=mine)
    all_refused({
        "disable": lambda: kms.disable_key(KeyId=mine),
        "delete": lambda: kms.schedule_key_deletion(KeyId=mine),
        "stop rotation": lambda: kms.disable_key_rotation(KeyId=mine),
        "policy": lambda: kms.put_key_policy(KeyId=mine, PolicyName="default", Policy="{}"),
        "grant": lambda: kms.create_grant(KeyId=mine, GranteePrincipal=f"arn:aws:iam::{ACCOUNT}:root", Operations=["Decrypt"]),
        "use": lambda: kms.generate_data_key(KeyId=mine, KeySpec="AES_256"),
        "another": lambda: kms.enable_key(KeyId=other),
        "look at another": lambda: kms.describe_key(KeyId=other),
    })


def test_the_journal_is_only_written() -> None:
    """What is there stays: nobody who may write a line may read, shorten or delete any."""
    logs, group = session_of("encryption-keys").client("logs"), deployed().outputs["JournalLogGroupName"]
    logs.create_log_stream(logGroupName=group, logStreamName="roles")
    all_refused({
        "read": lambda: logs.get_log_events(logGroupName=group, logStreamName="roles"),
        "delete a stream": lambda: logs.delete_log_stream(logGroupName=group, logStreamName="roles"),
        "delete": lambda: logs.delete_log_group(logGroupName=group),
        "shorten": lambda: logs.put_retention_policy(logGroupName=group, retentionInDays=1),
    })
    all_refused({
        f"{duty} writes": lambda duty=duty: session_of(duty).client("logs").create_log_stream(
            logGroupName=group, logStreamName=duty) for duty in _FUNCTIONS if duty != "encryption-keys"})


def test_quarantine_acts_only_where_it_watches() -> None:
    session = session_of("quarantine")
    s3, macie = session.client("s3"), session.client("macie2")
    all_refused({
        "read outside": lambda: s3.get_object(Bucket=OUTSIDE, Key="x"),
        "delete outside": lambda: s3.delete_object(Bucket=OUTSIDE, Key="x"),
        "policy outside": lambda: s3.put_bucket_policy(Bucket=OUTSIDE, Policy="{}"),
        "write outside": lambda: s3.put_object(Bucket=OUTSIDE, Key="x", Body=b""),
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
        all_refused(tries)
        watching = policy.without(sid)
        for statement in watching["Statement"]:
            if statement["Sid"] == "RemoveMovedObjects":
                statement["Resource"] = "*"
        with in_force(policy, watching):
            assert not refused(lambda: s3.delete_object(**what)), f"{sid} denies nothing in {bucket}"


def test_object_encryption_touches_no_object_outside_the_sets_and_removes_none() -> None:
    session = session_of("object-encryption")
    s3, kms, data_key = session.client("s3"), session.client("kms"), deployed().outputs["DataKeyArn"]
    outside, inside = ({"Bucket": name, "Key": secrets.token_hex(8)} for name in (OUTSIDE, PHI_BUCKET))
    for each in (outside, inside):
        client("s3").put_object(**each, Body=b"1", ServerSideEncryption="AES256")
    to_data_key = {"ObjectEncryption": {"SSEKMS": {"KMSKeyArn": data_key}}}
    s3.update_object_encryption(**inside, **to_data_key)
    all_refused({
        "look outside": lambda: s3.head_object(**outside),
        "re-encrypt outside": lambda: s3.update_object_encryption(**outside, **to_data_key),
        "another key": lambda: s3.update_object_encryption(
            **inside, ObjectEncryption={"SSEKMS": {"KMSKeyArn": deployed().key_arn}}),
        "copy outside": lambda: s3.copy_object(**outside, CopySource=inside),
        "delete": lambda: s3.delete_object(**inside),
        "delete a version": lambda: s3.delete_object(**inside, VersionId="null"),
        "unlock": lambda: s3.put_object_legal_hold(**inside, LegalHold={"Status": "OFF"}),
        "tags outside": lambda: s3.put_object_tagging(**outside, Tagging=_TAGS),
        "the bucket": lambda: s3.delete_bucket_encryption(Bucket=PHI_BUCKET),
        "the key itself": lambda: kms.generate_data_key(KeyId=data_key, KeySpec="AES_256"),
        "the key's state": lambda: kms.disable_key(KeyId=data_key),
    })


@pytest.mark.parametrize("bucket", [LOG_BUCKET, PHI_BUCKET])
def test_nothing_is_released_into_the_sets_although_they_are_watched(bucket: str) -> None:
    policy, s3 = policy_of(deployed().role("quarantine")), session_of("quarantine").client("s3")

    def put() -> Any:
        return s3.put_object(Bucket=bucket, Key=secrets.token_hex(8), Body=b"")

    assert refused(put)
    with in_force(policy, policy.without("NeverReleaseIntoTheSets")):
        assert not refused(put), "NeverReleaseIntoTheSets denies nothing"


def test_log_groups_takes_nothing_away_and_keeps_to_the_named_groups() -> None:
    session, outside = session_of("log-groups"), f"/roles/outside-{secrets.token_hex(4)}"
    client("logs").create_log_group(logGroupName=outside)
    logs, iam, kms = (session.client(name) for name in ("logs", "iam", "kms"))
    key = deployed().outputs["DataKeyArn"]
    all_refused({
        "create outside": lambda: logs.create_log_group(logGroupName="/roles/named-more"),
        "key outside": lambda: logs.associate_kms_key(logGroupName=outside, kmsKeyId=key),
        "retention outside": lambda: logs.put_retention_policy(logGroupName=outside, retentionInDays=1),
        "policy outside": lambda: logs.put_data_protection_policy(logGroupIdentifier=outside, policyDocument="{}"),
        "read outside": lambda: logs.get_data_protection_policy(logGroupIdentifier=outside),
        "delete": lambda: logs.delete_log_group(logGroupName=LOG_GROUP),
        "take the key": lambda: logs.disassociate_kms_key(logGroupName=LOG_GROUP),
        "take the policy": lambda: logs.delete_data_protection_policy(logGroupIdentifier=LOG_GROUP),
        "read events": lambda: logs.filter_log_events(logGroupName=LOG_GROUP),
        "read events unmasked": lambda: logs.filter_log_events(logGroupName=LOG_GROUP, unmask=True),
        "let others read": lambda: iam.put_role_policy(RoleName="x", PolicyName="x", PolicyDocument="{}"),
        "key policy": lambda: kms.put_key_policy(KeyId=key, Policy="{}"),
    })
    assert not refused(lambda: logs.describe_log_groups())
