"""IAM on DynamoDB: actions, tables, leading keys, attributes, and the parts of a transaction."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from botocore.exceptions import ClientError
from conftest import LocalAws
from functions import allow
from tables import arn_of, code, item, table

_NUMBER = itertools.count()
_DENIED = "AccessDeniedException"


def _session(aws: LocalAws, *statements: dict) -> Any:
    return aws.client("dynamodb", aws.role(f"dynamodb-{next(_NUMBER)}", *statements))


def _leading(*values: str, operator: str = "ForAllValues:StringEquals") -> dict:
    return {"Condition": {operator: {"dynamodb:LeadingKeys": list(values)}}}


def test_a_transaction_needs_the_action_of_each_item(aws: LocalAws) -> None:
    name, other = table(aws), table(aws)
    put = {"Put": {"TableName": name, "Item": item("a")}}
    check = {"ConditionCheck": {"TableName": name, "Key": item("b"), "ConditionExpression": "attribute_not_exists(pk)"}}
    elsewhere = {"Put": {"TableName": other, "Item": item("a")}}
    writer = _session(aws, allow("dynamodb:PutItem", on=arn_of(aws, name)))
    assert code(writer.transact_write_items, TransactItems=[put]) is None
    assert code(writer.transact_write_items, TransactItems=[put, check]) == _DENIED
    assert code(writer.transact_write_items, TransactItems=[put, elsewhere]) == _DENIED
    checker = _session(aws, allow("dynamodb:PutItem", "dynamodb:ConditionCheckItem", on=arn_of(aws, name)))
    assert code(checker.transact_write_items, TransactItems=[put, check]) is None
    unknown = _session(aws, allow("dynamodb:TransactWriteItems", "dynamodb:TransactGetItems", on="*"))
    assert code(unknown.transact_write_items, TransactItems=[put]) == _DENIED
    get = {"Get": {"TableName": name, "Key": item("a")}}
    assert code(unknown.transact_get_items, TransactItems=[get]) == _DENIED
    reader = _session(aws, allow("dynamodb:GetItem", on=arn_of(aws, name)))
    assert code(reader.transact_get_items, TransactItems=[get]) is None


def test_a_refusal_has_dynamodbs_form_and_names_the_table(aws: LocalAws) -> None:
    name = table(aws)
    for call, arguments in (("put_item", {"TableName": name, "Item": item("a")}),
                            ("transact_write_items", {"TransactItems": [{"Put": {"TableName": name, "Item": item("a")}}]})):
        with pytest.raises(ClientError) as refused:
            getattr(_session(aws), call)(**arguments)
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
        assert f"dynamodb:PutItem on resource: {arn_of(aws, name)}" in refused.value.response["Error"]["Message"]


def test_leading_keys_are_those_of_each_item(aws: LocalAws) -> None:
    name = table(aws)
    on = arn_of(aws, name)
    db = _session(aws, allow("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:BatchWriteItem", on=on, **_leading("run")),
                  allow("dynamodb:ConditionCheckItem", on=on, **_leading("lock")))
    put = {"Put": {"TableName": name, "Item": item("run")}}
    check = {"TableName": name, "ConditionExpression": "attribute_not_exists(pk)"}
    lock, run = ({"ConditionCheck": {**check, "Key": item(each, "c")}} for each in ("lock", "run"))
    assert code(db.transact_write_items, TransactItems=[put, lock]) is None
    assert code(db.transact_write_items, TransactItems=[put, run]) == _DENIED
    assert code(db.put_item, TableName=name, Item=item("run")) is None
    assert code(db.put_item, TableName=name, Item=item("lock")) == _DENIED
    assert code(db.update_item, TableName=name, Key=item("lock")) == _DENIED
    both = [{"PutRequest": {"Item": item(each)}} for each in ("run", "lock")]
    assert code(db.batch_write_item, RequestItems={name: both[:1]}) is None
    assert code(db.batch_write_item, RequestItems={name: both}) == _DENIED


def test_leading_keys_of_reads_may_be_patterns(aws: LocalAws) -> None:
    name = table(aws)
    db = _session(aws, allow("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", on=arn_of(aws, name),
                             **_leading("run#*", operator="ForAllValues:StringLike")))
    assert code(db.get_item, TableName=name, Key=item("run#1")) is None
    assert code(db.get_item, TableName=name, Key=item("lock")) == _DENIED
    assert code(db.batch_get_item, RequestItems={name: {"Keys": [item("run#1"), item("run#2")]}}) is None
    assert code(db.batch_get_item, RequestItems={name: {"Keys": [item("run#1"), item("lock")]}}) == _DENIED
    for value, expected in (("run#1", None), ("lock", _DENIED)):
        asked = {"KeyConditionExpression": "#k = :p AND begins_with(sk, :s)", "ExpressionAttributeNames": {"#k": "pk"},
                 "ExpressionAttributeValues": {":p": {"S": value}, ":s": {"S": "-"}}}
        assert code(db.query, TableName=name, **asked) == expected


def test_a_request_without_leading_keys_satisfies_for_all_values(aws: LocalAws) -> None:
    name = table(aws)
    assert code(_session(aws, allow("dynamodb:Scan", **_leading("run"))).scan, TableName=name) is None
    one_value = allow("dynamodb:Scan", **_leading("run", operator="StringEquals"))
    assert code(_session(aws, one_value).scan, TableName=name) == _DENIED


def test_attributes_are_all_that_a_request_names(aws: LocalAws) -> None:
    name = table(aws)
    named = {"ForAllValues:StringEquals": {"dynamodb:Attributes": ["pk", "sk", "state"]}}
    db = _session(aws, allow("dynamodb:UpdateItem", "dynamodb:PutItem", Condition=named))
    update = {"TableName": name, "Key": item("a"), "ExpressionAttributeValues": {":v": {"S": "v"}}}
    assert code(db.update_item, **update, UpdateExpression="SET #s = :v", ExpressionAttributeNames={"#s": "state"}) is None
    assert code(db.update_item, **update, UpdateExpression="SET #s = :v", ExpressionAttributeNames={"#s": "note"}) == _DENIED
    condition = {"UpdateExpression": "SET state = :v", "ConditionExpression": "attribute_not_exists(note.text)"}
    assert code(db.update_item, **update, **condition) == _DENIED
    assert code(db.put_item, TableName=name, Item=item("a", state="s")) is None
    assert code(db.put_item, TableName=name, Item=item("a", note="s")) == _DENIED


def test_select_is_known_for_reads_alone(aws: LocalAws) -> None:
    name = table(aws)
    selected = {"StringEqualsIfExists": {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"}}
    db = _session(aws, allow("dynamodb:GetItem", "dynamodb:PutItem", Condition=selected))
    assert code(db.put_item, TableName=name, Item=item("a")) is None
    assert code(db.get_item, TableName=name, Key=item("a")) == _DENIED
    assert code(db.get_item, TableName=name, Key=item("a"), ProjectionExpression="pk") is None
