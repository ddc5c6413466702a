"""Data retention is `none` on all three scopes, whatever it was set to."""

from __future__ import annotations

from typing import Any, Iterator

import pytest
from demo.principals import Principal

from harness import Faults, await_outcome, calls_of, configured, emit, intent_of, ledger, now, outcomes, silenced, sweep, wait_quiet, writes_of

PROJECTS = "/v1/organization/projects"
ACCOUNT = "/v1/data_retention"
WORDS = ["aws_review", "provider_data_share", "default", "inherit"]


@pytest.fixture
def project(admin: Principal) -> "Iterator[str]":
    """A project that retains nothing."""
    made = admin.mantle("POST", PROJECTS, {"name": "triage", "data_retention": {"mode": "none"}})["id"]
    wait_quiet()
    yield made
    admin.mantle("POST", f"{PROJECTS}/{made}/archive")


def mode_of(admin: Principal, project: str) -> str:
    return admin.mantle("GET", f"{PROJECTS}/{project}")["data_retention"]["mode"]


@pytest.mark.parametrize("word", WORDS)
def test_any_other_word_on_the_control_plane_is_put_back_to_none(word: str, admin: Principal, drifter: Principal) -> None:
    since = now()
    drifter.client("bedrock").put_account_data_retention(mode=word)
    record = await_outcome("retention.control-plane", "control-plane", since)
    assert admin.client("bedrock").get_account_data_retention()["mode"] == "none"
    assert record.body["before"] == {"state": "set", "mode": word}
    assert record.body["after"] == {"state": "set", "mode": "none"}
    assert record.body["plan"] == [{"step": "put-none"}]
    assert record.body["event"]["actor"] == drifter.arn
    assert record.body["event"]["name"] == "PutAccountDataRetention"
    assert intent_of(record).body["before"] == record.body["before"]


@pytest.mark.parametrize("word", WORDS)
def test_any_other_word_on_a_project_is_put_back_to_none(
        word: str, project: str, admin: Principal, drifter: Principal) -> None:
    since = now()
    drifter.mantle("POST", f"{PROJECTS}/{project}", {"data_retention": {"mode": word}})
    record = await_outcome("retention.mantle-projects", f"mantle-project/{project}", since)
    assert mode_of(admin, project) == "none"
    assert record.body["before"] == {"state": "set", "mode": word}
    assert record.body["event"]["actor"] == drifter.arn


def test_a_new_project_that_retains_is_repaired(admin: Principal, drifter: Principal) -> None:
    since = now()
    made = drifter.mantle("POST", PROJECTS, {"name": "new", "data_retention": {"mode": "aws_review"}})["id"]
    await_outcome("retention.mantle-projects", f"mantle-project/{made}", since)
    assert mode_of(admin, made) == "none"
    admin.mantle("POST", f"{PROJECTS}/{made}/archive")


def test_the_mantle_account_which_no_event_tells_of_is_repaired_with_the_control_plane(
        admin: Principal, drifter: Principal) -> None:
    since = now()
    drifter.mantle("PUT", ACCOUNT, {"mode": "provider_data_share"})
    drifter.client("bedrock").put_account_data_retention(mode="none")
    await_outcome("retention.mantle-account", "mantle-account", since)
    wait_quiet()
    assert admin.mantle("GET", ACCOUNT)["mode"] == "none"
    assert writes_of("retention", since) == [("PutAccountDataRetention", "")]


def test_the_default_project_is_reported_and_the_others_are_repaired(
        project: str, admin: Principal, drifter: Principal) -> None:
    with silenced("retention"):
        drifter.mantle("POST", f"{PROJECTS}/{project}", {"data_retention": {"mode": "default"}})
    ledger.forget_repairs()  # what is refused for good is told, and tried, once a day
    since = now()
    ended = {each["resource"]: each["outcome"] for each in sweep("retention")["outcomes"]}
    assert ended == {"mantle-project/default": "reported", f"mantle-project/{project}": "remediated"}
    record = outcomes("retention.mantle-projects", "mantle-project/default", since)[0].body
    assert "does not let this project" in record["person"][0] and record["error"] is None
    assert mode_of(admin, project) == "none"


def test_without_a_way_to_mantle_that_is_reported_and_the_control_plane_is_guarded(
        admin: Principal, drifter: Principal) -> None:
    with silenced("retention"):
        drifter.client("bedrock").put_account_data_retention(mode="provider_data_share")
    since = now()
    # Nobody listens on port 1.
    with configured("retention", AWS_ENDPOINT_URL_BEDROCK_MANTLE="http://127.0.0.1:1"):
        ended = {each["resource"]: each["outcome"] for each in sweep("retention")["outcomes"]}
    assert ended == {"control-plane": "remediated", "mantle-account": "reported"}
    assert admin.client("bedrock").get_account_data_retention()["mode"] == "none"
    assert "can't be reached" in outcomes("retention.mantle-account", "mantle-account", since)[0].body["person"][0]


def test_a_failing_mantle_fails_the_invocation_but_not_the_control_plane(
        admin: Principal, drifter: Principal, faults: Faults) -> None:
    faults.add("bedrock-mantle", "GetAccountDataRetention", "AccessDenied", principal="Retention")
    since = now()
    drifter.client("bedrock").put_account_data_retention(mode="aws_review")
    await_outcome("retention.control-plane", "control-plane", since)
    answers = emit("retention/put-account-data-retention.json")
    assert [each["error"]["type"] for each in answers] == ["ReadError"]
    assert "bedrock-mantle:GetAccountDataRetention failed" in answers[0]["error"]["message"]


def test_the_one_that_drifted_among_hundreds_of_projects_is_found(admin: Principal, drifter: Principal) -> None:
    with silenced("retention"):
        made = [
            drifter.mantle("POST", PROJECTS, {"name": f"n{number}", "data_retention": {"mode": "none"}})["id"]
            for number in range(250)]
        for each in made[::100] + made[-1:]:
            drifter.mantle("POST", f"{PROJECTS}/{each}", {"data_retention": {"mode": "aws_review"}})
    since = now()
    try:
        answer: "dict[str, Any]" = sweep("retention")
        repaired = {each["resource"] for each in answer["outcomes"] if each["outcome"] == "remediated"}
        assert repaired == {f"mantle-project/{each}" for each in made[::100] + made[-1:]}
        assert answer["checked"] >= 2 + 250
        asked = [call["operation"] for call in calls_of("retention", since)]
        assert asked.count("ListProjects") == 3
        assert {mode_of(admin, each) for each in made} == {"none"}
    finally:
        with silenced("retention"):
            for each in made:
                admin.mantle("POST", f"{PROJECTS}/{each}/archive")
