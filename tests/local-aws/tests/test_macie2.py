"""Macie: session, findings, custom identifiers and one-time jobs over the local S3."""

from __future__ import annotations

import json
import time
import urllib.error
import uuid

import botocore.exceptions
import pytest

PATIENT = """Patient: Jane Roe
Date of birth: 1961-04-09
Medicare beneficiary identifier (MBI): 1EG4-TE5-MK73
Attending NPI 1234567893, DEA number AB1234563
SSN 123-45-6789, MRN-00112233
"""


def run_job(aws, bucket, **options):
    """Run a one-time job to its end; the ids of its findings."""
    macie = aws.client("macie2")
    options.setdefault("managedDataIdentifierSelector", "ALL")
    job = macie.create_classification_job(
        name="scan", jobType="ONE_TIME", clientToken=str(uuid.uuid4()),
        s3JobDefinition={"bucketDefinitions": [{"accountId": aws.account, "buckets": [bucket]}]}, **options)["jobId"]
    for _ in range(100):
        if macie.describe_classification_job(jobId=job)["jobStatus"] == "COMPLETE":
            break
        time.sleep(0.05)
    criterion = {"classificationDetails.jobId": {"eq": [job]}}
    return macie.list_findings(findingCriteria={"criterion": criterion})["findingIds"]


def only_finding(aws, bucket, **options):
    identifiers = run_job(aws, bucket, **options)
    assert len(identifiers) == 1
    return aws.client("macie2").get_findings(findingIds=identifiers)["findings"][0]


def bucket_with(aws, name, **objects):
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    for key, body in objects.items():
        s3.put_object(Bucket=name, Key=key, Body=body.encode())
    return s3


def detected(finding):
    result = finding["classificationDetails"]["result"]
    return {each["type"]: each["count"] for group in result["sensitiveData"] for each in group["detections"]}


def test_the_session_is_on_and_can_be_switched(aws):
    macie = aws.client("macie2", region="eu-west-3")
    assert macie.get_macie_session()["status"] == "ENABLED"
    with pytest.raises(macie.exceptions.ConflictException):
        macie.enable_macie()
    macie.update_macie_session(status="PAUSED", findingPublishingFrequency="ONE_HOUR")
    assert macie.get_macie_session()["findingPublishingFrequency"] == "ONE_HOUR"
    macie.disable_macie()
    with pytest.raises(macie.exceptions.AccessDeniedException):
        macie.list_findings()
    macie.enable_macie()
    assert macie.get_macie_session()["status"] == "ENABLED"


def test_a_job_finds_phi_and_names_the_version(aws):
    s3 = bucket_with(aws, "macie-phi", **{"jane roe.txt": PATIENT, "clean.txt": "nothing here 1234567893"})
    s3.put_object_tagging(Bucket="macie-phi", Key="jane roe.txt", Tagging={"TagSet": [{"Key": "t", "Value": "v"}]})
    finding = only_finding(aws, "macie-phi")
    assert finding["type"] == "SensitiveData:S3Object/Personal" and not finding["sample"]
    assert finding["severity"] == {"score": 3, "description": "High"}
    assert detected(finding) == {
        "USA_MEDICARE_BENEFICIARY_IDENTIFIER": 1,
        "USA_NATIONAL_PROVIDER_IDENTIFIER": 1,
        "US_DRUG_ENFORCEMENT_AGENCY_NUMBER": 1,
        "USA_SOCIAL_SECURITY_NUMBER": 1,
        "DATE_OF_BIRTH": 1,
        "NAME": 1,
    }
    head = s3.head_object(Bucket="macie-phi", Key="jane roe.txt")
    seen = finding["resourcesAffected"]["s3Object"]
    assert seen["versionId"] == head["VersionId"] and seen["eTag"] == head["ETag"].strip('"')
    assert (seen["key"], seen["tags"]) == ("jane roe.txt", [{"key": "t", "value": "v"}])
    assert "1EG4" not in json.dumps(finding, default=str)


