"""Preflight, asked of an account in which nothing is deployed yet, by somebody who may deploy and by some who may not."""

from __future__ import annotations

import json
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from harness.fresh import Fresh, Person, fresh
from harness.local import ROOT
from harness.preflight import Answers, environment, fixes, preflight
from harness.transformed import transformed

TRAIL = "arn:aws:cloudtrail:us-east-1:000000000000:trail/management-events"
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
HAIKU = "anthropic.claude-3-haiku-20240307-v1:0"
QUESTIONS = ["who", "deploy", "trail", "macie", "regions", "key", "quotas", "models", "retention", "dead-trail"]


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Fresh]":
    """An account as it has to be before the first deploy."""
    with fresh(tmp_path_factory.mktemp("preflight")) as account:
        account.client("bedrock").put_account_data_retention(mode="none")
        _mantle_keeps_nothing(account)
        topic = account.client("sns").create_topic(Name="security")["TopicArn"]
        events = account.client("events")
        events.put_rule(Name="trail-stopped", EventPattern=json.dumps(
            {"source": ["aws.cloudtrail"], "detail": {"eventName": ["StopLogging", "DeleteTrail"]}}))
        events.put_targets(Rule="trail-stopped", Targets=[{"Id": "topic", "Arn": topic}])
        yield account


def _mantle_keeps_nothing(aws: Fresh) -> None:
    signed = AWSRequest("PUT", f"{aws.endpoint}/v1/data_retention", data=b'{"mode": "none"}')
    SigV4Auth(Credentials("test", "test"), "bedrock-mantle", aws.region).add_auth(signed)
    request = urllib.request.Request(signed.url, signed.data, dict(signed.headers.items()), method="PUT")
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert json.load(answer)["mode"] == "none"


@pytest.fixture(scope="module")
def deployer(aws: Fresh) -> Person:
    """Somebody who may do everything."""
    return aws.person("deployer", EVERYTHING)


@pytest.fixture(scope="module")
def key(aws: Fresh) -> str:
    """A key that everybody may use who needs it."""
    return aws.client("kms").create_key(Policy=json.dumps(_key_policy()))["KeyMetadata"]["Arn"]


def _key_policy() -> "dict[str, Any]":
    def service(name: str) -> "dict[str, Any]":
        return {"Effect": "Allow", "Principal": {"Service": name}, "Action": "kms:*", "Resource": "*",
                "Condition": {"StringEquals": {"aws:SourceAccount": "000000000000"}}}

    macie = "arn:aws:iam::000000000000:role/aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie"
    return {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::000000000000:root"}, "Action": "kms:*", "Resource": "*"},
        *(service(f"{name}.amazonaws.com") for name in ("bedrock", "cloudtrail", "logs.us-east-1")),
        {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:Decrypt", "Resource": "*",
         "Condition": {"StringEquals": {"aws:PrincipalArn": macie}}}]}


def asked(aws: Fresh, who: "Person | None", *arguments: str, **more: str) -> Answers:
    """By somebody with keys in the environment, in us-east-1."""
    return preflight(environment(aws, who, **{"AWS_REGION": aws.region, **more}), *arguments, "--format", "json")


def not_ok(answers: Answers) -> "dict[str, Any]":
    """The one answer that is not ok."""
    assert answers.code == 1, answers.said + answers.troubles
    [found] = [each for each in answers.report()["items"] if each["state"] != "ok"]
    return found


def test_an_account_that_has_all_is_ready_and_nothing_of_it_is_changed(aws: Fresh, deployer: Person, key: str):
    answers = asked(aws, deployer, "--data-key", key)
    assert answers.states() == dict.fromkeys(QUESTIONS, "ok"), answers.said
    assert answers.code == 0
    report = answers.report()
    assert report["ok"] and report["caller"]["arn"] == deployer.arn and report["caller"]["endpoints"] == [aws.endpoint]
    assert f"{key} is enabled" in answers.item("key")["answer"]
    calls = [each for each in aws.control("GET", "calls")["calls"] if deployer.arn in json.dumps(each)]
    made = {each["operation"] for each in calls}
    assert {"GetCallerIdentity", "SimulatePrincipalPolicy", "DescribeTrails", "ListMetrics"} <= made
    assert all(name.startswith(("Get", "List", "Describe", "Simulate")) for name in made), made


