"""The roles as template.yaml writes them, read without deploying it."""

from __future__ import annotations

import re
from typing import Any, Iterator

import pytest
import yaml
from harness.local import ROOT

_TEXT = (ROOT / "template.yaml").read_text()
_DUTIES = ("Retention", "Buckets", "Quarantine", "ObjectEncryption", "Detectors", "LogGroups", "InvocationLogging", "Guardrails",
           "EncryptionKeys", "FreeText",
           "StorageSurfaces", "Residency", "AuditTrail")
_FUNCTIONS = (*_DUTIES, "Operate", "Readiness")
#: What changes nothing of the account.
_ASKING = {"Readiness": {"lambda:InvokeFunction", "bedrock:InvokeModel", "bedrock:ApplyGuardrail"}}
#: Whose statements don't fit into one policy.
_SECOND = {"Readiness": "ReadinessAccountPolicy", "StorageSurfaces": "StorageSurfacesReadPolicy"}
#: What a function may change in mode detect: its evidence, its log, what it says, and what it remembers.
_HARMLESS = {
    "s3:PutObject", "kms:GenerateDataKey", "kms:Decrypt", "events:PutEvents", "sqs:SendMessage",
    "logs:CreateLogStream", "logs:PutLogEvents", "dynamodb:PutItem", "dynamodb:DeleteItem"}
_READS = re.compile(r"[a-z0-9-]+:(Get|List|Describe|Query)")


class _Loader(yaml.SafeLoader):
    """Knows CloudFormation's short forms: `!Sub x` is `{"Sub": "x"}`."""


def _short_form(loader: Any, name: str, node: Any) -> "dict[str, Any]":
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    return {name: loader.construct_sequence(node, deep=True)}


_Loader.add_multi_constructor("!", _short_form)
_TEMPLATE = yaml.load(_TEXT, _Loader)
_RESOURCES, _CONDITIONS = _TEMPLATE["Resources"], _TEMPLATE["Conditions"]


def _statements(duty: str) -> "Iterator[tuple[dict[str, Any], str | None]]":
    """Each with the condition under which it is there; "not" before it where it is there otherwise."""
    policies = [f"{duty}Policy", *([_SECOND[duty]] if duty in _SECOND else [])]
    for each in (each for name in policies for each in _RESOURCES[name]["Properties"]["PolicyDocument"]["Statement"]):
        if "If" in each:
            condition, statement, otherwise = each["If"]
            yield statement, condition
            if otherwise != {"Ref": "AWS::NoValue"}:
                yield otherwise, f"not {condition}"
        else:
            yield each, None


def _actions(statement: "dict[str, Any]") -> "list[str]":
    """Of both kinds, where a condition chooses between two."""
    found = statement["Action"]
    if isinstance(found, dict):
        return [action for each in found["If"][1:] for action in (each if isinstance(each, list) else [each])]
    return found if isinstance(found, list) else [found]


_ALL = [pytest.param(duty, statement, condition, id=f"{duty}-{statement['Sid']}")
        for duty in _FUNCTIONS for statement, condition in _statements(duty)]


@pytest.mark.parametrize("duty", _FUNCTIONS)
def test_a_role_is_lambdas_and_has_its_managed_policies_alone(duty: str) -> None:
    role = _RESOURCES[f"{duty}Role"]["Properties"]
    assert role["AssumeRolePolicyDocument"]["Statement"] == [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]
    policies = [f"{duty}Policy", *([_SECOND[duty]] if duty in _SECOND else [])]
    assert role["ManagedPolicyArns"] == [{"Ref": each} for each in policies] and "Policies" not in role
    properties = _RESOURCES[f"{duty}Function"]["Properties"]
    assert properties["Role"] == {"GetAtt": f"{duty}Role.Arn"} and "Policies" not in properties


@pytest.mark.parametrize("duty, statement, condition", _ALL)
def test_actions_are_named_in_full(duty: str, statement: "dict[str, Any]", condition: str) -> None:
    assert set(statement) <= {"Sid", "Effect", "Action", "Resource", "Condition"}
    assert all(re.fullmatch(r"[a-z0-9-]+:[A-Za-z]+", action) for action in _actions(statement))


