"""Event selectors that PutEventSelectors refuses.

API reference, PutEventSelectors, `EventSelector`, `DataResource`, `AdvancedFieldSelector` and
`InvalidEventSelectorsException`; user guide, "Quotas in AWS CloudTrail". ministack keeps almost anything.
"""

from __future__ import annotations

import re
from typing import Any, Iterator, Optional

_WORDS = ("All", "ReadOnly", "WriteOnly")
_EXCLUDABLE = {"kms.amazonaws.com", "rdsdata.amazonaws.com"}
_BASIC_TYPES = {"AWS::S3::Object": "s3", "AWS::Lambda::Function": "lambda", "AWS::DynamoDB::Table": "dynamodb"}
#: Of the types in the API reference those that anything here knows, and a few others.
_TYPES = {*_BASIC_TYPES, "AWS::Bedrock::AgentAlias", "AWS::Bedrock::AsyncInvoke", "AWS::Bedrock::FlowAlias",
          "AWS::Bedrock::Guardrail", "AWS::Bedrock::InlineAgent", "AWS::Bedrock::KnowledgeBase", "AWS::Bedrock::Model",
          "AWS::Bedrock::PromptVersion", "AWS::Bedrock::Session", "AWS::BedrockMantle::Project", "AWS::DynamoDB::Stream",
          "AWS::S3::AccessPoint", "AWS::S3Express::Object", "AWS::SNS::Topic", "AWS::SQS::Queue"}
_OPERATORS = ("Equals", "StartsWith", "EndsWith", "NotEquals", "NotStartsWith", "NotEndsWith")
_ONLY_EQUALS = {"eventCategory", "readOnly", "resources.type"}
_FIELDS = {
    "Management": {"eventCategory", "readOnly", "eventSource", "eventName", "eventType", "sessionCredentialFromConsole",
                   "userIdentity.arn"},
    "Data": {"eventCategory", "readOnly", "eventSource", "eventName", "eventType", "resources.type", "resources.ARN",
             "sessionCredentialFromConsole", "userIdentity.arn"},
    "NetworkActivity": {"eventCategory", "eventSource", "eventName", "errorCode", "vpcEndpointId"},
}


def install() -> None:
    """Judge selectors before they are kept."""
    from ministack.services import cloudtrail

    put = cloudtrail._DISPATCH["PutEventSelectors"]

    def put_event_selectors(body: dict) -> Any:
        *_, error = cloudtrail._find_mutable_trail(str(body.get("TrailName", "")))
        wrong = None if error else problem(body.get("EventSelectors"), body.get("AdvancedEventSelectors"))
        return cloudtrail._err("InvalidEventSelectorsException", wrong) if wrong else put(body)

    cloudtrail._DISPATCH["PutEventSelectors"] = put_event_selectors


def problem(basic: "Optional[list[dict]]", advanced: "Optional[list[dict]]") -> Optional[str]:
    """Why CloudTrail would refuse these; None where it would not, or where ministack refuses already."""
    resources = sum(len(each.get("Values") or []) for selector in basic or [] for each in selector.get("DataResources") or [])
    if resources > 250:
        return "Specify a valid number of data resources (1 to 250) for your trail."
    values = sum(len(each.get(operator) or []) for selector in advanced or []
                 for each in selector.get("FieldSelectors") or [] for operator in _OPERATORS)
    if values > 500:
        return "Specify up to 500 values for all conditions in all advanced event selectors."
    found = [*(_basic(each) for each in basic or []), *(_advanced(each) for each in advanced or [])]
    return next((each for each in found if each), None)


def _basic(selector: dict) -> Optional[str]:
    if selector.get("ReadWriteType", "All") not in _WORDS:
        return "Value for ReadWriteType is invalid."
    excluded = set(selector.get("ExcludeManagementEventSources") or [])
    if excluded - _EXCLUDABLE:
        return "Value for ExcludeManagementEventSources is invalid."
    resources = selector.get("DataResources") or []
    if not selector.get("IncludeManagementEvents", True) and not resources:
        return ("Invalid combination of parameters in EventSelectors. When includeManagementEvents is false, DataResources "
                "must not be empty.")
    for each in resources:
        service = _BASIC_TYPES.get(each.get("Type", ""))
        if service is None:
            return f"Value {each.get('Type')} for DataResources.Type is invalid."
        for value in each.get("Values") or []:
            if "*" in value or not re.match(rf"arn:aws[a-z-]*:{service}(:|$)", value):
                return f"Value {value} for DataResources.Values is invalid."
    return None


def _advanced(selector: dict) -> Optional[str]:
    fields = selector.get("FieldSelectors") or []
    names = [each.get("Field", "") for each in fields]
    category = next((each.get("Equals") for each in fields if each.get("Field") == "eventCategory"), None)
    if category is None or len(category) != 1 or category[0] not in _FIELDS:
        return "Advanced event selectors must have one valid eventCategory."
    if len(set(names)) != len(names):
        return "A field can be named once in an advanced event selector."
    if set(names) - _FIELDS[category[0]]:
        return f"Invalid field for the event category {category[0]}."
    if category == ["Data"] and "resources.type" not in names:
        return "Advanced event selectors for data events must have a resources.type."
    return next(_field_problems(fields), None)


def _field_problems(fields: "list[dict]") -> "Iterator[str]":
    for each in fields:
        used = [name for name in _OPERATORS if name in each]
        if not used or any(not each[name] for name in used):
            yield f"The field {each['Field']} has no values."
        elif each["Field"] in _ONLY_EQUALS and used != ["Equals"]:
            yield f"The field {each['Field']} takes Equals alone."
        elif each["Field"] == "readOnly" and each["Equals"] not in (["true"], ["false"]):
            yield "The field readOnly is true or false."
        elif each["Field"] == "resources.type" and (len(each["Equals"]) != 1 or each["Equals"][0] not in _TYPES):
            yield "The resources.type is not one that CloudTrail knows."
