"""Somebody takes the inference profile that is nearest at hand: the Global one."""

from __future__ import annotations

import secrets
from datetime import datetime

from ..story import Story, now
from ..surroundings import Surroundings

_MODEL = "global.anthropic.claude-3-haiku-20240307-v1:0"
_PROFILE = f"arn:aws:bedrock:us-east-1:000000000000:inference-profile/{_MODEL}"


def inferred_anywhere(around: Surroundings) -> Story:
    """An inference can't be undone."""
    who = around.people["contractor"]

    def act() -> datetime:
        called = now()
        said = [{"role": "user", "content": [{"text": "Summarise the note of today's visit."}]}]
        who.client("bedrock-runtime").converse(modelId=_MODEL, messages=said)
        return called

    return Story(
        title="A note is summarised anywhere in the world",
        who=who,
        did=f"bedrock:Converse with {_MODEL}",
        controls=("residency.global-inference",),
        resource=lambda: f"inference/{who.arn}/{_MODEL}",
        look=lambda: {"the inference": "is over"},
        act=act,
        is_right=lambda seen: True,
        expected="reported",
        only_told=True,
    )


def profile_to_anywhere(around: Surroundings) -> Story:
    """Whether those who use it may be cut off is for the baseline to say, and the project's does not."""
    who, made = around.people["contractor"], []  # type: ignore[var-annotated]

    def profile() -> str:
        return made[0].split(":", 5)[5] if made else "-"

    def act() -> datetime:
        called = now()
        answer = who.client("bedrock").create_inference_profile(
            inferenceProfileName=f"team-{secrets.token_hex(3)}", modelSource={"copyFrom": _PROFILE})
        made.append(answer["inferenceProfileArn"])
        return called

    def look() -> "dict[str, str]":
        shown = around.admin.client("bedrock").list_inference_profiles(typeEquals="APPLICATION")
        arns = [each["inferenceProfileArn"] for each in shown["inferenceProfileSummaries"]]
        return {"the copy": "there" if made and made[0] in arns else "not there"}

    return Story(
        title="A team's own profile leads anywhere",
        who=who,
        did=f"bedrock:CreateInferenceProfile, copied from {_MODEL}",
        controls=("residency.application-profiles",),
        resource=profile,
        look=look,
        act=act,
        is_right=lambda seen: seen == {"the copy": "there"},
        expected="reported",
        only_told=True,
    )
