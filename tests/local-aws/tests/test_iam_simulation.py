"""SimulatePrincipalPolicy: by the context given, for who there is."""

from __future__ import annotations

import json

import botocore.exceptions
import pytest

ACCOUNT = "arn:aws:iam::000000000000"


@pytest.fixture(scope="module")
def deployer(aws):
    """A role with a path, that may make buckets in one Region and pass roles to Lambda."""
    iam = aws.client("iam")
    trust = {"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Principal": {"AWS": f"{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}}
    iam.create_role(Path="/people/", RoleName="simulated", AssumeRolePolicyDocument=json.dumps(trust))
    allow = {"Effect": "Allow", "Resource": "*"}
    iam.put_role_policy(RoleName="simulated", PolicyName="p", PolicyDocument=json.dumps({
        "Version": "2012-10-17", "Statement": [
            {**allow, "Action": "s3:*", "Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}},
            {**allow, "Action": "iam:PassRole",
             "Condition": {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}},
            {**allow, "Action": "kms:CreateKey", "Resource": f"{ACCOUNT}:key/one"},
            {"Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*"}]}))
    return f"{ACCOUNT}:role/people/simulated"


def simulated(iam, source, *actions, resource="*", **context):
    entries = [{"ContextKeyName": name.replace("_", ":"), "ContextKeyValues": [value], "ContextKeyType": "string"}
               for name, value in context.items()]
    answer = iam.simulate_principal_policy(
        PolicySourceArn=source, ActionNames=list(actions), ResourceArns=[resource], ContextEntries=entries)
    return {each["EvalActionName"]: (each["EvalDecision"], each["MissingContextValues"])
            for each in answer["EvaluationResults"]}


def test_conditions_are_met_by_what_the_request_gives(aws, deployer):
    iam = aws.client("iam")
    here = simulated(iam, deployer, "s3:CreateBucket", "s3:DeleteBucket", "sqs:CreateQueue",
                     aws_RequestedRegion="eu-west-1", iam_PassedToService="lambda.amazonaws.com")
    assert here == {"s3:CreateBucket": ("allowed", []), "s3:DeleteBucket": ("explicitDeny", []),
                    "sqs:CreateQueue": ("implicitDeny", [])}
    there = simulated(iam, deployer, "s3:CreateBucket", "iam:PassRole",
                      aws_RequestedRegion="us-east-1", iam_PassedToService="ec2.amazonaws.com")
    assert {decision for decision, _ in there.values()} == {"implicitDeny"}


def test_keys_that_a_policy_asks_for_and_the_request_lacks_are_told(aws, deployer):
    [(decision, missing)] = simulated(aws.client("iam"), deployer, "s3:CreateBucket").values()
    assert (decision, missing) == ("implicitDeny", ["aws:RequestedRegion", "iam:PassedToService"])


def test_a_resource_is_one_of_the_request(aws, deployer):
    iam = aws.client("iam")
    assert simulated(iam, deployer, "kms:CreateKey", resource=f"{ACCOUNT}:key/one")["kms:CreateKey"][0] == "allowed"
    assert simulated(iam, deployer, "kms:CreateKey", resource=f"{ACCOUNT}:key/two")["kms:CreateKey"][0] == "implicitDeny"


@pytest.mark.parametrize("source, code, status", [
    (f"{ACCOUNT}:root", "InvalidInput", 400),
    ("arn:aws:sts::000000000000:assumed-role/simulated/session", "InvalidInput", 400),
    (f"{ACCOUNT}:user/nobody", "NoSuchEntity", 404),
    (f"{ACCOUNT}:role/nobody", "NoSuchEntity", 404),
])
def test_only_what_there_is_can_be_simulated(aws, source, code, status):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        simulated(aws.client("iam"), source, "s3:CreateBucket")
    answer = caught.value.response
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == (code, status)
