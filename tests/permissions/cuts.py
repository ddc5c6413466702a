"""Managed policies with a piece cut out."""

from __future__ import annotations

import copy
import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Iterator

from .second_stack import client


@dataclass(frozen=True)
class Cut:
    """A policy that lacks one action, one resource, or one of the ledger's partitions, of one statement."""

    name: str
    document: "dict[str, Any]"


@dataclass(frozen=True)
class Policy:
    """What a role's managed policies say together, as they were deployed."""

    #: By the policy's ARN: its statements' ids.
    parts: "dict[str, frozenset[str]]"
    document: "dict[str, Any]"

    def cuts(self) -> "Iterator[Cut]":
        """Each action of each statement that allows; each resource, where there are several; each partition."""
        for index, statement in enumerate(self.document["Statement"]):
            if statement["Effect"] != "Allow":
                continue
            for member in ("Action", "Resource"):
                values = listed(statement[member])
                if member == "Action" or len(values) > 1:
                    for value in values:
                        yield Cut(f"{statement['Sid']} less {value}", self._less(index, member, value))
            for value in _partitions(statement):
                less = copy.deepcopy(self.document)
                _partitions(less["Statement"][index]).remove(value)
                yield Cut(f"{statement['Sid']} less {value}", less)

    def without(self, sid: str) -> "dict[str, Any]":
        """The document without one statement."""
        kept = [each for each in self.document["Statement"] if each["Sid"] != sid]
        assert len(kept) == len(self.document["Statement"]) - 1, f"no statement {sid}"
        return {**self.document, "Statement": kept}

    def _less(self, index: int, member: str, value: str) -> "dict[str, Any]":
        less = copy.deepcopy(self.document)
        statement = less["Statement"][index]
        statement[member] = [each for each in listed(statement[member]) if each != value]
        if not statement[member]:
            del less["Statement"][index]
        return less


def _partitions(statement: "dict[str, Any]") -> "list[str]":
    """Of the ledger, by name: what a resource is elsewhere."""
    return statement.get("Condition", {}).get("ForAllValues:StringLike", {}).get("dynamodb:LeadingKeys", [])


def listed(value: Any) -> "list[str]":
    """A policy's value, which may stand without a list when it is one."""
    return value if isinstance(value, list) else [value]


def policy_of(role_arn: str) -> Policy:
    """All that the role has."""
    iam, role = client("iam"), role_arn.rsplit("/", 1)[-1]
    assert iam.list_role_policies(RoleName=role)["PolicyNames"] == []
    documents = {each["PolicyArn"]: _document(each["PolicyArn"])
                 for each in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]}
    parts = {arn: frozenset(each["Sid"] for each in document["Statement"]) for arn, document in documents.items()}
    statements = [each for document in documents.values() for each in document["Statement"]]
    assert len(statements) == len({each["Sid"] for each in statements}), "a statement's id is its own"
    return Policy(parts, {"Version": "2012-10-17", "Statement": statements})


def _document(arn: str) -> "dict[str, Any]":
    iam = client("iam")
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    document = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
    return dict(document) if isinstance(document, dict) else dict(json.loads(document))


@contextmanager
def in_force(policy: Policy, document: "dict[str, Any]") -> "Iterator[None]":
    """Another document for a while."""
    _put(policy, document)
    try:
        yield
    finally:
        _put(policy, policy.document)


def _put(policy: Policy, document: "dict[str, Any]") -> None:
    """Each statement in its policy, as the only version: a policy has room for five."""
    iam = client("iam")
    for arn, sids in policy.parts.items():
        part = {**document, "Statement": [each for each in document["Statement"] if each["Sid"] in sids]}
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(part), SetAsDefault=True)
        for version in iam.list_policy_versions(PolicyArn=arn)["Versions"]:
            if not version["IsDefaultVersion"]:
                iam.delete_policy_version(PolicyArn=arn, VersionId=version["VersionId"])
