"""Function URLs on the local endpoint: AWS would name a host, `https://ID.lambda-url.REGION.on.aws/`."""

from __future__ import annotations

import os
from typing import Any, Optional

FUNCTION_URLS = "/_aws/lambda-url/"


def install() -> None:
    """Name and find URLs by their local address; of an alias, with the alias's ARN; judge each call by its name."""
    _judge_by_name()
    _address_locally()


def _judge_by_name() -> None:
    """ministack takes updates and deletions for creations."""
    from ministack.core import iam_actions

    action_of = iam_actions._lambda_action
    names = {"PUT": "UpdateFunctionUrlConfig", "DELETE": "DeleteFunctionUrlConfig"}

    def lambda_action(method: str, path: str) -> Optional[str]:
        return names[method] if path.endswith("/url") and method in names else action_of(method, path)

    iam_actions._lambda_action = lambda_action


def _address_locally() -> None:
    from ministack.core.responses import json_response
    from ministack.services import lambda_svc
    from ministack.services.cloudformation import provisioners

    create, identifier = lambda_svc._create_function_url_config, lambda_svc._function_url_id
    handlers = provisioners._RESOURCE_HANDLERS["AWS::Lambda::Url"]
    make, update, delete = handlers["create"], handlers["update"], handlers["delete"]

    def create_function_url_config(name: str, data: dict, qualifier: Optional[str]) -> Any:
        answer = create(name, data, qualifier)
        if answer[0] != 201:
            return answer
        key = lambda_svc._url_config_key(name, qualifier)
        made = lambda_svc._function_urls[key]
        made["FunctionUrl"] = f"{os.environ['AWS_ENDPOINT_URL']}{FUNCTION_URLS}{identifier(made['FunctionUrl'])}/"
        made["FunctionArn"] = lambda_svc._func_arn(key)
        return json_response(made, status=201)

    def function_url_id(url: str) -> str:
        return url.rstrip("/").rsplit("/", 1)[-1] if FUNCTION_URLS in url else identifier(url)

    # In a template, `Ref` is the function's ARN.
    def make_url(logical_id: str, props: dict, stack_name: str) -> Any:
        key, attributes = make(logical_id, props, stack_name)
        return lambda_svc._func_arn(key), attributes

    def update_url(physical_id: str, old: dict, new: dict, stack_name: str) -> Any:
        key, attributes = update(_key(physical_id), old, new, stack_name)
        return lambda_svc._func_arn(key), attributes

    def delete_url(physical_id: str, props: dict) -> Any:
        return delete(_key(physical_id), props)

    lambda_svc._create_function_url_config, lambda_svc._function_url_id = create_function_url_config, function_url_id
    handlers["create"], handlers["update"], handlers["delete"] = make_url, update_url, delete_url


def _key(arn: str) -> str:
    """ministack's name of a URL: the function's, and the alias's."""
    return arn.split(":function:")[-1]
