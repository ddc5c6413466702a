"""AWS Config's conformance packs: by the API and by CloudFormation, and the results of their rules."""

from __future__ import annotations

import json
import re
from pathlib import Path

import botocore.exceptions
import pytest
import yaml

CONTROL = "/_local/config/results"
ROLE = "arn:aws:iam::000000000000:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
TEMPLATE = Path(__file__).resolve().parents[3] / "template.yaml"
SUFFIX = re.compile(r"-conformance-pack-[a-z0-9]{9}$")


@pytest.fixture(autouse=True)
def _put_back(aws):
    before = aws.control("GET", CONTROL)
    yield
    aws.control("PUT", CONTROL, before)


def refused(call, **parameters):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**parameters)
    return caught.value.response["Error"]["Code"]


def template(*names, kind="AWS::Config::ConfigRule"):
    def rule(name):
        return {"Type": kind, "Properties": {
            "ConfigRuleName": name, "Source": {"Owner": "AWS", "SourceIdentifier": "ROOT_ACCOUNT_MFA_ENABLED"},
            "InputParameters": {"days": "30"}}}

    return json.dumps({"Resources": {f"Rule{number}": rule(name) for number, name in enumerate(names)}})


def recorder(aws, region):
    config = aws.client("config", region=region)
    config.put_configuration_recorder(ConfigurationRecorder={"roleARN": ROLE})
    return config


def compliance(config, pack, **filters):
    found = config.describe_conformance_pack_compliance(ConformancePackName=pack, Filters=filters)
    return {SUFFIX.sub("", each["ConfigRuleName"]): each["ComplianceType"]
            for each in found["ConformancePackRuleComplianceList"]}


def test_a_pack_needs_a_recorder_and_gives_its_rules_longer_names(aws):
    config = aws.client("config", region="eu-central-1")
    pack = {"ConformancePackName": "Mine", "TemplateBody": template("root-mfa", "efs")}
    assert refused(config.put_conformance_pack, **pack) == "NoAvailableConfigurationRecorderException"
    recorder(aws, "eu-central-1")
    arn = config.put_conformance_pack(**pack)["ConformancePackArn"]
    [shown] = config.describe_conformance_packs()["ConformancePackDetails"]
    assert arn == shown["ConformancePackArn"] and arn.endswith(f":conformance-pack/Mine/{shown['ConformancePackId']}")
    [status] = config.describe_conformance_pack_status(ConformancePackNames=["Mine", "Unknown"])["ConformancePackStatusDetails"]
    assert status["ConformancePackState"] == "CREATE_COMPLETE" and "/awsconfigconforms-Mine-" in status["StackArn"]
    rules = config.describe_config_rules()["ConfigRules"]
    assert [each["ConfigRuleName"] for each in rules] == [f"{name}-{shown['ConformancePackId']}" for name in ("efs", "root-mfa")]
    assert all(SUFFIX.search(each["ConfigRuleName"]) and each["CreatedBy"] == "config-conforms.amazonaws.com" for each in rules)
    assert rules[0]["InputParameters"] == '{"days": "30"}'
    assert compliance(config, "Mine") == {"root-mfa": "INSUFFICIENT_DATA", "efs": "INSUFFICIENT_DATA"}
    config.put_conformance_pack(**{**pack, "TemplateBody": template("efs")})
    assert [each["ConfigRuleName"] for each in config.describe_config_rules()["ConfigRules"]] == [rules[0]["ConfigRuleName"]]
    config.delete_conformance_pack(ConformancePackName="Mine")
    assert config.describe_config_rules()["ConfigRules"] == config.describe_conformance_packs()["ConformancePackDetails"] == []
    assert refused(config.delete_conformance_pack, ConformancePackName="Mine") == "NoSuchConformancePackException"


