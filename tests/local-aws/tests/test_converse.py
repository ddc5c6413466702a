"""Converse: what it takes, what guardrails make of it, and how it fails."""

from __future__ import annotations

import botocore.exceptions
import pytest
from functions import allow

HAIKU, NOVA = "anthropic.claude-3-haiku-20240307-v1:0", "amazon.nova-pro-v1:0"
ACCOUNT = "000000000000"
#: Another Region than the account's own, in which nothing is enforced yet.
REGION = "us-west-2"
BLOCKS, MASKS, WORD = "US_SOCIAL_SECURITY_NUMBER", "EMAIL", "Lazarus"
SSN, EMAIL = "her social security number is 536-90-4399", "write to jane.roe@example.com"


def said(text, **more):
    return {"messages": [{"role": "user", "content": [{"text": text}]}], **more}


def refused(call, **parameters):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**parameters)
    return caught.value.response["Error"]["Code"], caught.value.response["ResponseMetadata"]["HTTPStatusCode"]


def model(name, region=REGION):
    return f"arn:aws:bedrock:{region}::foundation-model/{name}"


@pytest.fixture(scope="module")
def guardrail(aws):
    """A guardrail that blocks numbers and a word, and masks addresses; its id, with one version."""
    bedrock = aws.client("bedrock", region=REGION)
    made = bedrock.create_guardrail(
        name="converse", blockedInputMessaging="Not in.", blockedOutputsMessaging="Not out.",
        wordPolicyConfig={"wordsConfig": [{"text": WORD, "inputAction": "NONE", "outputAction": "BLOCK"}]},
        sensitiveInformationPolicyConfig={"piiEntitiesConfig": [
            {"type": BLOCKS, "action": "BLOCK"}, {"type": MASKS, "action": "ANONYMIZE"}]})
    bedrock.create_guardrail_version(guardrailIdentifier=made["guardrailId"])
    return made["guardrailId"]


@pytest.fixture
def enforced(aws, guardrail):
    """Enforces the guardrail, on some models if they are given."""
    bedrock, made = aws.client("bedrock", region=REGION), []

    def enforce(guarding="COMPREHENSIVE", excluded=()):
        made.append(bedrock.put_enforced_guardrail_configuration(guardrailInferenceConfig={
            "guardrailIdentifier": guardrail, "guardrailVersion": "1",
            "selectiveContentGuarding": {"system": guarding, "messages": guarding},
            "modelEnforcement": {"includedModels": ["ALL"], "excludedModels": list(excluded)}})["configId"])

    yield enforce
    for each in made:
        bedrock.delete_enforced_guardrail_configuration(configId=each)


def with_guardrail(guardrail, text, **more):
    return said(text, guardrailConfig={"guardrailIdentifier": guardrail, "guardrailVersion": "1", **more})


def ask(aws, **request):
    answer = aws.client("bedrock-runtime", region=REGION).converse(**{"modelId": NOVA, **request})
    [block] = answer["output"]["message"]["content"]
    return answer, block["text"]


def test_a_model_repeats_as_much_as_it_may(aws):
    answer, text = ask(aws, **said("Good day."))
    assert (text, answer["stopReason"], answer["output"]["message"]["role"]) == ("You said: Good day.", "end_turn", "assistant")
    assert answer["usage"]["totalTokens"] == answer["usage"]["inputTokens"] + answer["usage"]["outputTokens"] > 0
    assert answer["metrics"]["latencyMs"] >= 1 and "trace" not in answer
    answer, text = ask(aws, **said("Good day.", inferenceConfig={"maxTokens": 2}))
    assert (text, answer["stopReason"]) == ("You said", "max_tokens")


def test_what_is_blocked_never_reaches_the_model(aws, guardrail):
    answer, text = ask(aws, **with_guardrail(guardrail, SSN))
    assert (text, answer["stopReason"]) == ("Not in.", "guardrail_intervened")
    assert answer["usage"] == {"inputTokens": 0, "outputTokens": 0, "totalTokens": 0} and "trace" not in answer
    answer, text = ask(aws, **with_guardrail(guardrail, f"Rise, {WORD}."))
    assert (text, answer["stopReason"]) == ("Not out.", "guardrail_intervened") and answer["usage"]["inputTokens"] > 0


