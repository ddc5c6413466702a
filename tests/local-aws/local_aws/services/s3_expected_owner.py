"""`x-amz-expected-bucket-owner` and its sibling for copy sources: another account's bucket answers 403.

User guide, "Verifying bucket ownership with bucket owner condition". Without it a test could not tell whether a
function names the owner at all.
"""

from __future__ import annotations


def install() -> None:
    """Compare the named owners before any operation of a bucket."""
    from ministack.services import s3

    from .s3_copy import source

    dispatch = s3._dispatch

    def dispatch_for_owner(method, bucket, key, headers, body, query_params):
        named = {bucket: headers.get("x-amz-expected-bucket-owner")}
        if headers.get("x-amz-copy-source"):
            copied = source(headers)[0]
            if headers.get("x-amz-source-expected-bucket-owner"):
                named = {**named, copied: headers["x-amz-source-expected-bucket-owner"]}
        for name, expected in named.items():
            owner = s3._bucket_owner_account(name) if name and expected else None
            if owner is not None and owner != expected:
                return s3._error("AccessDenied", "Access Denied", 403, f"/{name}")
        return dispatch(method, bucket, key, headers, body, query_params)

    s3._dispatch = dispatch_for_owner
