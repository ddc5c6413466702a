"""Inference profiles: those that Bedrock defines, Global ones among them, and copies of them.

User guide, "Supported Regions and models for inference profiles", and botocore's model. A Region is offered the profiles of its
own geography and the Global ones; of a Global one, one of the models' ARNs has no Region. ministack knows no Global ones, gives a
copy the ARN that it was made from instead of the models behind it, takes any source, and doesn't find a profile by its ARN.
"""

from __future__ import annotations

import secrets
import string
from typing import Any, Optional
from urllib.parse import unquote

#: Where the profiles of a geography lead, by the beginning of the names of its Regions.
_GEOGRAPHIES = {
    "us-": ("us", ("us-east-1", "us-east-2", "us-west-2")),
    "eu-": ("eu", ("eu-central-1", "eu-west-1", "eu-west-3")),
    "ap-": ("apac", ("ap-northeast-1", "ap-south-1", "ap-southeast-1")),
}
_GLOBAL = "global"
_LETTERS = string.ascii_lowercase + string.digits
#: Models that ministack's catalog lacks: of those that bedrock-mantle serves, one of each kind.
_MODELS = (
    ("anthropic.claude-opus-4-8", "Claude Opus 4.8", "Anthropic", ["TEXT", "IMAGE"], ["TEXT"], True),
    ("anthropic.claude-fable-5", "Claude Fable 5", "Anthropic", ["TEXT", "IMAGE"], ["TEXT"], True),
    ("qwen.qwen3-coder-480b", "Qwen3 Coder 480B", "Qwen", ["TEXT"], ["TEXT"], True),
)
_SINCE = "2026-01-01T00:00:00Z"


def install() -> None:
    """Take the four operations over, and let IAM see a profile that is named by its ARN."""
    from ministack.core import iam_actions
    from ministack.services import bedrock

    bedrock._CATALOG.extend(_MODELS)
    bedrock._INFERENCE_PROFILE_PREFIXES = (*(prefix for prefix, _ in _GEOGRAPHIES.values()), _GLOBAL)
    bedrock._list_inference_profiles = lambda query: bedrock._json({"InferenceProfileSummaries": [
        *_defined().values(), *bedrock._inference_profiles_apps.values()]})
    bedrock._get_inference_profile = _get
    bedrock._create_inference_profile = _create
    bedrock._delete_inference_profile = _delete
    resource_of = iam_actions.extract_resource_arn

    def extract_resource_arn(service: str, method: str, path: str, *more: Any) -> Any:
        identifier = unquote(path[len("/inference-profiles/"):]) if path.startswith("/inference-profiles/") else ""
        if service == "bedrock" and identifier:
            profile = find(identifier)
            return profile["InferenceProfileArn"] if profile else (
                identifier if identifier.startswith("arn:") else bedrock._inference_profile_arn(identifier))
        return resource_of(service, method, path, *more)

    iam_actions.extract_resource_arn = extract_resource_arn


def find(identifier: str) -> "Optional[dict[str, Any]]":
    """A profile, by its id or ARN."""
    from ministack.services import bedrock

    known = {**_defined(), **dict(bedrock._inference_profiles_apps.items())}
    return next((each for key, each in known.items() if identifier in (key, each["InferenceProfileArn"])), None)


def _defined() -> "dict[str, dict[str, Any]]":
    """The profiles that Bedrock defines, by id."""
    from ministack.core.responses import get_region
    from ministack.services import bedrock

    region = get_region()
    prefix, regions = _GEOGRAPHIES.get(region[:3], ("", ()))
    found = {}
    for model, name, _, _, _, streaming in bedrock._CATALOG:
        own = [f"arn:aws:bedrock:{each}::foundation-model/{model}" for each in regions]
        anywhere = [f"arn:aws:bedrock:::foundation-model/{model}", bedrock._model_arn(model)]
        for geography, arns in ((prefix, own), (_GLOBAL, anywhere)) if streaming else ():
            identifier = f"{geography}.{model}"
            found[identifier] = {
                "InferenceProfileName": f"{geography.upper()} {name}", "InferenceProfileId": identifier,
                "InferenceProfileArn": bedrock._inference_profile_arn(identifier), "Status": "ACTIVE",
                "Models": [{"ModelArn": arn} for arn in arns], "Type": "SYSTEM_DEFINED", "CreatedAt": _SINCE,
                "UpdatedAt": _SINCE}
    return {identifier: each for identifier, each in found.items() if each["Models"]}


def _get(identifier: str) -> tuple:
    from ministack.services import bedrock

    profile = find(identifier)
    return bedrock._json(profile) if profile else bedrock._not_found("Inference profile not found.")


def _create(body: bytes) -> tuple:
    from ministack.services import bedrock

    asked, error = bedrock._parse_body(body)
    if error:
        return error
    source = (asked.get("modelSource") or {}).get("copyFrom")
    if not asked.get("inferenceProfileName") or not source:
        return bedrock._validation("inferenceProfileName and modelSource.copyFrom are required.")
    models = _models_of(source)
    if models is None:
        return bedrock._validation("The provided model identifier is invalid.")
    identifier = "".join(secrets.choice(_LETTERS) for _ in range(12))
    profile = {
        "InferenceProfileName": asked["inferenceProfileName"], "InferenceProfileId": identifier,
        "InferenceProfileArn": bedrock._inference_profile_arn(identifier, application=True), "Models": models,
        "Status": "ACTIVE", "Type": "APPLICATION", "Description": asked.get("description", ""),
        "CreatedAt": bedrock._now_iso(), "UpdatedAt": bedrock._now_iso()}
    bedrock._inference_profiles_apps[identifier] = profile
    if asked.get("tags"):
        bedrock._tags[profile["InferenceProfileArn"]] = {each["key"]: each["value"] for each in asked["tags"]}
    return bedrock._json({"InferenceProfileArn": profile["InferenceProfileArn"], "Status": "ACTIVE"}, status=201)


def _models_of(source: str) -> "Optional[list[dict[str, str]]]":
    """The models behind what is copied: a foundation model, or a profile that Bedrock defines."""
    from ministack.services import bedrock

    if not source.startswith("arn:"):
        return None
    profile = find(source)
    if profile:
        return list(profile["Models"]) if profile["Type"] == "SYSTEM_DEFINED" else None
    return [{"ModelArn": source}] if bedrock._find_model(source) else None


def _delete(identifier: str) -> tuple:
    from ministack.services import bedrock

    profile = find(identifier)
    if profile is None:
        return bedrock._not_found("Inference profile not found.")
    if profile["Type"] != "APPLICATION":
        return bedrock._validation("A system-defined inference profile can't be deleted.")
    del bedrock._inference_profiles_apps[profile["InferenceProfileId"]]
    return bedrock._empty()
