"""Guardrails as AWS has them: replaced whole, read by other names than they are written, with versions, quotas and an enforcement."""

from __future__ import annotations

import json
import urllib.request

import pytest
from test_logs import allow, code

REGION = "eu-west-3"
MESSAGES = {"blockedInputMessaging": "in", "blockedOutputsMessaging": "out"}
WORDS = {"wordsConfig": [{"text": "secret"}], "managedWordListsConfig": [{"type": "PROFANITY"}]}
DOB = {"name": "DOB", "pattern": "DOB.{0,5}[0-9]{4}", "action": "ANONYMIZE"}
FILTER = {"piiEntitiesConfig": [{"type": "EMAIL", "action": "BLOCK", "outputAction": "NONE"}], "regexesConfig": [DOB]}
PROFILE = "arn:aws:bedrock:eu-west-3:000000000000:guardrail-profile/eu.guardrail.v1:0"


@pytest.fixture
def bedrock(aws):
    return aws.client("bedrock", region=REGION)


def made(bedrock, name, **given):
    return bedrock.create_guardrail(name=name, **MESSAGES, **given)["guardrailId"]


def test_an_update_replaces_all_that_it_does_not_name(bedrock):
    gid = made(bedrock, "whole", description="d", wordPolicyConfig=WORDS, sensitiveInformationPolicyConfig=FILTER)
    shown = bedrock.get_guardrail(guardrailIdentifier=gid)
    assert shown["wordPolicy"] == {"words": [{"text": "secret"}], "managedWordLists": [{"type": "PROFANITY"}]}
    assert shown["sensitiveInformationPolicy"] == {"piiEntities": FILTER["piiEntitiesConfig"], "regexes": [DOB]}
    bedrock.update_guardrail(guardrailIdentifier=gid, name="whole", **MESSAGES)
    after = bedrock.get_guardrail(guardrailIdentifier=gid)
    assert not {"wordPolicy", "sensitiveInformationPolicy", "description"} & set(after)
    assert (after["status"], after["version"]) == ("READY", "DRAFT")


def test_a_guardrail_is_named_by_id_or_arn_and_no_two_by_the_same_name(bedrock):
    gid = made(bedrock, "named")
    arn = bedrock.get_guardrail(guardrailIdentifier=gid)["guardrailArn"]
    assert arn == f"arn:aws:bedrock:{REGION}:000000000000:guardrail/{gid}" and gid.isalnum() and len(gid) == 12
    assert bedrock.get_guardrail(guardrailIdentifier=arn)["guardrailId"] == gid
    assert code(bedrock.create_guardrail, name="named", **MESSAGES) == "ConflictException"
    assert code(bedrock.get_guardrail, guardrailIdentifier="nobody") == "ResourceNotFoundException"


def test_a_version_is_a_copy_and_its_number_is_not_given_twice(bedrock):
    gid = made(bedrock, "versions", wordPolicyConfig=WORDS)
    publish = lambda: bedrock.create_guardrail_version(guardrailIdentifier=gid, description="v")["version"]  # noqa: E731
    assert [publish(), publish()] == ["1", "2"]
    bedrock.delete_guardrail(guardrailIdentifier=gid, guardrailVersion="2")
    bedrock.update_guardrail(guardrailIdentifier=gid, name="versions", **MESSAGES)
    assert publish() == "3"
    one = bedrock.get_guardrail(guardrailIdentifier=gid, guardrailVersion="1")
    assert one["wordPolicy"]["words"] == [{"text": "secret"}] and one["description"] == "v"
    assert "wordPolicy" not in bedrock.get_guardrail(guardrailIdentifier=gid, guardrailVersion="3")
    listed = bedrock.list_guardrails(guardrailIdentifier=gid)["guardrails"]
    assert [each["version"] for each in listed] == ["DRAFT", "1", "3"]
    assert [each["version"] for each in bedrock.list_guardrails()["guardrails"] if each["id"] == gid] == ["DRAFT"]
    bedrock.delete_guardrail(guardrailIdentifier=gid)
    assert code(bedrock.get_guardrail, guardrailIdentifier=gid, guardrailVersion="1") == "ResourceNotFoundException"


def test_quotas_and_forms_hold(bedrock):
    gid = made(bedrock, "quotas")
    for _ in range(20):
        bedrock.create_guardrail_version(guardrailIdentifier=gid)
    assert code(bedrock.create_guardrail_version, guardrailIdentifier=gid) == "ServiceQuotaExceededException"

    def update(**policy):
        return code(bedrock.update_guardrail, guardrailIdentifier=gid, name="quotas", **MESSAGES,
                    sensitiveInformationPolicyConfig=policy)

    many = [{**DOB, "name": f"n{number}"} for number in range(11)]
    assert update(regexesConfig=many) == "ServiceQuotaExceededException" and update(regexesConfig=many[:10]) is None
    for wrong in ({"pattern": "a(?=b)"}, {"pattern": "(?<!a)b"}, {"pattern": "a" * 501}, {"action": "SHRED"}):
        assert update(regexesConfig=[{**DOB, **wrong}]) == "ValidationException"
    assert update(piiEntitiesConfig=[{"type": "SHOE_SIZE", "action": "BLOCK"}]) == "ValidationException"
    assert update(regexesConfig=[DOB, DOB]) == "ValidationException"


