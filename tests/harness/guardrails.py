"""The guardrails that the deployment names: what they are like, and how to make them weaker."""

from __future__ import annotations

from typing import Any, Callable

from .account import surroundings
from .local import control, emit, wait_quiet

DUTY = "guardrails"
#: Enforced by the account; not enforced; to be deleted.
ENFORCED, FREE, GONE = "phiwarddemo1", "oftestsdrift", "oftestsgone1"
#: Of a guardrail that is enforced, and of one that is not.
READS = ["GetGuardrail", "ListEnforcedGuardrailsConfiguration", "GetGuardrail"]
READS_OF_FREE = ["GetGuardrail", "ListEnforcedGuardrailsConfiguration", "ListGuardrails", "GetGuardrail"]
#: The two parts that a test takes away.
TAKEN = ("EMAIL", "DateOfBirth")
_FILTER = "sensitiveInformationPolicy"
_POLICIES = {
    "topicPolicy": {"topics": "topicsConfig", "tier": "tierConfig"},
    "contentPolicy": {"filters": "filtersConfig", "tier": "tierConfig"},
    "wordPolicy": {"words": "wordsConfig", "managedWordLists": "managedWordListsConfig"},
    _FILTER: {"piiEntities": "piiEntitiesConfig", "regexes": "regexesConfig"},
    "contextualGroundingPolicy": {"filters": "filtersConfig"},
}
_TEXTS = ("name", "description", "blockedInputMessaging", "blockedOutputsMessaging")
_SHOWN = ("version", "status", "createdAt", "updatedAt", "description", "ResponseMetadata")


def client() -> Any:
    """The administrator's."""
    return surroundings().admin.client("bedrock")


def resource(guardrail: str) -> str:
    """What Phiward calls it."""
    return f"guardrail:{guardrail}"


def event_of(name: str, guardrail: str = ENFORCED) -> "dict[str, Any]":
    """The CloudTrail record of a call on a guardrail, bare: `emit` wraps it."""
    return {
        "eventSource": "bedrock.amazonaws.com", "eventName": name, "requestParameters": {"guardrailIdentifier": guardrail},
        "eventType": "AwsApiCall", "readOnly": False, "managementEvent": True, "eventCategory": "Management",
    }


def read(guardrail: str, version: str = "DRAFT") -> "dict[str, Any]":
    """What is in it, without what a version has of its own."""
    found = client().get_guardrail(guardrailIdentifier=guardrail, guardrailVersion=version)
    return {name: value for name, value in found.items() if name not in _SHOWN}


def as_update(guardrail: str) -> "dict[str, Any]":
    """The draft as UpdateGuardrail takes it."""
    found = client().get_guardrail(guardrailIdentifier=guardrail)
    given = {name: found[name] for name in _TEXTS if name in found}
    for policy, members in _POLICIES.items():
        if policy in found:
            given[f"{policy}Config"] = {members[name]: value for name, value in found[policy].items()}
    if "kmsKeyArn" in found:
        given["kmsKeyId"] = found["kmsKeyArn"]
    return {"guardrailIdentifier": guardrail, **given}


def weaken(given: "dict[str, Any]") -> None:
    """One of Bedrock's types and one regex less."""
    filter_ = given[f"{_FILTER}Config"]
    filter_["piiEntitiesConfig"] = [each for each in filter_["piiEntitiesConfig"] if each["type"] not in TAKEN]
    filter_["regexesConfig"] = [each for each in filter_["regexesConfig"] if each["name"] not in TAKEN]


def update(guardrail: str, who: Any = None, change: "Callable[[dict[str, Any]], None]" = weaken) -> None:
    """Write the draft, changed."""
    given = as_update(guardrail)
    change(given)
    (who or client()).update_guardrail(**given)


def publish(guardrail: str, who: Any = None) -> str:
    """The number of a new version."""
    return (who or client()).create_guardrail_version(guardrailIdentifier=guardrail, description="theirs")["version"]


def enforced() -> "dict[str, Any] | None":
    """The account's configuration."""
    found = client().list_enforced_guardrails_configuration()["guardrailsConfig"]
    return found[0] if found else None


def enforce(version: str, guardrail: str = ENFORCED, who: Any = None) -> None:
    """Point the account's configuration elsewhere, and leave the rest of it."""
    configured = enforced() or {}
    kept = {name: configured[name] for name in ("selectiveContentGuarding", "modelEnforcement") if name in configured}
    config = {"guardrailIdentifier": guardrail, "guardrailVersion": version, **kept}
    named = {"configId": configured["configId"]} if configured else {}
    (who or client()).put_enforced_guardrail_configuration(guardrailInferenceConfig=config, **named)


def names(document: "dict[str, Any]") -> "set[str]":
    """Of all that its filter looks for."""
    filter_ = document.get(_FILTER, {})
    return {each["type"] for each in filter_.get("piiEntities", [])} | {each["name"] for each in filter_.get("regexes", [])}


def is_strong(guardrail: str, version: str = "DRAFT") -> bool:
    """Whether nothing was taken away."""
    return set(TAKEN) <= names(read(guardrail, version))


def versions(guardrail: str) -> "list[str]":
    """The numbers of its versions, the oldest first."""
    listed = client().list_guardrails(guardrailIdentifier=guardrail)["guardrails"]
    return [each["version"] for each in listed if each["version"] != "DRAFT"]


def made(identifier: str, given: "dict[str, Any]") -> None:
    """A guardrail of that id, with a version."""
    control("POST", "guardrails/next-id", {"id": identifier})
    client().create_guardrail(**{name: value for name, value in given.items() if name != "guardrailIdentifier"})
    publish(identifier)


def compliant(guardrail: str) -> str:
    """One that Phiward finds nothing wrong with, and with room for versions."""
    configured = enforced() or {}
    needed = configured.get("guardrailVersion") if configured.get("guardrailId") == guardrail else versions(guardrail)[-1]
    for version in versions(guardrail):
        if version != needed:
            client().delete_guardrail(guardrailIdentifier=guardrail, guardrailVersion=version)
    wait_quiet()
    answers = [each["response"] for each in emit(event_of("CreateGuardrailVersion", guardrail)) if each["response"]]
    assert {"checked": 1, "outcomes": [], "ignored": None} in answers, f"{guardrail} is not compliant: {answers}"
    wait_quiet()
    return guardrail
