"""What a template says of topics and bucket policies takes effect, or fails the deployment."""

from __future__ import annotations

import json
import time

BUCKET_POLICY = {
    "Type": "AWS::S3::BucketPolicy",
    "Properties": {"Bucket": {"Ref": "Bucket"}, "PolicyDocument": {"Version": "2012-10-17", "Statement": [
        {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::stack-policies-bucket/*"}]}},
}


def deploy(aws, name, resources):
    cloudformation = aws.client("cloudformation")
    cloudformation.create_stack(StackName=name, TemplateBody=json.dumps({"Resources": resources}))
    for _ in range(100):
        stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        if not stack["StackStatus"].endswith("IN_PROGRESS"):
            break
        time.sleep(0.05)
    return stack["StackStatus"]


def test_a_topics_key_is_kept(aws):
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "stack-topic", "KmsMasterKeyId": key}}
    assert deploy(aws, "stack-topic", {"Topic": topic}) == "CREATE_COMPLETE"
    arn = f"arn:aws:sns:us-east-1:{aws.account}:stack-topic"
    assert aws.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]["KmsMasterKeyId"] == key


def test_a_good_bucket_policy_is_put_and_a_bad_one_fails(aws):
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "stack-policies-bucket"}}
    resources = {"Bucket": bucket, "Policy": BUCKET_POLICY}
    assert deploy(aws, "stack-policy", resources) == "CREATE_COMPLETE"
    kept = json.loads(aws.client("s3").get_bucket_policy(Bucket="stack-policies-bucket")["Policy"])
    assert kept["Statement"] == BUCKET_POLICY["Properties"]["PolicyDocument"]["Statement"]
    bucket["Properties"]["BucketName"] = "stack-policies-other"
    assert deploy(aws, "stack-policy-bad", resources).startswith("ROLLBACK")
