"""Inference, the profiles that it goes through, and who makes it."""

from __future__ import annotations

import json
import secrets
from contextlib import contextmanager
from typing import Any, Iterator

from demo.account import ARTIFACT_BUCKET
from demo.principals import Principal

from . import ledger
from .account import new_principal, surroundings
from .calls import role_of
from .latest import configured
from .local import ROOT, control, saved_event

REGION = "us-east-1"
HAIKU = "anthropic.claude-3-haiku-20240307-v1:0"
GLOBAL = f"global.{HAIKU}"
SAID = [{"role": "user", "content": [{"text": "Jane Roe, MRN 4711008, has a cough."}]}]
_HOUR = 60 * 60 * 1000


def scribe() -> Principal:
    """Somebody new, of whom nothing has been told yet; an enforced guardrail may have a key."""
    return new_principal("scribe", ["bedrock:*", "kms:Decrypt"])


def arn(kind: str, name: str) -> str:
    return f"arn:aws:bedrock:{REGION}:000000000000:{kind}/{name}"


def converse(who: Principal, model: str) -> None:
    who.client("bedrock-runtime").converse(modelId=model, messages=SAID)


def resource(who: Principal, model: str) -> str:
    """What it is called when it is told of."""
    return f"inference/{who.arn}/{model}"


def elsewhere(who: Principal, model: str, region: str) -> "dict[str, Any]":
    """The event of an inference that ran in another Region: the local AWS has but one."""
    event = saved_event("residency/invoke-model-stream-elsewhere.json")
    event["detail"].update(
        userIdentity={"type": "IAMUser", "arn": who.arn, "accountId": "000000000000"},
        requestParameters={"modelId": model}, additionalEventData={"inferenceRegion": region})
    return event


def copied_from(source: str, who: "Principal | None" = None) -> str:
    """A new application profile; its id."""
    made = (who or surroundings().admin).client("bedrock").create_inference_profile(
        inferenceProfileName=f"p-{secrets.token_hex(4)}", modelSource={"copyFrom": source})
    return made["inferenceProfileArn"].rsplit("/", 1)[1]


def profiles() -> "set[str]":
    """The ids of all application profiles."""
    pages = surroundings().admin.client("bedrock").get_paginator("list_inference_profiles").paginate(
        typeEquals="APPLICATION")
    return {each["inferenceProfileId"] for page in pages for each in page["inferenceProfileSummaries"]}


def allow(model: str, modes: "list[str] | None") -> None:
    """What the provider of a model lets be set from now on."""
    control("POST", "mantle/models", {"id": model, "allowed_modes": modes})


def an_hour_later(control_id: str, of: str) -> None:
    """It was told of an hour ago."""
    state = ledger.item(f"state#{control_id}", of)
    assert state and state["told"], f"nothing was told of {of}"
    state["told"]["at"] -= _HOUR
    ledger.put(f"state#{control_id}", of, state)


@contextmanager
def baseline(**changes: str) -> "Iterator[None]":
    """What `invoke` starts has the project's baseline with other values in `[residency]`, each as TOML."""
    text = (ROOT / "baseline.toml").read_text()
    before, section = text.split("[residency]\n")
    lines = section.split("\n")
    for name, value in changes.items():
        [at] = [number for number, line in enumerate(lines) if line.startswith(f"{name} = ")]
        lines[at] = f"{name} = {value}"
    s3, key = surroundings().admin.client("s3"), f"baselines/{secrets.token_hex(4)}.toml"
    s3.put_object(Bucket=ARTIFACT_BUCKET, Key=key, Body=f"{before}[residency]\n{chr(10).join(lines)}".encode())
    may = {"Effect": "Allow", "Principal": {"AWS": role_of("residency")}, "Action": "s3:GetObject",
           "Resource": f"arn:aws:s3:::{ARTIFACT_BUCKET}/baselines/*"}
    s3.put_bucket_policy(Bucket=ARTIFACT_BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": [may]}))
    try:
        with configured("residency", PHIWARD_BASELINE_URI=f"s3://{ARTIFACT_BUCKET}/{key}"):
            yield
    finally:
        s3.delete_bucket_policy(Bucket=ARTIFACT_BUCKET)
