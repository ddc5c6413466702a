"""Evidence that was tampered with is named, record by record; sound evidence is sound."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Callable

import pytest
from demo.principals import Principal
from demo.surroundings import Surroundings

from harness import BucketFactory, await_outcome, now, wait_quiet
from harness.evidence import records
from harness.evidence_commands import exported, verified

CONTROL = "buckets.versioning"


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory, drifter: Principal) -> "tuple[Path, list[str]]":
    """A bundle, and the keys of one chain of four records in it."""
    bucket = BucketFactory().logs()
    since = now()
    for _ in range(2):
        begun = now()
        drifter.client("s3").put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
        await_outcome(CONTROL, bucket, begun)
        wait_quiet()
    made = [each.key for each in records(CONTROL, since) if each.body["resource"]["id"] == bucket]
    first = records(CONTROL, since)[0].body["chain"]["sequence"]
    keys = sorted(made)
    assert len(keys) == 4 and first >= 1
    return exported(tmp_path_factory.mktemp("evidence") / "bundle"), keys


def _copy(bundle: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(bundle, tmp_path / "copy"))


def test_what_the_stack_wrote_is_sound(bundle: "tuple[Path, list[str]]", around: Surroundings) -> None:
    code, said = verified(bundle[0])
    assert code == 0, said
    code, said = verified(f"s3://{around.evidence_bucket}")
    assert code == 0 and "for want of heads.json" in said, said


def _change_a_byte(folder: Path, keys: "list[str]") -> "list[str]":
    body = (folder / keys[1]).read_bytes()
    (folder / keys[1]).write_bytes(body.replace(b'"remediated"', b'"remediatee"', 1))
    return ["altered", keys[1]]


def _remove_one(folder: Path, keys: "list[str]") -> "list[str]":
    (folder / keys[1]).unlink()
    return ["missing", keys[1]]


def _reorder(folder: Path, keys: "list[str]") -> "list[str]":
    first, second = (folder / keys[1]).read_bytes(), (folder / keys[2]).read_bytes()
    (folder / keys[1]).write_bytes(second)
    (folder / keys[2]).write_bytes(first)
    return ["misplaced", keys[1], keys[2]]


def _remove_the_last(folder: Path, keys: "list[str]") -> "list[str]":
    (folder / keys[3]).unlink()
    return ["missing at the end", keys[3]]


@pytest.mark.parametrize("tamper", [_change_a_byte, _remove_one, _reorder, _remove_the_last])
def test_each_tampering_is_named(
        tamper: "Callable[[Path, list[str]], list[str]]", bundle: "tuple[Path, list[str]]", tmp_path: Path) -> None:
    folder = _copy(bundle[0], tmp_path)
    expected = tamper(folder, bundle[1])
    code, said = verified(folder)
    assert code == 1 and all(word in said for word in expected), said


def test_without_the_heads_the_loss_of_the_last_record_is_said_to_be_unproven(
        bundle: "tuple[Path, list[str]]", tmp_path: Path) -> None:
    folder = _copy(bundle[0], tmp_path)
    (folder / "heads.json").unlink()
    # With its intent: else that would be one without outcome.
    (folder / bundle[1][3]).unlink()
    (folder / bundle[1][2]).unlink()
    code, said = verified(folder)
    assert code == 0 and "for want of heads.json" in said, said