def test_what_is_masked_reaches_it_masked_in_every_message(aws, guardrail):
    messages = [{"role": "user", "content": [{"text": SSN}]}, {"role": "assistant", "content": [{"text": "Yes."}]},
                {"role": "user", "content": [{"text": EMAIL}]}]
    config = {"guardrailIdentifier": guardrail, "guardrailVersion": "1"}
    assert ask(aws, messages=messages, guardrailConfig=config)[1] == "Not in."
    answer, text = ask(aws, messages=messages[2:], guardrailConfig=config)
    assert (text, answer["stopReason"]) == ("You said: write to {EMAIL}", "guardrail_intervened")
    assert answer["usage"]["outputTokens"] > 0


def test_a_trace_is_there_if_it_is_asked_for(aws, guardrail):
    answer, _ = ask(aws, **with_guardrail(guardrail, EMAIL, trace="enabled"))
    [found] = answer["trace"]["guardrail"]["inputAssessment"][guardrail]["sensitiveInformationPolicy"]["piiEntities"]
    assert (found["type"], found["action"], found["match"]) == (MASKS, "ANONYMIZED", "jane.roe@example.com")
    assert "trace" not in ask(aws, **with_guardrail(guardrail, EMAIL, trace="disabled"))[0]


def test_where_something_is_tagged_the_requests_guardrail_looks_at_nothing_else(aws, guardrail, enforced):
    content = [{"text": SSN}, {"guardContent": {"text": {"text": EMAIL}}}]
    request = {"messages": [{"role": "user", "content": content}], "guardrailConfig": {
        "guardrailIdentifier": guardrail, "guardrailVersion": "1"}}
    # The model has heard it, and repeats it.
    answer, text = ask(aws, **request)
    assert text == "Not out." and answer["usage"]["inputTokens"] > 0
    system = [{"text": SSN}]
    assert ask(aws, **with_guardrail(guardrail, "Hi."), system=system)[1] == "You said: Hi."
    enforced()
    assert ask(aws, **request)[1] == "Not in."
    assert ask(aws, **said("Hi."), system=system)[1] == "Not in."


def test_an_enforced_guardrail_looks_without_being_asked(aws, enforced):
    assert SSN in ask(aws, **said(SSN))[1]
    enforced("SELECTIVE", excluded=[NOVA])
    assert SSN in ask(aws, **said(SSN))[1]
    answer, text = ask(aws, modelId=HAIKU, **said(SSN))
    assert (text, answer["stopReason"]) == ("Not in.", "guardrail_intervened") and "trace" not in answer
    assert ask(aws, modelId=f"us.{HAIKU}", **said(SSN))[1] == "Not in."


def test_what_is_malformed_or_missing_is_a_validation_error(aws, guardrail):
    converse = aws.client("bedrock-runtime", region=REGION).converse
    invalid = ("ValidationException", 400)
    assert refused(converse, modelId=NOVA, messages=[]) == invalid
    assert refused(converse, modelId=NOVA, messages=[{"role": "assistant", "content": [{"text": "Hi."}]}]) == invalid
    assert refused(converse, modelId="amazon.none", **said("Hi.")) == invalid
    for version in ("DRAFT", "1", "9"):
        there = {"guardrailIdentifier": guardrail if version == "9" else "none", "guardrailVersion": version}
        assert refused(converse, modelId=NOVA, **said("Hi.", guardrailConfig=there)) == invalid


