"""A large account takes several invocations, one of which may be cut off: nothing is lost and nothing counted twice, and memory does
not grow with it."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Iterator

import pytest
from demo.account import PHI_TAG

from harness import calls_of, configured, invocations, kill, now, silenced, spare, surroundings, wait_quiet
from harness.local import control
from harness.reports import Report, asked, read, reported, runs

_MANY = 1000
#: What `buckets` reads of one that is as it must be (its documentation lists them).
_READS = 8
#: Less than a page's time: each invocation asks each duty once.
_SHORT = 120


@dataclass(frozen=True)
class Many:
    """What there is to look at."""

    #: Buckets.
    there: int
    #: What it took with few of them, in KiB by function, and how long the findings were.
    memory: "dict[str, int]"
    findings: int


@pytest.fixture(scope="module")
def many() -> "Iterator[Many]":
    """Log destinations that nobody has made compliant."""
    few = reported()
    before = Many(_MANY + _buckets_of(few), _peaks(), len(json.dumps(few.findings)))
    s3 = surroundings().admin.client("s3")
    names = [f"logs-many-{number:04}" for number in range(_MANY)]

    def make(name: str) -> None:
        s3.create_bucket(Bucket=name)
        s3.put_bucket_tagging(Bucket=name, Tagging=PHI_TAG)

    with silenced("buckets"), silenced("free-text"), ThreadPoolExecutor(8) as pool:
        list(pool.map(make, names))
        yield before
        list(pool.map(lambda name: s3.delete_bucket(Bucket=name), names))


def _peaks() -> "dict[str, int]":
    """KiB, of the processes of a function since the local AWS was started."""
    found = {each["function"]: int(each["peak_memory_kib"]) for each in control("GET", "speed")["functions"]}
    return {function: found[function] for function in ("readiness", "buckets")}


def _buckets_of(report: Report) -> int:
    return int(report.findings["duties"]["buckets"]["resources"]["count"])


def _in_parts() -> str:
    """The run of a report whose first invocation is short of time."""
    with configured("readiness", timeout=_SHORT):
        first: "dict[str, Any]" = asked()
        assert first["hop"] == 1 and first["looked_at"] > 0
        wait_quiet()
        while first["run"] not in runs():
            wait_quiet()
    return str(first["run"])


def _is_whole(run: str, many: Many) -> None:
    found = read(run)
    assert _buckets_of(found) == many.there
    [part] = found.parts("buckets.versioning")[:1]
    assert part["violating"] >= _MANY and len(part["violations"]) == 25


def test_a_thousand_buckets_in_several_invocations(many: Many) -> None:
    since = now()
    run = _in_parts()
    _is_whole(run, many)
    # What it is asked directly is none of these.
    took = [each for each in invocations(since) if each["function"] == "readiness"]
    assert len(took) >= 2
    reads = [call for call in calls_of("buckets", since) if call["operation"].startswith(("Get", "Head", "List"))]
    after = _peaks()
    grown = {function: f"{many.memory[function]} -> {after[function]} KiB" for function in after}
    print(f"{len(took) + 1} invocations, {len(reads) / many.there:.1f} reads for each bucket; "
          f"peak memory with {many.there - _MANY} buckets -> with {many.there}: {grown}")
    assert len(reads) <= (_READS + 1) * many.there
    # Names are counted, and the first ones kept: all of them would be ten times that.
    assert len(json.dumps(read(run).findings)) - many.findings < 150_000


def test_one_that_is_killed_before_it_has_told_the_next_is_made_up_for(many: Many) -> None:
    since = now()
    # What was found out is put there by the first invocation, and by the second one, which then dies.
    kill(function="readiness", service="s3", operation="PutObject", phase="after", skip=1)
    try:
        run = _in_parts()
    finally:
        spare()
    failed = [each for each in invocations(since) if each["function"] == "readiness" and each["error"]]
    assert len(failed) == 1
    _is_whole(run, many)
    assert [each for each in runs() if each == run] == [run]
