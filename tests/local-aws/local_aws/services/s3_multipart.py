"""Multipart uploads: checksum types, part copies with checksums, and what CompleteMultipartUpload refuses.

User guide, "Checking object integrity" (which types go with which algorithms) and "Multipart upload limits"; API
reference, `CreateMultipartUpload`, `UploadPartCopy`, `CompleteMultipartUpload`. The test control
`POST /_local/s3/pretend-size {"bucket", "key", "versionId", "size"}` makes an object look larger than any that fits
into memory: a copy in parts of it begins, and fails at a part that lies beyond its bytes.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

from . import s3_writes
from .local_controls import control
from .s3_checksums import records, requested_algorithm
from .s3_writes import Write

MIN_PART_SIZE = 5 * 1024 * 1024
_DEFAULT_TYPE = {"CRC64NVME": "FULL_OBJECT"}
_IMPOSSIBLE = {("CRC64NVME", "COMPOSITE"), ("SHA1", "FULL_OBJECT"), ("SHA256", "FULL_OBJECT")}


def install() -> None:
    """Wrap the four steps of an upload."""
    from ministack.services import s3

    create, copy_part = s3._create_multipart_upload, s3._upload_part_copy
    complete, composite = s3._complete_multipart_upload, s3._composite_checksum

    def create_multipart_upload(bucket, key, headers):
        algorithm = requested_algorithm(headers)
        kind = headers.get("x-amz-checksum-type", "").upper() or _DEFAULT_TYPE.get(algorithm or "", "COMPOSITE")
        if algorithm and (algorithm, kind) in _IMPOSSIBLE:
            message = f"The {kind} checksum type cannot be used with the {algorithm.lower()} checksum algorithm."
            return s3._error("InvalidRequest", message, 400)
        status, answer, body = create(bucket, key, headers)
        if status == 200:
            upload_id = re.search(rb"<UploadId>([^<]+)</UploadId>", body).group(1).decode()
            upload = s3._multipart_uploads[upload_id]
            # Without a named algorithm S3 computes CRC64NVME over the whole object.
            upload["checksum_type"] = kind if algorithm else "FULL_OBJECT"
            upload["request_headers"] = dict(headers)
            if algorithm:
                answer = {**answer, "x-amz-checksum-algorithm": algorithm, "x-amz-checksum-type": kind}
        return status, answer, body

    def upload_part_copy(bucket, key, query_params, headers):
        status, answer, body = copy_part(bucket, key, query_params, headers)
        upload = s3._multipart_uploads.get(s3._qp(query_params, "uploadId"))
        algorithm = upload.get("checksum_algorithm") if upload else None
        if status == 200 and algorithm:
            part = upload["parts"][int(s3._qp(query_params, "partNumber", "1"))]
            part["checksums"] = {algorithm: s3._compute_s3_checksum(algorithm, part["body"])}
            value = f"<Checksum{algorithm}>{part['checksums'][algorithm]}</Checksum{algorithm}>"
            body = body.replace(b"</ETag>", f"</ETag>{value}".encode())
        return status, answer, body

    def complete_multipart_upload(bucket, key, body, query_params, headers=None):
        upload = s3._multipart_uploads.get(s3._qp(query_params, "uploadId"))
        if upload is None:
            return complete(bucket, key, body, query_params, headers)
        headers, refused = _whole_checksum_judged(s3, upload, headers or {})
        refused = refused or _refusal(s3, upload, body)
        return refused or complete(bucket, key, body, query_params, headers)

    def composite_checksum(algorithm, part_checksums):
        write = s3_writes._UNDER_WAY.get()
        whole = write is not None and write.upload.get("checksum_type") == "FULL_OBJECT"
        return None if whole else composite(algorithm, part_checksums)

    s3._create_multipart_upload, s3._upload_part_copy = create_multipart_upload, upload_part_copy
    s3._complete_multipart_upload, s3._composite_checksum = complete_multipart_upload, composite_checksum
    s3_writes.AFTER_KEPT.append(_tag)

    @control("POST", "/_local/s3/pretend-size")
    def pretend_size(query: dict, body: Any) -> "tuple[int, Any]":
        found = records(body["bucket"], body["key"], body.get("versionId"))
        for record in found:
            record["size"] = int(body["size"])
        return 200, {"changed": len(found)}


def _whole_checksum_judged(s3: Any, upload: dict, headers: dict) -> "tuple[dict, Any]":
    """A completion may name the whole object's checksum; ministack would compare it with a composite."""
    algorithm = upload.get("checksum_algorithm")
    name = f"x-amz-checksum-{algorithm.lower()}" if algorithm else ""
    if upload.get("checksum_type") != "FULL_OBJECT" or not headers.get(name):
        return headers, None
    data = b"".join(part["body"] for _, part in sorted(upload["parts"].items()))
    if s3._compute_s3_checksum(algorithm, data) != headers[name]:
        message = f"The {algorithm} you specified did not match the calculated checksum."
        return headers, s3._error("BadDigest", message, 400)
    return {each: value for each, value in headers.items() if each != name}, None


def _refusal(s3: Any, upload: dict, body: bytes) -> Any:
    text = body.decode("utf-8", errors="replace")
    listed = re.findall(r"<(?:\w+:)?Part>(.*?)</(?:\w+:)?Part>", text, re.S)
    numbers = [int(number) for part in listed for number in re.findall(r"PartNumber>\s*(\d+)", part)]
    if numbers != sorted(set(numbers)):
        return s3._error("InvalidPartOrder", "The list of parts was not in ascending order.", 400)
    sizes = [upload["parts"][number]["size"] for number in numbers if number in upload["parts"]]
    if any(size < MIN_PART_SIZE for size in sizes[:-1]):
        message = "Your proposed upload is smaller than the minimum allowed size"
        return s3._error("EntityTooSmall", message, 400)
    algorithm = upload.get("checksum_algorithm")
    if algorithm and upload.get("checksum_type") == "COMPOSITE":
        for number, part in zip(numbers, listed):
            if f"Checksum{algorithm}>" not in part:
                message = (f"The upload was created using a {algorithm.lower()} checksum. The complete request must "
                           f"include the checksum for each part. It was missing for part {number} in the request.")
                return s3._error("InvalidRequest", message, 400)
    return None


def _tag(write: Write, bucket: str, key: str, record: dict) -> None:
    """The tags that CreateMultipartUpload named belong to the finished object."""
    from ministack.services import s3

    named = (write.upload.get("request_headers") or {}).get("x-amz-tagging")
    if named:
        s3._object_tags[(bucket, key, record.get("version_id"))] = dict(parse_qsl(named, keep_blank_values=True))
