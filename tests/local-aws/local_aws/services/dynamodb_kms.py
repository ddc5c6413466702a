"""DynamoDB asks KMS for tables under a customer managed key, in the name of the caller.

Developer guide, "DynamoDB encryption at rest: how it works": whoever makes a table needs the permissions under "Key
policy for a customer managed key"; each caller that reads or writes needs `kms:Decrypt`, for the table's key; the
encryption context is the table's name and the account. API reference, TableDescription: under a key that can't be
used the status is INACCESSIBLE_ENCRYPTION_CREDENTIALS. A missing permission is an AccessDeniedException, a key out of
use a ValidationException, both with KMS's own words. AWS keeps a table's key for five minutes; here nothing is kept,
so that a test sees a lost permission at once.
"""

from __future__ import annotations

import time
import uuid
from typing import Any, Callable, Iterator, Optional

from .kms_use import Refusal, Use, caller_refusal

_USING = ("Decrypt",)
_MAKING = ("DescribeKey", "CreateGrant", "GenerateDataKey", "Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo")
_DATA_PLANE = ("_get_item", "_put_item", "_update_item", "_delete_item", "_query", "_scan", "_batch_get_item",
               "_batch_write_item", "_transact_get_items", "_transact_write_items")

#: kind of refusal -> DynamoDB's code, its words, KMS's exception, KMS's code
_ERRORS = {
    "AccessDenied": ("AccessDeniedException", "KMS key access denied error", "AWSKMSException",
                     "AccessDeniedException"),
    "Disabled": ("ValidationException", "KMS key disabled error", "DisabledException", "DisabledException"),
    "InvalidState": ("ValidationException", "KMS validation error", "KMSInvalidStateException",
                     "KMSInvalidStateException"),
    "NotFound": ("ValidationException", "KMS validation error", "NotFoundException", "NotFoundException"),
}


def install() -> None:
    """Judge what reads, writes, makes and re-encrypts tables, and show the state of their keys."""
    from ministack.services import dynamodb

    for name in _DATA_PLANE:
        setattr(dynamodb, name, _judged(getattr(dynamodb, name), _data_refusal))
    for name in ("_create_table", "_update_table"):
        setattr(dynamodb, name, _judged(getattr(dynamodb, name), _making_refusal))
    _describe_keys()


def making_refusal(table: str, specification: Any) -> "Optional[tuple[str, str]]":
    """Why the caller may not have this table encrypted so, as code and message; None when it may."""
    key = (specification or {}).get("KMSMasterKeyId")
    if not key or _is_managed_by_aws(key):
        return None
    refused = caller_refusal(_use(table, key, _MAKING))
    return _error(refused) if refused else None


def _judged(handler: "Callable[[dict], Any]", refusal: "Callable[[dict], Any]") -> "Callable[[dict], Any]":
    from ministack.services import dynamodb

    def handle(data: dict) -> Any:
        refused = refusal(data)
        return dynamodb.error_response_json(*refused, 400) if refused else handler(data)

    return handle


def _making_refusal(data: dict) -> "Optional[tuple[str, str]]":
    from ministack.services import dynamodb

    return making_refusal(dynamodb._normalize_table_name(data.get("TableName")), data.get("SSESpecification"))


def _data_refusal(data: dict) -> "Optional[tuple[str, str]]":
    from ministack.services import dynamodb

    for name in sorted(set(_tables(data))):
        table = dynamodb._tables.get(dynamodb._normalize_table_name(name))
        use = _table_use(table, _USING) if table else None
        refused = caller_refusal(use) if use else None
        if refused:
            return _error(refused)
    return None


def _tables(data: dict) -> "Iterator[str]":
    """The names of the tables that a request reads or writes."""
    if isinstance(data.get("TableName"), str):
        yield data["TableName"]
    if isinstance(data.get("RequestItems"), dict):
        yield from data["RequestItems"]
    for item in data.get("TransactItems") or []:
        for part in item.values() if isinstance(item, dict) else []:
            if isinstance(part, dict) and isinstance(part.get("TableName"), str):
                yield part["TableName"]


def _table_use(table: dict, actions: "tuple[str, ...]") -> Optional[Use]:
    encryption = table.get("SSEDescription") or {}
    key = encryption.get("KMSMasterKeyArn") if encryption.get("Status") == "ENABLED" else None
    return _use(table["TableName"], key, actions) if key and not _is_managed_by_aws(key) else None


def _use(table: str, key: str, actions: "tuple[str, ...]") -> Use:
    from ministack.core.responses import get_account_id

    context = {"aws:dynamodb:tableName": table, "aws:dynamodb:subscriberId": get_account_id()}
    return Use(key, actions, "dynamodb", context)


def _is_managed_by_aws(key: str) -> bool:
    return key.endswith("alias/aws/dynamodb")


def _error(refused: Refusal) -> "tuple[str, str]":
    code, words, exception, kms_code = _ERRORS[refused.kind]
    return code, (f"{words}: com.amazonaws.services.kms.model.{exception}: {refused.message} (Service: AWSKMS; "
                  f"Status Code: 400; Error Code: {kms_code}; Request ID: {uuid.uuid4()}; Proxy: null)")


def _describe_keys() -> None:
    from ministack.services import dynamodb, kms

    describe, encrypted = dynamodb._table_description, dynamodb._sse_description_from_spec

    def table_description(name: str) -> dict:
        made = describe(name)
        use = _table_use(made, ())
        if use and caller_refusal(use):
            made["TableStatus"] = "INACCESSIBLE_ENCRYPTION_CREDENTIALS"
            made["SSEDescription"] = {**made["SSEDescription"], "InaccessibleEncryptionDateTime": int(time.time())}
        return made

    def sse_description_from_spec(spec: Optional[dict]) -> Optional[dict]:
        """The key by its ARN, and nothing at all for the key that DynamoDB owns, as DescribeTable answers."""
        made = encrypted(spec)
        if made is None or made["Status"] != "ENABLED":
            return None
        record = kms._resolve_key(made["KMSMasterKeyArn"])
        return {**made, "KMSMasterKeyArn": record["Arn"]} if record else made

    dynamodb._table_description, dynamodb._sse_description_from_spec = table_description, sse_description_from_spec
