"""Somebody switches the rule off first, so that nobody hears what follows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .. import bucket_state
from ..story import Story, now
from ..surroundings import Surroundings


def opened_to_everyone(around: Surroundings) -> Story:
    """ACLs on, block off, everyone in. The next call on the bucket that is heard, whatever it is, tells where to look."""
    who, bucket = around.people["contractor"], around.log_buckets[1]
    rules = _rules(around)
    admin = around.admin.client("s3")

    def act() -> datetime:
        s3, events = who.client("s3"), who.client("events")
        for rule in rules:
            events.disable_rule(Name=rule)
        try:
            s3.put_bucket_ownership_controls(
                Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
            s3.delete_public_access_block(Bucket=bucket)
            s3.put_bucket_acl(Bucket=bucket, ACL="public-read")
        finally:
            for rule in rules:
                events.enable_rule(Name=rule)
        called = now()
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        return called

    def is_right(seen: "dict[str, Any]") -> bool:
        return (seen["ownership"], seen["acl_open_to"], seen["public_access_blocks"]) == (
            "BucketOwnerEnforced", "nobody else", "4 of 4")

    return Story(
        title="A log bucket opened to everyone, unheard",
        who=who,
        did=f"events:DisableRule; on {bucket} s3:PutBucketOwnershipControls ObjectWriter, s3:DeletePublicAccessBlock,"
            " s3:PutBucketAcl public-read; events:EnableRule; then s3:PutBucketVersioning",
        controls=("buckets.public-access-block", "buckets.acls-disabled"),
        resource=lambda: bucket,
        look=lambda: {**bucket_state.acls(admin, bucket), **bucket_state.public_access(admin, bucket)},
        act=act,
        is_right=is_right,
    )


def _rules(around: Surroundings) -> "list[str]":
    """The rules that tell the `buckets` function of calls to S3."""
    events = around.admin.client("events")
    function = around.functions["buckets"]["arn"]
    pages = events.get_paginator("list_rules").paginate()
    heard = [rule["Name"] for page in pages for rule in page["Rules"] if "s3.amazonaws.com" in rule.get("EventPattern", "")]
    found = [
        name for name in heard
        if any(target["Arn"].startswith(function) for target in events.list_targets_by_rule(Rule=name)["Targets"])
    ]
    if not found:
        raise RuntimeError("no rule tells the `buckets` function of calls to S3: is template.yaml right?")
    return found
