"""A file of patients ends up where none belongs, and Macie finds it."""

from __future__ import annotations

import time
import uuid
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from ..evidence import PATIENCE_SECONDS
from ..story import Story, now
from ..surroundings import Surroundings

#: Invented people; the numbers have the forms that CMS publishes as samples.
_ROWS = (
    "Name,Date of birth,Medicare Beneficiary Identifier,Diagnosis",
    "Ada Example,1950-02-03,Medicare beneficiary 1EG4-TE5-MK73,E11.9",
    "Bo Sample,1947-11-30,Medicare beneficiary 1EG4-TE5-MK72,I10",
)
_KEY = "referrals/patient list.csv"


def patient_file(around: Surroundings) -> Story:
    """Uploaded to an ordinary bucket, found by a job of Macie, and moved to quarantine."""
    who, officer = around.people["contractor"], around.people["privacy-officer"]
    bucket, admin = around.ordinary_buckets[0], around.admin.client("s3")
    body = ("\n".join(_ROWS) + f"\n# {uuid.uuid4()}\n").encode()
    found: "dict[str, str]" = {}

    def act() -> datetime:
        answer = who.client("s3").put_object(
            Bucket=bucket, Key=_KEY, Body=body, ContentType="text/csv", ChecksumAlgorithm="SHA256")
        found["version"] = answer["VersionId"]
        called = now()
        macie = officer.client("macie2")
        job = macie.create_classification_job(
            clientToken=str(uuid.uuid4()), name=f"ordinary-buckets-{uuid.uuid4().hex[:8]}", jobType="ONE_TIME",
            managedDataIdentifierSelector="ALL",
            s3JobDefinition={"bucketDefinitions": [
                {"accountId": who.arn.split(":")[4], "buckets": [bucket]}]})["jobId"]
        found["finding"] = _finding_of(macie, job)
        return called

    def look() -> "dict[str, Any]":
        where = {bucket: _is_there(admin, bucket, found.get("version")), "quarantine": "nothing like it"}
        equal = _equal_objects(admin, around.quarantine_bucket, body)
        if equal:
            where["quarantine"] = f"{equal} object with the same bytes"
        return where

    return Story(
        title="A patient file in an ordinary bucket",
        who=who,
        did=f"s3:PutObject into {bucket}; then {officer.name} called macie2:CreateClassificationJob, and Macie found it",
        controls=("quarantine.phi-outside-sets",),
        resource=lambda: f"finding/{found['finding']}",
        look=look,
        act=act,
        is_right=lambda seen: seen == {bucket: "not there", "quarantine": "1 object with the same bytes"},
    )


def _finding_of(macie: Any, job: str) -> str:
    """The one finding of the job, once Macie has published it."""
    criteria = {"criterion": {"classificationDetails.jobId": {"eq": [job]}}}
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        ids = macie.list_findings(findingCriteria=criteria)["findingIds"]
        if ids:
            return ids[0]
        if time.monotonic() > until:
            raise RuntimeError(f"Macie's job {job} has found nothing within {PATIENCE_SECONDS:.0f} s")
        time.sleep(0.05)


def _is_there(s3: Any, bucket: str, version: "str | None") -> str:
    named = [{}] if version is None else [{}, {"VersionId": version}]
    for each in named:
        try:
            s3.head_object(Bucket=bucket, Key=_KEY, **each)
            return "there"
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("404", "NoSuchKey", "NoSuchVersion"):
                raise
    return "not there"


def _equal_objects(s3: Any, bucket: str, body: bytes) -> int:
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket)
    versions = [each for page in pages for each in page.get("Versions", []) if each["Size"] == len(body)]
    return sum(
        s3.get_object(Bucket=bucket, Key=each["Key"], VersionId=each["VersionId"])["Body"].read() == body
        for each in versions)
