"""Readiness reports: asked for, and read from where they lie."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any, Iterator

from .account import surroundings
from .local import invoke, saved_event, wait_quiet

DUTY = "readiness"
_PATIENCE_SECONDS = 300.0


@dataclass(frozen=True)
class Report:
    """One report in its two forms."""

    body: "dict[str, Any]"
    page: str
    #: What it was made from.
    findings: "dict[str, Any]"

    @property
    def words(self) -> "dict[str, str]":
        """By the box's id: its answer."""
        return {each["id"]: each["answer"] for each in self.boxes()}

    @property
    def ready(self) -> bool:
        """The verdict."""
        return bool(self.body["verdict"]["ready"])

    def boxes(self) -> "Iterator[dict[str, Any]]":
        """All of them, in order."""
        for group in self.body["groups"]:
            yield from group["boxes"]

    def parts(self, name: str) -> "list[dict[str, Any]]":
        """What a source said of that name (a control, a rule, an attestation), in each box that asks it."""
        return [part for box in self.boxes() for part in box["sources"] if part["name"] == name]

    def violations(self) -> "set[tuple[str, str]]":
        """Control and resource of all that is named."""
        return {(part["name"], each["resource"]) for box in self.boxes() for part in box["sources"] for each in part["violations"]}

    def violating(self, control: str) -> int:
        """How many resources violate it."""
        return int(self.parts(control)[0]["violating"])

    def repaired(self) -> "set[tuple[str, str]]":
        """Control and resource of all repairs of the period."""
        return {(each["control"], each["resource"]) for each in self.findings["memory"]["known"]["repairs"]}


def read(run: str) -> Report:
    """The report of that run."""
    s3, bucket = surroundings().admin.client("s3"), surroundings().outputs["EvidenceBucketName"]
    body, page, findings = (s3.get_object(Bucket=bucket, Key=f"readiness/{run}/{name}")["Body"].read().decode()
                            for name in ("report.json", "report.html", "findings.json"))
    return Report(json.loads(body), page, json.loads(findings))


def runs() -> "list[str]":
    """All that were reported, the oldest first."""
    s3, bucket = surroundings().admin.client("s3"), surroundings().outputs["EvidenceBucketName"]
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="readiness/summaries/")
    return [each["Key"].split("/")[-1][:-len(".json")] for page in pages for each in page.get("Contents", [])]


def asked() -> "dict[str, Any]":
    """Ask for a report: what the first invocation answers."""
    answer, failed = invoke(DUTY, json.dumps(saved_event("readiness/report-request.json")).encode())
    assert failed is None, f"readiness failed: {answer}"
    return dict(answer)


def reported() -> Report:
    """A report, made now."""
    run = asked()["run"]
    until = time.monotonic() + _PATIENCE_SECONDS
    while run not in runs():
        assert time.monotonic() < until, f"{run} does not end"
        wait_quiet()
    return read(run)
