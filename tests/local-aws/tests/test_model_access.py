"""Which models the account may invoke, and the form that Anthropic's ask for."""

from __future__ import annotations

import botocore.exceptions
import pytest
from functions import messages, queue, rule

HAIKU, NOVA = "anthropic.claude-3-haiku-20240307-v1:0", "amazon.nova-pro-v1:0"
MODELS, FORM = "/_local/bedrock/availability", "/_local/bedrock/use-case"
SAID = [{"role": "user", "content": [{"text": "Hello."}]}]


@pytest.fixture(autouse=True)
def _put_back(aws):
    form = aws.client("bedrock").get_use_case_for_model_access()["formData"]
    yield
    aws.control("PUT", MODELS, {"models": {}})
    aws.client("bedrock").put_use_case_for_model_access(formData=form)


def refused(call, **parameters):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**parameters)
    return caught.value.response["Error"]["Code"], caught.value.response["ResponseMetadata"]["HTTPStatusCode"]


def availability(aws, model):
    found = aws.client("bedrock").get_foundation_model_availability(modelId=model)
    assert found["modelId"] == model
    return (found["agreementAvailability"]["status"], found["authorizationStatus"], found["entitlementAvailability"],
            found["regionAvailability"])


def test_a_model_is_available_until_a_test_says_otherwise(aws):
    usual = ("AVAILABLE", "AUTHORIZED", "AVAILABLE", "AVAILABLE")
    assert availability(aws, HAIKU) == availability(aws, NOVA) == usual
    aws.control("PUT", MODELS, {"models": {HAIKU: {"agreement": "PENDING", "authorization": "NOT_AUTHORIZED"}}})
    assert availability(aws, HAIKU) == ("PENDING", "NOT_AUTHORIZED", "AVAILABLE", "AVAILABLE")
    assert availability(aws, NOVA) == usual
    assert list(aws.control("GET", MODELS)["models"]) == [HAIKU]
    with pytest.raises(Exception, match="400"):
        aws.control("PUT", MODELS, {"models": {HAIKU: {"region": "FAR_AWAY"}}})


def test_only_models_have_an_availability(aws):
    ask = aws.client("bedrock").get_foundation_model_availability
    assert refused(ask, modelId=f"us.{HAIKU}") == refused(ask, modelId="amazon.none") == ("ResourceNotFoundException", 404)
    arn = f"arn:aws:bedrock:us-east-1::foundation-model/{HAIKU}"
    assert refused(ask, modelId=arn) == ("ValidationException", 400)


def test_what_is_not_available_can_not_be_invoked(aws):
    converse = aws.client("bedrock-runtime").converse
    for other, expected in (({"authorization": "NOT_AUTHORIZED"}, ("AccessDeniedException", 403)),
                            ({"entitlement": "NOT_AVAILABLE"}, ("AccessDeniedException", 403)),
                            ({"region": "NOT_AVAILABLE"}, ("ValidationException", 400))):
        aws.control("PUT", MODELS, {"models": {HAIKU: other}})
        assert refused(converse, modelId=HAIKU, messages=SAID) == expected
        converse(modelId=NOVA, messages=SAID)


def test_the_form_is_for_the_account_and_only_anthropic_asks_for_it(aws):
    there, here = aws.client("bedrock", region="eu-west-1"), aws.client("bedrock")
    assert there.get_use_case_for_model_access()["formData"] == here.get_use_case_for_model_access()["formData"]
    aws.control("DELETE", FORM)
    assert refused(here.get_use_case_for_model_access) == ("ResourceNotFoundException", 404)
    converse = aws.client("bedrock-runtime").converse
    assert refused(converse, modelId=f"us.{HAIKU}", messages=SAID) == ("ResourceNotFoundException", 404)
    converse(modelId=NOVA, messages=SAID)
    there.put_use_case_for_model_access(formData=b"{" + b" " * 9 + b"}")
    assert here.get_use_case_for_model_access()["formData"] == b"{" + b" " * 9 + b"}"
    converse(modelId=HAIKU, messages=SAID)


def test_the_records_name_the_calls_and_hide_the_form(aws):
    url, heard = queue(aws, "forms")
    rule(aws, "forms", {"detail": {"eventName": ["PutUseCaseForModelAccess", "GetFoundationModelAvailability"]}}, heard,
         "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")
    availability(aws, NOVA)
    aws.client("bedrock").put_use_case_for_model_access(formData=b"a form of some length")
    read, written = [each["detail"] for each in messages(aws, url, 2)]
    assert read["requestParameters"] == {"modelId": NOVA} and read["readOnly"] is True
    assert written["requestParameters"] is None and written["readOnly"] is False


def test_iam_knows_both_reads(aws):
    may = {"Effect": "Allow", "Action": ["bedrock:GetFoundationModelAvailability", "bedrock:GetUseCaseForModelAccess"],
           "Resource": "*"}
    reader = aws.client("bedrock", aws.role("model-access-reader", may))
    reader.get_foundation_model_availability(modelId=NOVA)
    reader.get_use_case_for_model_access()
    stranger = aws.client("bedrock", aws.role("model-access-stranger"))
    for call, parameters in ((stranger.get_foundation_model_availability, {"modelId": NOVA}),
                             (stranger.get_use_case_for_model_access, {})):
        assert refused(call, **parameters) == ("AccessDeniedException", 403)
