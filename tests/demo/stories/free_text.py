"""Somebody writes a patient's record number where everybody can read it. Nobody repeats it, not even the evidence."""

from __future__ import annotations

import json
import secrets
from datetime import datetime

from ..evidence import records
from ..story import Story, now
from ..surroundings import Surroundings

_CONTROL = "free-text.personal-data"


def record_number_in_a_tag(around: Surroundings) -> Story:
    """A guardrail's tag."""
    who, began = around.people["contractor"], now()
    value = f"MRN 47{secrets.randbelow(10**6):06}"
    made = around.admin.client("bedrock").create_guardrail(
        name=f"triage-{secrets.token_hex(3)}", blockedInputMessaging="Ask the front desk.",
        blockedOutputsMessaging="Ask the front desk.")
    arn = made["guardrailArn"]

    def look() -> "dict[str, str]":
        tags = around.admin.client("bedrock").list_tags_for_resource(resourceARN=arn)["tags"]
        told = json.dumps([each.body for each in records(around, _CONTROL, began)])
        return {"tag": "there" if value in [each["value"] for each in tags] else "not there",
                "its value in the evidence": "yes" if value in told or value.split()[1] in told else "no"}

    def act() -> datetime:
        called = now()
        who.client("bedrock").tag_resource(resourceARN=arn, tags=[{"key": "case", "value": value}])
        return called

    return Story(
        title="A patient's record number in a tag",
        who=who,
        did=f"bedrock:TagResource {arn.split(':', 5)[5]}, with a record number as the value",
        controls=(_CONTROL,),
        resource=lambda: arn,
        look=look,
        act=act,
        # Whether the tag may go is for a person to say.
        is_right=lambda seen: seen == {"tag": "there", "its value in the evidence": "no"},
        expected="reported",
        only_told=True,
    )
