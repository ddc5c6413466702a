"""Function URLs as SAM makes them: their address, who may call them, the event, the answer."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from typing import Any, Mapping, Optional

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import pytest
from botocore.exceptions import ClientError
from conftest import LocalAws
from functions import allow, package, policy

_ADMIN = {"AccessKeyId": "test", "SecretAccessKey": "test", "SessionToken": None}


@pytest.fixture(scope="module")
def stack(aws: LocalAws) -> "dict[str, str]":
    """The outputs of a stack with one function behind a URL: Url, Function, Alias."""
    s3, stacks = aws.client("s3"), aws.client("cloudformation")
    s3.create_bucket(Bucket="url-code")
    s3.put_object(Bucket="url-code", Key="code.zip", Body=package())
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    body = json.dumps({
        "Transform": "AWS::Serverless-2016-10-31",
        "Resources": {
            "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": json.loads(policy(trust))}},
            "Function": {"Type": "AWS::Serverless::Function", "Properties": {
                "Runtime": "provided.al2023", "Handler": "bootstrap", "CodeUri": "s3://url-code/code.zip", "Timeout": 20,
                "AutoPublishAlias": "live", "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                "FunctionUrlConfig": {"AuthType": "AWS_IAM", "InvokeMode": "BUFFERED"}}}},
        "Outputs": {"Url": {"Value": {"Fn::GetAtt": ["FunctionUrl", "FunctionUrl"]}},
                    "Function": {"Value": {"Ref": "Function"}}, "Owner": {"Value": {"Ref": "FunctionUrl"}},
                    "Alias": {"Value": {"Ref": "FunctionAliaslive"}}}})
    stacks.create_stack(StackName="url", TemplateBody=body, Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"])
    stacks.get_waiter("stack_create_complete").wait(StackName="url", WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    (made,) = stacks.describe_stacks(StackName="url")["Stacks"]
    return {each["OutputKey"]: each["OutputValue"] for each in made["Outputs"]}


def _call(url: str, credentials: Optional[dict] = None, body: Any = None, method: str = "POST", scope: str = "lambda",
          headers: Optional[dict] = None, sent: Optional[bytes] = None) -> "tuple[int, Mapping[str, str], bytes]":
    """A request, signed unless the credentials are empty: status, headers, body."""
    data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    request = botocore.awsrequest.AWSRequest(method, url, data=data, headers=headers or {"content-type": "application/json"})
    given = _ADMIN if credentials is None else credentials
    if given:
        identity = botocore.credentials.Credentials(
            given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
        botocore.auth.SigV4Auth(identity, scope, "us-east-1").add_auth(request)
    plain = urllib.request.Request(
        url, data=(data if sent is None else sent) or None, headers=dict(request.headers.items()), method=method)
    try:
        with urllib.request.urlopen(plain, timeout=30) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def _both(alias: str, via: str = "true") -> "tuple[dict, dict]":
    return (allow("lambda:InvokeFunctionUrl", on=alias,
                  Condition={"StringEquals": {"lambda:FunctionUrlAuthType": "AWS_IAM"}}),
            allow("lambda:InvokeFunction", on=alias, Condition={"Bool": {"lambda:InvokedViaFunctionUrl": via}}))


def test_the_url_is_local_and_the_aliass(aws: LocalAws, stack: "dict[str, str]") -> None:
    assert stack["Url"].startswith(aws.endpoint + "/") and stack["Url"].endswith("/")
    assert stack["Alias"] == f"arn:aws:lambda:us-east-1:{aws.account}:function:{stack['Function']}:live" == stack["Owner"]
    config = aws.client("lambda").get_function_url_config(FunctionName=stack["Function"], Qualifier="live")
    assert (config["FunctionUrl"], config["FunctionArn"]) == (stack["Url"], stack["Alias"])
    assert (config["AuthType"], config["InvokeMode"]) == ("AWS_IAM", "BUFFERED")
    with pytest.raises(ClientError, match="ResourceNotFound"):
        aws.client("lambda").get_function_url_config(FunctionName=stack["Function"])


def test_a_caller_needs_both_permissions_on_the_alias(aws: LocalAws, stack: "dict[str, str]") -> None:
    whole = stack["Alias"].rsplit(":", 1)[0]
    url_only, invoke_only = _both(stack["Alias"])
    for name, statements, expected in (
            ("both", _both(stack["Alias"]), 200), ("url-only", (url_only,), 403), ("invoke-only", (invoke_only,), 403),
            ("not-by-url", _both(stack["Alias"], "false"), 403), ("unqualified", _both(whole), 403), ("none", (), 403)):
        status, headers, body = _call(stack["Url"], aws.role(f"url-{name}", *statements))
        assert status == expected, name
        if status == 403:
            assert body == b'{"Message":"Forbidden"}' and headers["x-amzn-ErrorType"] == "AccessDeniedException"
    by_url_alone = aws.client("lambda", aws.role("url-direct", *_both(stack["Alias"])))
    with pytest.raises(ClientError, match="AccessDenied"):
        by_url_alone.invoke(FunctionName=stack["Alias"])


def test_what_is_not_signed_well_is_forbidden(aws: LocalAws, stack: "dict[str, str]") -> None:
    session = aws.role("url-signer", *_both(stack["Alias"]))
    assert _call(stack["Url"], session)[0] == 200
    wrong = {**session, "SecretAccessKey": "not the secret"}
    unknown = {**session, "AccessKeyId": "ASIAUNKNOWN000000000", "SessionToken": None}
    hashed = {"x-amz-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}
    for arguments in ({"credentials": {}}, {"credentials": wrong}, {"credentials": unknown},
                      {"credentials": session, "scope": "execute-api"}, {"credentials": session, "sent": b"changed"},
                      {"credentials": session, "headers": hashed, "sent": b"changed"}):
        assert _call(stack["Url"], **arguments)[::2] == (403, b'{"Message":"Forbidden"}'), arguments
    assert _call(stack["Url"].rstrip("/")[:-4] + "none/", session)[0] == 403


def test_the_event_says_who_calls(aws: LocalAws, stack: "dict[str, str]") -> None:
    session = aws.role("url-caller", *_both(stack["Alias"]))
    status, headers, body = _call(stack["Url"] + "runs/1?a=b%20c", session, {"say": "hello"}, headers={
        "content-type": "application/json", "x-thing": "one"})
    answer = json.loads(body)
    event, context = answer["event"], answer["event"]["requestContext"]
    role = aws.client("iam").get_role(RoleName="url-caller")["Role"]["RoleId"]
    assert context["authorizer"]["iam"] == {
        "accessKey": session["AccessKeyId"], "accountId": aws.account, "callerId": f"{role}:test",
        "cognitoIdentity": None, "principalOrgId": None, "userId": f"{role}:test",
        "userArn": f"arn:aws:sts::{aws.account}:assumed-role/url-caller/test"}
    assert (event["version"], event["rawPath"], event["queryStringParameters"]) == ("2.0", "/runs/1", {"a": "b c"})
    assert (json.loads(event["body"]), event["isBase64Encoded"], event["headers"]["x-thing"]) == (
        {"say": "hello"}, False, "one")
    http = context["http"]
    assert (http["method"], http["path"], http["sourceIp"]) == ("POST", "/runs/1", "127.0.0.1")
    url_id = stack["Url"].rstrip("/").rsplit("/", 1)[-1]
    assert (context["domainName"], context["apiId"]) == (f"{url_id}.lambda-url.us-east-1.on.aws", url_id)
    assert answer["arn"] == stack["Alias"]
    assert answer["id"] == context["requestId"] == headers["x-amzn-RequestId"]
    last = aws.control("GET", "/_local/invocations")["invocations"][-1]
    assert (last["function"], last["request_id"]) == (stack["Function"], answer["id"])


def test_a_user_is_named_by_its_own_arn(aws: LocalAws, stack: "dict[str, str]") -> None:
    iam = aws.client("iam")
    user = iam.create_user(UserName="url-user")["User"]
    iam.put_user_policy(UserName="url-user", PolicyName="p", PolicyDocument=policy(*_both(stack["Alias"])))
    key = iam.create_access_key(UserName="url-user")["AccessKey"]
    status, _, body = _call(stack["Url"], {**key, "SessionToken": None}, b"\x00\x01", headers={
        "content-type": "application/octet-stream"})
    event = json.loads(body)["event"]
    assert event["requestContext"]["authorizer"]["iam"]["userArn"] == user["Arn"]
    assert event["requestContext"]["authorizer"]["iam"]["userId"] == user["UserId"]
    assert (event["isBase64Encoded"], base64.b64decode(event["body"])) == (True, b"\x00\x01")


def test_the_functions_answer_is_unwrapped(stack: "dict[str, str]") -> None:
    answer = {"statusCode": 409, "headers": {"Content-Type": "text/plain", "x-made": "here"}, "body": "no"}
    status, headers, body = _call(stack["Url"], body={"answer": answer})
    assert (status, headers["content-type"], headers["x-made"], body) == (409, "text/plain", "here", b"no")
    encoded = {"statusCode": 200, "body": base64.b64encode(b"\x00").decode(), "isBase64Encoded": True}
    assert _call(stack["Url"], body={"answer": encoded})[::2] == (200, b"\x00")
    status, headers, body = _call(stack["Url"], body={"answer": {"made": "json"}})
    assert (status, headers["content-type"], json.loads(body)) == (200, "application/json", {"made": "json"})


def test_a_function_that_fails_answers_502_and_says_no_more(stack: "dict[str, str]") -> None:
    status, _, body = _call(stack["Url"], body={"fail": "a secret in an error"})
    assert (status, body) == (502, b"Internal Server Error")
    assert _call(stack["Url"], body={"answer": {"statusCode": "many", "body": ""}})[0] == 502


def test_requests_are_logged_and_fail_when_ordered(aws: LocalAws, stack: "dict[str, str]") -> None:
    session = aws.role("url-logged", *_both(stack["Alias"]))
    aws.control("POST", "/_local/faults", {"service": "lambda", "operation": "InvokeFunctionUrl", "count": 1,
                                           "error": "ServiceUnavailable", "principal": "url-logged"})
    assert [_call(stack["Url"], session)[0] for _ in range(2)] == [503, 200]
    calls = [each for each in aws.control("GET", "/_local/calls")["calls"] if each["principal"].endswith("/url-logged")]
    assert [(each["service"], each["operation"], each["error"]) for each in calls] == [
        ("lambda", "InvokeFunctionUrl", "ServiceUnavailable"), ("lambda", "InvokeFunctionUrl", None)]


def test_the_url_goes_with_its_stack(aws: LocalAws, stack: "dict[str, str]") -> None:
    changed = aws.client("lambda").update_function_url_config
    arguments = {"FunctionName": stack["Function"], "Qualifier": "live", "AuthType": "AWS_IAM"}
    on = stack["Alias"].rsplit(":", 1)[0] + "*"
    maker = aws.client("lambda", aws.role("url-maker", allow("lambda:CreateFunctionUrlConfig", on=on)))
    with pytest.raises(ClientError, match="UpdateFunctionUrlConfig"):
        maker.update_function_url_config(**arguments)
    assert changed(**arguments)["FunctionUrl"] == stack["Url"]
    stacks = aws.client("cloudformation")
    stacks.delete_stack(StackName="url")
    stacks.get_waiter("stack_delete_complete").wait(StackName="url", WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    assert _call(stack["Url"])[0] == 403
