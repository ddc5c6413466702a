"""`GET /_local/quiet` answers when nothing moves any more, and `GET /_local/dynamodb/items` what a table holds."""

from __future__ import annotations

import threading

from conftest import LocalAws
from functions import function, queue, rule
from tables import item, table


def test_it_waits_for_what_a_call_has_set_off(aws: LocalAws) -> None:
    """The call's event, and the function that this starts."""
    pattern = {"source": ["aws.s3"], "detail": {"requestParameters": {"bucketName": ["quiet-bucket"]}}}
    rule(aws, "quiet", pattern, function(aws, "quiet"))
    assert aws.control("GET", "/_local/quiet?patience=30")["quiet"]
    aws.client("s3").create_bucket(Bucket="quiet-bucket")
    assert aws.control("GET", "/_local/quiet?patience=30") == {"quiet": True, "requests": 0, "events": 0, "invocations": 0}
    ran = [each for each in aws.control("GET", "/_local/invocations")["invocations"] if each["function"] == "quiet"]
    assert len(ran) == 1


def test_its_patience_ends(aws: LocalAws) -> None:
    url, _ = queue(aws, "quiet")
    waiting = threading.Thread(target=lambda: aws.client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=2))
    waiting.start()
    while not aws.control("GET", "/_local/pending")["requests"]:
        assert waiting.is_alive()
    answer = aws.control("GET", "/_local/quiet?patience=0.1")
    assert (answer["quiet"], answer["requests"]) == (False, 1)
    waiting.join()
    assert aws.control("GET", "/_local/quiet?patience=5")["quiet"]


def test_items_are_found_by_the_beginning_of_their_partition(aws: LocalAws) -> None:
    db, name = aws.client("dynamodb"), table(aws)
    for partition, sort in (("run#b", "2"), ("run#a", "1"), ("run#a", "2"), ("wake#a", "1")):
        db.put_item(TableName=name, Item=item(partition, sort, body="x"))

    def found(query: str) -> "list[tuple[str, str]]":
        answer = aws.control("GET", f"/_local/dynamodb/items?table={name}&{query}")
        return [(each["pk"]["S"], each["sk"]["S"]) for each in answer["items"]]

    assert found("partition=run%23") == [("run#a", "1"), ("run#a", "2"), ("run#b", "2")]
    assert found("partition=run%23&sort=2") == [("run#a", "2"), ("run#b", "2")]
    assert len(found("partition=")) == 4
