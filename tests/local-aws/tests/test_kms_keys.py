"""KMS keys as AWS keeps them: what each state allows, rotation, and the records of it."""

from __future__ import annotations

import json

import botocore.exceptions
import pytest
from functions import allow
from test_cloudtrail import Recorder

ID = "arn:aws:kms:us-east-1:000000000000:key/"


def code(call, **arguments):
    try:
        call(**arguments)
    except botocore.exceptions.ClientError as refused:
        return refused.response["Error"]["Code"]
    return None


@pytest.fixture(name="kms")
def _kms(aws):
    return aws.client("kms")


def key(kms, **more):
    return kms.create_key(**more)["KeyMetadata"]["Arn"]


def state(kms, arn):
    return kms.describe_key(KeyId=arn)["KeyMetadata"]["KeyState"]


def test_a_deletion_is_cancelled_before_the_key_is_enabled(kms):
    arn = key(kms)
    answer = kms.schedule_key_deletion(KeyId=arn, PendingWindowInDays=7)
    assert (answer["KeyId"], answer["KeyState"], answer["PendingWindowInDays"]) == (arn, "PendingDeletion", 7)
    for refused in (kms.enable_key, kms.disable_key, kms.schedule_key_deletion, kms.enable_key_rotation,
                    kms.disable_key_rotation):
        assert code(refused, KeyId=arn) == "KMSInvalidStateException"
    assert kms.cancel_key_deletion(KeyId=arn)["KeyId"] == arn and state(kms, arn) == "Disabled"
    assert code(kms.cancel_key_deletion, KeyId=arn) == "KMSInvalidStateException"
    assert code(kms.enable_key, KeyId=arn) is None and state(kms, arn) == "Enabled"
    assert code(kms.cancel_key_deletion, KeyId=arn) == "KMSInvalidStateException"


def test_a_key_without_material_is_neither_enabled_nor_disabled(kms):
    arn = key(kms, Origin="EXTERNAL")
    assert code(kms.enable_key, KeyId=arn) == code(kms.disable_key, KeyId=arn) == "KMSInvalidStateException"


def test_a_primary_key_with_replicas_waits_for_them_and_can_be_taken_back(kms):
    arn = key(kms, MultiRegion=True)
    kms.replicate_key(KeyId=arn, ReplicaRegion="eu-west-1")
    assert kms.schedule_key_deletion(KeyId=arn)["KeyState"] == "PendingReplicaDeletion"
    assert code(kms.enable_key, KeyId=arn) == "KMSInvalidStateException"
    assert code(kms.cancel_key_deletion, KeyId=arn) is None and state(kms, arn) == "Disabled"


def test_the_period_of_rotation_is_told_and_has_bounds(kms):
    arn = key(kms)

    def status():
        told = kms.get_key_rotation_status(KeyId=arn)
        return told["KeyRotationEnabled"], told.get("RotationPeriodInDays"), "NextRotationDate" in told

    assert status() == (False, None, False)
    kms.enable_key_rotation(KeyId=arn)
    assert status() == (True, 365, True)
    kms.enable_key_rotation(KeyId=arn, RotationPeriodInDays=90)
    assert status() == (True, 90, True)
    assert code(kms.enable_key_rotation, KeyId=arn, RotationPeriodInDays=2561) == "ValidationException"
    kms.disable_key(KeyId=arn)
    assert status() == (True, 90, True), "it stays set, though KMS does not rotate a disabled key"
    assert code(kms.enable_key_rotation, KeyId=arn) == code(kms.disable_key_rotation, KeyId=arn) == "DisabledException"
    kms.schedule_key_deletion(KeyId=arn)
    assert status() == (False, None, False)
    kms.cancel_key_deletion(KeyId=arn)
    assert status() == (True, 90, True)


@pytest.mark.parametrize("more", [
    {"Origin": "EXTERNAL"}, {"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"},
    {"KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY"}], ids=["imported", "HMAC", "RSA"])
def test_only_symmetric_keys_of_kms_s_own_material_rotate(kms, more):
    arn = key(kms, **more)
    for refused in (kms.get_key_rotation_status, kms.enable_key_rotation, kms.disable_key_rotation):
        assert code(refused, KeyId=arn) == "UnsupportedOperationException"


def test_a_replica_rotates_as_its_primary_key_does(aws, kms):
    arn = key(kms, MultiRegion=True)
    kms.enable_key_rotation(KeyId=arn, RotationPeriodInDays=180)
    replica = kms.replicate_key(KeyId=arn, ReplicaRegion="eu-west-1")["ReplicaKeyMetadata"]["Arn"]
    abroad = aws.client("kms", region="eu-west-1")
    assert abroad.get_key_rotation_status(KeyId=replica)["RotationPeriodInDays"] == 180
    assert code(abroad.enable_key_rotation, KeyId=replica) == "UnsupportedOperationException"


def test_records_name_the_key_by_its_arn_whatever_the_call_named(aws, kms):
    arn = key(kms)
    seen = Recorder(aws, "kms.amazonaws.com")
    short = arn.removeprefix(ID)
    kms.disable_key(KeyId=short)
    kms.schedule_key_deletion(KeyId=arn, PendingWindowInDays=8)
    kms.cancel_key_deletion(KeyId=short)
    disabled, scheduled, cancelled = seen.records(3)
    assert (disabled["eventName"], disabled["requestParameters"]) == ("DisableKey", {"keyId": short})
    assert disabled["responseElements"] == {"keyId": arn} == cancelled["responseElements"]
    assert scheduled["requestParameters"] == {"keyId": arn, "pendingWindowInDays": 8}
    assert scheduled["responseElements"]["keyState"] == "PendingDeletion"
    resource = {"accountId": "000000000000", "type": "AWS::KMS::Key", "ARN": arn}
    assert [each["resources"] for each in (disabled, scheduled, cancelled)] == [[resource]] * 3
    assert not any(each["readOnly"] for each in (disabled, scheduled, cancelled))


def test_what_a_role_may_do_is_said_for_each_key(aws, kms):
    ours, other = key(kms), key(kms)
    closed = key(kms, Policy=json.dumps({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::000000000000:role/nobody"}, "Action": "kms:*",
        "Resource": "*"}]}))
    may = {**allow("kms:EnableKey"), "Resource": [ours, closed]}
    role = aws.client("kms", aws.role("kms-enables-one", may))
    assert code(role.enable_key, KeyId=ours) == code(role.enable_key, KeyId=ours.removeprefix(ID)) is None
    assert code(role.enable_key, KeyId=other) == code(role.disable_key, KeyId=ours) == "AccessDeniedException"
    assert code(role.enable_key, KeyId=closed) == "AccessDeniedException", "the key policy must admit the account"
    assert code(role.describe_key, KeyId=ours) == "AccessDeniedException"
    assert code(kms.enable_key, KeyId=f"{ID}gone") == "NotFoundException"
