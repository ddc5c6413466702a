"""IAM's decisions on roles are noted, and asked again under other policies: the answer is what would happen."""

from __future__ import annotations

import itertools
import json
import time
from typing import Any, Callable

import pytest
from conftest import LocalAws
from functions import allow, function, messages, policy, queue
from tables import arn_of, code, item, table

_NUMBER = itertools.count()
_REFUSED = ("AccessDenied", "AccessDeniedException", "403")


def _decisions(aws: LocalAws, role: str) -> "list[dict[str, Any]]":
    found = aws.control("GET", f"/_local/authorizations?role=arn:aws:iam::{aws.account}:role{role}")
    return found["authorizations"]


def _denied(aws: LocalAws, given: "list[dict[str, Any]]", *statements: dict) -> "list[int]":
    """The decisions that would be denied if these statements were all that the role has."""
    asked = {"ids": [each["id"] for each in given], "documents": {"other": json.loads(policy(*statements))}}
    return aws.control("POST", "/_local/authorizations/evaluate", asked)["denied"]["other"]


def test_a_decision_has_all_that_it_was_made_of(aws: LocalAws) -> None:
    name, role = table(aws), f"noted-{next(_NUMBER)}"
    db = aws.client("dynamodb", aws.role(role, allow("dynamodb:PutItem", on=arn_of(aws, name))))
    assert code(db.transact_write_items, TransactItems=[{"Put": {"TableName": name, "Item": item("run")}}]) is None
    assert code(db.get_item, TableName=name, Key=item("run")) in _REFUSED
    written, read = _decisions(aws, f"/{role}")
    assert (written["action"], written["operation"], written["resource"], written["by"], written["allowed"]) == (
        "dynamodb:PutItem", "dynamodb:TransactWriteItems", arn_of(aws, name), "call", True)
    assert written["context"]["dynamodb:leadingkeys"] == ["run"]
    assert (read["action"], read["allowed"]) == ("dynamodb:GetItem", False)
    assert read["id"] > written["id"] and read["time"] >= written["time"]


def test_decisions_are_listed_by_role_and_time_and_forgotten(aws: LocalAws) -> None:
    first, second = f"noted-{next(_NUMBER)}", f"noted-{next(_NUMBER)}"
    aws.client("s3", aws.role(first, allow("s3:ListAllMyBuckets"))).list_buckets()
    between = time.time()
    aws.client("s3", aws.role(second, allow("s3:ListAllMyBuckets"))).list_buckets()
    [one], [other] = _decisions(aws, f"/{first}"), _decisions(aws, f"/{second}")
    everything = aws.control("GET", f"/_local/authorizations?since={between}")["authorizations"]
    assert other in everything and one not in everything
    assert aws.control("DELETE", "/_local/authorizations") == {"authorizations": []}
    assert _decisions(aws, f"/{first}") == []


def test_only_what_was_allowed_can_be_denied_by_another_policy(aws: LocalAws) -> None:
    role = f"noted-{next(_NUMBER)}"
    s3 = aws.client("s3", aws.role(role, allow("s3:ListAllMyBuckets")))
    s3.list_buckets()
    assert code(aws.client("sqs", aws.role(f"{role}-x")).list_queues) in _REFUSED
    given = [*_decisions(aws, f"/{role}"), *_decisions(aws, f"/{role}-x")]
    assert [each["allowed"] for each in given] == [True, False]
    assert _denied(aws, given, allow("sqs:ListQueues")) == [given[0]["id"]]
    assert _denied(aws, given, allow("s3:*")) == []


