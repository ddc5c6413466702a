"""Somebody switches the invocation logs off, and sends them to a bucket of their own."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from ..account import INVOCATION_BUCKETS, LOG_GROUP, LOG_ROLE
from ..story import Story, now
from ..surroundings import Surroundings

_KINDS = ("text", "image", "embedding", "video", "audio")
_RESOURCE = "model-invocation-logging"


def _look(around: Surroundings) -> "dict[str, Any]":
    live = around.admin.client("bedrock").get_model_invocation_logging_configuration().get("loggingConfig")
    if live is None:
        return {"logging": "off"}
    group = live.get("cloudWatchConfig", {})
    return {
        "logging": "on", "bucket": live.get("s3Config", {}).get("bucketName"), "group": group.get("logGroupName"),
        "role": group.get("roleArn", "").rsplit("/", 1)[-1],
        "large_data": group.get("largeDataDeliveryS3Config", {}).get("bucketName"),
        "delivers": [kind for kind in _KINDS if live.get(f"{kind}DataDeliveryEnabled")],
    }


def _is_right(seen: "dict[str, Any]") -> bool:
    bucket, large = INVOCATION_BUCKETS
    return seen == {"logging": "on", "bucket": bucket, "group": LOG_GROUP, "role": LOG_ROLE, "large_data": large,
                    "delivers": list(_KINDS)}


def switched_off(around: Surroundings) -> Story:
    """Nobody would know any more what models were asked, and what they answered."""
    who = around.people["contractor"]

    def act() -> datetime:
        called = now()
        who.client("bedrock").delete_model_invocation_logging_configuration()
        return called

    return Story(
        title="The invocation logs switched off",
        who=who,
        did="bedrock:DeleteModelInvocationLoggingConfiguration",
        controls=("invocation-logging.enabled",),
        resource=lambda: _RESOURCE,
        look=lambda: _look(around),
        act=act,
        is_right=_is_right,
    )


def sent_elsewhere(around: Surroundings) -> Story:
    """Prompts and answers, with all that they tell of patients: what arrived there is for a person."""
    who, bucket = around.people["contractor"], around.ordinary_buckets[0]
    let_in = {"Effect": "Allow", "Principal": {"Service": "bedrock.amazonaws.com"}, "Action": "s3:PutObject",
              "Resource": f"arn:aws:s3:::{bucket}/*"}

    def act() -> datetime:
        policy = json.dumps({"Version": "2012-10-17", "Statement": [let_in]})
        who.client("s3").put_bucket_policy(Bucket=bucket, Policy=policy)
        called = now()
        who.client("bedrock").put_model_invocation_logging_configuration(loggingConfig={
            "s3Config": {"bucketName": bucket}, **{f"{kind}DataDeliveryEnabled": True for kind in _KINDS}})
        return called

    return Story(
        title="The invocation logs sent to a bucket of somebody's own",
        who=who,
        did=f"s3:PutBucketPolicy on {bucket}; then bedrock:PutModelInvocationLoggingConfiguration with it as the destination",
        controls=("invocation-logging.destinations",),
        resource=lambda: _RESOURCE,
        look=lambda: _look(around),
        act=act,
        is_right=_is_right,
        expected="reported",
    )
