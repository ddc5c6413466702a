"""Macie is on, looks by itself, and knows what the baseline names; what others set stays."""

from __future__ import annotations

from typing import Any

import pytest
from demo.principals import Principal

from harness import (
    Faults, await_outcome, calls_of, emit, intent_of, ledger, now, outcomes, silenced, sweep, wait_quiet, writes_of,
)

MACIE, DISCOVERY, IDENTIFIERS = "detectors.macie", "detectors.macie-discovery", "detectors.macie-identifiers"
ID = "macie"
#: As others might set it: the identifiers of the template beside the baseline's.
THEIRS = {"description": "of the data office", "excludes": {"managedDataIdentifierIds": ["ADDRESS"]}}


def _named(client: Any, name: str = "MRN") -> "list[str]":
    return [each["id"] for each in client.list_custom_data_identifiers()["items"] if each["name"] == name]


def _template_id(client: Any) -> str:
    return client.get_automated_discovery_configuration()["sensitivityInspectionTemplateId"]


def _template(client: Any) -> "dict[str, Any]":
    found = client.get_sensitivity_inspection_template(id=_template_id(client))
    return {name: value for name, value in found.items() if name != "ResponseMetadata"}


def _right(client: Any) -> bool:
    [identifier] = _named(client)
    return (client.get_macie_session()["status"] == "ENABLED"
            and client.get_automated_discovery_configuration()["status"] == "ENABLED"
            and identifier in _template(client)["includes"]["customDataIdentifierIds"])


def test_a_suspended_macie_goes_on_and_the_cancelled_jobs_are_told(macie: Any, drifter: Principal) -> None:
    before, since = macie.get_macie_session(), now()
    drifter.client("macie2").update_macie_session(status="PAUSED")
    record = await_outcome(MACIE, ID, since, "reported")
    wait_quiet()
    assert record.body["plan"] == [{"step": "resume-macie"}] and record.body["times"]["repaired"]
    assert any("cancelled" in each for each in record.body["person"])
    assert record.body["before"] == {"service": "macie", "state": "suspended", "status": "PAUSED"}
    after = macie.get_macie_session()
    assert after["findingPublishingFrequency"] == before["findingPublishingFrequency"] and _right(macie)
    assert intent_of(record).body["event"]["actor"] == drifter.arn
    assert writes_of("detectors", since) == [("UpdateMacieSession", "")]


def test_a_disabled_macie_is_enabled_with_all_that_the_baseline_asks_for(macie: Any, drifter: Principal) -> None:
    since = now()
    drifter.client("macie2").disable_macie()
    record = await_outcome(MACIE, ID, since, "reported")
    assert any("findings, discovery jobs" in each for each in record.body["person"])
    for control in (IDENTIFIERS, DISCOVERY):
        assert await_outcome(control, ID, since).body["before"] == {"service": "macie", "state": "disabled"}
    wait_quiet()
    assert _right(macie)
    assert [operation for operation, _ in writes_of("detectors", since)] == [
        "EnableMacie", "CreateCustomDataIdentifier", "UpdateAutomatedDiscoveryConfiguration",
        "UpdateSensitivityInspectionTemplate"]


def test_a_compliant_macie_costs_one_read_for_each_setting(macie: Any) -> None:
    with silenced("detectors"):
        for each in range(30):
            macie.create_custom_data_identifier(name=f"theirs-{each}", regex="x+")
    since = now()
    assert [each["response"] for each in emit("detectors/update-macie-session.json")] == [
        {"checked": 1, "outcomes": [], "ignored": None}]
    assert sorted(each["operation"] for each in calls_of("detectors", since)) == [
        "GetAutomatedDiscoveryConfiguration", "GetCustomDataIdentifier", "GetMacieSession",
        "GetSensitivityInspectionTemplate", "ListCustomDataIdentifiers", "ListCustomDataIdentifiers"]


def test_discovery_that_is_switched_off_is_switched_on(macie: Any, drifter: Principal) -> None:
    before, since = _template(macie), now()
    drifter.client("macie2").update_automated_discovery_configuration(status="DISABLED")
    record = await_outcome(DISCOVERY, ID, since)
    wait_quiet()
    assert _template(macie) == before and _right(macie)
    assert record.body["plan"] == [{"step": "enable-discovery"}, {"step": "include-identifiers", "names": ["MRN"]}]
    assert writes_of("detectors", since) == [("UpdateAutomatedDiscoveryConfiguration", "")]