class _World:
    """A role that writes under a key, into a ledger, copies with tags, and to where a bucket's own policy admits it."""

    def __init__(self, aws: LocalAws) -> None:
        self.role, number = f"noted-{next(_NUMBER)}", next(_NUMBER)
        self.bucket, self.open, self.closed = (f"noted-{kind}-{number}" for kind in ("own", "open", "closed"))
        self.key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
        self.table = table(aws)
        s3 = aws.client("s3")
        for each in (self.bucket, self.open, self.closed):
            s3.create_bucket(Bucket=each)
        s3.put_object(Bucket=self.bucket, Key="tagged", Body=b"1", Tagging="a=b")
        self.statements = [
            allow("s3:GetObject", "s3:GetObjectTagging", "s3:GetObjectAnnotation", "s3:PutObject", "s3:PutObjectTagging",
                  "s3:PutObjectAnnotation", "s3:ListBucket"),
            allow("s3:GetBucketVersioning", on=f"arn:aws:s3:::{self.bucket}"),
            allow("kms:GenerateDataKey", on=self.key,
                  Condition={"StringEquals": {"kms:ViaService": f"s3.{aws.region}.amazonaws.com"}}),
            allow("dynamodb:PutItem", on=arn_of(aws, self.table), Condition={
                "ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["run", "state"]}}),
        ]
        session = aws.role(self.role, *self.statements)
        mine, db = aws.client("s3", session), aws.client("dynamodb", session)
        arn = f"arn:aws:iam::{aws.account}:role/{self.role}"
        for bucket, effect in ((self.open, "Allow"), (self.closed, "Deny")):
            statement = {"Effect": effect, "Principal": {"AWS": arn}, "Action": "s3:PutObject",
                         "Resource": f"arn:aws:s3:::{bucket}/*"}
            s3.put_bucket_policy(Bucket=bucket, Policy=policy(statement))
        self.calls: "dict[str, Callable[[], Any]]" = {
            "under a key": lambda: mine.put_object(
                Bucket=self.bucket, Key="k", Body=b"1", ServerSideEncryption="aws:kms", SSEKMSKeyId=self.key),
            "copied": lambda: mine.copy_object(Bucket=self.bucket, Key="c", CopySource=f"{self.bucket}/tagged"),
            "admitted": lambda: mine.put_object(Bucket=self.open, Key="k", Body=b"1"),
            "forbidden": lambda: mine.put_object(Bucket=self.closed, Key="k", Body=b"1"),
            "run": lambda: db.put_item(TableName=self.table, Item=item("run")),
            "state": lambda: db.put_item(TableName=self.table, Item=item("state")),
            "bucket": lambda: mine.get_bucket_versioning(Bucket=self.bucket),
        }

    def refused(self) -> "set[str]":
        """The calls that are refused."""
        return {name for name, call in self.calls.items() if code(call) in _REFUSED}

    def decided(self, aws: LocalAws) -> "dict[int, str]":
        """Every decision, and the call that it was made for."""
        aws.control("DELETE", "/_local/authorizations")
        found: "dict[int, str]" = {}
        for name, call in self.calls.items():
            code(call)
            for each in _decisions(aws, f"/{self.role}"):
                found.setdefault(each["id"], name)
        return found

    def others(self) -> "dict[str, list[dict]]":
        """The policy with each statement, each action and one leading key left out; and more, and less."""
        found = {"everything of S3": [allow("s3:*")], "nothing": [allow("x:None")]}
        for index, statement in enumerate(self.statements):
            rest = [*self.statements[:index], *self.statements[index + 1:]]
            found[f"less {index}"] = rest
            for action in statement["Action"]:
                actions = ["x:None", *(other for other in statement["Action"] if other != action)]
                found[f"{index} less {action}"] = [*rest, {**statement, "Action": actions}]
        less = json.loads(json.dumps(self.statements))
        less[-1]["Condition"]["ForAllValues:StringEquals"]["dynamodb:LeadingKeys"] = ["state"]
        return {**found, "less run": less}


def test_what_would_be_denied_is_what_is_denied(aws: LocalAws) -> None:
    """The same evaluator, with all that it had: compared by putting each of the policies in force."""
    world, iam, seen = _World(aws), aws.client("iam"), set()
    assert world.refused() == {"forbidden"}
    decided, others = world.decided(aws), world.others()
    documents = {name: json.loads(policy(*statements)) for name, statements in others.items()}
    asked = {"ids": list(decided), "documents": documents}
    said = aws.control("POST", "/_local/authorizations/evaluate", asked)["denied"]
    for name, statements in others.items():
        iam.put_role_policy(RoleName=world.role, PolicyName="p", PolicyDocument=policy(*statements))
        really = world.refused() - {"forbidden"}
        assert {decided[each] for each in said[name]} == really, name
        seen |= really
    assert seen == set(world.calls) - {"forbidden", "admitted"}


@pytest.mark.parametrize("less", ["logs:PutLogEvents", "sqs:SendMessage"])
def test_what_lambda_itself_does_with_the_role_is_told_apart(aws: LocalAws, less: str) -> None:
    name = f"noting-{next(_NUMBER)}"
    url, arn = queue(aws, name)
    function(aws, name, allow("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents", "sqs:SendMessage"))
    lambdas = aws.client("lambda")
    lambdas.put_function_event_invoke_config(
        FunctionName=name, MaximumRetryAttempts=0, DestinationConfig={"OnFailure": {"Destination": arn}})
    lambdas.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps({"detail": {"fail": "so"}}))
    assert len(messages(aws, url)) == 1
    decided = {each["action"]: each for each in _decisions(aws, f"/duties/{name}-role")}
    assert decided[less]["by"] == "lambda"


def test_an_answer_that_depends_on_the_role_is_told_apart(aws: LocalAws) -> None:
    """Who may not list a bucket is refused where another is told that there is nothing."""
    role, bucket = f"noted-{next(_NUMBER)}", f"noted-{next(_NUMBER)}"
    aws.client("s3").create_bucket(Bucket=bucket)
    s3 = aws.client("s3", aws.role(role, allow("s3:GetObject", "s3:ListBucket")))
    assert code(s3.get_object, Bucket=bucket, Key="gone") == "NoSuchKey"
    assert [(each["action"], each["by"], each["operation"]) for each in _decisions(aws, f"/{role}")] == [
        ("s3:GetObject", "call", "s3:GetObject"), ("s3:ListBucket", "answer", "s3:GetObject")]
