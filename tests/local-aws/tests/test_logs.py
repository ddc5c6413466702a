"""CloudWatch Logs as AWS has it: keys of groups, data-protection policies, and the ARNs that its permissions are about."""

from __future__ import annotations

import json

import botocore.exceptions
import pytest
from test_cloudtrail import Recorder

ACCOUNT = "000000000000"
ROOT = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*", "Resource": "*"}
LOGS = {"Effect": "Allow", "Principal": {"Service": "logs.us-east-1.amazonaws.com"}, "Action": "kms:*", "Resource": "*"}
EMAIL = "arn:aws:dataprotection::aws:data-identifier/EmailAddress"


def code(call, **arguments):
    try:
        call(**arguments)
    except botocore.exceptions.ClientError as refused:
        return refused.response["Error"]["Code"]
    return None


def policy(**change):
    identifiers = change.pop("identifiers", [EMAIL, "MRN"])
    audit = {"Sid": "a", "DataIdentifier": identifiers,
             "Operation": {"Audit": {"FindingsDestination": change.pop("destination", {})}}}
    mask = {"Sid": "m", "DataIdentifier": identifiers, "Operation": {"Deidentify": {"MaskConfig": {}}}}
    return {"Name": "p", "Version": "2021-06-01", "Statement": [audit, mask],
            "Configuration": {"CustomDataIdentifier": [{"Name": "MRN", "Regex": "[0-9]{5}"}]}, **change}


def group(aws, name, **more):
    logs = aws.client("logs")
    logs.create_log_group(logGroupName=name, **more)
    return logs


def described(logs, name):
    [found] = logs.describe_log_groups(logGroupNamePrefix=name, limit=1)["logGroups"]
    return found


def test_a_key_is_associated_when_its_policy_admits_the_group(aws):
    kms, logs = aws.client("kms"), group(aws, "/keys/a")
    fits, not_ = (kms.create_key(Policy=json.dumps({"Version": "2012-10-17", "Statement": statements}))["KeyMetadata"]["Arn"]
                  for statements in ([ROOT, LOGS], [ROOT]))
    assert code(logs.associate_kms_key, logGroupName="/keys/a", kmsKeyId=not_) == "InvalidParameterException"
    assert code(logs.associate_kms_key, logGroupName="/keys/b", kmsKeyId=fits) == "ResourceNotFoundException"
    logs.associate_kms_key(logGroupName="/keys/a", kmsKeyId=fits)
    assert described(logs, "/keys/a")["kmsKeyId"] == fits
    kms.disable_key(KeyId=fits)
    assert code(logs.associate_kms_key, logGroupName="/keys/a", kmsKeyId=fits) == "InvalidParameterException"
    logs.disassociate_kms_key(logGroupName="/keys/a")
    assert "kmsKeyId" not in described(logs, "/keys/a")


def test_a_policy_is_kept_as_it_was_given_and_its_status_is_shown(aws):
    logs = group(aws, "/protected/a")
    assert "policyDocument" not in logs.get_data_protection_policy(logGroupIdentifier="/protected/a")
    assert "dataProtectionStatus" not in described(logs, "/protected/a")
    text = json.dumps(policy(Description="Größe"), indent=1)
    arn = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/protected/a"
    assert logs.put_data_protection_policy(logGroupIdentifier=arn, policyDocument=text)["policyDocument"] == text
    assert logs.get_data_protection_policy(logGroupIdentifier="/protected/a")["policyDocument"] == text
    assert described(logs, "/protected/a")["dataProtectionStatus"] == "ACTIVATED"
    logs.delete_data_protection_policy(logGroupIdentifier="/protected/a")
    assert described(logs, "/protected/a")["dataProtectionStatus"] == "DELETED"
    assert code(logs.get_data_protection_policy, logGroupIdentifier="/protected/b") == "ResourceNotFoundException"