def test_converse_is_the_action_invoke_model_on_the_model(aws):
    name = "converse-model"
    may = aws.client("bedrock-runtime", aws.role(name, allow("bedrock:InvokeModel", on=model(NOVA))), REGION)
    may.converse(modelId=NOVA, **said("Hi."))
    may.converse(modelId=model(NOVA), **said("Hi."))
    denied = ("AccessDeniedException", 403)
    assert refused(may.converse, modelId=HAIKU, **said("Hi.")) == denied
    assert refused(may.converse_stream, modelId=NOVA, **said("Hi.")) == denied
    only = aws.client("bedrock-runtime", aws.role("converse-by-its-name", allow("bedrock:Converse")), REGION)
    assert refused(only.converse, modelId=NOVA, **said("Hi.")) == denied


def test_a_profile_takes_the_profile_and_every_model_behind_it(aws):
    profile = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:inference-profile/us.{HAIKU}"
    through = {"StringEquals": {"bedrock:InferenceProfileArn": profile}}
    on_profile = allow("bedrock:InvokeModel", on=profile)
    behind = [allow("bedrock:InvokeModel", on=model(HAIKU, region), Condition=through)
              for region in ("us-east-1", "us-east-2", "us-west-2")]
    some = aws.client("bedrock-runtime", aws.role("profile-some", on_profile, *behind[:2]), REGION)
    assert refused(some.converse, modelId=f"us.{HAIKU}", **said("Hi.")) == ("AccessDeniedException", 403)
    all_ = aws.client("bedrock-runtime", aws.role("profile-all", on_profile, *behind), REGION)
    all_.converse(modelId=f"us.{HAIKU}", **said("Hi."))
    assert refused(all_.converse, modelId=HAIKU, **said("Hi.")) == ("AccessDeniedException", 403)
    nowhere = {"Effect": "Deny", "Action": "bedrock:*", "Resource": "*",
               "Condition": {"StringEquals": {"aws:RequestedRegion": "unspecified"}}}
    kept = aws.client("bedrock-runtime", aws.role("profile-kept", allow("bedrock:*"), nowhere), REGION)
    kept.converse(modelId=f"us.{HAIKU}", **said("Hi."))
    assert refused(kept.converse, modelId=f"global.{HAIKU}", **said("Hi.")) == ("AccessDeniedException", 403)


def test_a_guardrail_takes_the_right_to_apply_it_an_enforced_one_too(aws, guardrail, enforced):
    arn = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:guardrail/{guardrail}"
    invoke, apply = allow("bedrock:InvokeModel", on=model(NOVA)), allow("bedrock:ApplyGuardrail", on=arn)
    without = aws.client("bedrock-runtime", aws.role("guarded-without", invoke), REGION)
    only = {"StringEquals": {"bedrock:GuardrailIdentifier": f"{arn}:1"}}
    with_ = aws.client("bedrock-runtime", aws.role(
        "guarded-with", allow("bedrock:InvokeModel", on=model(NOVA), Condition=only), apply), REGION)
    denied = ("AccessDeniedException", 403)
    assert refused(without.converse, modelId=NOVA, **with_guardrail(guardrail, "Hi.")) == denied
    with_.converse(modelId=NOVA, **with_guardrail(guardrail, "Hi."))
    assert refused(with_.converse, modelId=NOVA, **said("Hi.")) == denied
    without.converse(modelId=NOVA, **said("Hi."))
    enforced()
    assert refused(without.converse, modelId=NOVA, **said("Hi.")) == denied


@pytest.mark.parametrize(("error", "status"), [
    ("AccessDeniedException", 403), ("ResourceNotFoundException", 404), ("ValidationException", 400),
    ("ThrottlingException", 429), ("ServiceUnavailableException", 503), ("ModelNotReadyException", 429),
    ("ModelTimeoutException", 408), ("InternalServerException", 500)])
def test_a_fault_fails_as_the_model_says(aws, error, status):
    order = {"service": "bedrock-runtime", "operation": "Converse", "error": error, "count": 1}
    aws.control("POST", "/_local/faults", order)
    converse = aws.client("bedrock-runtime", region=REGION).converse
    assert refused(converse, modelId=NOVA, **said("Hi.")) == (error, status)
    converse(modelId=NOVA, **said("Hi."))