@pytest.mark.parametrize("duty, statement, condition", _ALL)
def test_only_what_is_there_in_mode_enforce_alone_can_repair(
        duty: str, statement: "dict[str, Any]", condition: "str | None") -> None:
    if condition == "Enforces" or condition and condition.startswith("Repairs"):
        return
    changing = {action for action in _actions(statement) if not _READS.match(action)}
    assert changing <= _HARMLESS | _ASKING.get(duty, set())
    own = "/readiness/" if duty == "Readiness" else "/evidence/"
    assert "s3:PutObject" not in changing or own in statement["Resource"]["Sub"]
    if any(action.startswith("dynamodb:") for action in changing):
        assert statement["Resource"] == {"GetAtt": "LedgerTable.Arn"}


def test_operate_may_do_the_same_in_every_mode_and_repair_nothing() -> None:
    """What depends on a mode or on the named buckets is the duties'."""
    assert {condition for _, condition in _statements("Operate")} == {None, "HasBaselineObject"}


@pytest.mark.parametrize("condition", [name for name in _CONDITIONS if name.startswith("Repairs")])
def test_what_repairs_is_there_in_mode_enforce_only(condition: str) -> None:
    assert {"Condition": "Enforces"} in _CONDITIONS[condition]["And"]


def _partitions(statement: "dict[str, Any]") -> "list[str] | None":
    """Of the ledger, as the statement bounds them; none: it does not."""
    condition = statement.get("Condition")
    if condition is None:
        return None
    # A request without a key, a scan, has no value to compare, and "for all of none" is true.
    assert condition["Null"] == {"dynamodb:LeadingKeys": "false"} and set(condition) == {"Null", "ForAllValues:StringLike"}
    return condition["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]


@pytest.mark.parametrize("duty", _FUNCTIONS)
def test_the_ledger_is_written_by_whom_a_partition_belongs_to(duty: str) -> None:
    found = {each["Sid"]: _partitions(each) for each, _ in _statements(duty)
             if any(action.startswith("dynamodb:") for action in _actions(each))}
    if duty == "Readiness":
        assert set(found) == {"ReadLedger"} and found["ReadLedger"], "it remembers nothing"
        return
    assert set(found) == {"ReadLedger", "WriteLedger"}
    written = found["WriteLedger"]
    assert written
    own = re.sub(r"(?<=.)([A-Z])", r"-\1", duty).lower()
    if duty == "Operate":
        assert found["ReadLedger"] is None, "it shows everything"
        assert not [each for each in written if each.startswith(("run#", "document#", "reviewed#"))]
        return
    assert set(written) <= set(found["ReadLedger"] or [])
    assert set(found["ReadLedger"] or []) - set(written) >= {"exemption", "pause"}, "what people decide is only read"
    for each in written:
        assert each in ("document#*", f"state#{own}.*", f"breaker#{own}.*") or each.endswith(f"#{own}"), each


@pytest.mark.parametrize("duty, statement, condition", _ALL)
def test_every_grant_has_its_bounds(duty: str, statement: "dict[str, Any]", condition: str) -> None:
    equals = statement.get("Condition", {}).get("StringEquals", {})
    resource, actions = str(statement["Resource"]), _actions(statement)
    if statement["Effect"] == "Deny":
        assert not equals, "a denial has no way around it"
        return
    if "kms:EnableKey" in actions:
        assert "KeyArns" in resource and "key/*" not in resource, "keys that the deployment names, one by one"
    elif any(action.startswith("kms:") for action in actions) and "DescribeKey" not in str(actions):
        assert "kms:ViaService" in equals
    if any(action.endswith(":PutAccountDataRetention") or action == "bedrock-mantle:UpdateProject" for action in actions):
        assert {name.split(":")[1]: value for name, value in equals.items()} == {"DataRetentionMode": "none"}
    if "s3:PutBucketAcl" in actions:
        assert actions == ["s3:PutBucketAcl"] and equals["s3:x-amz-acl"] == "private"
    if "events:PutEvents" in actions:
        assert equals == {"events:source": "phiward"}
    if any(action.startswith("s3:") for action in actions) and "Bucket.Arn" not in resource and resource != "*":
        assert equals["s3:ResourceAccount"] == {"Ref": "AWS::AccountId"}


def test_every_star_says_why() -> None:
    """A comment on its line, or right above its statement."""
    begin, end = _TEXT.index("  RetentionRole:"), _TEXT.index("\n  Dashboard:")
    lines = _TEXT[begin:end].splitlines()
    bare = []
    for number, line in enumerate(lines):
        if re.search(r"Resource: '\*'", line) and "#" not in line:
            above = number
            while "- Sid:" not in lines[above]:
                above -= 1
            if not lines[above - 1].strip().startswith("# '*'"):
                bare.append(line)
    assert not bare
    assert not re.search(r"Action: .*\*", _TEXT[begin:end])
