"""AWS Organizations, by what the account is in it."""

from __future__ import annotations

import json

import botocore.exceptions
import pytest

CONTROL = "/_local/organizations"
DENY = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "bedrock:*", "Resource": "*"}]}
OTHER = "111122223333"


@pytest.fixture(autouse=True)
def _leave(aws):
    yield
    aws.control("DELETE", CONTROL)


def code(call, **parameters):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**parameters)
    return caught.value.response["Error"]["Code"]


def join(aws, role, *policies):
    return aws.control("POST", CONTROL, {"role": role, "policies": list(policies)})


def test_an_account_is_in_none_by_itself(aws):
    organizations = aws.client("organizations")
    for call, parameters in ((organizations.describe_organization, {}), (organizations.list_roots, {}),
                             (organizations.list_parents, {"ChildId": aws.account})):
        assert code(call, **parameters) == "AWSOrganizationsNotInUseException"


def test_a_member_may_only_ask_which_organization_it_is_in(aws):
    join(aws, "member")
    organizations = aws.client("organizations")
    found = organizations.describe_organization()["Organization"]
    assert (found["MasterAccountId"], found["FeatureSet"]) == (OTHER, "ALL")
    assert found["Arn"] == f"arn:aws:organizations::{OTHER}:organization/{found['Id']}"
    for call, parameters in (
        (organizations.list_roots, {}), (organizations.list_parents, {"ChildId": aws.account}),
        (organizations.list_policies_for_target, {"TargetId": aws.account, "Filter": "SERVICE_CONTROL_POLICY"}),
        (organizations.describe_policy, {"PolicyId": "p-FullAWSAccess"}),
    ):
        assert code(call, **parameters) == "AccessDeniedException"


def test_a_delegated_administrator_reads_the_whole_way_up_and_writes_nothing(aws):
    policy = {"name": "Retention", "content": DENY, "target": "unit"}
    placed = join(aws, "delegated", policy)
    organizations = aws.client("organizations")
    scps = {"Filter": "SERVICE_CONTROL_POLICY"}
    assert organizations.list_parents(ChildId=aws.account)["Parents"] == [{"Id": placed["unit"], "Type": "ORGANIZATIONAL_UNIT"}]
    assert organizations.list_parents(ChildId=placed["unit"])["Parents"] == [{"Id": placed["root"], "Type": "ROOT"}]
    assert [each["Id"] for each in organizations.list_roots()["Roots"]] == [placed["root"]]

    def names(target):
        return sorted(each["Name"] for each in organizations.list_policies_for_target(TargetId=target, **scps)["Policies"])

    assert [names(placed[each]) for each in ("account", "unit", "root")] == [
        ["FullAWSAccess"], ["FullAWSAccess", "Retention"], ["FullAWSAccess"]]
    [found] = [each for each in organizations.list_policies_for_target(TargetId=placed["unit"], **scps)["Policies"]
               if each["Name"] == "Retention"]
    assert found["Arn"].startswith(f"arn:aws:organizations::{OTHER}:policy/o-")
    assert json.loads(organizations.describe_policy(PolicyId=found["Id"])["Policy"]["Content"]) == DENY
    assert code(organizations.delete_policy, PolicyId=found["Id"]) == "AccessDeniedException"
    assert code(organizations.list_policies_for_target, TargetId=aws.account, Filter="TEA") == "InvalidInputException"
    assert code(organizations.list_parents, ChildId=placed["unit"], MaxResults=21) == "InvalidInputException"


def test_the_management_account_does_all_and_lists_come_in_pages(aws):
    placed = join(aws, "management", *({"name": f"P{number}", "content": DENY} for number in range(4)))
    organizations = aws.client("organizations")
    assert organizations.describe_organization()["Organization"]["MasterAccountId"] == aws.account
    assert organizations.list_parents(ChildId=aws.account)["Parents"] == [{"Id": placed["root"], "Type": "ROOT"}]
    pages = organizations.get_paginator("list_policies_for_target").paginate(
        TargetId=aws.account, Filter="SERVICE_CONTROL_POLICY", PaginationConfig={"PageSize": 2})
    assert [len(page["Policies"]) for page in pages] == [2, 2, 1]
    made = organizations.create_policy(Name="N", Description="", Type="SERVICE_CONTROL_POLICY", Content=json.dumps(DENY))
    organizations.attach_policy(PolicyId=made["Policy"]["PolicySummary"]["Id"], TargetId=placed["root"])


def test_iam_judges_by_account_policy_and_kind(aws):
    placed = join(aws, "delegated")
    organization = placed["organization"]
    own = f"arn:aws:organizations::{OTHER}:account/{organization}/{aws.account}"
    kind = {"StringEquals": {"organizations:PolicyType": "SERVICE_CONTROL_POLICY"}}
    may = [
        {"Effect": "Allow", "Action": ["organizations:DescribeOrganization", "organizations:ListRoots"], "Resource": "*"},
        {"Effect": "Allow", "Action": "organizations:ListParents", "Resource": own},
        {"Effect": "Allow", "Action": "organizations:ListPoliciesForTarget", "Resource": own, "Condition": kind},
        {"Effect": "Allow", "Action": "organizations:DescribePolicy", "Condition": kind,
         "Resource": "arn:aws:organizations::aws:policy/service_control_policy/*"}]
    reader = aws.client("organizations", aws.role("organization-reader", *may))
    reader.describe_organization(), reader.list_roots()
    reader.list_parents(ChildId=aws.account)
    reader.list_policies_for_target(TargetId=aws.account, Filter="SERVICE_CONTROL_POLICY")
    reader.describe_policy(PolicyId="p-FullAWSAccess")
    assert code(reader.list_parents, ChildId=placed["unit"]) == "AccessDeniedException"
    assert code(reader.list_policies_for_target, TargetId=aws.account, Filter="TAG_POLICY") == "AccessDeniedException"
