"""Who may see what the log groups mask is found by a sweep and reported, from every policy that could allow it."""

from __future__ import annotations

import json
import secrets
from typing import Any

import pytest
from demo.principals import Principal

from harness import await_outcome, calls_of, emit, invoke, ledger, now, outcomes, sweep, writes_of
from harness.evidence import Record
from harness.local import saved_event
from harness.log_groups import DUTY

_CONTROL, _ID = "log-groups.unmask", "unmask"
_GROUP = "arn:aws:logs:us-east-1:000000000000:log-group:/aws/bedrock/phiward-demo"


def _statement(effect: str = "Allow", action: str = "logs:Unmask", arn: str = "*", **more: Any) -> "dict[str, Any]":
    return {"Effect": effect, "Action": action, "Resource": arn, **more}


def _document(*statements: "dict[str, Any]") -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def _found() -> Record:
    """What the next sweep says of it, a day later."""
    ledger.forget_repairs_of(_ID)
    since = now()
    sweep(DUTY)
    return await_outcome(_CONTROL, _ID, since, "reported")


def _access(record: Record) -> "dict[str, str]":
    return {each["arn"].rsplit("/", 1)[-1]: each["access"] for each in record.body["before"]["principals"]}


@pytest.fixture
def name() -> str:
    return f"unmask-{secrets.token_hex(3)}"


def test_every_way_to_a_permission_is_seen(admin: Principal, name: str) -> None:
    iam = admin.client("iam")
    users = {way: f"{name}-{way}" for way in ("own", "attached", "group", "managed", "perhaps", "denied", "nothing")}
    for user in users.values():
        iam.create_user(UserName=user)
    iam.put_user_policy(UserName=users["own"], PolicyName="p", PolicyDocument=_document(_statement(arn=f"{_GROUP}:*")))
    policy = iam.create_policy(PolicyName=name, PolicyDocument=_document(_statement(action="logs:Un*")))["Policy"]["Arn"]
    iam.attach_user_policy(UserName=users["attached"], PolicyArn=policy)
    iam.create_group(GroupName=name)
    iam.put_group_policy(GroupName=name, PolicyName="p", PolicyDocument=_document(_statement()))
    iam.add_user_to_group(GroupName=name, UserName=users["group"])
    iam.attach_user_policy(UserName=users["managed"], PolicyArn="arn:aws:iam::aws:policy/CloudWatchLogsFullAccess")
    iam.put_user_policy(UserName=users["perhaps"], PolicyName="p", PolicyDocument=_document(
        _statement(Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})))
    iam.add_user_to_group(GroupName=name, UserName=users["denied"])
    iam.put_user_policy(UserName=users["denied"], PolicyName="p", PolicyDocument=_document(_statement("Deny")))
    iam.put_user_policy(UserName=users["nothing"], PolicyName="p", PolicyDocument=_document(
        _statement(arn="arn:aws:logs:*:*:log-group:/other/*")))
    trust = _document({"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"})
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
    iam.attach_role_policy(RoleName=name, PolicyArn=policy)
    record = _found()
    seen = {who: access for who, access in _access(record).items() if who.startswith(name)}
    assert seen == {
        **{users[way]: "yes" for way in ("own", "attached", "group", "managed")}, users["perhaps"]: "perhaps", name: "yes"}
    assert "logs:Unmask" in record.body["person"][0] and "may_unmask" in record.body["person"][0]
    assert record.body["plan"] == []


def test_it_is_told_once_a_day_and_again_when_somebody_else_may(admin: Principal, name: str) -> None:
    _found()
    since = now()
    sweep(DUTY)
    assert outcomes(_CONTROL, _ID, since) == []
    iam = admin.client("iam")
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=_document(_statement()))
    sweep(DUTY)
    [told] = outcomes(_CONTROL, _ID, since)
    assert _access(told)[name] == "yes"


def test_at_most_twenty_are_named_and_the_others_counted(admin: Principal, name: str) -> None:
    iam = admin.client("iam")
    for number in range(25):
        iam.create_user(UserName=f"{name}-{number}", Path=f"/{name}/")
        iam.put_user_policy(UserName=f"{name}-{number}", PolicyName="p", PolicyDocument=_document(_statement()))
    record = _found()
    said, all_of_them = record.body["person"][0], len(_access(record))
    assert all_of_them > 25 and said.startswith(f"{all_of_them} may see")
    assert said.count("arn:aws:iam::") == 20 and f"and {all_of_them - 20} more" in said


def test_all_pages_are_read_and_nothing_is_changed(admin: Principal, name: str) -> None:
    iam = admin.client("iam")
    for number in range(110):
        iam.create_user(UserName=f"{name}-{number}")
    last = f"{name}-last"
    iam.create_role(RoleName=last, AssumeRolePolicyDocument=_document())
    iam.put_role_policy(RoleName=last, PolicyName="p", PolicyDocument=_document(_statement()))
    ledger.forget_repairs_of(_ID)
    since, wake = now(), saved_event("log-groups/wake.json")
    assert wake["detail"]["resource"] == _ID
    [answer] = emit(wake)
    assert [each["outcome"] for each in answer["response"]["outcomes"]] == ["reported"], answer
    assert writes_of(DUTY, since) == []
    read = [each["parameters"] for each in calls_of(DUTY, since) if each["operation"] == "GetAccountAuthorizationDetails"]
    markers = [each.get("Marker") for each in read]
    assert len(markers) == len(set(markers)) > 1, "one look, at every page once"
    assert _access(outcomes(_CONTROL, _ID, since)[0])[last] == "yes"


def test_an_order_to_undo_it_is_refused() -> None:
    answer, failed = invoke("operate", json.dumps({
        "action": "undo", "record": _found().key, "reason": "a test"}).encode())
    assert failed or "error" in answer or "refused" in json.dumps(answer), answer
