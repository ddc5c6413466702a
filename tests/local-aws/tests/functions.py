"""Functions for tests: a `provided.al2023` bootstrap that does the API calls which its event asks for."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from typing import Any, Optional

from conftest import LocalAws

_BOOTSTRAP = '''#!{python}
import json, os, sys, urllib.request
import boto3

API = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/"

def work(event):
    if "http" in event.get("requestContext", {{}}):
        return reply(event)
    detail = event.get("detail") or {{}}
    print("working on", detail.get("say", "an event"), flush=True)
    if detail.get("print"):
        print(json.dumps(detail["print"]), flush=True)
    if detail.get("fail"):
        raise RuntimeError(detail["fail"])
    done = []
    for each in detail.get("do", []):
        client = boto3.client(each["service"], region_name="us-east-1")
        getattr(client, each["call"])(**each.get("with", {{}}))
        done.append(each["call"])
    return {{"done": done, "pid": os.getpid(), "arn": ARN, "request_id": request, "deadline_ms": DEADLINE}}

def reply(event):
    asked = json.loads(event["body"]) if event.get("body") and not event["isBase64Encoded"] else {{}}
    if asked.get("fail"):
        raise RuntimeError(asked["fail"])
    return asked.get("answer") or {{"statusCode": 200, "body": json.dumps({{"event": event, "arn": ARN, "id": request}})}}

while True:
    with urllib.request.urlopen(API + "invocation/next") as answer:
        request, event = answer.headers["Lambda-Runtime-Aws-Request-Id"], json.load(answer)
        ARN = answer.headers["Lambda-Runtime-Invoked-Function-Arn"]
        DEADLINE = int(answer.headers["Lambda-Runtime-Deadline-Ms"])
        print("request", request, flush=True)
    try:
        kind, body = "response", work(event)
    except Exception as error:
        kind, body = "error", {{"errorType": type(error).__name__, "errorMessage": str(error)}}
    urllib.request.urlopen(urllib.request.Request(
        API + "invocation/" + request + "/" + kind, data=json.dumps(body).encode(), method="POST")).read()
'''


def package() -> bytes:
    """The deployment package."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        entry = zipfile.ZipInfo("bootstrap")
        entry.external_attr = 0o755 << 16
        archive.writestr(entry, _BOOTSTRAP.format(python=sys.executable))
    return packed.getvalue()


def policy(*statements: dict) -> str:
    """A policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(*actions: str, on: str = "*", **condition: Any) -> dict:
    """An Allow statement."""
    return {"Effect": "Allow", "Action": list(actions), "Resource": on, **condition}


def function(aws: LocalAws, name: str, *statements: dict, duty: Optional[str] = None) -> str:
    """A function whose role may do what the statements say: its ARN."""
    iam = aws.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = iam.create_role(RoleName=f"{name}-role", Path="/duties/", AssumeRolePolicyDocument=policy(trust))["Role"]
    if statements:
        iam.put_role_policy(RoleName=f"{name}-role", PolicyName="p", PolicyDocument=policy(*statements))
    variables = {"PHIWARD_DUTY": duty} if duty else {}
    return aws.client("lambda").create_function(
        FunctionName=name, Runtime="provided.al2023", Role=role["Arn"], Handler="bootstrap", Timeout=20,
        Code={"ZipFile": package()}, Environment={"Variables": variables})["FunctionArn"]


def rule(aws: LocalAws, name: str, pattern: dict, target: str, state: str = "ENABLED", **of_target: Any) -> str:
    """A rule that starts a function or writes to a queue: its ARN."""
    events = aws.client("events")
    arn = events.put_rule(Name=name, EventPattern=json.dumps(pattern), State=state)["RuleArn"]
    if ":lambda:" in target:
        aws.client("lambda").add_permission(
            FunctionName=target, StatementId=name, Action="lambda:InvokeFunction", Principal="events.amazonaws.com",
            SourceArn=arn)
    events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": target, **of_target}])
    return arn


def queue(aws: LocalAws, name: str) -> "tuple[str, str]":
    """A queue that EventBridge may write to: its URL and ARN."""
    arn = f"arn:aws:sqs:{aws.region}:{aws.account}:{name}"
    admit = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage",
             "Resource": arn}
    url = aws.client("sqs").create_queue(QueueName=name, Attributes={"Policy": policy(admit)})["QueueUrl"]
    return url, arn


def messages(aws: LocalAws, url: str, count: int = 1) -> "list[dict]":
    """The bodies of the next messages of a queue, as JSON; fewer when they do not come in time."""
    found: "list[dict]" = []
    for _ in range(30):
        answer = aws.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        found += [json.loads(message["Body"]) for message in answer.get("Messages", [])]
        if len(found) >= count:
            return found
        if count == 0:
            return found
    return found