def test_a_deleted_identifier_is_made_again_and_looked_for(macie: Any, drifter: Principal) -> None:
    [identifier] = _named(macie)
    before, since = macie.get_custom_data_identifier(id=identifier), now()
    drifter.client("macie2").delete_custom_data_identifier(id=identifier)
    record = await_outcome(IDENTIFIERS, ID, since)
    wait_quiet()
    [anew] = _named(macie)
    after = macie.get_custom_data_identifier(id=anew)
    for name in ("name", "regex", "keywords", "maximumMatchDistance"):
        assert after[name] == before[name]
    assert anew != identifier and _right(macie)
    assert [each["step"] for each in record.body["plan"]] == ["create-identifier", "include-identifiers"]


def test_the_template_gets_the_identifier_and_keeps_what_others_put_there(macie: Any, drifter: Principal) -> None:
    with silenced("detectors"):
        own = drifter.client("macie2").create_custom_data_identifier(name="theirs", regex="x+")["customDataIdentifierId"]
    includes = {"customDataIdentifierIds": [own], "managedDataIdentifierIds": ["HTTP_COOKIE"], "allowListIds": ["list"]}
    since = now()
    drifter.client("macie2").update_sensitivity_inspection_template(id=_template_id(macie), includes=includes, **THEIRS)
    before = _template(macie)
    record = await_outcome(IDENTIFIERS, ID, since)
    wait_quiet()
    [mrn] = _named(macie)
    assert _template(macie) == {**before, **THEIRS, "includes": {**includes, "customDataIdentifierIds": [own, mrn]}}
    assert record.body["plan"] == [{"step": "include-identifiers", "names": ["MRN"]}]
    assert writes_of("detectors", since) == [("UpdateSensitivityInspectionTemplate", "")]


def test_another_identifier_of_the_name_is_reported_and_stays(macie: Any, drifter: Principal) -> None:
    client = drifter.client("macie2")
    with silenced("detectors"):
        other = client.create_custom_data_identifier(name="MRN", regex="[0-9]{3}")["customDataIdentifierId"]
    since = now()
    client.delete_custom_data_identifier(id=next(each for each in _named(macie) if each != other))
    record = await_outcome(IDENTIFIERS, ID, since, "reported")
    wait_quiet()
    assert "`MRN` finds less than the baseline's" in record.body["person"][0] and record.body["plan"] == []
    assert _named(macie) == [other] and writes_of("detectors", since) == []
    since = now()
    client.delete_custom_data_identifier(id=other)
    await_outcome(IDENTIFIERS, ID, since)
    assert _right(macie)


def test_what_the_administrator_account_decides_is_reported(macie: Any, drifter: Principal, faults: Faults) -> None:
    for operation in ("GetAutomatedDiscoveryConfiguration", "UpdateAutomatedDiscoveryConfiguration"):
        faults.add("macie2", operation, "AccessDeniedException", principal="Detectors", status=403,
                   message="The request was denied because your account is a member of an organization.")
    since = now()
    drifter.client("macie2").update_automated_discovery_configuration(status="DISABLED")
    record = await_outcome(DISCOVERY, ID, since, "reported")
    assert "administrator account" in record.body["person"][0] and writes_of("detectors", since) == []


def test_a_lack_of_permission_is_not_taken_for_macie_being_off(macie: Any, faults: Faults) -> None:
    denied = "User: arn:aws:sts::000000000000:assumed-role/x/y is not authorized to perform: macie2:GetMacieSession"
    faults.add("macie2", "GetMacieSession", "AccessDeniedException", principal="Detectors", status=403, message=denied)
    since = now()
    [answer] = emit("detectors/disable-macie.json")
    assert answer["error"]["type"] == "ReadError" and "GetMacieSession failed" in answer["error"]["message"]
    assert outcomes(MACIE, ID, since) == [] and writes_of("detectors", since) == []


def test_what_no_event_told_is_found_by_the_sweep(macie: Any, drifter: Principal) -> None:
    with silenced("detectors"):
        drifter.client("macie2").delete_custom_data_identifier(id=_named(macie)[0])
    answer = sweep("detectors")
    assert [(each["control"], each["outcome"]) for each in answer["outcomes"]] == [(IDENTIFIERS, "remediated")]
    assert answer["checked"] == 3 and _right(macie)
    ledger.forget_repairs()
