"""Which calls are management events, what CloudTrail calls them, and which of them only read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Optional

from .operations import Operation
from .services import mantle_operations


@dataclass(frozen=True)
class Entry:
    """A management event's fixed parts."""

    source: str
    name: str
    read_only: bool


#: S3's records keep names that its API has outgrown.
_S3_NAMES = {
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "DeletePublicAccessBlock": "DeleteBucketPublicAccessBlock",
    "PutBucketLifecycleConfiguration": "PutBucketLifecycle",
    "GetBucketLifecycleConfiguration": "GetBucketLifecycle",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
}
_S3CONTROL_NAMES = {
    "PutPublicAccessBlock": "PutAccountPublicAccessBlock",
    "GetPublicAccessBlock": "GetAccountPublicAccessBlock",
    "DeletePublicAccessBlock": "DeleteAccountPublicAccessBlock",
}
_LAMBDA_NAMES = {
    "CreateFunction": "CreateFunction20150331",
    "DeleteFunction": "DeleteFunction20150331",
    "GetFunction": "GetFunction20150331v2",
    "GetFunctionConfiguration": "GetFunctionConfiguration20150331v2",
    "ListFunctions": "ListFunctions20150331",
    "UpdateFunctionCode": "UpdateFunctionCode20150331v2",
    "UpdateFunctionConfiguration": "UpdateFunctionConfiguration20150331v2",
    "AddPermission": "AddPermission20150331v2",
    "RemovePermission": "RemovePermission20150331v2",
    "GetPolicy": "GetPolicy20150331v2",
    "PublishVersion": "PublishVersion20150331",
    "CreateAlias": "CreateAlias20150331",
    "UpdateAlias": "UpdateAlias20150331",
    "DeleteAlias": "DeleteAlias20150331",
}
_NAMES = {"s3": _S3_NAMES, "s3control": _S3CONTROL_NAMES, "lambda": _LAMBDA_NAMES}

#: Data-plane calls: data events, which a trail records only when its selectors ask for them.
_DATA_EVENTS = {
    "s3": frozenset({"ListObjects", "ListObjectsV2", "ListObjectVersions", "ListMultipartUploads", "DeleteObjects",
                     "CreateSession"}),
    "lambda": frozenset({"Invoke", "InvokeAsync", "InvokeWithResponseStream"}),
    "sqs": frozenset({"SendMessage", "SendMessageBatch", "ReceiveMessage", "DeleteMessage", "DeleteMessageBatch",
                      "ChangeMessageVisibility", "ChangeMessageVisibilityBatch"}),
    "sns": frozenset({"Publish", "PublishBatch"}),
    "events": frozenset({"PutEvents", "PutPartnerEvents"}),
    "dynamodb": frozenset({"GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "BatchGetItem",
                           "BatchWriteItem", "TransactGetItems", "TransactWriteItems", "ExecuteStatement",
                           "BatchExecuteStatement", "ExecuteTransaction"}),
    "dynamodbstreams": frozenset({"GetRecords", "GetShardIterator"}),
    "kinesis": frozenset({"PutRecord", "PutRecords", "GetRecords", "GetShardIterator", "SubscribeToShard"}),
    "firehose": frozenset({"PutRecord", "PutRecordBatch"}),
    "logs": frozenset({"PutLogEvents", "GetLogEvents", "FilterLogEvents", "GetLogRecord", "StartQuery",
                       "GetQueryResults"}),
    "cloudwatch": frozenset({"PutMetricData", "GetMetricData", "GetMetricStatistics", "GetMetricWidgetImage"}),
    "bedrock-runtime": frozenset({"ApplyGuardrail", "InvokeModelWithBidirectionalStream"}),
    "bedrock-agent-runtime": frozenset({"InvokeAgent", "InvokeFlow", "Retrieve", "RetrieveAndGenerate"}),
    "cloudtrail-data": frozenset({"PutAuditEvents"}),
}

_READS = re.compile(r"^(Get|List|Describe|Head|Search|Lookup|BatchGet|Query|Scan|Test|Validate|Estimate|Preview)")
_MORE_READS = {
    "bedrock-runtime": frozenset({"InvokeModel", "InvokeModelWithResponseStream", "Converse", "ConverseStream"}),
    "kms": frozenset({"Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "GenerateRandom",
                      "ReEncrypt", "Verify", "Sign"}),
    "sts": frozenset({"AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"}),
}


def entry_of(operation: Operation) -> Optional[Entry]:
    """The management event of an operation; None when there is none."""
    if operation.service == mantle_operations.SERVICE:
        return _mantle_entry(operation.name)
    if operation.model is None or operation.name in _DATA_EVENTS.get(operation.service, ()):
        return None
    if operation.service == "s3" and "{Key" in operation.model.http.get("requestUri", ""):
        return None
    name = _NAMES.get(operation.service, {}).get(operation.name, operation.name)
    reads = bool(_READS.match(operation.name)) or operation.name in _MORE_READS.get(operation.service, ())
    return Entry(event_source(operation), name, reads)


def _mantle_entry(name: str) -> Optional[Entry]:
    for each in mantle_operations.OPERATIONS:
        if each.operation == name and each.event_name is not None:
            return Entry(mantle_operations.EVENT_SOURCE, each.event_name, each.read_only)
    return None


def event_source(operation: Operation) -> str:
    """`eventSource`: the service's signing name, but for the few that are known by another."""
    assert operation.model is not None
    name = operation.model.service_model.signing_name
    return {"s3control": "s3"}.get(name, name) + ".amazonaws.com"