def test_the_first_line_says_whose_credentials_ask_where_and_the_last_counts(aws: Fresh, deployer: Person):
    answers = preflight(environment(aws, deployer), "--region", "us-east-1")
    assert answers.code == 0, answers.said + answers.troubles
    first = " ".join(answers.said.split("\n\n")[0].split())
    for piece in ("keys of the environment", "account 000000000000", deployer.arn, "Region us-east-1", f"{aws.endpoint} INSTEAD"):
        assert piece in first, first
    assert answers.said.isascii() and all(len(line) <= 100 for line in answers.said.splitlines())
    assert "not looked at: without --data-key" in " ".join(answers.said.split())
    assert answers.said.splitlines()[-1].startswith("ready for the first deploy: 10 ok")


def test_a_trail_that_is_stopped_is_named_with_the_command_that_starts_it(aws: Fresh, deployer: Person):
    trail = aws.client("cloudtrail")
    trail.stop_logging(Name=TRAIL)
    try:
        found = not_ok(asked(aws, deployer))
    finally:
        trail.start_logging(Name=TRAIL)
    assert (found["id"], found["state"]) == ("trail", "missing") and TRAIL in found["answer"]
    assert found["fixes"] == [{"command": f"aws cloudtrail start-logging --name {TRAIL} --region us-east-1"}]


def test_what_a_trail_leaves_out_is_named(aws: Fresh, deployer: Person):
    trail = aws.client("cloudtrail")
    selector = {"ReadWriteType": "All", "IncludeManagementEvents": True}
    trail.put_event_selectors(TrailName=TRAIL, EventSelectors=[{**selector, "ExcludeManagementEventSources": ["kms.amazonaws.com"]}])
    try:
        found = not_ok(asked(aws, deployer))
    finally:
        trail.put_event_selectors(TrailName=TRAIL, EventSelectors=[selector])
    assert (found["id"], found["state"]) == ("trail", "attention") and "kms.amazonaws.com" in found["facts"][0]


