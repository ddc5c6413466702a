"""The deployed stack and the people around it."""

from __future__ import annotations

import os
import secrets
from functools import lru_cache

from demo.account import person
from demo.principals import Principal
from demo.surroundings import Surroundings, read

#: What one who makes drift may do: everything but what Phiward itself is made of.
DRIFT = ["s3:*", "bedrock:*", "bedrock-mantle:*", "kms:*", "macie2:*", "sqs:*", "events:*", "logs:*", "cloudtrail:*",
         "config:*", "guardduty:*", "iam:PassRole"]


@lru_cache(maxsize=None)
def surroundings() -> Surroundings:
    """The stack that `PHIWARD_LOCAL` tells of."""
    return read(os.environ["PHIWARD_LOCAL"])


def logical_name(duty: str) -> str:
    """What the template calls a duty: `LogGroups` for `log-groups`."""
    return "".join(part.capitalize() for part in duty.split("-"))


def new_principal(name: str, actions: "list[str]") -> Principal:
    """A new IAM user with access keys of its own, who may do these actions on everything."""
    iam = surroundings().admin.client("iam")
    return Principal(**person(iam, f"{name}-{secrets.token_hex(3)}", actions))


def stack_id() -> str:
    """Of the deployed stack; a test may have deployed another one beside it."""
    stacks = surroundings().admin.client("cloudformation").describe_stacks()["Stacks"]
    mine = {"OutputKey": "EvidenceBucketName", "OutputValue": surroundings().evidence_bucket}
    [found] = [each["StackId"] for each in stacks
               if mine in [{name: output.get(name) for name in mine} for output in each.get("Outputs", [])]]
    return found
