"""DynamoDB's items: conditions, transactions, concurrency, and the controls over its calls."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from botocore.exceptions import ClientError
from conftest import LocalAws
from functions import allow, function, messages, queue, rule
from tables import arn_of, code, item, table


def _at_once(count: int, call: Any) -> "list[Any]":
    """What the calls answer that are made at the same time; an error's code where one fails."""
    barrier, found = threading.Barrier(count), []

    def run(number: int) -> None:
        barrier.wait()
        try:
            found.append(call(number))
        except ClientError as error:
            found.append(error.response["Error"]["Code"])

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return found


def test_items_are_read_as_they_were_written(aws: LocalAws) -> None:
    db, name = aws.client("dynamodb"), table(aws)
    db.put_item(TableName=name, Item=item("a", "1", x="old"))
    db.put_item(TableName=name, Item=item("a", "2", x="other"))
    update = {"TableName": name, "Key": item("a", "1"), "UpdateExpression": "SET x = :x",
              "ExpressionAttributeValues": {":x": {"S": "new"}}}
    assert db.update_item(**update, ReturnValues="ALL_OLD")["Attributes"]["x"] == {"S": "old"}
    assert db.update_item(**update, ReturnValues="ALL_NEW")["Attributes"] == item("a", "1", x="new")
    assert db.get_item(TableName=name, Key=item("a", "1"), ConsistentRead=True)["Item"] == item("a", "1", x="new")
    asked = {"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}}
    assert db.query(TableName=name, **asked, ScanIndexForward=False, Limit=1)["Items"] == [item("a", "2", x="other")]
    assert db.scan(TableName=name, Select="COUNT")["Count"] == 2
    batch = db.batch_get_item(RequestItems={name: {"Keys": [item("a", "1"), item("a", "2")], "ConsistentRead": True}})
    assert len(batch["Responses"][name]) == 2 and batch["UnprocessedKeys"] == {}
    read = db.transact_get_items(TransactItems=[{"Get": {"TableName": name, "Key": item("a", each)}} for each in "23"])
    assert read["Responses"] == [{"Item": item("a", "2", x="other")}, {}]
    assert db.delete_item(TableName=name, Key=item("a", "2"), ReturnValues="ALL_OLD")["Attributes"]["x"] == {"S": "other"}


def test_a_failed_condition_changes_nothing_and_shows_the_item(aws: LocalAws) -> None:
    db, name = aws.client("dynamodb"), table(aws)
    db.put_item(TableName=name, Item=item("a", x="first"))
    with pytest.raises(ClientError) as refused:
        db.put_item(TableName=name, Item=item("a", x="second"), ConditionExpression="attribute_not_exists(pk)",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD")
    assert refused.value.response["Error"]["Code"] == "ConditionalCheckFailedException"
    assert refused.value.response["Item"] == item("a", x="first")
    assert db.get_item(TableName=name, Key=item("a"))["Item"] == item("a", x="first")


def test_a_transaction_is_all_or_nothing_and_says_why(aws: LocalAws) -> None:
    db, name = aws.client("dynamodb"), table(aws)
    db.put_item(TableName=name, Item=item("lock", x="held"))
    put = {"Put": {"TableName": name, "Item": item("new")}}
    check = {"TableName": name, "Key": item("lock"), "ConditionExpression": "x = :x",
             "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    free, held = ({**check, "ExpressionAttributeValues": {":x": {"S": each}}} for each in ("free", "held"))
    with pytest.raises(ClientError) as refused:
        db.transact_write_items(TransactItems=[put, {"ConditionCheck": free}])
    assert refused.value.response["Error"]["Code"] == "TransactionCanceledException"
    assert "[None, ConditionalCheckFailed]" in refused.value.response["Message"]
    reasons = refused.value.response["CancellationReasons"]
    assert [each["Code"] for each in reasons] == ["None", "ConditionalCheckFailed"]
    assert reasons[1]["Item"] == item("lock", x="held")
    assert "Item" not in db.get_item(TableName=name, Key=item("new"))
    db.transact_write_items(TransactItems=[put, {"ConditionCheck": held}])
    assert "Item" in db.get_item(TableName=name, Key=item("new"))


def test_of_many_conditional_writes_at_once_one_wins(aws: LocalAws) -> None:
    name, clients = table(aws), [aws.client("dynamodb") for _ in range(8)]
    put = {"TableName": name, "ConditionExpression": "attribute_not_exists(pk)"}
    for turn in range(5):
        ended = _at_once(8, lambda number: clients[number].put_item(**put, Item=item(f"a{turn}", x=str(number))))
        assert sum(isinstance(each, dict) for each in ended) == 1
        assert ended.count("ConditionalCheckFailedException") == 7
    one = {":one": {"N": "1"}}
    count = {"TableName": name, "Key": item("count"), "UpdateExpression": "ADD n :one", "ExpressionAttributeValues": one}
    _at_once(8, lambda number: [clients[number].transact_write_items(TransactItems=[{"Update": count}])
                                for _ in range(10)])
    assert clients[0].get_item(TableName=name, Key=item("count"))["Item"]["n"] == {"N": "80"}


@pytest.mark.parametrize(("error", "status"), [
    ("ProvisionedThroughputExceededException", 400), ("InternalServerError", 500), ("AccessDeniedException", 400),
    ("ThrottlingException", 400)])
def test_ordered_faults_have_dynamodbs_form(aws: LocalAws, error: str, status: int) -> None:
    db, name = aws.client("dynamodb"), table(aws)
    order = {"service": "dynamodb", "operation": "PutItem", "error": error, "count": 1, "phase": "after"}
    aws.control("POST", "/_local/faults", order)
    with pytest.raises(ClientError) as refused:
        db.put_item(TableName=name, Item=item("a"))
    assert refused.value.response["Error"]["Code"] == error
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert "Item" in db.get_item(TableName=name, Key=item("a"))


def test_an_ordered_conflict_cancels_a_transaction(aws: LocalAws) -> None:
    db, name = aws.client("dynamodb"), table(aws)
    order = {"service": "dynamodb", "operation": "TransactWriteItems", "error": "TransactionCanceledException", "count": 1}
    aws.control("POST", "/_local/faults", order)
    with pytest.raises(ClientError) as refused:
        db.transact_write_items(TransactItems=[{"Put": {"TableName": name, "Item": item(each)}} for each in "ab"])
    assert [each["Code"] for each in refused.value.response["CancellationReasons"]] == ["TransactionConflict", "None"]
    assert db.scan(TableName=name)["Count"] == 0


@pytest.mark.parametrize(("phase", "items"), [("before", [0, 1]), ("after", [1, 1])])
def test_a_function_is_killed_around_its_write(aws: LocalAws, phase: str, items: "list[int]") -> None:
    db, name = aws.client("dynamodb"), table(aws)
    duty = f"killed-{phase}"
    rule(aws, duty, {"source": [duty]}, function(aws, duty, allow("dynamodb:PutItem", on=arn_of(aws, name))))
    aws.control("POST", "/_local/kill",
                {"function": duty, "service": "dynamodb", "operation": "PutItem", "phase": phase})
    write = {"service": "dynamodb", "call": "put_item", "with": {"TableName": name, "Item": item("a")}}
    (outcome,) = aws.control("POST", "/_local/emit",
                             {"source": duty, "detail-type": "t", "detail": {"do": [write]}})["functions"]
    assert (outcome["attempts"], outcome["error"]) == (2, None)
    calls = [each["error"] for each in aws.control("GET", "/_local/calls")["calls"]
             if each["service"] == "dynamodb" and duty in each["principal"]]
    assert len(calls) == sum(items)
    assert db.scan(TableName=name)["Count"] == 1


def test_only_calls_on_the_table_itself_are_management_events(aws: LocalAws) -> None:
    url, arn = queue(aws, "dynamodb-calls")
    rule(aws, "dynamodb-calls", {"source": ["aws.dynamodb"]}, arn, "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")
    db, name = aws.client("dynamodb"), table(aws)
    db.put_item(TableName=name, Item=item("a"))
    db.transact_write_items(TransactItems=[{"Delete": {"TableName": name, "Key": item("a")}}])
    db.describe_table(TableName=name)
    assert [each["detail"]["eventName"] for each in messages(aws, url, 2)] == ["CreateTable", "DescribeTable"]
    assert code(db.get_item, TableName="unknown", Key=item("a")) == "ResourceNotFoundException"
    assert messages(aws, url, 0) == []
