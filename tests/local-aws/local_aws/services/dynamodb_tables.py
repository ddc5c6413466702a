"""Table properties of a template that the emulator's CloudFormation accepts and forgets.

They are applied as the API's own operations would, after the emulator made or changed the table.
"""

from __future__ import annotations

from typing import Any, Mapping, Optional

from .dynamodb_kms import making_refusal

_SERVED = frozenset({
    "TableName", "KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "LocalSecondaryIndexes", "BillingMode",
    "ProvisionedThroughput", "StreamSpecification", "Tags", "DeletionProtectionEnabled", "SSESpecification",
    "PointInTimeRecoverySpecification", "TimeToLiveSpecification",
})


def install() -> None:
    """Complete the handlers of AWS::DynamoDB::Table."""
    from ministack.services.cloudformation import provisioners

    handlers = provisioners._RESOURCE_HANDLERS["AWS::DynamoDB::Table"]
    create, update, delete = handlers["create"], handlers["update"], handlers["delete"]

    def create_table(logical_id: str, props: dict, stack_name: str) -> Any:
        _check(props)
        made = create(logical_id, props, stack_name)
        try:
            _apply(made[0], props, {})
        except ValueError:
            delete(made[0], props)
            raise
        return made

    def update_table(physical_id: str, old: dict, new: dict, stack_name: str, logical_id: Optional[str] = None) -> Any:
        _check(new)
        # The encryption is applied here: the emulator reads it in the API's form.
        plain = [{name: value for name, value in props.items() if name != "SSESpecification"} for props in (old, new)]
        made = update(physical_id, *plain, stack_name, logical_id=logical_id)
        _apply(made[0], new, old if made[0] == physical_id else {})
        return made

    def delete_table(physical_id: str, props: dict) -> None:
        from ministack.services import dynamodb

        if (dynamodb._tables.get(physical_id) or {}).get("DeletionProtectionEnabled"):
            raise ValueError(f"Resource cannot be deleted as it is currently protected against deletion: {physical_id}")
        for kept in (dynamodb._ttl_settings, dynamodb._pitr_settings):
            kept.pop(physical_id, None)
        delete(physical_id, props)

    handlers["create"], handlers["update"], handlers["delete"] = create_table, update_table, delete_table


def _check(props: "Mapping[str, Any]") -> None:
    unknown = set(props) - _SERVED
    if unknown:
        raise ValueError(f"AWS::DynamoDB::Table: the local AWS does not serve {', '.join(sorted(unknown))}")


def _apply(name: str, props: "Mapping[str, Any]", old: "Mapping[str, Any]") -> None:
    from ministack.services import dynamodb

    table = dynamodb._tables[name]
    table["DeletionProtectionEnabled"] = _truth(props.get("DeletionProtectionEnabled"))
    if props.get("BillingMode") == "PAY_PER_REQUEST":
        table["ProvisionedThroughput"] = {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0}
    _encrypt(table, props.get("SSESpecification") or {})
    recovery = dict(props.get("PointInTimeRecoverySpecification") or {})
    recovery["PointInTimeRecoveryEnabled"] = _truth(recovery.get("PointInTimeRecoveryEnabled"))
    _done(dynamodb._update_continuous_backups({"TableName": name, "PointInTimeRecoverySpecification": recovery}))
    expiry = props.get("TimeToLiveSpecification") or old.get("TimeToLiveSpecification")
    if expiry:
        enabled = bool(props.get("TimeToLiveSpecification")) and _truth(expiry.get("Enabled"))
        _done(dynamodb._update_ttl({"TableName": name, "TimeToLiveSpecification": {
            "Enabled": enabled, "AttributeName": expiry.get("AttributeName", "")}}))


def _done(answer: Any) -> None:
    """A refusal of the API fails the resource."""
    if answer[0] >= 400:
        raise ValueError(f"AWS::DynamoDB::Table: {answer[2]!r}")


def _encrypt(table: dict, given: "Mapping[str, Any]") -> None:
    from ministack.services import dynamodb

    specification = {name: value for name, value in given.items() if name != "SSEEnabled"}
    specification["Enabled"] = _truth(given.get("SSEEnabled"))
    description = dynamodb._sse_description_from_spec(specification)
    if description == table.get("SSEDescription"):
        return
    refused = making_refusal(table["TableName"], specification)
    if refused:
        raise ValueError(refused[1])
    table["SSEDescription"] = description


def _truth(value: Any) -> bool:
    return str(value).lower() == "true"
