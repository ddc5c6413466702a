"""`python -m demo.deployed STACK ENV_FILE`: what the deploy made, as one JSON line, and the functions' environment as a
file for `cargo lambda watch --env-file`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from .principals import administrator, endpoint, region


def main(stack: str, env_file: str) -> None:
    """Read the stack as the administrator."""
    admin = administrator()
    described = admin.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    functions = _functions(admin, stack)
    if not functions:
        sys.exit(f"stack `{stack}` has no function with PHIWARD_DUTY in its environment: is template.yaml right?")
    variables = _shared([each.pop("variables") for each in functions.values()])
    Path(env_file).write_text(_env_lines(variables))
    print(json.dumps({
        "functions": functions,
        "outputs": {each["OutputKey"]: each["OutputValue"] for each in described.get("Outputs", [])},
        "evidence_bucket": variables["PHIWARD_EVIDENCE_BUCKET"],
        "quarantine_bucket": variables.get("PHIWARD_QUARANTINE_BUCKET"),
    }))


def _functions(admin: Any, stack: str) -> "dict[str, dict[str, Any]]":
    """By duty."""
    functions: "dict[str, dict[str, Any]]" = {}
    pages = admin.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack)
    for resource in (each for page in pages for each in page["StackResourceSummaries"]):
        if resource["ResourceType"] != "AWS::Lambda::Function":
            continue
        config = admin.client("lambda").get_function_configuration(FunctionName=resource["PhysicalResourceId"])
        variables = config.get("Environment", {}).get("Variables", {})
        if "PHIWARD_DUTY" in variables:
            functions[variables["PHIWARD_DUTY"]] = {
                "name": config["FunctionName"], "arn": config["FunctionArn"], "role": config["Role"],
                "variables": variables,
            }
    return functions


def _shared(environments: "list[dict[str, str]]") -> "dict[str, str]":
    """All variables of all functions, but for those that differ between them, as the duty's name does."""
    merged: "dict[str, str]" = {}
    differing = set()
    for name, value in (item for each in environments for item in each.items()):
        if merged.setdefault(name, value) != value:
            differing.add(name)
    return {name: value for name, value in merged.items() if name not in differing}


def _env_lines(variables: "dict[str, str]") -> str:
    phiward = {name: value for name, value in sorted(variables.items()) if name.startswith("PHIWARD_")}
    aws = {
        "AWS_ENDPOINT_URL": endpoint(), "AWS_REGION": region(), "AWS_DEFAULT_REGION": region(),
        "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
    }
    return "".join(f"{name}={value}\n" for name, value in {**phiward, **aws}.items())


if __name__ == "__main__":
    main(*sys.argv[1:])
