"""DynamoDB's tables: customer keys, and what a template says of a table."""

from __future__ import annotations

import json
from typing import Optional

import pytest
from botocore.exceptions import ClientError
from conftest import LocalAws
from functions import allow
from tables import arn_of, code, item, table

ACCOUNT = "000000000000"
_ROOT = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*", "Resource": "*"}


def _key(aws: LocalAws) -> str:
    policy = json.dumps({"Version": "2012-10-17", "Statement": [_ROOT]})
    return aws.client("kms").create_key(Policy=policy)["KeyMetadata"]["Arn"]


def test_reads_and_writes_need_decrypt_through_dynamodb(aws: LocalAws) -> None:
    key = _key(aws)
    name, other = table(aws, key), table(aws, key)
    fits = {"Condition": {"StringEquals": {
        "kms:ViaService": "dynamodb.us-east-1.amazonaws.com",
        "kms:EncryptionContext:aws:dynamodb:tableName": name,
        "kms:EncryptionContext:aws:dynamodb:subscriberId": ACCOUNT}}}
    data = allow("dynamodb:*")
    without = aws.client("dynamodb", aws.role("ledger-without-kms", data))
    with_it = aws.client("dynamodb", aws.role("ledger-with-kms", data, allow("kms:Decrypt", on=key, **fits)))
    transaction = [{"Put": {"TableName": name, "Item": item("b")}}]
    for call, arguments in (("put_item", {"TableName": name, "Item": item("a")}),
                            ("get_item", {"TableName": name, "Key": item("a")}),
                            ("scan", {"TableName": name}),
                            ("batch_get_item", {"RequestItems": {name: {"Keys": [item("a")]}}}),
                            ("transact_write_items", {"TransactItems": transaction})):
        assert code(getattr(without, call), **arguments) == "AccessDeniedException", call
        assert code(getattr(with_it, call), **arguments) is None, call
    assert code(with_it.scan, TableName=other) == "AccessDeniedException"
    assert code(without.put_item, TableName=table(aws), Item=item("a")) is None
    with pytest.raises(ClientError, match=f"KMS key access denied error: .*kms:Decrypt on resource: {key}"):
        without.get_item(TableName=name, Key=item("a"))
    assert "Item" not in aws.client("dynamodb").get_item(TableName=name, Key=item("c"))


def test_a_disabled_key_stops_the_table(aws: LocalAws) -> None:
    db, kms, key = aws.client("dynamodb"), aws.client("kms"), _key(aws)
    name = table(aws, key)
    described = db.describe_table(TableName=name)["Table"]
    assert described["SSEDescription"] == {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": key}
    kms.disable_key(KeyId=key)
    for call, arguments in (("put_item", {"Item": item("a")}), ("get_item", {"Key": item("a")}), ("scan", {})):
        with pytest.raises(ClientError, match="KMS key disabled error") as refused:
            getattr(db, call)(TableName=name, **arguments)
        assert refused.value.response["Error"]["Code"] == "ValidationException"
    assert db.describe_table(TableName=name)["Table"]["TableStatus"] == "INACCESSIBLE_ENCRYPTION_CREDENTIALS"
    kms.enable_key(KeyId=key)
    assert code(db.put_item, TableName=name, Item=item("a")) is None
    assert db.describe_table(TableName=name)["Table"]["TableStatus"] == "ACTIVE"


def test_making_a_table_needs_the_key(aws: LocalAws) -> None:
    key = _key(aws)
    maker = aws.client("dynamodb", aws.role("ledger-maker", allow("dynamodb:*"), allow("kms:Decrypt", on=key)))
    made = {"AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}], "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}], "TableName": "never-made",
            "SSESpecification": {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}}
    assert code(maker.create_table, **made) == "AccessDeniedException"
    aws.client("kms").disable_key(KeyId=key)
    assert code(aws.client("dynamodb").create_table, **made) == "ValidationException"
    assert code(maker.describe_table, TableName="never-made") == "ResourceNotFoundException"


