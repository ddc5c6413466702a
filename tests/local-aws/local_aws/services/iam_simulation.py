"""SimulatePrincipalPolicy by the context that the request gives, for principals that there are.

API reference: the source is the ARN of a user, group or role of IAM (InvalidInput for another, NoSuchEntity for one that is not
there); a group's and a role's policies are found by name, whatever the path; condition keys have the values of `ContextEntries`,
and those that a policy asks for and the request lacks are told as `MissingContextValues`. ministack knows neither.
"""

from __future__ import annotations

import re
from typing import Any, Iterator
from xml.sax.saxutils import escape

_SOURCE = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):(user|group|role)/(?:.*/)?([^/]+)")
#: What is known of every request, whatever it is given.
_KNOWN = ("aws:principalarn", "aws:principalaccount", "aws:principaltype", "aws:userid", "aws:username")
_WORDS = {"Allow": "allowed", "Deny": "explicitDeny"}


def install() -> None:
    """Take the operation over."""
    from ministack.services import iam

    iam._IAM_HANDLERS["SimulatePrincipalPolicy"] = _simulate


def _simulate(params: Any) -> Any:
    from ministack.services import iam

    source = iam._p(params, "PolicySourceArn") or ""
    named = _SOURCE.fullmatch(source)
    if named is None:
        return iam._error(400, "InvalidInput", "Invalid Entity Arn: it must be of an IAM user, group or role.", ns="iam")
    policies = _policies(*named.groups())
    if policies is None:
        return iam._error(404, "NoSuchEntity", f"The {named[2]} {named[3]} does not exist.", ns="iam")
    actions, resource = iam._extract_simulate_params(params)
    resources = [resource, *_listed(params, "ResourceArns", 2)]
    context = dict(_context(params))
    results = "".join(_result(source, named[1], action, each, policies, context) for action in actions for each in resources)
    return iam._xml(200, "SimulatePrincipalPolicyResponse",
                    f"<SimulatePrincipalPolicyResult><EvaluationResults>{results}</EvaluationResults>"
                    "<IsTruncated>false</IsTruncated></SimulatePrincipalPolicyResult>", ns="iam")


def _policies(account: str, kind: str, name: str) -> "list[Any] | None":
    """Nothing: it is not there."""
    from ministack.core import iam_evaluator
    from ministack.services import iam

    store = {"user": iam._users, "group": iam._groups, "role": iam._roles}[kind]
    if store.get_scoped(account, None, name) is None:
        return None
    if kind == "group":
        # A group has no session of its own: what a user who is in it alone would have.
        return [iam_evaluator.parse_policy_document(each) for each in iam._group_inline_policies.get(name, {}).values()]
    gather = iam_evaluator._gather_user_policies if kind == "user" else iam_evaluator._gather_role_policies
    return gather(name, account)


def _result(source: str, account: str, action: str, resource: str, policies: "list[Any]", context: "dict[str, str]") -> str:
    from ministack.core.iam_evaluator import EvalContext, evaluate

    asked = EvalContext(
        principal_arn=source, principal_type="User", principal_account=account, action=action, resource_arn=resource,
        region=context.get("aws:RequestedRegion", ""), source_ip="", secure_transport=True, service_context=context)
    decision = _WORDS.get(evaluate(asked, policies).decision, "implicitDeny")
    given = {key.lower() for key in context}
    missing = sorted({key for key in _asked_for(policies) if key.lower() not in given and key.lower() not in _KNOWN})
    keys = "".join(f"<member>{escape(key)}</member>" for key in missing)
    return (f"<member><EvalActionName>{escape(action)}</EvalActionName><EvalResourceName>{escape(resource)}</EvalResourceName>"
            f"<EvalDecision>{decision}</EvalDecision><MatchedStatements/><MissingContextValues>{keys}</MissingContextValues></member>")


def _asked_for(policies: "list[Any]") -> Iterator[str]:
    for statement in (each for policy in policies for each in policy):
        for keys in (statement.conditions or {}).values():
            yield from keys


def _context(params: Any) -> "Iterator[tuple[str, str]]":
    from ministack.services import iam

    number = 1
    while key := iam._p(params, f"ContextEntries.member.{number}.ContextKeyName"):
        value = iam._p(params, f"ContextEntries.member.{number}.ContextKeyValues.member.1")
        yield key, value or ""
        number += 1


def _listed(params: Any, name: str, number: int) -> Iterator[str]:
    from ministack.services import iam

    while value := iam._p(params, f"{name}.member.{number}"):
        yield value
        number += 1
