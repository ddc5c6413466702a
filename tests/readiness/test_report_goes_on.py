"""A large account takes several invocations: nothing is lost and nothing counted twice, and memory does not grow with it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, Iterator

import pytest
from demo.account import PHI_TAG

from harness import calls_of, configured, invocations, now, silenced, surroundings, wait_quiet
from harness.local import control
from harness.reports import Report, asked, read, reported, runs

_MANY = 1000
#: What `buckets` reads of one that is as it must be (its documentation lists them).
_READS = 8
#: Less than a page's time: each invocation asks each duty once.
_SHORT = 120


@pytest.fixture
def many() -> "Iterator[list[str]]":
    """Log destinations that nobody has made compliant."""
    s3 = surroundings().admin.client("s3")
    names = [f"logs-many-{number:04}" for number in range(_MANY)]

    def make(name: str) -> None:
        s3.create_bucket(Bucket=name)
        s3.put_bucket_tagging(Bucket=name, Tagging=PHI_TAG)

    with silenced("buckets"), silenced("free-text"), ThreadPoolExecutor(8) as pool:
        list(pool.map(make, names))
        yield names
        list(pool.map(lambda name: s3.delete_bucket(Bucket=name), names))


def _peak_kib(function: str) -> int:
    [found] = [each for each in control("GET", "speed")["functions"] if each["function"] == function]
    return int(found["peak_memory_kib"])


def _buckets_of(report: Report) -> int:
    return int(report.findings["duties"]["buckets"]["resources"]["count"])


def test_a_thousand_buckets_in_several_invocations(many: "list[str]") -> None:
    few = _buckets_of(reported()) - _MANY
    assert few > 0
    since = now()
    with configured("readiness", timeout=_SHORT):
        # What it is asked directly is none of these.
        first: "dict[str, Any]" = asked()
        assert first["hop"] == 1 and first["looked_at"] > 0
        wait_quiet()
        while first["run"] not in runs():
            wait_quiet()
    found = read(first["run"])
    took = [each for each in invocations(since) if each["function"] == "readiness"]
    assert _buckets_of(found) == _MANY + few and len(took) >= 2
    [part] = [each for each in found.parts("buckets.versioning")][:1]
    assert part["violating"] >= _MANY and len(part["violations"]) == 25
    reads = [call for call in calls_of("buckets", since) if call["operation"].startswith(("Get", "Head", "List"))]
    print(f"{len(took) + 1} invocations, {len(reads) / _buckets_of(found):.1f} reads for each bucket, "
          f"peak memory so far: readiness {_peak_kib('readiness')} KiB, buckets {_peak_kib('buckets')} KiB")
    assert len(reads) <= (_READS + 1) * _buckets_of(found)
