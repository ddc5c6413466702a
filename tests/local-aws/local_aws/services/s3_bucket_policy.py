"""Bucket policies: GetBucketPolicyStatus, which ministack answers with a listing, and what PutBucketPolicy refuses.

User guide, "Bucket policies for Amazon S3" (20 KB, principals must exist) and the error `MalformedPolicy`.
"""

from __future__ import annotations

import json
from typing import Any, Iterable, Optional

MAX_BYTES = 20 * 1024


def install() -> None:
    """Answer `?policyStatus` and judge policies before they are kept."""
    from ministack.services import s3

    dispatch, put_policy = s3._dispatch, s3._put_bucket_policy

    def dispatch_status(method, bucket, key, headers, body, query_params):
        if method == "GET" and bucket and not key and "policyStatus" in query_params:
            return _status(s3, bucket)
        return dispatch(method, bucket, key, headers, body, query_params)

    def put_bucket_policy(bucket, body):
        if bucket in s3._buckets:
            wrong = problem(bucket, body)
            if wrong:
                return s3._error("MalformedPolicy", wrong, 400, f"/{bucket}")
        return put_policy(bucket, body)

    s3._dispatch, s3._put_bucket_policy = dispatch_status, put_bucket_policy


def _status(s3: Any, bucket: str) -> Any:
    if bucket not in s3._buckets:
        return s3._no_such_bucket(bucket)
    policy = s3._bucket_policies.get(bucket)
    if not policy:
        return s3._error("NoSuchBucketPolicy", "The bucket policy does not exist", 404, f"/{bucket}")
    public = str(s3._policy_is_public(policy)).lower()
    body = f'<PolicyStatus xmlns="{s3.S3_NS}"><IsPublic>{public}</IsPublic></PolicyStatus>'
    return 200, {"Content-Type": "application/xml"}, body.encode()


def problem(bucket: str, body: bytes) -> Optional[str]:
    """Why S3 would refuse this policy on this bucket; None when it would not."""
    if len(body) > MAX_BYTES:
        return "Policy exceeds the maximum allowed document size."
    try:
        policy = json.loads(body)
        statements = policy["Statement"]
    except ValueError:
        return "This policy contains invalid Json"
    except (KeyError, TypeError):
        return "Missing required field Statement"
    statements = [statements] if isinstance(statements, dict) else statements
    if not statements:
        return "Could not parse the policy: Statement is empty!"
    for statement in statements:
        wrong = _statement_problem(bucket, statement)
        if wrong:
            return wrong
    return None


def _statement_problem(bucket: str, statement: Any) -> Optional[str]:
    if not isinstance(statement, dict):
        return "Syntax errors in policy."
    if statement.get("Effect") not in ("Allow", "Deny"):
        return "Invalid effect"
    for one, other in (("Principal", "NotPrincipal"), ("Action", "NotAction"), ("Resource", "NotResource")):
        if (one in statement) == (other in statement):
            return f"Missing required field {one}" if one not in statement else "Syntax errors in policy."
    actions = _listed(statement.get("Action", statement.get("NotAction")))
    if any(action != "*" and not str(action).lower().startswith("s3:") for action in actions):
        return "Policy has invalid action"
    arn = f"arn:aws:s3:::{bucket}"
    resources = [str(each) for each in _listed(statement.get("Resource", statement.get("NotResource")))]
    if any(each != arn and not each.startswith(f"{arn}/") and each not in (f"{arn}*", "*") for each in resources):
        return "Policy has invalid resource"
    if any(not _exists(principal) for principal in _principals(statement)):
        return "Invalid principal in policy"
    return None


def _principals(statement: dict) -> Iterable[str]:
    principal = statement.get("Principal", statement.get("NotPrincipal"))
    return _listed(principal.get("AWS", []) if isinstance(principal, dict) else [])


def _exists(principal: str) -> bool:
    """Whether a named principal is there; another account's can't be looked up here, so it counts as existing."""
    from ministack.core.responses import get_account_id
    from ministack.services import iam

    for kind, known in (("role", iam._roles), ("user", iam._users)):
        prefix = f"arn:aws:iam::{get_account_id()}:{kind}/"
        if str(principal).startswith(prefix):
            return str(principal).rsplit("/", 1)[-1] in known or "/aws-service-role/" in str(principal)
    return True


def _listed(value: Any) -> list:
    return value if isinstance(value, list) else [value]
