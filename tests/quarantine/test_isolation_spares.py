"""An isolation takes nothing from others: statements, tags, Macie's sight. Without room for it a person is told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from demo.principals import Principal
from demo.surroundings import Surroundings
from harness import now, writes_of
from harness.findings import finding, forget, tell
from harness.local import control
from harness.objects import Stored, put
from harness.quarantined import Quarantine


def unmovable(bucket: str, **given: Any) -> Stored:
    """An object that has no checksum to compare a copy by."""
    flagged = put(bucket, **given)
    control("POST", "s3/forget-checksum", {"bucket": bucket, "key": flagged.key, "versionId": flagged.version})
    return flagged


def statements(s3: Any, bucket: str) -> "list[dict[str, Any]]":
    """Of the bucket's policy."""
    return json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]


def test_statements_and_tags_of_others_stay(versioned: str, admin: Principal) -> None:
    s3 = admin.client("s3")
    theirs = [
        {"Sid": "TheirTls", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
         "Resource": [f"arn:aws:s3:::{versioned}", f"arn:aws:s3:::{versioned}/*"],
         "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        {"Sid": "PhiwardIsolation", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::000000000000:root"},
         "Action": "s3:ListBucket", "Resource": f"arn:aws:s3:::{versioned}"},
    ]
    s3.put_bucket_policy(
        Bucket=versioned, Policy=json.dumps({"Version": "2012-10-17", "Id": "theirs", "Statement": theirs}))
    flagged = unmovable(versioned, Tagging="owner=billing&phiward-isolated=no")
    assert tell(finding(flagged)).outcome == "reported"
    after = json.loads(s3.get_bucket_policy(Bucket=versioned)["Policy"])
    assert after["Id"] == "theirs" and all(each in after["Statement"] for each in theirs)
    assert len(after["Statement"]) == 3
    tags = {each["Key"]: each["Value"] for each in s3.get_object_tagging(**flagged.named)["TagSet"]}
    assert tags == {"owner": "billing", "phiward-isolated": "true"}
    second = unmovable(versioned, key="second.csv")
    since = now()
    assert tell(finding(second)).outcome == "reported"
    assert [name for name, _ in writes_of("quarantine", since)] == ["PutObjectTagging"], "it is there already"
    assert statements(s3, versioned) == after["Statement"]


def test_macie_and_phiward_still_see_it_and_nobody_else(
        versioned: str, admin: Principal, around: Surroundings) -> None:
    flagged = unmovable(versioned)
    assert tell(finding(flagged)).outcome == "reported"
    ours = [each for each in statements(admin.client("s3"), versioned) if each["Effect"] == "Deny"]
    assert len(ours) == 1 and ours[0]["Principal"] == "*"
    macie = "arn:aws:iam::000000000000:role/aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie"
    assert sorted(ours[0]["Condition"]["ArnNotEquals"]["aws:PrincipalArn"]) == sorted(
        [macie, around.functions["quarantine"]["role"]])
    forget()
    client = admin.client("macie2")
    job = client.create_classification_job(
        clientToken=versioned, name=versioned, jobType="ONE_TIME", managedDataIdentifierSelector="ALL",
        s3JobDefinition={"bucketDefinitions": [{"accountId": "000000000000", "buckets": [versioned]}]})["jobId"]
    while client.describe_classification_job(jobId=job)["jobStatus"] != "COMPLETE":
        pass
    found = client.get_findings(findingIds=client.list_findings()["findingIds"])["findings"]
    assert [each["resourcesAffected"]["s3Object"]["key"] for each in found] == [flagged.key]


@pytest.mark.parametrize("what", ["ten tags", "no room for a statement"])
def test_without_room_nothing_is_half_done(versioned: str, admin: Principal, what: str) -> None:
    s3, tags = admin.client("s3"), "&".join(f"t{at}=v" for at in range(10 if what == "ten tags" else 1))
    if what == "no room for a statement":
        filler = {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject",
                  "Resource": [f"arn:aws:s3:::{versioned}/{at:03}{'x' * 971}" for at in range(20)]}
        s3.put_bucket_policy(
            Bucket=versioned, Policy=json.dumps({"Version": "2012-10-17", "Statement": [filler]}))
    flagged, since = unmovable(versioned, Tagging=tags), now()
    told = tell(finding(flagged))
    assert told.outcome == "reported" and what in " ".join(told.record.body["person"])
    assert writes_of("quarantine", since) == [] and flagged.is_there()


@pytest.mark.parametrize("flagged_is", ["above a null version", "a null version below"])
def test_suspended_where_a_delete_could_hit_another_version(
        versioned: str, quarantine: Quarantine, admin: Principal, flagged_is: str) -> None:
    def switch(status: str) -> None:
        admin.client("s3").put_bucket_versioning(Bucket=versioned, VersioningConfiguration={"Status": status})

    switch("Suspended")
    null = put(versioned)
    switch("Enabled")
    above = put(versioned)
    switch("Suspended")
    told = tell(finding(above if flagged_is == "above a null version" else null))
    assert told.outcome == "reported" and "versioning is suspended" in " ".join(told.record.body["person"])
    assert null.is_there() and above.is_there() and quarantine.arrived() == []
    switch("Enabled")
    flagged = above if flagged_is == "above a null version" else null
    assert tell(finding(flagged)).outcome == ("reported" if flagged is above else "remediated")
    assert not flagged.is_there() and quarantine.only().body == flagged.body
