"""A second stack from the same template, with every parameter set that adds a statement to a role.

Nothing in it is started by events: every rule is off, so that a scenario starts the one function that it is about.
"""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Iterator

from demo.account import ARTIFACT_BUCKET, PHI_TAG, log_role
from demo.principals import endpoint
from harness import guardrails, surroundings, wait_quiet
from harness.account import logical_name
from harness.inference import HAIKU
from harness.local import ROOT
from harness.rules import enable

#: Each test run has its own.
FIRST_STACK, NAME = "phiward", f"phiward-roles-{secrets.token_hex(2)}"
ACCOUNT = "000000000000"
LOG_BUCKET, PHI_BUCKET = "roles-logs-a", "roles-phi-a"
#: With Object Lock, in the same set.
PHI_LOCKED = "roles-phi-locked"
VERSIONED, PLAIN, LOCKED = "roles-open-versioned", "roles-open-plain", "roles-open-locked"
#: Encrypts what is put into it with a key of its owner's.
SEALED = "roles-open-sealed"
#: The sets are within what is watched, so that the explicit denials have something to deny.
WATCHED = "roles-*"
OUTSIDE = "unwatched-by-roles"
#: Named in full, and by a glob.
LOG_GROUP, LOG_GROUP_OF_A_GLOB = "/roles/named", "/roles/of-a-glob/a"
#: Where invocation logs have to go, and the role of the group among them.
INVOCATION_BUCKET, INVOCATION_PREFIX, LARGE_BUCKET, LOG_ROLE = "roles-invocations", "logs", "roles-large", "roles-log-writer"
#: The trail that the stack looks after, where its files go, and one that is none of its business.
TRAIL, TRAIL_BUCKET, OTHER_TRAIL = "roles-trail", "roles-trail-files", "roles-trail-of-others"
TRAIL_ARN = f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/{TRAIL}"
#: Guardrails that the stack looks after; the deployment says that the first one is enforced.
GUARDRAIL_ENFORCED, GUARDRAIL = "ofroles00001", "ofroles00002"
_BASELINE_BUCKET, _BASELINE_KEY = "baseline-of-roles", "baseline.toml"


@dataclass(frozen=True)
class Deployed:
    """What a scenario has to know."""

    outputs: "dict[str, str]"
    key_arn: str

    def alias(self, duty: str) -> str:
        """What the rules would invoke."""
        return self.outputs[f"{logical_name(duty)}AliasArn"]

    def function(self, duty: str) -> str:
        """The function's name."""
        return self.alias(duty).split(":")[6]

    def role(self, duty: str) -> str:
        """The role's ARN."""
        return self.outputs[f"{logical_name(duty)}RoleArn"]


def client(service: str) -> Any:
    """The administrator's."""
    return surroundings().admin.client(service)