def _template(**properties: object) -> str:
    return json.dumps({
        "Resources": {
            "Key": {"Type": "AWS::KMS::Key", "Properties": {
                "KeyPolicy": {"Version": "2012-10-17", "Statement": [_ROOT]}}},
            "Ledger": {"Type": "AWS::DynamoDB::Table", "DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain",
                       "Properties": {
                           "BillingMode": "PAY_PER_REQUEST",
                           "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"},
                                                    {"AttributeName": "sk", "AttributeType": "S"}],
                           "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"},
                                         {"AttributeName": "sk", "KeyType": "RANGE"}],
                           "SSESpecification": {"SSEEnabled": True, "SSEType": "KMS",
                                                "KMSMasterKeyId": {"Fn::GetAtt": ["Key", "Arn"]}},
                           "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True,
                                                                "RecoveryPeriodInDays": 14},
                           "TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": True},
                           "DeletionProtectionEnabled": True,
                           "Tags": [{"Key": "DataClass", "Value": "ledger"}], **properties}}},
        "Outputs": {"Name": {"Value": {"Ref": "Ledger"}}, "Arn": {"Value": {"Fn::GetAtt": ["Ledger", "Arn"]}},
                    "Key": {"Value": {"Fn::GetAtt": ["Key", "Arn"]}}}})


def _outputs(aws: LocalAws, stack: str) -> "dict[str, str]":
    (found,) = aws.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    return {each["OutputKey"]: each["OutputValue"] for each in found["Outputs"]}


def _recovery(aws: LocalAws, name: str) -> "tuple[str, Optional[int]]":
    answer = aws.client("dynamodb").describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    found = answer["PointInTimeRecoveryDescription"]
    return found["PointInTimeRecoveryStatus"], found.get("RecoveryPeriodInDays")


def test_every_property_of_a_table_takes_effect(aws: LocalAws) -> None:
    db, stacks = aws.client("dynamodb"), aws.client("cloudformation")
    stacks.create_stack(StackName="ledger", TemplateBody=_template())
    quickly = {"WaiterConfig": {"Delay": 1, "MaxAttempts": 30}}
    stacks.get_waiter("stack_create_complete").wait(StackName="ledger", **quickly)
    outputs = _outputs(aws, "ledger")
    name = outputs["Name"]
    assert outputs["Arn"] == arn_of(aws, name)
    made = db.describe_table(TableName=name)["Table"]
    assert made["SSEDescription"] == {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": outputs["Key"]}
    assert made["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert made["ProvisionedThroughput"]["ReadCapacityUnits"] == 0
    assert _recovery(aws, name) == ("ENABLED", 14)
    expiry = db.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    assert expiry == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}
    assert code(db.delete_table, TableName=name) == "ValidationException"
    stacks.update_stack(StackName="ledger", TemplateBody=_template(DeletionProtectionEnabled=False))
    stacks.get_waiter("stack_update_complete").wait(StackName="ledger", **quickly)
    made = db.describe_table(TableName=name)["Table"]
    assert (made["DeletionProtectionEnabled"], made["SSEDescription"]["KMSMasterKeyArn"]) == (False, outputs["Key"])
    db.put_item(TableName=name, Item=item("a"))
    stacks.delete_stack(StackName="ledger")
    stacks.get_waiter("stack_delete_complete").wait(StackName="ledger", **quickly)
    assert db.describe_table(TableName=name)["Table"]["TableName"] == name
    assert _recovery(aws, name) == ("ENABLED", 14)


def test_recovery_is_switched_and_keeps_a_period(aws: LocalAws) -> None:
    db, name = aws.client("dynamodb"), table(aws)
    assert _recovery(aws, name) == ("DISABLED", None)
    on = {"PointInTimeRecoveryEnabled": True}
    db.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=on)
    assert _recovery(aws, name) == ("ENABLED", 35)
    assert code(db.update_continuous_backups, TableName=name,
                PointInTimeRecoverySpecification={**on, "RecoveryPeriodInDays": 36}) == "ValidationException"
    db.update_continuous_backups(
        TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False})
    assert _recovery(aws, name) == ("DISABLED", None)


@pytest.mark.parametrize("wrong", [
    {"TableClass": "STANDARD"},
    {"SSESpecification": {"SSEEnabled": True, "SSEType": "KMS",
                          "KMSMasterKeyId": f"arn:aws:kms:us-east-1:{ACCOUNT}:key/none"}}])
def test_what_cannot_be_served_fails_the_stack(aws: LocalAws, wrong: dict) -> None:
    stacks = aws.client("cloudformation")
    name = f"no-ledger-{next(iter(wrong))}"
    stacks.create_stack(StackName=name, TemplateBody=_template(**wrong))
    with pytest.raises(Exception, match="ROLLBACK|failed"):
        stacks.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 20})
