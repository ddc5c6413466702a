"""Who made a request: for the call log, for CloudTrail's userIdentity, and for finding a function's process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Optional

_STARTED = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Caller:
    """A caller; `arn` is the role's for a role session, as policies and people name it."""

    kind: str
    arn: str
    account: str
    access_key: str
    session_arn: str = ""
    principal_id: str = ""
    since: str = _STARTED

    @property
    def session_name(self) -> str:
        """The name of a role session; a function's is its own name."""
        return self.session_arn.rsplit("/", 1)[-1] if self.session_arn else ""

    def user_identity(self) -> "dict[str, Any]":
        """CloudTrail's userIdentity."""
        identity: "dict[str, Any]" = {
            "type": self.kind,
            "principalId": self.principal_id,
            "arn": self.session_arn or self.arn,
            "accountId": self.account,
            "accessKeyId": self.access_key,
        }
        if self.kind == "IAMUser":
            identity["userName"] = self.arn.rsplit("/", 1)[-1]
        if self.kind == "AssumedRole":
            issuer = {
                "type": "Role", "principalId": self.principal_id.split(":")[0], "arn": self.arn,
                "accountId": self.account, "userName": self.arn.rsplit("/", 1)[-1],
            }
            attributes = {"creationDate": self.since, "mfaAuthenticated": "false"}
            identity["sessionContext"] = {"sessionIssuer": issuer, "attributes": attributes}
        return identity


def role_arn(session_arn: str) -> str:
    """The role of `arn:aws:sts::A:assumed-role/NAME/SESSION`, with its path, which the session's ARN leaves out."""
    from ministack.services import iam

    parts = session_arn.split(":")
    name = parts[5].split("/")[1]
    role = iam._roles.get_scoped(parts[4], None, name) or {}
    return role.get("Arn") or f"arn:{parts[1]}:iam::{parts[4]}:role/{name}"


def caller_of(access_key: str) -> Caller:
    """The caller behind an access key, verified or not: a refused call has a caller too."""
    from ministack.core.iam_evaluator import resolve_caller_identity
    from ministack.core.responses import get_account_id

    account = get_account_id()
    known: "Optional[dict]" = resolve_caller_identity(access_key)
    if not access_key or known is None:
        return Caller("Unknown", "anonymous" if not access_key else f"unknown:{access_key}", account, access_key)
    arn, identifier = str(known["userArn"]), str(known["userId"])
    session = known["session"]
    if ":assumed-role/" in arn:
        role = _role_id(arn)
        issued = (session or {}).get("IssuedAt")
        since = (datetime.fromtimestamp(issued, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
                 if isinstance(issued, (int, float)) else _STARTED)
        return Caller("AssumedRole", role_arn(arn), account, access_key, arn,
                      f"{role}:{arn.rsplit('/', 1)[-1]}", since)
    if arn.endswith(":root"):
        return Caller("Root", arn, account, access_key, principal_id=account)
    return Caller("IAMUser", arn, account, access_key, principal_id=identifier)


def _role_id(session_arn: str) -> str:
    from ministack.services import iam

    parts = session_arn.split(":")
    role = iam._roles.get_scoped(parts[4], None, parts[5].split("/")[1]) or {}
    return str(role.get("RoleId", ""))