def test_columns_of_a_csv_are_recognised_by_their_names(aws):
    bucket_with(aws, "macie-csv", **{"p.csv": "date_of_birth,admitted\n1961-04-09,2024-01-02\n1970-01-01,2024-01-03\n"})
    finding = only_finding(aws, "macie-csv")
    assert detected(finding) == {"DATE_OF_BIRTH": 2} and finding["severity"]["description"] == "Low"
    detection = finding["classificationDetails"]["result"]["sensitiveData"][0]["detections"][0]
    assert detection["occurrences"]["cells"][0] == {"row": 2, "column": 1, "columnName": "date_of_birth"}


def test_the_default_selector_leaves_out_what_macie_does_not_recommend(aws):
    bucket_with(aws, "macie-recommended", **{"a.txt": PATIENT})
    finding = only_finding(aws, "macie-recommended", managedDataIdentifierSelector="RECOMMENDED")
    assert set(detected(finding)) == {"USA_MEDICARE_BENEFICIARY_IDENTIFIER", "USA_SOCIAL_SECURITY_NUMBER"}


def test_custom_identifiers_show_apart(aws):
    macie = aws.client("macie2")
    bucket_with(aws, "macie-custom", **{"a.txt": PATIENT})
    made = macie.create_custom_data_identifier(name="MRN", regex=r"MRN-\d{8}")["customDataIdentifierId"]
    finding = only_finding(
        aws, "macie-custom", managedDataIdentifierSelector="NONE", customDataIdentifierIds=[made])
    assert finding["type"] == "SensitiveData:S3Object/CustomIdentifier"
    result = finding["classificationDetails"]["result"]
    assert result["sensitiveData"] == [] and result["customDataIdentifiers"]["totalCount"] == 1
    assert result["customDataIdentifiers"]["detections"][0]["arn"] == macie.get_custom_data_identifier(id=made)["arn"]
    assert made in [each["id"] for each in macie.list_custom_data_identifiers()["items"]]
    assert only_finding(aws, "macie-custom", customDataIdentifierIds=[made])["type"].endswith("/Multiple")


def test_a_deny_without_an_exception_keeps_macie_out(aws):
    s3 = bucket_with(aws, "macie-denied", **{"a.txt": PATIENT})
    deny = {
        "Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::macie-denied/*",
        "Condition": {"StringNotEquals": {"aws:PrincipalArn": [f"arn:aws:iam::{aws.account}:role/nobody"]}}}
    policy = {"Version": "2012-10-17", "Statement": [deny]}
    s3.put_bucket_policy(Bucket="macie-denied", Policy=json.dumps(policy))
    assert run_job(aws, "macie-denied") == []
    role = aws.client("macie2").get_macie_session()["serviceRole"]
    deny["Condition"]["StringNotEquals"]["aws:PrincipalArn"].append(role)
    s3.put_bucket_policy(Bucket="macie-denied", Policy=json.dumps(policy))
    assert len(run_job(aws, "macie-denied")) == 1


