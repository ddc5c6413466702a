"""Guardrails as Bedrock keeps them: an update replaces the whole, versions are copies, quotas hold.

API references of CreateGuardrail, UpdateGuardrail, GetGuardrail, ListGuardrails, CreateGuardrailVersion and DeleteGuardrail; user
guide, "Quotas for Amazon Bedrock". ministack merges an update into what was there, answers with the request's `…Config`
members, refuses ARNs in paths, lists no versions, deletes the guardrail when a version is to go, and knows no quota.
"""

from __future__ import annotations

import copy
import json
import re
import secrets
import string
from datetime import datetime, timezone
from typing import Any, Optional
from urllib.parse import unquote

from . import guardrail_enforcement, guardrail_rights
from .local_controls import control
from .model_conformance import request_problems

MAX_VERSIONS, MAX_REGEXES = 20, 10
#: How a request calls a policy and its members, and how an answer does.
POLICIES = {
    "topicPolicyConfig": ("topicPolicy", {"topicsConfig": "topics", "tierConfig": "tier"}),
    "contentPolicyConfig": ("contentPolicy", {"filtersConfig": "filters", "tierConfig": "tier"}),
    "wordPolicyConfig": ("wordPolicy", {"wordsConfig": "words", "managedWordListsConfig": "managedWordLists"}),
    "sensitiveInformationPolicyConfig": (
        "sensitiveInformationPolicy", {"piiEntitiesConfig": "piiEntities", "regexesConfig": "regexes"}),
    "contextualGroundingPolicyConfig": ("contextualGroundingPolicy", {"filtersConfig": "filters"}),
    "automatedReasoningPolicyConfig": ("automatedReasoningPolicy", {}),
}
_TEXTS = ("name", "description", "blockedInputMessaging", "blockedOutputsMessaging")
_LOOKAROUND = re.compile(r"\(\?(?:[=!]|<[=!])|\\[1-9]")
_LETTERS = string.ascii_lowercase + string.digits
#: Ids that the next guardrails get: a deployment names guardrails that are there before it.
NEXT_IDS: "list[str]" = []


@control("POST", "/_local/guardrails/next-id")
def next_id(_: dict, body: Any) -> "tuple[int, Any]":
    """The id of the next guardrail that is made."""
    NEXT_IDS.append(str(body["id"]))
    return 200, {"ids": NEXT_IDS}


def install() -> None:
    """Answer for guardrails and their enforcement in front of ministack's bedrock."""
    from ministack.services import bedrock

    handler = bedrock.handle_request

    async def handle_request(method, path, headers, body, query_params):
        plain = unquote(path)
        asked = {name: value[0] if isinstance(value, list) else value for name, value in (query_params or {}).items()}
        if plain.startswith(guardrail_enforcement.PATH):
            return guardrail_enforcement.answer(bedrock, method, plain, body)
        if plain.rstrip("/") == "/guardrails" and method == "POST":
            return _create(bedrock, json.loads(body or b"{}"))
        if plain.rstrip("/") == "/guardrails" and "guardrailIdentifier" in asked:
            return _versions(bedrock, asked["guardrailIdentifier"])
        if plain.startswith("/guardrails/"):
            return _one(bedrock, method, plain.removeprefix("/guardrails/"), asked, json.loads(body or b"{}"))
        return await handler(method, path, headers, body, query_params)

    bedrock.handle_request = handle_request


def _create(bedrock: Any, given: dict) -> tuple:
    problem = _problem(given, "CreateGuardrail") or guardrail_rights.refusal(given.get("kmsKeyId"), write=True)
    if problem:
        return problem
    if any(each["Name"] == given["name"] for each in bedrock._guardrails.values()):
        return error("ConflictException", 409, "Another guardrail in your account already has this name.")
    gid = NEXT_IDS.pop(0) if NEXT_IDS else "".join(secrets.choice(_LETTERS) for _ in range(12))
    arn = bedrock._guardrail_arn(gid)
    bedrock._guardrails[gid] = {"GuardrailId": gid, "GuardrailArn": arn, "Version": "DRAFT", "Status": "READY",
                                "LastVersion": 0, "CreatedAt": _now(), **_kept(given)}
    if given.get("tags"):
        bedrock._tags[arn] = {tag["key"]: tag["value"] for tag in given["tags"]}
    return answer({"guardrailId": gid, "guardrailArn": arn, "version": "DRAFT", "createdAt": _now()}, 202)


def _one(bedrock: Any, method: str, identifier: str, asked: dict, given: dict) -> tuple:
    gid = identifier.rsplit("/", 1)[-1]
    version = asked.get("guardrailVersion", "DRAFT")
    draft = bedrock._guardrails.get(gid)
    record = draft if version == "DRAFT" else bedrock._guardrail_versions.get(f"{gid}/{version}")
    if draft is None or record is None:
        return error("ResourceNotFoundException", 404, f"Guardrail {gid}, version {version} was not found.")
    if method == "DELETE":
        return _delete(bedrock, gid, asked.get("guardrailVersion"))
    refused = guardrail_rights.refusal(record.get("KmsKeyArn"), write=False)
    if refused:
        return refused
    if method == "GET":
        return answer(_shown(record), 200)
    if method == "POST":
        return _publish(bedrock, draft, given)
    problem = _problem(given, "UpdateGuardrail", guardrailIdentifier=gid)
    problem = problem or guardrail_rights.across_regions("UpdateGuardrail", given)
    problem = problem or guardrail_rights.refusal(given.get("kmsKeyId"), write=True)
    if problem:
        return problem
    fixed = {name: draft[name] for name in ("GuardrailId", "GuardrailArn", "Version", "Status", "LastVersion", "CreatedAt")}
    draft.clear()
    draft.update({**fixed, **_kept(given)})
    return answer({"guardrailId": gid, "guardrailArn": draft["GuardrailArn"], "version": "DRAFT", "updatedAt": _now()}, 202)


