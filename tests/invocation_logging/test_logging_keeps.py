"""What is delivered beyond the baseline stays delivered, whatever else is put right."""

from __future__ import annotations

import json
from typing import Any, Iterator

import pytest
from demo.principals import Principal

from harness import await_outcome, configured, now, silenced, surroundings, sweep
from harness.invocation_logging import DELIVERY, DESTINATIONS, DUTY, ENABLED, ID, LARGE, live, right
from harness.local import ROOT

_ALL = 'deliver = ["text", "image", "embedding", "video", "audio"]'


@pytest.fixture
def text_alone(admin: Principal) -> "Iterator[str]":
    """A baseline that asks for text alone, in a bucket, and the permission that the template gives where one is named."""
    name, s3, iam = "baselines-of-logging", admin.client("s3"), admin.client("iam")
    s3.create_bucket(Bucket=name)
    text = (ROOT / "baseline.toml").read_text()
    assert text.count(_ALL) == 1
    s3.put_object(Bucket=name, Key="baseline.toml", Body=text.replace(_ALL, 'deliver = ["text"]').encode())
    role = surroundings().functions[DUTY]["role"].rsplit("/", 1)[-1]
    allow = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{name}/*"}
    iam.put_role_policy(RoleName=role, PolicyName="baseline", PolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [allow]}))
    yield f"s3://{name}/baseline.toml"
    iam.delete_role_policy(RoleName=role, PolicyName="baseline")


def _with(**change: Any) -> "dict[str, Any]":
    return {**right(), **change}


def test_what_goes_beyond_the_baseline_is_no_drift_and_survives_a_repair(
        drifter: Principal, text_alone: str) -> None:
    put = drifter.client("bedrock").put_model_invocation_logging_configuration
    with silenced(DUTY), configured(DUTY, PHIWARD_BASELINE_URI=text_alone):
        stricter = _with(imageDataDeliveryEnabled=False, videoDataDeliveryEnabled=False)
        put(loggingConfig=stricter)
        assert sweep(DUTY)["outcomes"] == [] and live() == stricter
        since = now()
        put(loggingConfig={**stricter, "s3Config": {"bucketName": LARGE}, "textDataDeliveryEnabled": False})
        sweep(DUTY)
        await_outcome(DESTINATIONS, ID, since)
        await_outcome(DELIVERY, ID, since)
        assert live() == stricter


def test_what_is_switched_on_delivers_what_the_baseline_says(drifter: Principal, text_alone: str) -> None:
    with silenced(DUTY), configured(DUTY, PHIWARD_BASELINE_URI=text_alone):
        drifter.client("bedrock").delete_model_invocation_logging_configuration()
        since = now()
        sweep(DUTY)
        await_outcome(ENABLED, ID, since)
        off = {f"{kind}DataDeliveryEnabled": False for kind in ("image", "embedding", "video", "audio")}
        assert live() == _with(**off)