def test_the_enforced_configuration_is_one_and_names_a_version_that_is_there(bedrock):
    gid = made(bedrock, "enforced")
    bedrock.create_guardrail_version(guardrailIdentifier=gid)

    def put(version, **more):
        config = {"guardrailIdentifier": gid, "guardrailVersion": version,
                  "modelEnforcement": {"includedModels": ["ALL"], "excludedModels": []}}
        return bedrock.put_enforced_guardrail_configuration(guardrailInferenceConfig=config, **more)

    assert bedrock.list_enforced_guardrails_configuration()["guardrailsConfig"] == []
    assert code(put, version="2") == "ResourceNotFoundException"
    config = put("1")["configId"]
    [shown] = bedrock.list_enforced_guardrails_configuration()["guardrailsConfig"]
    assert (shown["configId"], shown["guardrailId"], shown["guardrailVersion"], shown["owner"]) == (config, gid, "1", "ACCOUNT")
    assert shown["modelEnforcement"] == {"includedModels": ["ALL"], "excludedModels": []}
    assert code(put, version="1") == "ConflictException" and code(put, version="1", configId=config) is None
    for version in ({}, {"guardrailVersion": "1"}):
        assert code(bedrock.delete_guardrail, guardrailIdentifier=gid, **version) == "ResourceInUseException"
    bedrock.delete_enforced_guardrail_configuration(configId=config)
    assert code(bedrock.delete_guardrail, guardrailIdentifier=gid) is None


def test_it_finds_what_its_filter_says_and_only_in_that_direction(aws, bedrock):
    gid = made(bedrock, "finds", sensitiveInformationPolicyConfig=FILTER)
    runtime = aws.client("bedrock-runtime", region=REGION)

    def found(text, source):
        answer = runtime.apply_guardrail(
            guardrailIdentifier=gid, guardrailVersion="DRAFT", source=source, content=[{"text": {"text": text}}])
        policy = (answer["assessments"] or [{}])[0].get("sensitiveInformationPolicy", {})
        entries = [(each.get("type") or each["regex"], each["action"]) for each in
                   [*policy.get("piiEntities", []), *policy.get("regexes", [])]]
        return answer["action"], entries

    assert found("write to a@example.com", "INPUT") == ("GUARDRAIL_INTERVENED", [("EMAIL", "BLOCKED")])
    assert found("write to a@example.com", "OUTPUT") == ("NONE", [("EMAIL", "NONE")])
    assert found("DOB 1980", "OUTPUT") == ("GUARDRAIL_INTERVENED", [(DOB["pattern"], "ANONYMIZED")])
    bedrock.update_guardrail(guardrailIdentifier=gid, name="finds", **MESSAGES)
    assert found("DOB 1980", "OUTPUT") == ("NONE", [])


def test_calls_are_judged_by_the_guardrail_and_by_its_profile(aws, bedrock):
    gid = made(bedrock, "judged", crossRegionConfig={"guardrailProfileIdentifier": PROFILE})
    arn = f"arn:aws:bedrock:{REGION}:000000000000:guardrail/{gid}"
    update = {"name": "judged", **MESSAGES, "crossRegionConfig": {"guardrailProfileIdentifier": PROFILE}}
    details = bedrock.get_guardrail(guardrailIdentifier=gid)["crossRegionDetails"]
    assert details == {"guardrailProfileId": "eu.guardrail.v1:0", "guardrailProfileArn": PROFILE}

    def may(name, *statements):
        credentials = aws.role(f"guardrail-{name}", *statements)
        control, runtime = (aws.client(each, credentials, REGION) for each in ("bedrock", "bedrock-runtime"))
        return [code(control.update_guardrail, guardrailIdentifier=arn, **update),
                code(runtime.apply_guardrail, guardrailIdentifier=gid, guardrailVersion="DRAFT", source="INPUT",
                     content=[{"text": {"text": "x"}}])]

    denied = "AccessDeniedException"
    assert may("other", allow("bedrock:*", f"{arn}x")) == [denied, denied]
    assert may("alone", allow("bedrock:*", arn)) == [denied, denied]
    assert may("both", allow("bedrock:*", arn), allow("bedrock:*", PROFILE)) == [None, None]


def test_a_guardrail_with_a_key_is_written_and_read_with_it(aws, bedrock):
    key = aws.client("kms", region=REGION).create_key()["KeyMetadata"]["Arn"]
    gid = made(bedrock, "keyed", kmsKeyId=key)
    on = allow("bedrock:*", "*")
    reads = aws.client("bedrock", aws.role("keyed-reads", on, allow("kms:Decrypt", key)), REGION)
    writes = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey", "kms:CreateGrant"]
    both = aws.client("bedrock", aws.role("keyed-writes", on, *(allow(each, key) for each in writes)), REGION)
    update = {"guardrailIdentifier": gid, "name": "keyed", "kmsKeyId": key, **MESSAGES}
    bare = aws.client("bedrock", aws.role("keyed-bare", on), REGION)
    assert code(bare.get_guardrail, guardrailIdentifier=gid) == "AccessDeniedException"
    assert code(reads.get_guardrail, guardrailIdentifier=gid) is None
    assert code(reads.update_guardrail, **update) == "AccessDeniedException" and code(both.update_guardrail, **update) is None


def test_the_next_guardrail_can_be_given_its_id(aws, bedrock):
    body = json.dumps({"id": "knownbefore1"}).encode()
    urllib.request.urlopen(urllib.request.Request(f"{aws.endpoint}/_local/guardrails/next-id", body, method="POST"))
    assert [made(bedrock, "first"), made(bedrock, "next") != "knownbefore1"] == ["knownbefore1", True]
