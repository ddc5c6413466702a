"""Bucket settings that S3 refuses: an unknown ownership, ACLs where they are off, and suspension under Object Lock.

API reference, `PutBucketOwnershipControls`; user guide, "Disabling ACLs" (every ACL is refused, a public one too,
for the ownership and not for Block Public Access), "Object Lock considerations" (once a bucket has Object Lock,
its versioning can't be suspended).
"""

from __future__ import annotations

import re

_OWNERSHIPS = (b"BucketOwnerEnforced", b"BucketOwnerPreferred", b"ObjectWriter")


def install() -> None:
    """Judge the settings before ministack keeps them."""
    from ministack.services import s3

    put_ownership, put_versioning = s3._put_bucket_ownership_controls, s3._put_bucket_versioning
    put_acl = s3._put_bucket_acl

    def put_bucket_ownership_controls(bucket, body):
        named = re.findall(rb"<(?:\w+:)?ObjectOwnership>\s*([^<]*?)\s*</", body)
        if bucket in s3._buckets and (len(named) != 1 or named[0] not in _OWNERSHIPS):
            return s3._error("MalformedXML", s3._MALFORMED_XML, 400)
        return put_ownership(bucket, body)

    def put_bucket_acl(bucket, body, headers=None):
        if bucket in s3._buckets and s3._bucket_owner_enforced(s3._buckets[bucket]):
            return s3._error("AccessControlListNotSupported", "The bucket does not allow ACLs", 400)
        return put_acl(bucket, body, headers)

    def put_bucket_versioning(bucket, body):
        if s3._bucket_object_lock.get(bucket) and b"Suspended" in body:
            message = ("An Object Lock configuration is present on this bucket, so the versioning state cannot be "
                       "changed.")
            return s3._error("InvalidBucketState", message, 409)
        return put_versioning(bucket, body)

    s3._put_bucket_ownership_controls = put_bucket_ownership_controls
    s3._put_bucket_versioning, s3._put_bucket_acl = put_bucket_versioning, put_bucket_acl
