"""Somebody writes a patient's file to a PHI bucket and asks for S3's own key, past the bucket's default."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from ..account import PHI_BUCKETS
from ..story import Story, now
from ..surroundings import Surroundings

_KEY = "patients/ada-example.csv"
_BODY = b"name,Medicare Beneficiary Identifier\nAda Example,1EG4-TE5-MK73\n"


def under_another_key(around: Surroundings) -> Story:
    """The bytes never move: S3 encrypts the version's own key anew."""
    who, bucket, admin = around.people["contractor"], PHI_BUCKETS[0], around.admin.client("s3")
    written: "dict[str, Any]" = {}

    def act() -> datetime:
        called = now()
        written.update(who.client("s3").put_object(
            Bucket=bucket, Key=_KEY, Body=_BODY, ServerSideEncryption="AES256"))
        return called

    def look() -> "dict[str, Any]":
        if not written:
            return {"object": "not there"}
        version = {name: value for name, value in written.items() if name == "VersionId"}
        seen = admin.head_object(Bucket=bucket, Key=_KEY, **version)
        key = seen.get("SSEKMSKeyId", "S3's own").rsplit("/", 1)[-1]
        return {"object": "there", "encryption": seen["ServerSideEncryption"], "key": key}

    def resource() -> str:
        """The object's key is nowhere but in the evidence."""
        return f"{bucket}/{hashlib.sha256(_KEY.encode()).hexdigest()[:32]}/{written.get('VersionId', 'null')}"

    def is_right(seen: "dict[str, Any]") -> bool:
        data_key = around.outputs["DataKeyArn"].rsplit("/", 1)[-1]
        return seen == {"object": "there", "encryption": "aws:kms", "key": data_key}

    return Story(
        title="A patient's file under another key",
        who=who,
        did=f"s3:PutObject to {bucket} with ServerSideEncryption AES256",
        controls=("object-encryption.kms-key",),
        resource=resource,
        look=look,
        act=act,
        is_right=is_right,
    )
