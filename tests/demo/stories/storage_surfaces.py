"""Somebody makes an agent that AWS's own key encrypts, and a model whose key nobody can change any more."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from ..story import Story, now
from ..surroundings import Surroundings

_ROLE = "arn:aws:iam::000000000000:role/front-desk"
_MODEL = "amazon.titan-text-lite-v1"
_INSTRUCTION = "Answer what patients ask the front desk, kindly, and from the house rules alone."


def agent_without_a_key(around: Surroundings) -> Story:
    """It is written again with the key, and all else as it was."""
    who, made = around.people["contractor"], {}  # type: ignore[var-annotated]

    def look() -> "dict[str, Any]":
        if not made:
            return {"there": False}
        seen = around.admin.client("bedrock-agent").get_agent(agentId=made["agentId"])["agent"]
        key = seen.get("customerEncryptionKeyArn", "AWS's own")
        return {"there": True, "key": key.rsplit("/", 1)[-1], "its instruction": "as it was" if
                seen.get("instruction") == _INSTRUCTION else "another", "idle timeout": seen["idleSessionTTLInSeconds"]}

    def act() -> datetime:
        called = now()
        made.update(who.client("bedrock-agent").create_agent(
            agentName=f"front-desk-{secrets.token_hex(3)}", foundationModel=_MODEL, agentResourceRoleArn=_ROLE,
            instruction=_INSTRUCTION, idleSessionTTLInSeconds=900)["agent"])
        return called

    key = around.outputs["DataKeyArn"].rsplit("/", 1)[-1]
    return Story(
        title="An agent without a key",
        who=who,
        did="bedrock:CreateAgent without customerEncryptionKeyArn",
        controls=("storage-surfaces.agents",),
        resource=lambda: str(made["agentArn"]),
        look=look,
        act=act,
        is_right=lambda seen: seen == {"there": True, "key": key, "its instruction": "as it was", "idle timeout": 900},
    )


def model_without_a_key(around: Surroundings) -> Story:
    """A model's key can't be changed: a person is told what it takes."""
    who, made = around.people["contractor"], {}  # type: ignore[var-annotated]

    def look() -> "dict[str, Any]":
        if not made:
            return {"there": False}
        seen = around.admin.client("bedrock").get_custom_model(modelIdentifier=made["modelArn"])
        return {"there": True, "key": seen.get("modelKmsKeyArn", "AWS's own")}

    def act() -> datetime:
        called = now()
        made.update(who.client("bedrock").create_custom_model(
            modelName=f"letters-{secrets.token_hex(3)}",
            modelSourceConfig={"s3DataSource": {"s3Uri": "s3://phi-phiward-demo/letters/"}}))
        return called

    return Story(
        title="A custom model without a key",
        who=who,
        did="bedrock:CreateCustomModel without modelKmsKeyArn",
        controls=("storage-surfaces.models",),
        resource=lambda: str(made["modelArn"]),
        look=look,
        act=act,
        is_right=lambda seen: seen == {"there": True, "key": "AWS's own"},
        expected="reported",
        only_told=True,
    )