def test_findings_reach_eventbridge_in_its_spelling(aws):
    queue = aws.client("sqs").create_queue(QueueName="macie-events")["QueueUrl"]
    arn = f"arn:aws:sqs:us-east-1:{aws.account}:macie-events"
    pattern = {"source": ["aws.macie"], "detail-type": ["Macie Finding"],
               "detail": {"resourcesAffected": {"s3Bucket": {"name": ["macie-events"]}}}}
    statement = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage",
                 "Resource": arn}
    aws.client("sqs").set_queue_attributes(
        QueueUrl=queue, Attributes={"Policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]})})
    events = aws.client("events")
    events.put_rule(Name="macie-events", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="macie-events", Targets=[{"Id": "queue", "Arn": arn}])
    bucket_with(aws, "macie-events", **{"a.txt": PATIENT})
    finding = only_finding(aws, "macie-events")
    messages = aws.client("sqs").receive_message(QueueUrl=queue, WaitTimeSeconds=5)["Messages"]
    event = json.loads(messages[0]["Body"])
    assert (event["detail"]["id"], event["account"], event["region"]) == (finding["id"], aws.account, "us-east-1")
    seen = event["detail"]["resourcesAffected"]["s3Object"]
    assert seen["etag"] == finding["resourcesAffected"]["s3Object"]["eTag"] and "eTag" not in seen


def given(**changes):
    base = {
        "id": uuid.uuid4().hex, "accountId": "000000000000", "region": "us-east-1", "schemaVersion": "1.0",
        "category": "CLASSIFICATION", "archived": False, "createdAt": "2024-05-01T10:00:00.000Z",
        "updatedAt": "2024-05-01T10:00:00.000Z", "type": "SensitiveData:S3Object/Personal",
        "resourcesAffected": {"s3Bucket": {"name": "given-a"}, "s3Object": {"key": "k", "eTag": "e"}}}
    return {**base, **changes}


def test_findings_are_filtered_sorted_and_paged(aws):
    early, late, archived = (
        given(), given(updatedAt="2024-06-01T10:00:00.000Z", createdAt="2024-06-01T10:00:00.000Z"),
        given(archived=True))
    for finding in (late, early, archived):
        aws.control("POST", "/_local/macie/findings?deliver=false", finding)
    macie = aws.client("macie2")

    def ids(**criterion):
        criterion["resourcesAffected.s3Bucket.name"] = {"eq": ["given-a"]}
        return macie.list_findings(
            findingCriteria={"criterion": criterion},
            sortCriteria={"attributeName": "createdAt", "orderBy": "ASC"})["findingIds"]

    assert set(ids()) == {early["id"], late["id"], archived["id"]}
    assert ids(archived={"eq": ["false"]}) == [early["id"], late["id"]]
    june = 1717200000000
    assert ids(updatedAt={"gte": june}) == [late["id"]]
    assert late["id"] not in ids(createdAt={"lt": june})
    assert ids(type={"neq": ["SensitiveData:S3Object/Personal"]}) == []
    first = macie.list_findings(maxResults=1)
    second = macie.list_findings(maxResults=1, nextToken=first["nextToken"])
    assert first["findingIds"] != second["findingIds"]
    with pytest.raises(macie.exceptions.ValidationException):
        macie.list_findings(findingCriteria={"criterion": {"resourcesAffected.bucket": {"eq": ["x"]}}})
    with pytest.raises(macie.exceptions.ValidationException):
        macie.get_findings(findingIds=[uuid.uuid4().hex] * 51)
    assert macie.get_findings(findingIds=[uuid.uuid4().hex])["findings"] == []


@pytest.mark.parametrize("wrong", [{"id": "x"}, {"etag": "e"}, {"category": "PHI"}, {"count": "1"}])
def test_a_finding_that_macie_cannot_make_is_refused(aws, wrong):
    with pytest.raises(urllib.error.HTTPError) as refused:
        aws.control("POST", "/_local/macie/findings", given(**wrong))
    assert refused.value.code == 400


def test_sample_findings_say_so(aws):
    macie = aws.client("macie2", region="eu-south-1")
    macie.create_sample_findings(findingTypes=["SensitiveData:S3Object/Personal"])
    identifiers = macie.list_findings()["findingIds"]
    assert [each["sample"] for each in macie.get_findings(findingIds=identifiers)["findings"]] == [True]


def test_iam_decides(aws):
    credentials = aws.role("macie-reader", {"Effect": "Allow", "Action": "macie2:ListFindings", "Resource": "*"})
    macie = aws.client("macie2", credentials)
    macie.list_findings()
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        macie.get_findings(findingIds=[uuid.uuid4().hex])
    assert refused.value.response["Error"]["Code"] == "AccessDeniedException"
