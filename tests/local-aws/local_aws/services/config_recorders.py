"""AWS Config's recorder and delivery channel as AWS answers them, where the emulator does otherwise or not at all.

API reference: one customer-managed recorder and one channel a Region; no start without a channel, no channel without a
recorder; a channel can't be deleted while the recorder records; names that begin with `AWSConfigurationRecorderFor` are
those of service-linked recorders, which nobody but their service changes.
"""

from __future__ import annotations

import uuid
from typing import Any, Callable

from .model_conformance import request_problems

_LINKED = "AWSConfigurationRecorderFor"
_ALL = "ALL_SUPPORTED_RESOURCE_TYPES"


def install() -> None:
    """Check what ministack takes as it comes, complete what it answers, and delete."""
    from ministack.core.responses import error_response_json, json_response
    from ministack.services import config

    put_recorder, put_channel = config._put_configuration_recorder, config._put_delivery_channel
    start, stop, handle = config._start_configuration_recorder, config._stop_configuration_recorder, config.handle_request
    recorders, channels = config._recorders, config._delivery_channels

    def refuse(code: str) -> Any:
        return error_response_json(code, f"{code}: as the API reference says.", 400)

    def checked_put_recorder(data: dict) -> Any:
        given = data["ConfigurationRecorder"]
        name = given.get("name") or "default"
        if name.startswith(_LINKED):
            return refuse("InvalidConfigurationRecorderNameException")
        if not given.get("roleARN"):
            return refuse("InvalidRoleException")
        if any(each != name for each in recorders):
            return refuse("MaxNumberOfConfigurationRecordersExceededException")
        group = _group(given.get("recordingGroup") or {})
        if group is None:
            return refuse("InvalidRecordingGroupException")
        arn = _arn(recorders, name)
        mode = given.get("recordingMode") or {"recordingFrequency": "CONTINUOUS"}
        answer = put_recorder({"ConfigurationRecorder": {**given, "recordingGroup": group, "recordingMode": mode}})
        recorders[name]["recorder"]["arn"] = arn
        return answer

    def checked_put_channel(data: dict) -> Any:
        name = data["DeliveryChannel"].get("name") or "default"
        if not recorders:
            return refuse("NoAvailableConfigurationRecorderException")
        if any(each != name for each in channels):
            return refuse("MaxNumberOfDeliveryChannelsExceededException")
        return put_channel(data)

    def checked_start(data: dict) -> Any:
        name = data["ConfigurationRecorderName"]
        if name.startswith(_LINKED):
            return refuse("UnmodifiableEntityException")
        if name in recorders and not channels:
            return refuse("NoAvailableDeliveryChannelException")
        return start(data)

    def checked_stop(data: dict) -> Any:
        linked = data["ConfigurationRecorderName"].startswith(_LINKED)
        return refuse("UnmodifiableEntityException") if linked else stop(data)

    def delete_recorder(data: dict) -> Any:
        name = data["ConfigurationRecorderName"]
        if name.startswith(_LINKED):
            return refuse("UnmodifiableEntityException")
        if recorders.pop(name, None) is None:
            return refuse("NoSuchConfigurationRecorderException")
        return json_response({})

    def delete_channel(data: dict) -> Any:
        if any(each.get("recording") for each in recorders.values()):
            return refuse("LastDeliveryChannelDeleteFailedException")
        if channels.pop(data["DeliveryChannelName"], None) is None:
            return refuse("NoSuchDeliveryChannelException")
        return json_response({})

    added: "dict[str, Callable[[dict], Any]]" = {
        "DeleteConfigurationRecorder": delete_recorder, "DeleteDeliveryChannel": delete_channel}

    async def handle_request(method: str, path: str, headers: dict, body: bytes, query_params: dict) -> Any:
        action, data = headers.get("x-amz-target", "").rsplit(".", 1)[-1], config.json.loads(body or b"{}")
        if action in added or "Recorder" in action or "DeliveryChannel" in action:
            problems = request_problems("config", action, data)
            if problems:
                return error_response_json("ValidationException", "; ".join(problems), 400)
        if action in added:
            return added[action](data)
        return await handle(method, path, headers, body, query_params)

    config._put_configuration_recorder, config._put_delivery_channel = checked_put_recorder, checked_put_channel
    config._start_configuration_recorder, config._stop_configuration_recorder = checked_start, checked_stop
    config.handle_request = handle_request


def _arn(recorders: Any, name: str) -> str:
    from ministack.core.responses import get_account_id, get_region

    known = recorders[name]["recorder"].get("arn") if name in recorders else None
    made = f"arn:aws:config:{get_region()}:{get_account_id()}:configuration-recorder/{name}/{uuid.uuid4().hex[:16]}"
    return known or made


def _group(given: dict) -> "dict | None":
    """What is recorded, with AWS's defaults; None for what contradicts itself."""
    types = given.get("resourceTypes") or []
    excluded = (given.get("exclusionByResourceTypes") or {}).get("resourceTypes") or []
    everything = given.get("allSupported", not types and not excluded)
    if everything and (types or excluded) or not everything and bool(types) == bool(excluded):
        return None
    strategy = _ALL if everything else "INCLUSION_BY_RESOURCE_TYPES" if types else "EXCLUSION_BY_RESOURCE_TYPES"
    return {
        "allSupported": everything, "includeGlobalResourceTypes": given.get("includeGlobalResourceTypes", False),
        "resourceTypes": types, "exclusionByResourceTypes": {"resourceTypes": excluded},
        "recordingStrategy": {"useOnly": strategy}}
