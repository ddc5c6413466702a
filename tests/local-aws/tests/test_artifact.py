"""AWS Artifact: the account's agreements, who may list them, and what is heard when one changes."""

from __future__ import annotations

import botocore.exceptions
import pytest
from functions import messages, queue, rule

CONTROL = "/_local/artifact/agreements"


@pytest.fixture(autouse=True)
def _put_back(aws):
    before = aws.control("GET", CONTROL)
    yield
    aws.control("PUT", CONTROL, before)


def refused(call, **parameters):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**parameters)
    return caught.value.response["Error"]["Code"], caught.value.response["ResponseMetadata"]["HTTPStatusCode"]


def test_the_account_has_accepted_the_addendum(aws):
    [found] = aws.client("artifact").list_customer_agreements()["customerAgreements"]
    assert (found["name"], found["state"], found["type"]) == ("AWS Business Associate Addendum", "ACTIVE", "DEFAULT")
    assert found["awsAccountId"] == aws.account and found["effectiveStart"].year == 2025
    assert found["arn"] == f"arn:aws:artifact::{aws.account}:customer-agreement/{found['id']}"
    assert "organizationArn" not in found and "effectiveEnd" not in found


def test_agreements_come_in_pages(aws):
    aws.control("PUT", CONTROL, {"agreements": [{"name": f"Agreement {number}"} for number in range(30)]})
    artifact = aws.client("artifact")
    first = artifact.list_customer_agreements()
    assert len(first["customerAgreements"]) == 25
    rest = artifact.list_customer_agreements(nextToken=first["nextToken"])
    assert [each["name"] for each in rest["customerAgreements"]] == [f"Agreement {number}" for number in range(25, 30)]
    assert "nextToken" not in rest
    pages = artifact.get_paginator("list_customer_agreements").paginate(PaginationConfig={"PageSize": 7})
    assert [len(page["customerAgreements"]) for page in pages] == [7, 7, 7, 7, 2]
    assert refused(artifact.list_customer_agreements, nextToken="x!") == ("ValidationException", 400)


def test_artifact_answers_in_one_region_and_to_who_may(aws):
    elsewhere = aws.client("artifact", region="eu-west-1")
    assert refused(elsewhere.list_customer_agreements) == ("InvalidSignatureException", 403)
    may = {"Effect": "Allow", "Action": "artifact:ListCustomerAgreements", "Resource": "*"}
    reader = aws.client("artifact", aws.role("artifact-reader", may))
    assert len(reader.list_customer_agreements()["customerAgreements"]) == 1
    stranger = aws.client("artifact", aws.role("artifact-stranger"))
    assert refused(stranger.list_customer_agreements) == ("AccessDeniedException", 403)


def test_a_changed_state_is_told_of_and_an_unchanged_one_is_not(aws):
    [agreement] = aws.control("GET", CONTROL)["agreements"]
    url, heard = queue(aws, "agreements")
    rule(aws, "agreements", {"source": ["aws.artifact"], "detail-type": ["AWS Artifact Agreement Status Changed"]}, heard)
    aws.control("PUT", CONTROL, {"agreements": [{**agreement, "description": "Other words."}]})
    ended = {**agreement, "state": "CUSTOMER_TERMINATED", "effectiveEnd": "2026-11-01T00:00:00Z"}
    aws.control("PUT", CONTROL, {"agreements": [ended]})
    [event] = messages(aws, url)
    assert (event["region"], event["account"], event["detail"]) == ("us-east-1", aws.account, {})
    assert messages(aws, url, 0) == []
    [found] = aws.client("artifact").list_customer_agreements()["customerAgreements"]
    assert found["state"] == "CUSTOMER_TERMINATED" and found["effectiveEnd"].year == 2026


def test_the_call_is_a_record_that_reads(aws):
    url, heard = queue(aws, "artifact-calls")
    rule(aws, "artifact-calls", {"detail": {"eventSource": ["artifact.amazonaws.com"]}}, heard,
         "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")
    aws.client("artifact").list_customer_agreements(maxResults=3)
    [event] = messages(aws, url)
    assert (event["source"], event["detail"]["eventName"]) == ("aws.artifact", "ListCustomerAgreements")
    assert event["detail"]["readOnly"] is True and event["detail"]["requestParameters"] == {"maxResults": 3}


def test_a_state_that_there_is_not_is_refused(aws):
    with pytest.raises(Exception, match="400"):
        aws.control("PUT", CONTROL, {"agreements": [{"state": "ENDED"}]})
