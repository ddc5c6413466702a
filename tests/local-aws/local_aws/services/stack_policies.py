"""Where ministack's CloudFormation is kinder than AWS: it forgets a topic's key and checks no bucket policy.

Template reference, `AWS::SNS::Topic` (`KmsMasterKeyId`) and `AWS::S3::BucketPolicy`: CloudFormation calls the API, so
a malformed or public policy fails the deployment.
"""

from __future__ import annotations

import json
from typing import Any


def install() -> None:
    """Wrap the two resources' handlers."""
    from ministack.services import s3, sns
    from ministack.services.cloudformation import provisioners

    topics = provisioners._RESOURCE_HANDLERS["AWS::SNS::Topic"]
    policies = provisioners._RESOURCE_HANDLERS["AWS::S3::BucketPolicy"]

    def keep_key(arn: str, properties: dict) -> None:
        attributes = sns._topics[arn]["attributes"]
        attributes.pop("KmsMasterKeyId", None)
        if properties.get("KmsMasterKeyId"):
            attributes["KmsMasterKeyId"] = str(properties["KmsMasterKeyId"])

    def create_topic(logical_id: str, properties: dict, *args: Any, _create: Any = topics["create"]) -> Any:
        made = _create(logical_id, properties, *args)
        keep_key(made[0], properties)
        return made

    def update_topic(physical_id: str, old: dict, new: dict, *args: Any, _update: Any = topics["update"]) -> Any:
        made = _update(physical_id, old, new, *args)
        keep_key(made[0], new)
        return made

    def judged(properties: dict) -> None:
        document = properties.get("PolicyDocument")
        body = document if isinstance(document, str) else json.dumps(document)
        status, _, answer = s3._put_bucket_policy(properties.get("Bucket", ""), body.encode())
        if status >= 400:
            raise ValueError(f"AWS::S3::BucketPolicy: {answer.decode() if isinstance(answer, bytes) else answer}")

    def create_policy(logical_id: str, properties: dict, *args: Any, _create: Any = policies["create"]) -> Any:
        judged(properties)
        return _create(logical_id, properties, *args)

    def update_policy(physical_id: str, old: dict, new: dict, *args: Any, _update: Any = policies["update"]) -> Any:
        judged(new)
        return _update(physical_id, old, new, *args)

    topics.update(create=create_topic, update=update_topic)
    policies.update(create=create_policy, update=update_policy)