def test_a_trail_that_records_writes_alone_does_not_hear_of_inferences(aws: Fresh, deployer: Person):
    trail = aws.client("cloudtrail")
    selector = {"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}
    trail.put_event_selectors(TrailName=TRAIL, EventSelectors=[selector])
    try:
        found = not_ok(asked(aws, deployer))
    finally:
        trail.put_event_selectors(TrailName=TRAIL, EventSelectors=[{**selector, "ReadWriteType": "All"}])
    assert (found["id"], found["state"]) == ("trail", "attention") and "inferences" in found["facts"][0]
    assert "reads and writes" in fixes(found)


def test_a_rule_does_not_hear_of_a_trail_that_is_at_home_elsewhere(aws: Fresh, deployer: Person):
    events, topic = aws.client("events", "eu-west-1"), "arn:aws:sns:eu-west-1:000000000000:security"
    events.put_rule(Name="trail-stopped", EventPattern=json.dumps({"source": ["aws.cloudtrail"]}))
    events.put_targets(Rule="trail-stopped", Targets=[{"Id": "topic", "Arn": topic}])
    found = asked(aws, deployer, "--region", "eu-west-1").item("dead-trail")
    assert found["state"] == "attention" and any(f"{TRAIL} does it in us-east-1" in fact for fact in found["facts"]), found
    assert "aws events put-rule" in fixes(found) and fixes(found).endswith("--region us-east-1")


@contextmanager
def without_trail(aws: Fresh) -> "Iterator[None]":
    trail = aws.client("cloudtrail")
    trail.delete_trail(Name=TRAIL)
    try:
        yield
    finally:
        trail.create_trail(Name="management-events", S3BucketName="aws-cloudtrail-logs-000000000000", IsMultiRegionTrail=True)
        trail.start_logging(Name=TRAIL)


@contextmanager
def without_macie(aws: Fresh) -> "Iterator[None]":
    macie = aws.client("macie2")
    macie.disable_macie()
    try:
        yield
    finally:
        macie.enable_macie()
        macie.update_automated_discovery_configuration(status="ENABLED")


def test_all_that_is_missing_is_named_at_once_each_with_its_fix(aws: Fresh, deployer: Person):
    bare = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    with without_trail(aws), without_macie(aws):
        answers = asked(aws, deployer, "--data-key", bare)
    states = {name: state for name, state in answers.states().items() if state != "ok"}
    assert (answers.code, states) == (1, {"trail": "missing", "macie": "attention", "key": "missing"})
    trail, macie, found = (answers.item(name) for name in ("trail", "macie", "key"))
    assert "no trail covers us-east-1" in trail["answer"] and "aws cloudtrail create-trail" in fixes(trail)
    assert "Macie is off" in macie["answer"] and "aws macie2 enable-macie --region us-east-1" in fixes(macie)
    shut_out = "\n".join(found["facts"])
    for who in ("bedrock.amazonaws.com", "cloudtrail.amazonaws.com", "logs.us-east-1.amazonaws.com", "AWSServiceRoleForAmazonMacie"):
        assert who in shut_out, shut_out
    assert f"aws kms put-key-policy --key-id {bare}" in fixes(found)


def test_a_key_that_is_disabled_or_of_nobody_is_named(aws: Fresh, deployer: Person):
    kms = aws.client("kms")
    disabled = kms.create_key(Policy=json.dumps(_key_policy()))["KeyMetadata"]["Arn"]
    kms.disable_key(KeyId=disabled)
    found = not_ok(asked(aws, deployer, "--data-key", disabled))
    assert found["id"] == "key" and "is Disabled" in found["answer"] and "enable it" in fixes(found)
    nowhere = disabled.rsplit("/", 1)[0] + "/00000000-0000-0000-0000-00000000dead"
    found = not_ok(asked(aws, deployer, "--data-key", nowhere))
    assert (found["id"], found["state"]) == ("key", "missing") and "is not there" in found["answer"]


def test_a_key_whose_policy_hangs_on_conditions_is_unknown(aws: Fresh, deployer: Person):
    policy = _key_policy()
    policy["Statement"].append({"Effect": "Deny", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*",
                                "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-clinic"}}})
    arn = aws.client("kms").create_key(Policy=json.dumps(policy))["KeyMetadata"]["Arn"]
    found = not_ok(asked(aws, deployer, "--data-key", arn))
    assert (found["id"], found["state"]) == ("key", "unknown") and "Deny with conditions" in found["facts"][0]
    assert f"aws kms get-key-policy --key-id {arn}" in fixes(found)


def test_wrong_credentials_end_it_with_what_to_do(aws: Fresh, deployer: Person):
    for who, code in (
        (Person("", "AKIAIOSFODNN7EXAMPLE", "wrong"), "InvalidClientTokenId"),
        (Person("", deployer.access_key, "wrong"), "SignatureDoesNotMatch"),
    ):
        answers = asked(aws, who)
        said = " ".join(answers.troubles.split())
        assert (answers.code, answers.said) == (2, ""), said
        assert code in said and "keys of the environment" in said and "renew them or sign in again" in said, said
        assert "security token" not in said, "AWS's own words are not repeated"


def test_the_root_user_is_refused(aws: Fresh):
    answers = asked(aws, Person("", "test", "test"))
    assert (answers.code, answers.said) == (2, "")
    assert "root user" in answers.troubles and "sign in as a role" in " ".join(answers.troubles.split())


def test_who_may_not_deploy_hears_which_actions_are_lacking_and_who_may_not_ask_hears_that(aws: Fresh):
    reads = ["iam:Get*", "iam:Simulate*", "cloudtrail:Get*", "cloudtrail:Describe*", "macie2:Get*", "cloudwatch:*", "account:List*",
             "servicequotas:Get*", "events:*", "logs:Describe*", "bedrock:Get*", "bedrock:List*", "bedrock-mantle:*"]
    reader = aws.person("reader", {"Effect": "Allow", "Action": reads, "Resource": "*"})
    found = not_ok(asked(aws, reader))
    assert (found["id"], found["state"]) == ("deploy", "missing")
    lacking = "\n".join(found["facts"])
    assert "kms:CreateKey" in lacking and "lambda:CreateFunction" in lacking and "events:PutRule" not in lacking
    nobody = asked(aws, aws.person("nobody"))
    states = nobody.states()
    assert nobody.code == 1 and states.pop("who") == "ok" and states.pop("key") == "ok"
    assert set(states.values()) == {"unknown"}, states
    assert all("allow " in fixes(nobody.item(name)) for name in states), nobody.said
    assert "not authorized" not in nobody.said, "AWS's own words are not repeated"


