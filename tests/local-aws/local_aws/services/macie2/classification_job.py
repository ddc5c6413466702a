"""Sensitive-data discovery jobs: a ONE_TIME job scans the current objects of the named buckets."""

from __future__ import annotations

import uuid
from typing import Any

from . import bucket_facts
from .clock import now
from .custom_identifiers import CustomIdentifiers
from .detectors import selected
from .errors import invalid, not_found
from .finding import sensitive_data
from .findings import Findings
from .scan import scan_text

_NOT_EMULATED = ("bucketCriteria", "scoping")


class ClassificationJobs:
    """CreateClassificationJob, DescribeClassificationJob and ListClassificationJobs."""

    def __init__(self, store: Any, findings: Findings, custom: CustomIdentifiers, session: Any) -> None:
        self._store = store
        self._findings = findings
        self._custom = custom
        self._session = session

    def create(self, request: dict, region: str, account: str) -> dict:
        """Start a job; a client token names one job, however often it is sent."""
        from ministack.core.concurrency import spawn_background

        self._check(request)
        for job in self._store.values():
            if job["clientToken"] == request["clientToken"]:
                return {"jobArn": job["jobArn"], "jobId": job["jobId"]}
        job_id = uuid.uuid4().hex
        arn = f"arn:aws:macie2:{region}:{account}:classification-job/{job_id}"
        self._store[job_id] = job = {
            **request,
            "managedDataIdentifierSelector": request.get("managedDataIdentifierSelector", "RECOMMENDED"),
            "jobId": job_id, "jobArn": arn, "createdAt": now(), "jobStatus": "RUNNING", "samplingPercentage": 100,
            "lastRunErrorStatus": {"code": "NONE"}, "statistics": {"numberOfRuns": 1},
        }
        spawn_background(self._run, job, region, account, thread_name="macie-job")
        return {"jobArn": arn, "jobId": job_id}

    def describe(self, job_id: str) -> dict:
        """One job, its status with it."""
        if job_id not in self._store:
            raise not_found()
        return self._store[job_id]

    def list(self) -> dict:
        """All jobs, as summaries, on one page."""
        named = ("createdAt", "jobId", "jobStatus", "jobType", "lastRunErrorStatus", "name")
        return {"items": [
            {**{key: job[key] for key in named}, "bucketDefinitions": job["s3JobDefinition"]["bucketDefinitions"]}
            for job in self._store.values()]}

    def _check(self, request: dict) -> None:
        definition = request["s3JobDefinition"]
        if request["jobType"] != "ONE_TIME" or any(definition.get(name) for name in _NOT_EMULATED):
            raise invalid("This local Macie runs ONE_TIME jobs on bucketDefinitions without scoping only.")
        if not definition.get("bucketDefinitions"):
            raise invalid("s3JobDefinition.bucketDefinitions is required.")
        for identifier in request.get("customDataIdentifierIds", []):
            self._custom.get(identifier)

    def _run(self, job: dict, region: str, account: str) -> None:
        from ministack.services import s3

        custom = [self._custom.detector(each) for each in job.get("customDataIdentifierIds", [])]
        chosen = selected(job["managedDataIdentifierSelector"], job.get("managedDataIdentifierIds", []))
        detectors = chosen + [detector for _, detector in custom]
        named = {detector.type: identifier for identifier, detector in custom}
        role = self._session.get()["serviceRole"]
        try:
            for definition in job["s3JobDefinition"]["bucketDefinitions"]:
                for bucket in definition["buckets"]:
                    for key in list(s3._buckets[bucket]["objects"]) if bucket in s3._buckets else []:
                        if bucket_facts.macie_may_read(bucket, key, role, region):
                            self._scan(job, bucket, key, detectors, named, region, account)
        finally:
            job.update(jobStatus="COMPLETE", lastRunTime=now())

    def _scan(
        self, job: dict, bucket: str, key: str, detectors: list, named: dict, region: str, account: str
    ) -> None:
        from ministack.services import s3

        body = s3._get_object_data(bucket, key)
        if not body:
            return
        seen = bucket_facts.current_object(bucket, key)
        detections = scan_text(body.decode("utf-8", errors="replace"), seen["extension"], detectors)
        if detections:
            about = bucket_facts.bucket(bucket)
            self._findings.add(sensitive_data(detections, named, about, seen, job, region, account))
