"""Macie's settings: suspending and disabling it, automated discovery, the template, custom identifiers."""

from __future__ import annotations

import botocore.exceptions
import pytest


def refused(call, **parameters):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**parameters)
    return caught.value.response["Error"]["Code"]


def template_id(macie):
    return macie.get_automated_discovery_configuration()["sensitivityInspectionTemplateId"]


def test_discovery_is_on_from_the_outset_and_its_template_is_reached_while_it_is(aws):
    macie = aws.client("macie2", region="eu-west-1")
    assert macie.get_automated_discovery_configuration()["status"] == "ENABLED"
    identifier = template_id(macie)
    assert macie.get_sensitivity_inspection_template(id=identifier)["name"] == "automated-sensitive-data-discovery"
    macie.update_automated_discovery_configuration(status="DISABLED")
    assert refused(macie.get_sensitivity_inspection_template, id=identifier) == "AccessDeniedException"
    macie.update_automated_discovery_configuration(status="ENABLED")
    assert template_id(macie) == identifier
    assert refused(macie.update_automated_discovery_configuration, status="PAUSED") == "ValidationException"
    assert refused(macie.get_sensitivity_inspection_template, id="x") == "ResourceNotFoundException"


def test_an_update_replaces_the_whole_template(aws):
    macie = aws.client("macie2", region="eu-west-1")
    own = macie.create_custom_data_identifier(name="a", regex="a+")["customDataIdentifierId"]
    known = template_id(macie)
    excludes = {"managedDataIdentifierIds": ["ADDRESS"]}
    macie.update_sensitivity_inspection_template(
        id=known, description="d", excludes=excludes, includes={"customDataIdentifierIds": [own]})
    found = macie.get_sensitivity_inspection_template(id=known)
    assert (found["description"], found["excludes"]) == ("d", excludes)
    macie.update_sensitivity_inspection_template(id=known, includes={"managedDataIdentifierIds": ["HTTP_COOKIE"]})
    found = macie.get_sensitivity_inspection_template(id=known)
    assert found["includes"] == {"managedDataIdentifierIds": ["HTTP_COOKIE"]} and "excludes" not in found
    update = macie.update_sensitivity_inspection_template
    assert refused(update, id=known, includes={"allowListIds": ["x"]}) == "ValidationException"
    assert refused(update, id=known, includes={"customDataIdentifierIds": ["x"]}) == "ResourceNotFoundException"


def test_identifiers_come_in_pages_and_a_deleted_one_can_still_be_read(aws):
    macie = aws.client("macie2", region="eu-west-2")
    made = [macie.create_custom_data_identifier(name=f"n{each}", regex="x")["customDataIdentifierId"] for each in range(3)]
    pages = list(macie.get_paginator("list_custom_data_identifiers").paginate(maxResults=2))
    assert [[item["id"] for item in page["items"]] for page in pages] == [made[:2], made[2:]]
    macie.delete_custom_data_identifier(id=made[0])
    assert macie.get_custom_data_identifier(id=made[0])["deleted"]
    assert made[0] not in {item["id"] for item in macie.list_custom_data_identifiers()["items"]}


def test_a_request_that_is_sent_again_makes_no_second_identifier(aws):
    macie = aws.client("macie2", region="eu-west-3")
    made = {macie.create_custom_data_identifier(name="n", regex="x", clientToken="t")["customDataIdentifierId"] for _ in "ab"}
    assert [each["id"] for each in macie.list_custom_data_identifiers()["items"]] == list(made)


def test_a_suspended_macie_answers_nothing_and_a_disabled_one_has_forgotten_everything(aws):
    macie = aws.client("macie2", region="eu-west-2")
    macie.update_macie_session(status="PAUSED")
    assert refused(macie.list_custom_data_identifiers) == "AccessDeniedException"
    macie.update_macie_session(status="ENABLED")
    assert macie.list_custom_data_identifiers()["items"]
    macie.disable_macie()
    assert refused(macie.get_macie_session) == "AccessDeniedException"
    assert refused(macie.get_automated_discovery_configuration) == "AccessDeniedException"
    macie.enable_macie()
    assert macie.list_custom_data_identifiers()["items"] == []
    found = macie.get_automated_discovery_configuration()
    assert found["status"] == "DISABLED" and "sensitivityInspectionTemplateId" not in found


def test_iam_knows_identifiers_and_the_role(aws):
    region, prefix = "eu-west-4", "arn:aws:macie2:eu-west-4:000000000000:custom-data-identifier"
    role = "arn:aws:iam::000000000000:role/aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie"
    admin = aws.client("macie2", region=region)
    first, second = (admin.create_custom_data_identifier(name=name, regex="x")["customDataIdentifierId"] for name in "ab")
    read = {"Effect": "Allow", "Action": "macie2:GetCustomDataIdentifier", "Resource": f"{prefix}/{first}"}
    create = {"Effect": "Allow", "Action": "macie2:CreateCustomDataIdentifier", "Resource": f"{prefix}/*"}
    enable = {"Effect": "Allow", "Action": "macie2:EnableMacie", "Resource": "*"}
    link = {"Effect": "Allow", "Action": "iam:CreateServiceLinkedRole", "Resource": role}
    narrow = aws.client("macie2", aws.role("macie-narrow", read, create, enable), region)
    assert narrow.get_custom_data_identifier(id=first)["name"] == "a"
    assert refused(narrow.get_custom_data_identifier, id=second) == "AccessDeniedException"
    assert refused(narrow.list_custom_data_identifiers) == "AccessDeniedException"
    narrow.create_custom_data_identifier(name="c", regex="x")
    admin.disable_macie()
    assert refused(narrow.enable_macie) == "AccessDeniedException"
    aws.client("macie2", aws.role("macie-enables", enable, link), region).enable_macie()
    assert admin.get_macie_session()["status"] == "ENABLED"