@pytest.mark.parametrize("wrong", [
    policy(Version="2012-10-17"), policy(Name=""), policy(Else=1), policy(identifiers=[]), policy(identifiers=["Unknown"]),
    policy(Configuration={}), policy(Statement=policy()["Statement"][:1]), policy(Statement=policy()["Statement"][::-1]),
    policy(Statement=[policy()["Statement"][0], policy(identifiers=["MRN", EMAIL])["Statement"][1]]),
    policy(Configuration={"CustomDataIdentifier": [{"Name": "MRN", "Regex": "(a)"}]}),
    policy(Configuration={"CustomDataIdentifier": [{"Name": "MRN", "Regex": "a" * 201}]}),
    policy(Configuration={"CustomDataIdentifier": [{"Name": "M RN", "Regex": "a"}]}),
    policy(Configuration={"CustomDataIdentifier": [{"Name": f"n{each}", "Regex": "a"} for each in range(11)]}),
])
def test_a_policy_that_aws_refuses_is_refused(aws, wrong):
    logs = aws.client("logs")
    code(logs.create_log_group, logGroupName="/protected/refuses")
    given = {"logGroupIdentifier": "/protected/refuses", "policyDocument": json.dumps(wrong)}
    assert code(logs.put_data_protection_policy, **given) == "InvalidParameterException"


def test_limits_of_length_and_class(aws):
    logs = group(aws, "/protected/delivery", logGroupClass="DELIVERY")
    put = {"logGroupIdentifier": "/protected/delivery", "policyDocument": json.dumps(policy())}
    assert code(logs.put_data_protection_policy, **put) == "InvalidParameterException"
    assert described(logs, "/protected/delivery")["retentionInDays"] == 1
    retain = {"logGroupName": "/protected/delivery", "retentionInDays": 7}
    assert code(logs.put_retention_policy, **retain) == "InvalidParameterException"
    put["policyDocument"] = json.dumps(policy(Description="x" * 31_000))
    assert code(logs.put_data_protection_policy, **put) == "LimitExceededException"


def allow(action, resource):
    return {"Effect": "Allow", "Action": action, "Resource": resource}


def test_findings_take_a_permission_of_their_own(aws):
    group(aws, "/protected/findings")
    on_group = allow("logs:PutDataProtectionPolicy", f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/protected/findings:*")
    put = {"logGroupIdentifier": "/protected/findings",
           "policyDocument": json.dumps(policy(destination={"S3": {"Bucket": "theirs"}}))}
    without = aws.client("logs", aws.role("findings-without", on_group))
    may = aws.client("logs", aws.role("findings-with", on_group, allow("logs:CreateLogDelivery", "*")))
    assert code(without.put_data_protection_policy, **put) == "AccessDeniedException"
    assert code(may.put_data_protection_policy, **put) is None


def test_permissions_name_a_group_with_a_star_behind_it(aws):
    group(aws, "/permitted/a")
    arn = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/permitted/a"
    retain = {"logGroupName": "/permitted/a", "retentionInDays": 7}
    bare = aws.client("logs", aws.role("logs-bare", allow("logs:*", arn)))
    starred = aws.client("logs", aws.role("logs-starred", allow("logs:*", f"{arn}:*")))
    assert code(bare.put_retention_policy, **retain) == "AccessDeniedException"
    assert code(starred.put_retention_policy, **retain) is None
    for identifier in ("/permitted/a", arn):
        assert code(starred.get_data_protection_policy, logGroupIdentifier=identifier) is None
    assert code(starred.get_data_protection_policy, logGroupIdentifier="/permitted/b") == "AccessDeniedException"
    assert code(starred.describe_log_groups, logGroupNamePrefix="/permitted/a") == "AccessDeniedException"
    lister = aws.client("logs", aws.role(
        "logs-lister", allow("logs:DescribeLogGroups", f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:*")))
    assert code(lister.describe_log_groups) is None


def test_the_calls_are_recorded_with_their_parameters(aws):
    logs, seen = group(aws, "/recorded/a"), Recorder(aws, "logs.amazonaws.com")
    text = json.dumps(policy())
    logs.put_data_protection_policy(logGroupIdentifier="/recorded/a", policyDocument=text)
    logs.delete_data_protection_policy(logGroupIdentifier="/recorded/a")
    logs.disassociate_kms_key(logGroupName="/recorded/a")
    logs.get_data_protection_policy(logGroupIdentifier="/recorded/a")
    records = seen.records(3)
    assert [each["eventName"] for each in records] == [
        "PutDataProtectionPolicy", "DeleteDataProtectionPolicy", "DisassociateKmsKey"]
    assert records[0]["requestParameters"] == {"logGroupIdentifier": "/recorded/a", "policyDocument": text}
    assert records[2]["requestParameters"] == {"logGroupName": "/recorded/a"}
