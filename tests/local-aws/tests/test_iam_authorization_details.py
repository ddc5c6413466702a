"""GetAccountAuthorizationDetails comes in pages, with the AWS managed policies that somebody has."""

from __future__ import annotations

import json

_ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
_LISTS = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")


def _furnish(iam):
    document = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "logs:Unmask", "Resource": "*"}]})
    iam.create_group(GroupName="details")
    iam.put_group_policy(GroupName="details", PolicyName="p", PolicyDocument=document)
    for name in ("details-a", "details-b", "details-c"):
        iam.create_user(UserName=name)
        iam.add_user_to_group(GroupName="details", UserName=name)
    iam.attach_user_policy(UserName="details-a", PolicyArn=_ADMIN)
    own = iam.create_policy(PolicyName="details", PolicyDocument=document)["Policy"]["Arn"]
    iam.attach_group_policy(GroupName="details", PolicyArn=own)
    return own


def test_pages_hold_everything_once(aws):
    iam = aws.client("iam")
    own = _furnish(iam)
    whole = {name: [] for name in _LISTS}
    pages = list(iam.get_paginator("get_account_authorization_details").paginate(PaginationConfig={"PageSize": 2}))
    for page in pages:
        assert sum(len(page[name]) for name in _LISTS) <= 2
        for name in _LISTS:
            whole[name] += page[name]
    assert len(pages) > 2 and [page["IsTruncated"] for page in pages] == [True] * (len(pages) - 1) + [False]
    users = {each["UserName"]: each for each in whole["UserDetailList"]}
    assert len(users) == len(whole["UserDetailList"]) and {"details-a", "details-b", "details-c"} <= users.keys()
    assert users["details-a"]["AttachedManagedPolicies"][0]["PolicyArn"] == _ADMIN
    assert users["details-a"]["GroupList"] == ["details"]
    [group] = [each for each in whole["GroupDetailList"] if each["GroupName"] == "details"]
    assert group["GroupPolicyList"][0]["PolicyDocument"]["Statement"][0]["Action"] == "logs:Unmask"
    policies = {each["Arn"]: each for each in whole["Policies"]}
    assert own in policies
    assert policies[_ADMIN]["PolicyVersionList"][0]["Document"]["Statement"][0]["Action"] == "*"


def test_a_filter_leaves_the_rest_out(aws):
    answer = aws.client("iam").get_account_authorization_details(Filter=["Role"])
    assert [answer[name] for name in _LISTS if name != "RoleDetailList"] == [[], [], []]