def test_results_are_said_by_the_names_of_the_template(aws):
    config = recorder(aws, "eu-north-1")
    config.put_conformance_pack(ConformancePackName="P", TemplateBody=template("a", "b", "c"))
    aws.control("PUT", CONTROL, {"region": "eu-north-1", "results": {"*": "COMPLIANT", "b": "NON_COMPLIANT"}})
    assert compliance(config, "P") == {"a": "COMPLIANT", "b": "NON_COMPLIANT", "c": "COMPLIANT"}
    assert compliance(config, "P", ComplianceType="NON_COMPLIANT") == {"b": "NON_COMPLIANT"}
    [rule] = [each["ConfigRuleName"] for each in config.describe_config_rules()["ConfigRules"]
              if each["ConfigRuleName"].startswith("b-")]
    assert compliance(config, "P", ConfigRuleNames=[rule]) == {"b": "NON_COMPLIANT"}
    [found] = config.describe_compliance_by_config_rule(ComplianceTypes=["NON_COMPLIANT"])["ComplianceByConfigRules"]
    assert (found["ConfigRuleName"], found["Compliance"]["ComplianceContributorCount"]["CappedCount"]) == (rule, 1)
    ask = config.describe_conformance_pack_compliance
    assert refused(ask, ConformancePackName="P", Filters={"ConfigRuleNames": ["b"]}) == "NoSuchConfigRuleInConformancePackException"
    assert refused(ask, ConformancePackName="Q") == "NoSuchConformancePackException"
    assert refused(ask, ConformancePackName="P", Limit=1001) == "InvalidLimitException"
    with pytest.raises(Exception, match="400"):
        aws.control("PUT", CONTROL, {"results": {"b": "FINE"}})


def test_everything_comes_in_pages(aws):
    config = recorder(aws, "eu-south-1")
    config.put_conformance_pack(ConformancePackName="Big", TemplateBody=template(*(f"r{number:02}" for number in range(30))))
    for operation, member, sizes in (("describe_config_rules", "ConfigRules", [25, 5]),
                                     ("describe_compliance_by_config_rule", "ComplianceByConfigRules", [25, 5])):
        assert [len(page[member]) for page in config.get_paginator(operation).paginate()] == sizes
    first = config.describe_conformance_pack_compliance(ConformancePackName="Big", Limit=20)
    rest = config.describe_conformance_pack_compliance(ConformancePackName="Big", Limit=20, NextToken=first["NextToken"])
    names = [each["ConfigRuleName"][:3] for page in (first, rest) for each in page["ConformancePackRuleComplianceList"]]
    assert names == [f"r{number:02}" for number in range(30)] and "NextToken" not in rest
    assert refused(config.describe_config_rules, NextToken="x!") == "InvalidNextTokenException"
    assert refused(config.describe_config_rules, ConfigRuleNames=["none"]) == "NoSuchConfigRuleException"


def test_a_template_holds_rules_only_each_by_one_name(aws):
    config = recorder(aws, "eu-south-2")
    for body in (template("a", kind="AWS::S3::Bucket"), template("a", "a"), template("x" * 96), "Resources: [", "a: b",
                 template("a").replace('"Owner": "AWS"', '"Owner": "ME"')):
        assert refused(config.put_conformance_pack, ConformancePackName="P", TemplateBody=body) == (
            "ConformancePackTemplateValidationException")


def test_iam_judges_the_pack_and_the_role_that_it_is_made_with(aws):
    region = "ap-south-1"
    recorder(aws, region)
    role = "arn:aws:iam::000000000000:role/aws-service-role/config-conforms.amazonaws.com/AWSServiceRoleForConfigConforms"
    service = {"StringEquals": {"iam:AWSServiceName": "config-conforms.amazonaws.com"}}
    put = {"Effect": "Allow", "Action": "config:PutConformancePack", "Resource": "*"}
    link = {"Effect": "Allow", "Action": "iam:CreateServiceLinkedRole", "Resource": role, "Condition": service}
    pack = {"ConformancePackName": "P", "TemplateBody": template("a")}
    without = aws.client("config", aws.role("packs-without", put), region)
    assert refused(without.put_conformance_pack, **pack) == "InsufficientPermissionsException"
    arn = aws.client("config", aws.role("packs-with", put, link), region).put_conformance_pack(**pack)["ConformancePackArn"]
    read = {"Effect": "Allow", "Action": "config:DescribeConformancePackCompliance", "Resource": arn}
    reader = aws.client("config", aws.role("packs-reader", read), region)
    assert compliance(reader, "P") == {"a": "INSUFFICIENT_DATA"}
    assert refused(reader.describe_conformance_pack_compliance, ConformancePackName="Q") == "AccessDeniedException"
    [rule] = aws.client("config", region=region).describe_config_rules()["ConfigRules"]
    asked = {"ConfigRuleNames": [rule["ConfigRuleName"]]}
    assert refused(reader.describe_config_rule_evaluation_status, **asked) == "AccessDeniedException"
    of_rule = {"Effect": "Allow", "Action": "config:DescribeConfigRuleEvaluationStatus", "Resource": rule["ConfigRuleArn"]}
    reader = aws.client("config", aws.role("rules-reader", of_rule), region)
    assert len(reader.describe_config_rule_evaluation_status(**asked)["ConfigRulesEvaluationStatus"]) == 1
    assert refused(reader.describe_config_rule_evaluation_status) == "AccessDeniedException"


