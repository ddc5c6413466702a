"""Bundles: exported, and read from S3."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from operators import bucket, export, heads
from operators.trouble import Trouble

STREAM = "buckets.tls-only/4d3be4a5d9a5e28c1a13a8e9c3d9ba17"


class Store:
    """S3, as far as it is asked."""

    def __init__(self, objects: "dict[str, bytes]") -> None:
        self.objects = objects

    def get_paginator(self, name: str) -> "Store":
        assert name == "list_objects_v2"
        return self

    def paginate(self, Bucket: str, Prefix: str) -> "list[dict[str, Any]]":
        keys = [key for key in self.objects if key.startswith(Prefix)]
        return [{"Contents": [{"Key": key} for key in keys[:2]]}, {"Contents": [{"Key": key} for key in keys[2:]]}, {}]

    def get_object(self, Bucket: str, Key: str) -> "dict[str, Any]":
        return {"Body": io.BytesIO(self.objects[Key])}


class Stack:
    """A deployed Phiward."""

    def __init__(self, clients: "dict[str, Any]") -> None:
        self._clients = clients

    def client(self, service: str) -> Any:
        return self._clients[service]

    def output(self, name: str) -> str:
        return {"LedgerTableName": "ledger", "EvidenceBucketName": "evidence-bucket"}[name]


def _item(partition: str, sort: str, body: Any) -> "dict[str, Any]":
    return {"pk": {"S": partition}, "sk": {"S": sort}, "body": {"S": json.dumps(body)}, "revision": {"N": "1"}}


def _scanned(stub: Any, *pages: "list[dict[str, Any]]") -> None:
    for number, items in enumerate(pages):
        more = {"LastEvaluatedKey": {"pk": {"S": "x"}}} if number + 1 < len(pages) else {}
        stub.add_response("scan", {"Items": items, **more})


def test_names_of_chains_are_those_of_the_functions() -> None:
    """shared/evidence/src/stream.rs makes the same."""
    assert heads.stream("operate", "operations") == "operate/74de07c4e919534b1b460e3465bb216c"


def test_the_heads_are_read_from_the_ledger_s_states(stubbed: Any) -> None:
    dynamodb, stub = stubbed("dynamodb")
    _scanned(stub, [_item("state#buckets.versioning", "phi-b", {"sequence": 2, "sha256": "b", "told": None})],
             [_item("state#buckets.tls-only", "phi-a", {"sequence": 0, "sha256": None}),
              _item("operations", "-", {"sequence": 7, "sha256": "o"})])
    read = heads.read(dynamodb, "ledger")
    assert read["schema"] == "phiward-heads/1" and read["exported"].endswith("Z")
    assert read["heads"] == [
        {"stream": heads.stream("buckets.versioning", "phi-b"), "sequence": 2, "sha256": "b"},
        {"stream": heads.stream("operate", "operations"), "sequence": 7, "sha256": "o"}]


def test_an_item_that_can_t_be_read_is_named(stubbed: Any) -> None:
    dynamodb, stub = stubbed("dynamodb")
    _scanned(stub, [_item("state#buckets.tls-only", "phi-a", {"sha256": None})])
    with pytest.raises(Trouble, match="state#buckets.tls-only, phi-a"):
        heads.read(dynamodb, "ledger")


def test_an_export_has_heads_and_all_records_and_goes_into_no_folder_in_use(stubbed: Any, tmp_path: Path) -> None:
    dynamodb, stub = stubbed("dynamodb")
    records = {f"evidence/{STREAM}/0000000{n}.json": b"record %d" % n for n in range(1, 6)}
    stack: Any = Stack({"dynamodb": dynamodb, "s3": Store({**records, "other/x": b""})})
    _scanned(stub, [_item("operations", "-", {"sequence": 1, "sha256": "o"})])
    folder = tmp_path / "new"
    export.export(stack, folder)
    assert {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.json")
            if path.name != bucket.HEADS} == records
    assert json.loads((folder / "heads.json").read_text())["heads"][0]["sequence"] == 1
    assert folder.stat().st_mode & 0o077 == 0
    with pytest.raises(Trouble, match="not an empty folder"):
        export.export(stack, folder)


def test_a_bundle_below_a_prefix_comes_down_as_it_went_up(tmp_path: Path) -> None:
    objects = {f"audits/2026/evidence/{STREAM}/00000001.json": b"1", "audits/2026/heads.json": b"{}", "evidence/x": b"x"}
    assert bucket.download(Store(objects), "b", "audits/2026/", tmp_path) == 1
    assert (tmp_path / f"evidence/{STREAM}/00000001.json").read_bytes() == b"1"


def test_no_key_leads_out_of_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "inside"
    keys = ["evidence/../../outside", "evidence//x", "evidence/a/", "evidence/./b", "evidence/c\\..\\d"]
    assert bucket.download(Store({key: key.encode() for key in keys}), "b", "", folder) == len(keys)
    assert [path.name for path in tmp_path.iterdir()] == ["inside"]
    found = [path for path in folder.rglob("*") if path.is_file()]
    assert sorted(path.read_text() for path in found) == sorted(keys)
    assert all(path.parent == folder / "evidence" for path in found)


@pytest.mark.parametrize(("uri", "expected"), [
    ("s3://b", ("b", "")), ("s3://b/", ("b", "")), ("s3://b/p/q", ("b", "p/q/")), ("s3://b/p/", ("b", "p/"))])
def test_uris(uri: str, expected: "tuple[str, str]") -> None:
    assert bucket.parse(uri) == expected


@pytest.mark.parametrize("uri", ["b", "s3://", "s3:///p", "https://b"])
def test_what_is_no_uri(uri: str) -> None:
    with pytest.raises(Trouble, match="is not s3://"):
        bucket.parse(uri)
