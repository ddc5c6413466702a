"""Bedrock's control-plane data-retention setting."""

from __future__ import annotations

import botocore.exceptions
import pytest


def test_a_region_that_nobody_set_is_at_inherit(aws):
    assert aws.client("bedrock", region="eu-west-1").get_account_data_retention()["mode"] == "inherit"


def test_a_mode_is_kept_per_region(aws):
    bedrock = aws.client("bedrock", region="us-west-2")
    put = bedrock.put_account_data_retention(mode="provider_data_share")
    got = bedrock.get_account_data_retention()
    assert (put["mode"], got["mode"]) == ("provider_data_share", "provider_data_share")
    assert got["updatedAt"] == put["updatedAt"]
    assert aws.client("bedrock", region="us-east-2").get_account_data_retention()["mode"] == "inherit"


@pytest.mark.parametrize("body", [{"mode": "zero"}, {}, {"mode": 1}, b"{"])
def test_an_unknown_or_missing_mode_is_refused(aws, body):
    status, answer = aws.signed("PUT", "/data-retention", body, scope="bedrock")
    assert status == 400 and answer["message"]


def test_a_role_limited_to_none_can_put_nothing_else(aws):
    credentials = aws.role(
        "retention-none-only",
        {
            "Effect": "Allow",
            "Action": "bedrock:PutAccountDataRetention",
            "Resource": "*",
            "Condition": {"StringEquals": {"bedrock:DataRetentionMode": "none"}},
        },
    )
    bedrock = aws.client("bedrock", credentials, region="eu-central-1")
    assert bedrock.put_account_data_retention(mode="none")["mode"] == "none"
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        bedrock.put_account_data_retention(mode="default")
    assert refused.value.response["Error"]["Code"] == "AccessDeniedException"
    with pytest.raises(botocore.exceptions.ClientError):
        bedrock.get_account_data_retention()
