"""Somebody takes the protection off the bucket that holds the invocation logs."""

from __future__ import annotations

from datetime import datetime

from .. import bucket_state
from ..story import Story, now
from ..surroundings import Surroundings


def encryption(around: Surroundings) -> Story:
    """Its default encryption: AWS falls back to SSE-S3."""
    who, bucket = around.people["contractor"], around.log_buckets[0]
    right = {"encryption": "aws:kms", "key": around.outputs["DataKeyArn"].rsplit("/", 1)[-1], "bucket_key": True}

    def act() -> datetime:
        called = now()
        who.client("s3").delete_bucket_encryption(Bucket=bucket)
        return called

    return Story(
        title="A log bucket's encryption deleted",
        who=who,
        did=f"s3:DeleteBucketEncryption on {bucket}",
        controls=("buckets.kms-encryption",),
        resource=lambda: bucket,
        look=lambda: bucket_state.encryption(around.admin.client("s3"), bucket),
        act=act,
        is_right=lambda seen: seen == right,
    )


def public_access(around: Surroundings) -> Story:
    """Its public-access block."""
    who, bucket = around.people["contractor"], around.log_buckets[0]

    def act() -> datetime:
        called = now()
        who.client("s3").delete_public_access_block(Bucket=bucket)
        return called

    return Story(
        title="A log bucket's public-access block deleted",
        who=who,
        did=f"s3:DeletePublicAccessBlock on {bucket}",
        controls=("buckets.public-access-block",),
        resource=lambda: bucket,
        look=lambda: bucket_state.public_access(around.admin.client("s3"), bucket),
        act=act,
        is_right=lambda seen: seen["public_access_blocks"] == "4 of 4",
    )
