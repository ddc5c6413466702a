"""Service Quotas: the quotas that something asks for, judged by IAM."""

from __future__ import annotations

import botocore.exceptions
import pytest

RULES = {"ServiceCode": "events", "QuotaCode": "L-244521F2"}


def refused(call, **parameters):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**parameters)
    return caught.value.response["Error"]["Code"], caught.value.response["ResponseMetadata"]["HTTPStatusCode"]


def test_a_quota_has_the_default_until_it_is_raised(aws):
    quotas = aws.client("service-quotas")
    found = quotas.get_service_quota(**RULES)["Quota"]
    assert (found["QuotaName"], found["Value"], found["Adjustable"]) == ("Number of rules", 300.0, True)
    aws.control("POST", "/_local/service-quotas", {"service": "events", "quota": "L-244521F2", "value": 500})
    assert quotas.get_service_quota(**RULES)["Quota"]["Value"] == 500.0


def test_what_there_is_not_is_refused(aws):
    quotas = aws.client("service-quotas")
    assert refused(quotas.get_service_quota, ServiceCode="events", QuotaCode="L-1") == ("NoSuchResourceException", 400)


def test_iam_decides_who_may_ask(aws):
    nobody = aws.client("service-quotas", aws.role("quotas-without"))
    assert refused(nobody.get_service_quota, **RULES)[0] == "AccessDeniedException"
    may = aws.role("quotas-with", {"Effect": "Allow", "Action": "servicequotas:GetServiceQuota", "Resource": "*"})
    assert aws.client("service-quotas", may).get_service_quota(**RULES)["Quota"]["Value"] > 0
