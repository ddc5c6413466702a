"""The account and the stack that are meant. Credentials come from where boto3 finds them: profile, SSO, environment, role."""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ProfileNotFound

from .trouble import Trouble

_CONFIG = Config(retries={"mode": "standard", "max_attempts": 5}, connect_timeout=10, max_pool_connections=16)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options that say whose Phiward is meant."""
    parser.add_argument("--stack", default="phiward")
    parser.add_argument("--profile")
    parser.add_argument("--region")


@dataclass(frozen=True)
class Account:
    """One stack in one account and Region."""

    session: Any
    stack: str = "phiward"

    @classmethod
    def chosen(cls, options: argparse.Namespace) -> "Account":
        """By the options."""
        try:
            # AWS_REGION is what AWS's other tools read; boto3 knows AWS_DEFAULT_REGION and the profile's own.
            region = options.region or (os.environ.get("AWS_REGION") if options.profile is None else None)
            return cls(boto3.Session(profile_name=options.profile, region_name=region), options.stack)
        except ProfileNotFound as error:
            raise Trouble(f"{error}: see `aws configure list-profiles`") from error

    def client(self, service: str) -> Any:
        """A client of a service."""
        return self.session.client(service, config=_CONFIG)

    @cached_property
    def description(self) -> "dict[str, Any]":
        """The stack as CloudFormation knows it."""
        try:
            return dict(self.client("cloudformation").describe_stacks(StackName=self.stack)["Stacks"][0])
        except ClientError as error:
            if "does not exist" in error.response["Error"].get("Message", ""):
                raise Trouble(f"there is no stack `{self.stack}` in {self.session.region_name}: "
                              "name another --stack, --region or --profile") from error
            raise

    def output(self, name: str) -> str:
        """An output of the stack."""
        for each in self.description.get("Outputs", []):
            if each["OutputKey"] == name:
                return str(each["OutputValue"])
        raise Trouble(f"the stack `{self.stack}` has no output {name}: deploy this version of Phiward first")

    def functions(self) -> "set[str]":
        """The names of the stack's functions."""
        pages = self.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=self.stack)
        found = (each for page in pages for each in page["StackResourceSummaries"])
        return {each["PhysicalResourceId"] for each in found if each["ResourceType"] == "AWS::Lambda::Function"}
