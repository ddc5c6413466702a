"""Buckets of a test's own, compliant and quiet when it gets them."""

from __future__ import annotations

import secrets
from typing import Any

from demo.account import PHI_TAG

from .account import surroundings
from .local import emit, wait_quiet


def call_on_bucket(name: str, bucket: str) -> "dict[str, Any]":
    """The CloudTrail record of a call on a bucket, bare: `emit` wraps it."""
    return {
        "eventSource": "s3.amazonaws.com", "eventName": name, "requestParameters": {"bucketName": bucket},
        "eventType": "AwsApiCall", "readOnly": False, "managementEvent": True, "eventCategory": "Management",
    }


class BucketFactory:
    """Makes buckets; names begin with what puts them into a set, or not."""

    def logs(self) -> str:
        """A log destination."""
        return self._compliant("logs")

    def phi(self) -> str:
        """A PHI bucket."""
        return self._compliant("phi")

    def ordinary(self) -> str:
        """A bucket in no set."""
        name = f"plain-{secrets.token_hex(4)}"
        surroundings().admin.client("s3").create_bucket(Bucket=name)
        wait_quiet()
        return name

    def _compliant(self, prefix: str) -> str:
        """Phiward itself makes it so: a new bucket of the sets is drift."""
        name, s3 = f"{prefix}-{secrets.token_hex(4)}", surroundings().admin.client("s3")
        s3.create_bucket(Bucket=name)
        s3.put_bucket_tagging(Bucket=name, Tagging=PHI_TAG)
        wait_quiet()
        answers = [each["response"] for each in emit(call_on_bucket("DeleteBucketTagging", name))]
        assert answers == [{"checked": 1, "outcomes": [], "ignored": None}], f"{name} is not compliant: {answers}"
        wait_quiet()
        return name