@lru_cache(maxsize=None)
def deployed() -> Deployed:
    """Deployed once, by whichever test needs it first."""
    key = client("kms").create_key()["KeyMetadata"]["Arn"]
    version = _buckets(key)
    pages = client("bedrock").get_paginator("list_guardrails").paginate()
    # Another file of tests may have deployed a second stack beside the same first one.
    there = {each["id"] for page in pages for each in page["guardrails"]}
    for guardrail in {GUARDRAIL_ENFORCED, GUARDRAIL} - there:
        guardrails.made(guardrail, {**guardrails.as_update(guardrails.FREE), "name": guardrail})
    values = {
        "Mode": "enforce", "LogDestinations": LOG_BUCKET, "PhiBuckets": "roles-phi-*", "WatchBuckets": WATCHED,
        "InvocationLogBucket": INVOCATION_BUCKET, "InvocationLogPrefix": INVOCATION_PREFIX,
        "InvocationLogGroup": LOG_GROUP, "InvocationLogRoleArn": log_role(client("iam"), LOG_ROLE, LOG_GROUP),
        "InvocationLargeDataBucket": LARGE_BUCKET,
        "InvocationLogGroups": f"{LOG_GROUP},/roles/of-a-glob/*",
        "KeyArns": key,
        "TrailName": TRAIL, "TrailBucket": TRAIL_BUCKET, "TrailDataEvents": "AWS::BedrockMantle::Project",
        "Operators": f"arn:aws:iam::{ACCOUNT}:root",
        "KeepMacieOn": "true", "KeepConfigRecorderOn": "true", "KeepGuardDutyOn": "true",
        "GuardrailIds": f"{GUARDRAIL_ENFORCED},{GUARDRAIL}", "EnforcedGuardrail": GUARDRAIL_ENFORCED,
        "RecreateGuardrails": "true",
        "DeployConformancePack": "true", "CanaryModel": HAIKU, "CanaryGeography": "us", "CanaryGuardrail": f"{GUARDRAIL_ENFORCED}:1",
        "BaselineObject": f"{_BASELINE_BUCKET}/{_BASELINE_KEY}", "BaselineVersionId": version,
    }
    cloudformation = client("cloudformation")
    template = cloudformation.get_template(StackName=FIRST_STACK, TemplateStage="Original")["TemplateBody"]
    client("s3").put_object(Bucket=ARTIFACT_BUCKET, Key=NAME, Body=template.encode())
    cloudformation.create_stack(
        StackName=NAME, TemplateURL=f"{endpoint()}/{ARTIFACT_BUCKET}/{NAME}",
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in values.items()])
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName=NAME, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    wait_quiet()
    stack = cloudformation.describe_stacks(StackName=NAME)["Stacks"][0]
    return Deployed({each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}, key)


def _buckets(key: str) -> str:
    """The buckets that scenarios play in; the answer is the version of the baseline."""
    s3 = client("s3")
    for name in (LOG_BUCKET, PHI_BUCKET, VERSIONED, PLAIN, SEALED, OUTSIDE, TRAIL_BUCKET, INVOCATION_BUCKET, LARGE_BUCKET,
                 _BASELINE_BUCKET):
        s3.create_bucket(Bucket=name)
    for name in (LOCKED, PHI_LOCKED):
        s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    s3.put_bucket_encryption(Bucket=SEALED, ServerSideEncryptionConfiguration={"Rules": [{
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}]})
    for name in (VERSIONED, SEALED, _BASELINE_BUCKET):
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    for name in (LOG_BUCKET, PHI_BUCKET):
        s3.put_bucket_tagging(Bucket=name, Tagging=PHI_TAG)
    # An expiry is only ever added where a baseline asks for one.
    text = (ROOT / "baseline.toml").read_text().replace("# expire_after_days", "expire_after_days")
    assert "\nexpire_after_days" in text
    # A copy of a Global inference profile is only ever deleted where a baseline says so.
    text = text.replace("delete_global_profiles = false", "delete_global_profiles = true")
    assert "delete_global_profiles = true" in text
    # A guardrail is only given a key where a baseline says so.
    text = text.replace('repair = ["agent",', 'repair = ["guardrail", "agent",')
    assert 'repair = ["guardrail"' in text
    # It is only asked which models may be invoked where a baseline approves some.
    text = text.replace("approved_models = []", f'approved_models = ["{HAIKU}"]')
    assert HAIKU in text
    return s3.put_object(
        Bucket=_BASELINE_BUCKET, Key=_BASELINE_KEY, Body=text.encode(), ServerSideEncryption="aws:kms",
        SSEKMSKeyId=key)["VersionId"]


@contextmanager
def rules_off() -> "Iterator[None]":
    """No rule starts a function; those of the first stack are as before afterwards."""
    events = client("events")
    on = dict(_rules_of_functions(events))
    for name in on:
        events.disable_rule(Name=name)
    wait_quiet()
    try:
        yield
    finally:
        wait_quiet()
        for name, state in on.items():
            if not name.startswith(f"{NAME}-"):
                enable(name, state)


def _rules_of_functions(events: Any) -> "Iterator[tuple[str, str]]":
    """Those that are on, and their states."""
    for page in events.get_paginator("list_rules").paginate():
        for rule in page["Rules"]:
            targets = events.list_targets_by_rule(Rule=rule["Name"])["Targets"]
            if rule["State"] != "DISABLED" and any(":lambda:" in target["Arn"] for target in targets):
                yield rule["Name"], rule["State"]
