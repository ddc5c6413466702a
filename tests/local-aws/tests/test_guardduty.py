"""GuardDuty: its one detector, and what a request leaves as it is."""

from __future__ import annotations

import botocore.exceptions
import pytest

REGION = "eu-west-1"


def refused(call, **parameters):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**parameters)
    return caught.value.response["Error"]["Code"], caught.value.response["ResponseMetadata"]["HTTPStatusCode"]


def features(guardduty, identifier):
    found = guardduty.get_detector(DetectorId=identifier)["Features"]
    return {each["Name"]: each["Status"] for each in found}


def test_the_account_has_a_detector_from_the_outset(aws):
    guardduty = aws.client("guardduty")
    [identifier] = guardduty.list_detectors()["DetectorIds"]
    assert guardduty.get_detector(DetectorId=identifier)["Status"] == "ENABLED"
    found = features(guardduty, identifier)
    assert found["S3_DATA_EVENTS"] == found["AI_PROTECTION"] == "ENABLED" and found["RUNTIME_MONITORING"] == "DISABLED"


def test_a_detector_from_its_making_to_its_end(aws):
    guardduty = aws.client("guardduty", region=REGION)
    assert guardduty.list_detectors()["DetectorIds"] == []
    off = [{"Name": "EKS_AUDIT_LOGS", "Status": "DISABLED"}]
    identifier = guardduty.create_detector(Enable=True, Features=off)["DetectorId"]
    before = features(guardduty, identifier)
    assert before["EKS_AUDIT_LOGS"] == "DISABLED" and before["RDS_LOGIN_EVENTS"] == "ENABLED"
    assert refused(guardduty.create_detector, Enable=True) == ("BadRequestException", 400)
    guardduty.update_detector(DetectorId=identifier, Features=[{"Name": "S3_DATA_EVENTS", "Status": "DISABLED"}])
    assert features(guardduty, identifier) == {**before, "S3_DATA_EVENTS": "DISABLED"}
    assert guardduty.get_detector(DetectorId=identifier)["Status"] == "ENABLED"
    guardduty.update_detector(DetectorId=identifier, Enable=False)
    assert guardduty.get_detector(DetectorId=identifier)["Status"] == "DISABLED"
    unknown = [{"Name": "TEA_LEAVES", "Status": "ENABLED"}]
    assert refused(guardduty.update_detector, DetectorId=identifier, Features=unknown) == ("BadRequestException", 400)
    guardduty.delete_detector(DetectorId=identifier)
    assert refused(guardduty.get_detector, DetectorId=identifier) == ("BadRequestException", 400)


def test_iam_knows_the_detector_and_its_role(aws):
    region, arn = "eu-west-3", "arn:aws:guardduty:eu-west-3:000000000000:detector/"
    role = "arn:aws:iam::000000000000:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty"
    create = {"Effect": "Allow", "Action": "guardduty:CreateDetector", "Resource": "*"}
    service = {"StringEquals": {"iam:AWSServiceName": "guardduty.amazonaws.com"}}
    link = {"Effect": "Allow", "Action": "iam:CreateServiceLinkedRole", "Resource": role, "Condition": service}
    without = aws.client("guardduty", aws.role("guardduty-without", create), region)
    assert refused(without.create_detector, Enable=True) == ("AccessDeniedException", 403)
    made = aws.client("guardduty", aws.role("guardduty-with", create, link), region)
    identifier = made.create_detector(Enable=True)["DetectorId"]
    read = {"Effect": "Allow", "Action": "guardduty:GetDetector", "Resource": arn + identifier}
    reader = aws.client("guardduty", aws.role("guardduty-reader", read), region)
    assert reader.get_detector(DetectorId=identifier)["Status"] == "ENABLED"
    assert refused(reader.get_detector, DetectorId="another")[1] == 403
