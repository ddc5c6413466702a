"""The bedrock-mantle REST plane."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

import pytest

PROJECTS = "/v1/organization/projects"
ALL_PROJECTS = "arn:aws:bedrock-mantle:us-east-1:000000000000:project/*"


@pytest.mark.parametrize("scope", ["bedrock-mantle", "bedrock"])
def test_both_signing_names_are_accepted(aws, scope):
    status, account = aws.signed("GET", "/v1/data_retention", scope=scope)
    assert status == 200 and account["mode"] == "inherit"


def test_the_account_setting_is_a_copy_of_its_own(aws):
    region = "eu-north-1"
    status, put = aws.signed("PUT", "/v1/data_retention", {"mode": "aws_review"}, region=region)
    assert status == 200 and put["mode"] == "aws_review" and isinstance(put["updated_at"], int)
    assert aws.signed("GET", "/v1/data_retention", region=region)[1] == put
    assert aws.client("bedrock", region=region).get_account_data_retention()["mode"] == "inherit"


@pytest.mark.parametrize("body", [{"mode": "zero"}, {}, b"{", []])
def test_bad_bodies_are_refused(aws, body):
    status, answer = aws.signed("PUT", "/v1/data_retention", body)
    assert status == 400 and set(answer["error"]) == {"code", "message", "type"}


def test_an_unsigned_request_is_not_authenticated(aws):
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(aws.endpoint + "/v1/data_retention", timeout=10)
    assert refused.value.code == 401
    assert json.load(refused.value)["error"]["type"] == "authentication_error"


def test_a_false_signature_is_not_authenticated(aws):
    credentials = aws.role("mantle-false-signature")
    forged = {**credentials, "SecretAccessKey": "false"}
    assert aws.signed("GET", "/v1/data_retention", credentials=forged)[0] == 401


def test_projects_are_created_changed_and_archived(aws):
    region = "eu-west-2"
    status, made = aws.signed("POST", PROJECTS, {"name": "clinic", "data_retention": {"mode": "default"}}, region=region)
    assert status == 200 and made["id"].startswith("proj_") and made["data_retention"] == {"mode": "default"}
    path = f"{PROJECTS}/{made['id']}"
    renamed = aws.signed("POST", path, {"name": "ward", "add_tags": {"team": "a"}}, region=region)[1]
    assert (renamed["name"], renamed["tags"], renamed["data_retention"]["mode"]) == ("ward", {"team": "a"}, "default")
    assert aws.signed("POST", path, {"data_retention": {"mode": "none"}}, region=region)[0] == 200
    assert aws.signed("GET", path, region=region)[1]["data_retention"]["mode"] == "none"
    assert aws.signed("POST", path, {"data_retention": {"mode": "zero"}}, region=region)[0] == 400
    assert aws.signed("POST", path + "/archive", region=region)[1]["status"] == "archived"
    assert made["id"] not in [each["id"] for each in aws.signed("GET", PROJECTS, region=region)[1]["data"]]
    assert aws.signed("GET", f"{PROJECTS}/proj_nobody", region=region)[0] == 404


def test_the_default_project_follows_the_account(aws):
    project = aws.signed("GET", f"{PROJECTS}/default")[1]
    assert project["data_retention"]["mode"] == "inherit"
    status, answer = aws.signed("POST", f"{PROJECTS}/default", {"data_retention": {"mode": "none"}})
    assert status == 400 and answer["error"]["type"] == "invalid_request_error"


def test_projects_come_in_pages(aws):
    region = "ap-northeast-1"
    made = [aws.signed("POST", PROJECTS, {"name": f"p{n}"}, region=region)[1]["id"] for n in range(4)]
    seen, query = [], "?limit=2"
    while True:
        status, page = aws.signed("GET", PROJECTS + query, region=region)
        assert status == 200 and page["object"] == "list"
        assert (page["first_id"], page["last_id"]) == (page["data"][0]["id"], page["data"][-1]["id"])
        seen += [each["id"] for each in page["data"]]
        if not page["has_more"]:
            break
        query = f"?after={page['last_id']}&limit=2"
    assert seen == ["default", *made]
    assert aws.signed("GET", PROJECTS + "?limit=0", region=region)[0] == 400


def test_what_a_model_allows_can_change(aws):
    path = "/v1/models/qwen.qwen3-coder-480b"
    aws.control("POST", "/_local/mantle/models", {"id": "qwen.qwen3-coder-480b", "allowed_modes": ["default"]})
    assert aws.signed("GET", path)[1]["data_retention"]["allowed_modes"] == ["default"]
    aws.control("POST", "/_local/mantle/models", {"id": "qwen.qwen3-coder-480b", "allowed_modes": None})
    assert "allowed_modes" not in aws.signed("GET", path)[1]["data_retention"]


def test_the_mode_decides_which_models_are_available(aws):
    region = "ap-south-1"
    aws.signed("PUT", "/v1/data_retention", {"mode": "none"}, region=region)
    models = {each["id"]: each for each in aws.signed("GET", "/v1/models", region=region)[1]["data"]}
    assert models["anthropic.claude-opus-4-8"]["status"] == "available"
    assert models["anthropic.claude-fable-5"]["status"] == "unavailable"
    assert "allowed_modes" not in models["qwen.qwen3-coder-480b"]["data_retention"]
    project = aws.signed("POST", PROJECTS, {"name": "p", "data_retention": {"mode": "aws_review"}}, region=region)[1]
    model = aws.signed(
        "GET", "/v1/models/anthropic.claude-fable-5", region=region, headers={"OpenAI-Project": project["id"]})[1]
    assert (model["status"], model["data_retention"]["source"]) == ("available", "project")


def test_iam_decides_by_action_project_and_mode(aws):
    project = aws.signed("POST", PROJECTS, {"name": "guarded", "data_retention": {"mode": "default"}})[1]
    none_only = {"StringEquals": {"bedrock-mantle:DataRetentionMode": "none"}}
    credentials = aws.role(
        "mantle-none-only",
        {"Effect": "Allow", "Action": "bedrock-mantle:PutAccountDataRetention", "Resource": "*", "Condition": none_only},
        {"Effect": "Allow", "Action": "bedrock-mantle:UpdateProject", "Resource": ALL_PROJECTS, "Condition": none_only},
        {"Effect": "Allow", "Action": "bedrock-mantle:ListProjects", "Resource": ALL_PROJECTS},
    )
    path = f"{PROJECTS}/{project['id']}"
    none, default = {"data_retention": {"mode": "none"}}, {"data_retention": {"mode": "default"}}
    assert aws.signed("GET", PROJECTS, credentials=credentials)[0] == 200
    assert aws.signed("POST", path, none, credentials=credentials)[0] == 200
    assert aws.signed("POST", path, default, credentials=credentials)[0] == 403
    assert aws.signed("POST", path, {"name": "x"}, credentials=credentials)[0] == 403
    assert aws.signed("GET", path, credentials=credentials)[0] == 403
    assert aws.signed("PUT", "/v1/data_retention", {"mode": "default"}, credentials=credentials)[0] == 403
    status, answer = aws.signed("GET", "/v1/data_retention", credentials=credentials)
    assert status == 403 and answer["error"]["type"] == "permission_error"


def test_a_deny_on_other_modes_spares_requests_without_one_when_null_is_checked(aws):
    project = aws.signed("POST", PROJECTS, {"name": "denied"})[1]
    credentials = aws.role(
        "mantle-deny",
        {"Effect": "Allow", "Action": "bedrock-mantle:*", "Resource": "*"},
        {
            "Effect": "Deny",
            "Action": "bedrock-mantle:UpdateProject",
            "Resource": "*",
            "Condition": {
                "StringNotEquals": {"bedrock-mantle:DataRetentionMode": "none"},
                "Null": {"bedrock-mantle:DataRetentionMode": "false"},
            },
        },
    )
    path = f"{PROJECTS}/{project['id']}"
    assert aws.signed("POST", path, {"name": "y"}, credentials=credentials)[0] == 200
    assert aws.signed("POST", path, {"data_retention": {"mode": "default"}}, credentials=credentials)[0] == 403
