"""The template as SAM's own transform makes it, without AWS."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse


def transformed(file: Path) -> "Counter[str]":
    """How many resources of each type; those that hang on a condition too."""
    template = yaml_parse(file.read_text())
    template["Globals"]["Function"]["CodeUri"] = "s3://bucket/key"
    parameters = {name: each.get("Default") for name, each in template["Parameters"].items()}
    made = Translator({}, Parser(), [], boto3.Session(region_name="us-east-1")).translate(template, parameters)
    return Counter(each["Type"] for each in made["Resources"].values())