def _publish(bedrock: Any, draft: dict, given: dict) -> tuple:
    gid = draft["GuardrailId"]
    if len(_numbers(bedrock, gid)) >= MAX_VERSIONS:
        return error("ServiceQuotaExceededException", 400, f"A guardrail has at most {MAX_VERSIONS} versions.")
    # Numbers are not given twice.
    number = draft["LastVersion"] = draft["LastVersion"] + 1
    copied = {**copy.deepcopy(draft), "Version": str(number), "CreatedAt": _now(), "UpdatedAt": _now()}
    copied["Description"] = given.get("description")
    bedrock._guardrail_versions[f"{gid}/{number}"] = copied
    return answer({"guardrailId": gid, "version": str(number)}, 202)


def _delete(bedrock: Any, gid: str, version: Optional[str]) -> tuple:
    if guardrail_enforcement.uses(gid, version):
        return error("ResourceInUseException", 400, "The guardrail is in an enforced configuration.")
    if version is None:
        del bedrock._guardrails[gid]
    for number in _numbers(bedrock, gid):
        if version in (None, str(number)):
            del bedrock._guardrail_versions[f"{gid}/{number}"]
    return answer({}, 202)


def _versions(bedrock: Any, identifier: str) -> tuple:
    gid = identifier.rsplit("/", 1)[-1]
    if gid not in bedrock._guardrails:
        return error("ResourceNotFoundException", 404, f"Guardrail {gid} was not found.")
    versions = [bedrock._guardrail_versions[f"{gid}/{number}"] for number in _numbers(bedrock, gid)]
    return answer({"guardrails": [_summary(each) for each in (bedrock._guardrails[gid], *versions)]}, 200)


def _summary(record: dict) -> dict:
    shown = {"id": record["GuardrailId"], "arn": record["GuardrailArn"], "status": record["Status"], "name": record["Name"],
             "description": record.get("Description"), "version": record["Version"], "createdAt": record["CreatedAt"],
             "updatedAt": record["UpdatedAt"]}
    return {name: value for name, value in shown.items() if value is not None}


def _numbers(bedrock: Any, gid: str) -> "list[int]":
    return sorted(int(key.split("/")[1]) for key in bedrock._guardrail_versions.keys() if key.startswith(f"{gid}/"))


def _kept(given: dict) -> dict:
    """What ministack's runtime looks at, and all that was given."""
    record = {"Given": {name: value for name, value in given.items() if name != "tags"}, "UpdatedAt": _now(),
              "Name": given["name"], "Description": given.get("description"),
              "BlockedInputMessaging": given["blockedInputMessaging"],
              "BlockedOutputsMessaging": given["blockedOutputsMessaging"],
              "WordPolicy": given.get("wordPolicyConfig"),
              "SensitiveInformationPolicy": given.get("sensitiveInformationPolicyConfig")}
    key = given.get("kmsKeyId")
    return {**record, "KmsKeyArn": guardrail_rights.key_arn(key)} if key else record


def _shown(record: dict) -> dict:
    """As GetGuardrail answers: by other names than it was given."""
    given = record["Given"]
    shown = {"guardrailId": record["GuardrailId"], "guardrailArn": record["GuardrailArn"], "version": record["Version"],
             "status": record["Status"], "createdAt": record["CreatedAt"], "updatedAt": record["UpdatedAt"]}
    shown.update({name: given[name] for name in _TEXTS if given.get(name) is not None})
    if record["Version"] != "DRAFT":
        shown.pop("description", None)
        shown.update({"description": record["Description"]} if record.get("Description") else {})
    for config, (policy, members) in POLICIES.items():
        if given.get(config):
            shown[policy] = {members.get(name, name): value for name, value in given[config].items()}
    if record.get("KmsKeyArn"):
        shown["kmsKeyArn"] = record["KmsKeyArn"]
    if given.get("crossRegionConfig"):
        profile = given["crossRegionConfig"]["guardrailProfileIdentifier"].rsplit("/", 1)[-1]
        shown["crossRegionDetails"] = {
            "guardrailProfileId": profile, "guardrailProfileArn": guardrail_rights.profile_arn(profile)}
    return shown


def _problem(given: dict, operation: str, **labels: str) -> Optional[tuple]:
    problems = request_problems("bedrock", operation, {**given, **labels})
    policy = given.get("sensitiveInformationPolicyConfig") or {}
    regexes = policy.get("regexesConfig") or []
    if len(regexes) > MAX_REGEXES:
        return error("ServiceQuotaExceededException", 400, f"A guardrail has at most {MAX_REGEXES} regexes.")
    problems += [f"{name} must not be empty" for name in ("piiEntitiesConfig", "regexesConfig") if policy.get(name) == []]
    problems += [f"two entries of {key}" for name, key in (("piiEntitiesConfig", "type"), ("regexesConfig", "name"))
                 if len({each.get(key) for each in policy.get(name) or []}) < len(policy.get(name) or [])]
    for each in regexes:
        if not 1 <= len(each.get("pattern", "")) <= 500 or _LOOKAROUND.search(each["pattern"]):
            problems.append("a pattern has 1 to 500 characters, no lookaround and no backreference")
    return error("ValidationException", 400, "; ".join(problems)) if problems else None


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def answer(payload: dict, status: int) -> tuple:
    """A JSON answer."""
    return status, {"Content-Type": "application/json"}, json.dumps(payload).encode()


def error(code: str, status: int, message: str) -> tuple:
    """An error as Bedrock tells it."""
    return status, {"Content-Type": "application/json", "x-amzn-errortype": code}, json.dumps({"message": message}).encode()