def test_what_is_allowed_but_hangs_on_conditions_is_unknown_with_their_keys(aws: Fresh, deployer: Person):
    deny = {"Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*", "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}}}
    found = not_ok(asked(aws, aws.person("conditional", EVERYTHING, deny)))
    assert (found["id"], found["state"]) == ("deploy", "unknown")
    assert "the conditions are on aws:SourceVpc" in found["facts"], found


def test_where_sam_would_deploy_elsewhere_is_said(aws: Fresh, deployer: Person):
    notes = asked(aws, deployer, AWS_DEFAULT_REGION="eu-west-1").report()["caller"]["notes"]
    assert any("AWS_DEFAULT_REGION is eu-west-1" in note and "sam deploy --region us-east-1" in note for note in notes), notes


# From here on the account has used Bedrock, which nobody can take back.


def test_a_region_that_uses_bedrock_needs_a_deployment_of_its_own(aws: Fresh, deployer: Person):
    talk = [{"role": "user", "content": [{"text": "hello"}]}]
    aws.client("bedrock-runtime", "eu-central-1").converse(modelId=HAIKU, messages=talk)
    found = not_ok(asked(aws, deployer))
    assert (found["id"], found["state"]) == ("regions", "attention") and "not here, but in eu-central-1" in found["answer"]
    assert {"command": "cargo xtask preflight --region eu-central-1"} in found["fixes"]


def test_models_that_mode_none_switches_off_are_named_and_those_of_which_nothing_is_said_are_unknown(aws: Fresh, deployer: Person):
    talk = [{"role": "user", "content": [{"text": "hello"}]}]
    aws.client("bedrock-runtime").converse(modelId=HAIKU, messages=talk)
    for modes, state, piece in (
        (["aws_review"], "attention", f"{HAIKU} stops: it allows aws_review only"),
        (None, "unknown", "does not say"),
        (["none", "default"], "ok", ""),
    ):
        aws.control("POST", "mantle/models", {"id": HAIKU, "allowed_modes": modes})
        found = asked(aws, deployer).item("models")
        assert found["state"] == state and piece in "\n".join(found.get("facts", [])), found
    aws.client("bedrock-runtime").converse(modelId="arn:aws:bedrock:us-east-1:000000000000:imported-model/abcdef012345", messages=talk)
    found = asked(aws, deployer).item("models")
    assert found["state"] == "unknown" and "imported-model/abcdef012345" in "\n".join(found["facts"]), found


def test_what_was_used_through_bedrock_mantle_is_not_told_apart(aws: Fresh, deployer: Person):
    for region in ("us-east-1", "eu-west-3"):
        aws.client("cloudwatch", region).put_metric_data(
            Namespace="AWS/BedrockMantle", MetricData=[{"MetricName": "Inferences", "Value": 1}])
    answers = asked(aws, deployer)
    models, regions = answers.item("models"), answers.item("regions")
    assert models["state"] == "unknown" and any("bedrock-mantle" in fact for fact in models["facts"]), models
    assert "data_retention.allowed_modes" in fixes(models)
    assert regions["state"] == "attention" and "eu-west-3" in regions["answer"], regions


def test_a_quota_that_is_too_small_is_told_in_numbers(aws: Fresh, deployer: Person):
    aws.control("POST", "service-quotas", {"service": "lambda", "quota": "L-B99A9384", "value": 10})
    try:
        found = asked(aws, deployer).item("quotas")
    finally:
        aws.control("POST", "service-quotas", {"service": "lambda", "quota": "L-B99A9384", "value": 1000})
    assert found["state"] == "missing" and any("Lambda" in fact and fact.endswith("of 10") for fact in found["facts"])
    assert "request-service-quota-increase --service-code lambda --quota-code L-B99A9384" in fixes(found)


@pytest.fixture
def profiles(aws: Fresh, deployer: Person, tmp_path: Path) -> Path:
    """A configuration with a role that wants an external id, once with the right one and once with another."""
    trust = {"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"AWS": deployer.arn}, "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": "clinic-7"}}}]}
    iam = aws.client("iam")
    try:
        role = iam.create_role(Path="/people/", RoleName="deploy", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
        iam.put_role_policy(RoleName="deploy", PolicyName="all", PolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": [EVERYTHING]}))
    except iam.exceptions.EntityAlreadyExistsException:
        role = iam.get_role(RoleName="deploy")["Role"]["Arn"]
    role_of = f"role_arn = {role}\nsource_profile = keys\nregion = us-east-1\n"
    file = tmp_path / "config"
    file.write_text(
        f"[profile keys]\naws_access_key_id = {deployer.access_key}\naws_secret_access_key = {deployer.secret_key}\n\n"
        f"[profile clinic]\n{role_of}external_id = clinic-7\n\n[profile stranger]\n{role_of}external_id = guessed\n")
    return file


def test_a_role_with_an_external_id_is_taken_and_keys_in_the_environment_do_not_come_between(
    aws: Fresh, deployer: Person, profiles: Path,
):
    given = environment(aws, aws.person(f"other-{profiles.parent.name[-8:]}"), AWS_CONFIG_FILE=str(profiles))
    answers = preflight(given, "--profile", "clinic", "--format", "json")
    caller = answers.report()["caller"]
    assert ":assumed-role/deploy/" in caller["arn"] and caller["credentials"] == "profile `clinic`"
    assert caller["region"] == "us-east-1" and "AWS_ACCESS_KEY_ID is set too" in caller["notes"][0]
    assert answers.states()["deploy"] == "ok", "the role is simulated by its whole ARN, which has a path"


def test_a_profile_that_the_environment_names_is_the_only_source_and_its_role_is_taken_once(aws: Fresh, profiles: Path):
    def taken() -> int:
        return sum(each["operation"] == "AssumeRole" for each in aws.control("GET", "calls")["calls"])

    before = taken()
    given = environment(aws, None, AWS_CONFIG_FILE=str(profiles), AWS_PROFILE="clinic")
    caller = preflight(given, "--format", "json").report()["caller"]
    assert ":assumed-role/deploy/" in caller["arn"] and caller["credentials"] == "profile `clinic`"
    assert taken() == before + 1
    mistyped = preflight({**given, "AWS_PROFILE": "clinik"}, "--region", "us-east-1")
    assert (mistyped.code, mistyped.said) == (2, "") and "profile `clinik`" in " ".join(mistyped.troubles.split())


def test_a_role_that_the_external_id_does_not_open_is_told_so(aws: Fresh, profiles: Path):
    answers = preflight(environment(aws, None, AWS_CONFIG_FILE=str(profiles)), "--profile", "stranger")
    said = " ".join(answers.troubles.split())
    assert (answers.code, answers.said) == (2, "")
    assert "profile `stranger`" in said and "AccessDenied" in said and "external_id" in said, said
    assert "mfa_serial" in said and "aws configure export-credentials --profile stranger --format env" in said, said


def test_what_sam_makes_of_the_template_is_what_preflight_counts(aws: Fresh, deployer: Person):
    made = transformed(ROOT / "template.yaml")
    facts = asked(aws, deployer).item("quotas")["facts"]
    needed = {fact.split(":")[0]: int(fact.split("used + ")[1].split(" ")[0]) for fact in facts}
    assert needed["IAM roles"] == made["AWS::IAM::Role"]
    assert needed["IAM customer managed policies"] == made["AWS::IAM::ManagedPolicy"]
    assert needed["EventBridge rules on the default bus"] == made["AWS::Events::Rule"]
    assert needed["CloudFormation resources of one stack"] == made.total()
