"""Records as files: a key is a path."""

from __future__ import annotations

import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from .trouble import Trouble

RECORDS = "evidence/"
HEADS = "heads.json"


def parse(uri: str) -> "tuple[str, str]":
    """Bucket and prefix of `s3://bucket[/prefix]`; a prefix ends with a slash."""
    bucket, _, prefix = uri.removeprefix("s3://").partition("/")
    if not uri.startswith("s3://") or not bucket:
        raise Trouble(f"`{uri}` is not s3://BUCKET or s3://BUCKET/PREFIX")
    prefix = prefix.strip("/")
    return bucket, f"{prefix}/" if prefix else ""


def path_of(key: str) -> str:
    """Where a key goes below a folder. One that would leave the folder, or not come back as it was, is written as one
    name: it is no record's key, and so the check names it."""
    parts = key.split("/")
    if all(part not in ("", ".", "..") and "\\" not in part and "\0" not in part for part in parts):
        return key
    return RECORDS + urllib.parse.quote(key, safe="").replace(".", "%2E")


def download(s3: Any, bucket: str, prefix: str, folder: Path) -> int:
    """Every record below the prefix into the folder; how many."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix + RECORDS)
    with ThreadPoolExecutor(max_workers=16) as pool:
        try:
            keys = (each["Key"] for page in pages for each in page.get("Contents", []))
            return sum(pool.map(lambda key: fetch(s3, bucket, key, folder / path_of(key[len(prefix):])), keys))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def fetch(s3: Any, bucket: str, key: str, path: Path) -> int:
    """One object into a file."""
    body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return 1
