"""A role's own session, in the hands of a test: what a function could do if its code were somebody else's."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Callable

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.httpsession import URLLib3Session

from demo.principals import endpoint, region

from .second_stack import ACCOUNT, client, deployed

_DENIED = ("AccessDenied", "AccessDeniedException", "AuthorizationError", "403")


@dataclass(frozen=True)
class Session:
    """Clients with the role's credentials."""

    session: boto3.Session

    def client(self, service: str) -> Any:
        return self.session.client(
            service, endpoint_url=endpoint(),
            config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}))

    def mantle(self, method: str, path: str, body: "dict[str, Any]") -> int:
        """The status of a request to bedrock-mantle."""
        request = AWSRequest(method, endpoint() + path, data=json.dumps(body).encode(),
                             headers={"content-type": "application/json"})
        SigV4Auth(self.session.get_credentials(), "bedrock-mantle", region()).add_auth(request)
        return URLLib3Session().send(request.prepare()).status_code


@lru_cache(maxsize=None)
def session_of(duty: str) -> Session:
    """The role trusts Lambda alone, so for a moment it is told to trust the account too."""
    iam, arn = client("iam"), deployed().role(duty)
    name = arn.rsplit("/", 1)[-1]
    trust = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
    more = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
    widened = {**trust, "Statement": [*trust["Statement"], more]}
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(widened))
    try:
        given = client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    finally:
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(trust))
    return Session(boto3.Session(
        given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"], region_name=region()))


def refused(call: "Callable[[], Any]") -> bool:
    """Whether IAM refuses it; any other error is an error of the test."""
    try:
        answer = call()
    except ClientError as error:
        if error.response["Error"]["Code"] in _DENIED:
            return True
        raise
    return answer == 403


def all_refused(tries: "dict[str, Callable[[], Any]]") -> None:
    """IAM refuses each of them."""
    allowed = [name for name, call in tries.items() if not refused(call)]
    assert not allowed, f"allowed: {allowed}"
