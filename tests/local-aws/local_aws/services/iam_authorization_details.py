"""GetAccountAuthorizationDetails in pages, and with the AWS managed policies that somebody has.

API reference: at most `MaxItems` (100 unless told) entities in an answer, `IsTruncated` and a `Marker` for the rest; the
policies are all that are attached, AWS's own too. ministack gives everything at once, and customers' policies only.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

_LISTS = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")
_MEMBERS = re.compile(r"(?s)<(UserDetailList|GroupDetailList|RoleDetailList|Policies)>(.*?)</\1>")
_MEMBER = re.compile(r"</?member>")
_USUAL_ITEMS = 100


def install() -> None:
    """Cut ministack's answer into pages."""
    from ministack.services import iam

    whole = iam._IAM_HANDLERS["GetAccountAuthorizationDetails"]

    def paged(params: Any) -> Any:
        status, headers, body = whole(params)
        text = body.decode()
        found = [(name, member) for name, members in _MEMBERS.findall(text) for member in _split(members)]
        wanted = {each for number in range(1, 6) if (each := iam._p(params, f"Filter.member.{number}"))}
        if not wanted or "AWSManagedPolicy" in wanted:
            found += [("Policies", each) for each in _aws_managed(text)]
        start = int(iam._p(params, "Marker") or 0)
        end = start + int(iam._p(params, "MaxItems") or _USUAL_ITEMS)
        lists = "".join(
            f"<{name}>{''.join(each for of, each in found[start:end] if of == name)}</{name}>" for name in _LISTS)
        more = f"<IsTruncated>true</IsTruncated><Marker>{end}</Marker>" if end < len(found) else \
            "<IsTruncated>false</IsTruncated>"
        head, tail = text.split("<UserDetailList>", 1)[0], text.rsplit("</IsTruncated>", 1)[1]
        return status, headers, (head + lists + more + tail).encode()

    iam._IAM_HANDLERS["GetAccountAuthorizationDetails"] = paged


def _split(members: str) -> "list[str]":
    """The outermost members; there are more inside of them."""
    found, depth, start = [], 0, 0
    for tag in _MEMBER.finditer(members):
        if tag.group() == "<member>":
            start = tag.start() if depth == 0 else start
            depth += 1
        else:
            depth -= 1
            if depth == 0:
                found.append(members[start:tag.end()])
    return found


def _aws_managed(text: str) -> "list[str]":
    from ministack.services import iam

    attached = set(re.findall(r"<PolicyArn>([^<]*)</PolicyArn>", text))
    return [_policy(arn, policy) for arn, policy in sorted(iam._aws_managed_policies.items()) if arn in attached]


def _policy(arn: str, policy: "dict[str, Any]") -> str:
    versions = "".join(
        f"<member><Document>{quote(each['Document'], safe='')}</Document><VersionId>{each['VersionId']}</VersionId>"
        f"<IsDefaultVersion>{str(bool(each['IsDefaultVersion'])).lower()}</IsDefaultVersion></member>"
        for each in policy["Versions"].values())
    return (f"<member><PolicyName>{policy['PolicyName']}</PolicyName><PolicyId>{policy['PolicyId']}</PolicyId>"
            f"<Arn>{escape(arn)}</Arn><Path>{policy['Path']}</Path><DefaultVersionId>{policy['DefaultVersionId']}"
            f"</DefaultVersionId><PolicyVersionList>{versions}</PolicyVersionList></member>")
