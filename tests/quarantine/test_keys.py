"""Keys of every kind: what is meant is moved, and its neighbours stay."""

from __future__ import annotations

import secrets

import pytest

from demo.principals import Principal
from harness.findings import finding, tell
from harness.objects import current, put, versions
from harness.quarantined import Quarantine

KEYS = {
    "spaces": "Patient lists/Ada Example .csv",
    "plus": "a+b c/1+1=2.csv",
    "question-mark": "who?versionId=null&x=1",
    "percent": "100%/%2F%20%zz.csv",
    "hash-and-quotes": "#1 \"quoted\" 'single' `tick`",
    "xml": "<a>&amp;&b;</a>.xml",
    "unicode": "Arztbriefe/Müller–Žofie 患者 🩺.csv",
    "decomposed": "Mu\u0308ller.csv",
    "slashes": "/leading//double/trailing/",
    "dots": "a/../b/./c",
    "backslash": "a\\b|c^d~e{f}[g]",
    "longest": "k" * 1024,
    "longest-unicode": "ü" * 512,
}


@pytest.fixture(scope="module")
def shared(admin: Principal) -> str:
    """One bucket that keeps versions, for all keys."""
    name = f"plain-keys-{secrets.token_hex(4)}"
    admin.client("s3").create_bucket(Bucket=name)
    admin.client("s3").put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


@pytest.mark.parametrize("name", KEYS)
def test_versions_of_keys_of_every_kind(shared: str, quarantine: Quarantine, name: str) -> None:
    key = KEYS[name]
    neighbours = [put(shared, each, b"clean") for each in (key[:-1], key[:-1] + "2")]
    flagged = put(shared, key)
    assert tell(finding(flagged)).outcome == "remediated"
    assert [each.etag for each in versions(shared, key)] == [None]
    assert quarantine.only().body == flagged.body
    assert all(each.is_there() for each in neighbours)


@pytest.mark.parametrize("name", ["spaces", "question-mark", "percent", "unicode", "longest"])
def test_objects_without_versions_of_keys_of_every_kind(unversioned: str, quarantine: Quarantine, name: str) -> None:
    flagged = put(unversioned, KEYS[name])
    assert tell(finding(flagged)).outcome == "remediated"
    assert versions(unversioned, KEYS[name]) == [] and quarantine.only().body == flagged.body


def test_a_key_of_which_another_is_the_beginning(versioned: str, quarantine: Quarantine) -> None:
    """S3 lists by prefix."""
    others = [put(versioned, f"report{end}", b"clean") for end in ("-1", ".csv", "/a", "0")]
    flagged = put(versioned, "report")
    assert tell(finding(flagged)).outcome == "remediated"
    assert current(versioned, "report") is None and all(each.is_there() for each in others)
    assert len(quarantine.arrived()) == 1
