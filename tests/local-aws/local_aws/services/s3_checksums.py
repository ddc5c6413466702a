"""Stored checksums as S3 has kept them since 2025 (user guide, "Checking object integrity").

An object that comes without a checksum gets CRC64NVME; a copy gets a whole-object checksum with its source's
algorithm (or the requested one); only objects older than that have none: the test control
`POST /_local/s3/forget-checksum {"bucket", "key", "versionId"}` makes one.
"""

from __future__ import annotations

import functools
import re
from typing import Any
from xml.sax.saxutils import unescape

from . import s3_writes
from .local_controls import control
from .s3_writes import Write

DEFAULT_ALGORITHM = "CRC64NVME"
_ALGORITHM_HEADERS = ("x-amz-checksum-algorithm", "x-amz-sdk-checksum-algorithm")


def install() -> None:
    """Complete each write's checksum, keep its type with the version, and show both where S3 does."""
    from ministack.services import s3

    # In plain Python these take a second for some megabytes; a copy's bytes are its source's.
    s3._crc64nvme, s3._crc32c = (functools.lru_cache(maxsize=32)(each) for each in (s3._crc64nvme, s3._crc32c))
    s3_writes.BEFORE_KEPT.append(_complete)
    s3_writes.ANSWER_HEADERS.append(lambda write, record: _headers(record))
    s3_writes.ANSWER_ELEMENTS.append(lambda write, record: elements(record))
    _keep_type_with_versions(s3)
    _show_in_listings(s3)

    @control("POST", "/_local/s3/forget-checksum")
    def forget_checksum(query: dict, body: Any) -> "tuple[int, Any]":
        return 200, {"forgotten": forget(body["bucket"], body["key"], body.get("versionId"))}


def requested_algorithm(headers: dict) -> "str | None":
    """The algorithm that a request names, in any of S3's ways."""
    for name in _ALGORITHM_HEADERS:
        if headers.get(name):
            return headers[name].upper()
    return None


def forget(bucket: str, key: str, version_id: "str | None") -> int:
    """Take the checksums from an object's record, as S3 has none for objects put before 2022 or 2025."""
    found = records(bucket, key, version_id)
    for record in found:
        record["checksums"] = {}
    return len(found)


def records(bucket: str, key: str, version_id: "str | None") -> "list[dict]":
    """All that is kept of an object, or of one version: the latest is kept twice."""
    from ministack.services import s3

    current = s3._buckets[bucket]["objects"].get(key)
    found = [each for each in s3._object_versions.get((bucket, key), [])
             if version_id in (None, each["version_id"])]
    if current is not None and version_id in (None, current.get("version_id") or "null"):
        found.append(current)
    return found


def elements(record: dict) -> "dict[str, str]":
    """A record's checksum as XML members."""
    found = {f"Checksum{algorithm}": value for algorithm, value in (record.get("checksums") or {}).items()}
    return {**found, "ChecksumType": record.get("checksum_type") or "FULL_OBJECT"} if found else {}


def _headers(record: dict) -> "dict[str, str]":
    found = {f"x-amz-checksum-{name.lower()}": value for name, value in (record.get("checksums") or {}).items()}
    return {**found, "x-amz-checksum-type": record.get("checksum_type") or "FULL_OBJECT"} if found else {}


def _complete(write: Write, bucket: str, key: str, record: dict, data: bytes) -> None:
    from ministack.services import s3

    if write.kind == "copy":
        algorithm = requested_algorithm(write.headers) or next(iter(record.get("checksums") or {}), DEFAULT_ALGORITHM)
    elif record.get("checksums"):
        return
    else:
        algorithm = write.upload.get("checksum_algorithm") or DEFAULT_ALGORITHM
    record["checksums"] = {algorithm: s3._compute_s3_checksum(algorithm, data)}
    record["checksum_type"] = "FULL_OBJECT"


def _keep_type_with_versions(s3: Any) -> None:
    entry_of, record_of = s3._version_entry_from_record, s3._object_record_from_version

    def version_entry_from_record(obj, version_id, data):
        return {**entry_of(obj, version_id, data), "checksum_type": obj.get("checksum_type")}

    def object_record_from_version(version):
        return {**record_of(version), "checksum_type": version.get("checksum_type"), "parts": version.get("parts")}

    s3._version_entry_from_record = version_entry_from_record
    s3._object_record_from_version = object_record_from_version


def _show_in_listings(s3: Any) -> None:
    list_versions = s3._list_object_versions

    def list_object_versions(bucket, query_params):
        status, headers, body = list_versions(bucket, query_params)
        if status != 200:
            return status, headers, body

        def with_algorithm(match: "re.Match[str]") -> str:
            key = unescape(re.search(r"<Key>(.*?)</Key>", match.group(), re.S).group(1), {"&quot;": '"'})
            version = re.search(r"<VersionId>(.*?)</VersionId>", match.group()).group(1)
            record = _record(s3, bucket, key, version)
            shown = "".join(f"<ChecksumAlgorithm>{name}</ChecksumAlgorithm>" for name in record.get("checksums") or {})
            if shown:
                shown += f"<ChecksumType>{record.get('checksum_type') or 'FULL_OBJECT'}</ChecksumType>"
            return match.group().replace("</ETag>", "</ETag>" + shown)

        return status, headers, re.sub(r"<Version>.*?</Version>", with_algorithm, body.decode(), flags=re.S).encode()

    s3._list_object_versions = list_object_versions


def _record(s3: Any, bucket: str, key: str, version_id: str) -> dict:
    for version in s3._object_versions.get((bucket, key), []):
        if version["version_id"] == version_id:
            return version
    return s3._buckets[bucket]["objects"].get(key) or {}