def test_cloudformation_makes_changes_and_deletes_one(aws):
    stacks, config = aws.client("cloudformation"), aws.client("config")

    def body(name, *rules):
        return json.dumps({"Resources": {"Pack": {"Type": "AWS::Config::ConformancePack", "Properties": {
            "ConformancePackName": name, "TemplateBody": template(*rules)}}}, "Outputs": {"Name": {"Value": {"Ref": "Pack"}}}})

    wait = {"StackName": "packed", "WaiterConfig": {"Delay": 1, "MaxAttempts": 20}}
    stacks.create_stack(StackName="packed", TemplateBody=body("Stacked", "a"))
    stacks.get_waiter("stack_create_complete").wait(**wait)
    assert stacks.describe_stacks(StackName="packed")["Stacks"][0]["Outputs"][0]["OutputValue"] == "Stacked"
    assert compliance(config, "Stacked") == {"a": "COMPLIANT"}
    stacks.update_stack(StackName="packed", TemplateBody=body("Renamed", "a", "b"))
    stacks.get_waiter("stack_update_complete").wait(**wait)
    assert [each["ConformancePackName"] for each in config.describe_conformance_packs()["ConformancePackDetails"]] == ["Renamed"]
    assert set(compliance(config, "Renamed")) == {"a", "b"}
    stacks.delete_stack(StackName="packed")
    stacks.get_waiter("stack_delete_complete").wait(**wait)
    assert config.describe_conformance_packs()["ConformancePackDetails"] == []


def test_the_pack_that_phiward_deploys_is_one(aws):
    class Loader(yaml.SafeLoader):
        """Knows CloudFormation's short forms."""

    Loader.add_multi_constructor("!", lambda loader, name, node: str(node.value))
    pack = yaml.load(TEMPLATE.read_text(), Loader)["Resources"]["ConformancePack"]["Properties"]["TemplateBody"]
    config = recorder(aws, "ap-east-1")
    config.put_conformance_pack(ConformancePackName="Phiward", TemplateBody=pack)
    rules = {SUFFIX.sub("", each["ConfigRuleName"]): each for each in config.describe_config_rules()["ConfigRules"]}
    assert len(rules) == len(yaml.safe_load(pack)["Resources"]) and set(rules) == set(compliance(config, "Phiward"))
    assert rules["root-mfa"]["Source"] == {"Owner": "AWS", "SourceIdentifier": "ROOT_ACCOUNT_MFA_ENABLED"}
    assert json.loads(rules["access-keys-rotated"]["InputParameters"]) == {"maxAccessKeyAge": "90"}


def test_a_rule_that_was_evaluated_and_found_nothing_is_told_from_one_that_never_was(aws):
    region = "eu-south-2"
    config = recorder(aws, region)
    config.put_conformance_pack(ConformancePackName="Evaluated", TemplateBody=template("root-mfa", "efs"))
    names = [each["ConfigRuleName"] for each in config.describe_config_rules()["ConfigRules"]]

    def evaluated():
        found = config.describe_config_rule_evaluation_status(ConfigRuleNames=names)["ConfigRulesEvaluationStatus"]
        return {SUFFIX.sub("", each["ConfigRuleName"]): "LastSuccessfulEvaluationTime" in each for each in found}

    assert evaluated() == {"root-mfa": False, "efs": False}
    aws.control("PUT", CONTROL, {"results": {"efs": "INSUFFICIENT_DATA"}, "region": region})
    assert evaluated() == {"root-mfa": False, "efs": True}
    assert compliance(config, "Evaluated") == {"root-mfa": "INSUFFICIENT_DATA", "efs": "INSUFFICIENT_DATA"}
    aws.control("PUT", CONTROL, {"results": {}, "region": region})
    assert refused(config.describe_config_rule_evaluation_status, ConfigRuleNames=["x"]) == "NoSuchConfigRuleException"
