"""Lifecycle configurations kept as they were put, as ministack loses rule-level prefixes and the transition minimum.

API reference, `PutBucketLifecycleConfiguration` and `GetBucketLifecycleConfiguration`; S3 adds an ID to a rule
that has none.
"""

from __future__ import annotations

import uuid
import xml.etree.ElementTree as ElementTree
from typing import Any, Optional

_HEADER = "x-amz-transition-default-minimum-object-size"
_DEFAULT = "all_storage_classes_128K"
_ACTIONS = {"Expiration", "Transition", "NoncurrentVersionExpiration", "NoncurrentVersionTransition",
            "AbortIncompleteMultipartUpload"}


def install() -> None:
    """Judge a configuration by its rules, keep the document, and answer it with its header."""
    from ministack.services import s3

    dispatch, get = s3._dispatch, s3._get_bucket_lifecycle

    def dispatch_put(method, bucket, key, headers, body, query_params):
        if method != "PUT" or key or "lifecycle" not in query_params or bucket not in s3._buckets:
            return dispatch(method, bucket, key, headers, body, query_params)
        try:
            root = ElementTree.fromstring(body)
        except ElementTree.ParseError:
            return s3._error("MalformedXML", s3._MALFORMED_XML, 400)
        refused = _refusal(s3, root)
        if refused:
            return refused
        response = dispatch(method, bucket, key, headers, body, query_params)
        if response[0] != 200:
            return response
        minimum = headers.get(_HEADER, _DEFAULT)
        # Kept beside ministack's rules: when those are replaced (by CloudFormation, say), this is out of date.
        s3._buckets[bucket]["_lifecycle"] = (s3._bucket_lifecycle.get(bucket), _with_ids(root), minimum)
        return 200, {_HEADER: minimum}, b""

    def get_bucket_lifecycle(bucket):
        rules, document, minimum = s3._buckets.get(bucket, {}).get("_lifecycle", (None, None, None))
        if document is None or s3._bucket_lifecycle.get(bucket) is not rules:
            return get(bucket)
        return 200, {"Content-Type": "application/xml", _HEADER: minimum}, document

    s3._dispatch, s3._get_bucket_lifecycle = dispatch_put, get_bucket_lifecycle


def _refusal(s3: Any, root: ElementTree.Element) -> Optional[Any]:
    rules = [each for each in root if _name(each) == "Rule"]
    if not rules:
        return s3._error("MalformedXML", s3._MALFORMED_XML, 400)
    identifiers = [_child(rule, "ID").text for rule in rules if _child(rule, "ID") is not None]
    if len(identifiers) != len(set(identifiers)):
        message = "Rule ID must be unique. Found same ID for more than one rule"
        return s3._error("InvalidArgument", message, 400)
    for rule in rules:
        names = {_name(each) for each in rule}
        if len(names & {"Filter", "Prefix"}) != 1:
            return s3._error("MalformedXML", s3._MALFORMED_XML, 400)
        if not names & _ACTIONS:
            return s3._error("InvalidRequest", "At least one action needs to be specified in a rule", 400)
    return None


def _with_ids(root: ElementTree.Element) -> bytes:
    namespace = root.tag.rpartition("}")[0] + "}" if "}" in root.tag else ""
    for rule in root:
        if _name(rule) == "Rule" and _child(rule, "ID") is None:
            identifier = ElementTree.Element(f"{namespace}ID")
            identifier.text = str(uuid.uuid4())
            rule.insert(0, identifier)
    if namespace:
        ElementTree.register_namespace("", namespace.strip("{}"))
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _name(element: ElementTree.Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def _child(rule: ElementTree.Element, name: str) -> Optional[ElementTree.Element]:
    return next((each for each in rule if _name(each) == name), None)
