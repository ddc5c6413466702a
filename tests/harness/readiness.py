"""What makes the account ready beside what Phiward looks after, as tests change it: each puts back what it found."""

from __future__ import annotations

import textwrap
from contextlib import contextmanager
from typing import Any, Iterator

from .account import stack_id, surroundings
from .inference import HAIKU
from .local import ROOT, control

#: What the account has accepted.
ADDENDUM = "AWS Business Associate Addendum"
#: Whoever manages the organization, if it is not this account.
MANAGEMENT = "111122223333"


def agreements() -> "list[dict[str, Any]]":
    """All of the account, with the members of botocore's `CustomerAgreementSummary`."""
    return control("GET", "artifact/agreements")["agreements"]


@contextmanager
def agreed(*those: "dict[str, Any]") -> "Iterator[None]":
    """The account has exactly these agreements; what a member is not given is as it is for the addendum, active."""
    before = agreements()
    control("PUT", "artifact/agreements", {"agreements": list(those)})
    try:
        yield
    finally:
        control("PUT", "artifact/agreements", {"agreements": before})


@contextmanager
def terminated(by: str = "CUSTOMER_TERMINATED") -> "Iterator[None]":
    """The addendum was ended; EventBridge hears of it, and of its return."""
    ended = {"state": by, "effectiveEnd": "2026-11-01T00:00:00Z"}
    with agreed(*({**each, **(ended if each["name"] == ADDENDUM else {})} for each in agreements())):
        yield


@contextmanager
def of_organization() -> "Iterator[None]":
    """The addendum was accepted for the organization, by its management account."""
    accepted = {"name": "AWS Organizations Business Associate Addendum", "awsAccountId": MANAGEMENT,
                "organizationArn": f"arn:aws:organizations::{MANAGEMENT}:organization/o-exampleorgid"}
    with agreed(accepted):
        yield


@contextmanager
def organization(role: str, *policies: "dict[str, Any]") -> "Iterator[dict[str, str]]":
    """The account is in an organization: member, delegated or management. A policy has `name`, `content` (a document) and `target`
    (root, unit, account). Gives the ids: organization, root, unit, account."""
    before = control("GET", "organizations")["organization"]
    placed = control("POST", "organizations", {"role": role, "policies": list(policies)})
    try:
        yield placed
    finally:
        if before is None:
            control("DELETE", "organizations")
        else:
            control("POST", "organizations", before)


def denying(name: str, *actions: str, target: str = "account", **condition: Any) -> "dict[str, Any]":
    """A service control policy that denies actions on everything."""
    statement = {"Effect": "Deny", "Action": list(actions), "Resource": "*", **condition}
    return {"name": name, "target": target, "content": {"Version": "2012-10-17", "Statement": [statement]}}


def results() -> "dict[str, str]":
    """Of AWS Config's rules, by their names in the template; `*` is that of all others."""
    return control("GET", "config/results")["results"]


@contextmanager
def config_results(others: str = "COMPLIANT", **by_rule: str) -> "Iterator[None]":
    """Rules came to these results: COMPLIANT, NON_COMPLIANT or INSUFFICIENT_DATA. A name's `-` is written `_`."""
    before = results()
    named = {name.replace("_", "-"): result for name, result in by_rule.items()}
    control("PUT", "config/results", {"results": {"*": others, **named}})
    try:
        yield
    finally:
        control("PUT", "config/results", {"results": before})


def pack() -> str:
    """The name of the stack's conformance pack."""
    return f"{stack_id().split('/')[1]}-readiness"


@contextmanager
def no_pack() -> "Iterator[None]":
    """The conformance pack was deleted; what is put back has another id."""
    config, name = surroundings().admin.client("config"), pack()
    body = (ROOT / "template.yaml").read_text().split("      TemplateBody: |\n", 1)[1].split("\n\n", 1)[0]
    config.delete_conformance_pack(ConformancePackName=name)
    try:
        yield
    finally:
        config.put_conformance_pack(ConformancePackName=name, TemplateBody=textwrap.dedent(body))


@contextmanager
def availability(model: str = HAIKU, **states: str) -> "Iterator[None]":
    """A model's `agreement`, `authorization`, `entitlement` or `region` is another than usual (as GetFoundationModelAvailability
    names it). It can't be invoked then either."""
    before = control("GET", "bedrock/availability")["models"]
    control("PUT", "bedrock/availability", {"models": {**before, model: states}})
    try:
        yield
    finally:
        control("PUT", "bedrock/availability", {"models": before})


@contextmanager
def no_use_case_form() -> "Iterator[None]":
    """Anthropic's first-time-use form was never submitted."""
    bedrock = surroundings().admin.client("bedrock")
    form = bedrock.get_use_case_for_model_access()["formData"]
    control("DELETE", "bedrock/use-case")
    try:
        yield
    finally:
        bedrock.put_use_case_for_model_access(formData=form)
