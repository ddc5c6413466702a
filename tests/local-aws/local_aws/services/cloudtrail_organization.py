"""Organization trails, as a member account sees them: listed like its own, known by their ARN alone, closed to changes.

User guide, "Creating a trail for an organization"; API reference, `NotOrganizationMasterAccountException`, and `Name` of
GetTrailStatus. Test controls: `POST /_local/cloudtrail/organization-trails` keeps a trail of another account (`Name`,
`account`, whatever a `Trail` has, `EventSelectors` or `AdvancedEventSelectors`, `closed` if its status and selectors
can't be read from here); `DELETE` forgets them all.
"""

from __future__ import annotations

from typing import Any, Iterator, Optional

from .local_controls import control

_CLOSED = "_closed"


def install() -> None:
    """Show them, and refuse every change of them."""
    from ministack.services import cloudtrail

    visible, find, mutable = (
        cloudtrail._visible_trail_items, cloudtrail._find_visible_trail, cloudtrail._find_mutable_trail)
    selectors, status, create = (
        cloudtrail._DISPATCH[name] for name in ("GetEventSelectors", "GetTrailStatus", "CreateTrail"))

    def visible_items(*, include_shadow_trails: bool = True) -> list:
        return [*visible(include_shadow_trails=include_shadow_trails),
                *((trail["HomeRegion"], trail["Name"], trail) for trail in _of_others())]

    def find_visible(raw: str) -> Any:
        found = _named(raw)
        return (found["Name"], found["HomeRegion"], found) if found else find(raw)

    def find_mutable(raw: str) -> Any:
        found = _named(raw)
        if found is None:
            return mutable(raw)
        return found["Name"], found["HomeRegion"], found, cloudtrail._err(
            "NotOrganizationMasterAccountException", "The request is not from the management account of the organization.")

    def guarded(answer: Any, member: str) -> Any:
        def read(body: dict) -> Any:
            found = _named(str(body.get(member, "")))
            if found and found.get(_CLOSED):
                return cloudtrail._err("AccessDeniedException", "Not authorized to read the organization's trail.")
            if found and member == "TrailName":
                return cloudtrail._ok({"TrailARN": found["TrailARN"], **found["_selectors"]})
            return answer(body)

        return read

    def create_trail(body: dict) -> Any:
        if body.get("IsOrganizationTrail"):
            return cloudtrail._err("NotOrganizationMasterAccountException", "The account is not a management account.")
        return create(body)

    cloudtrail._visible_trail_items, cloudtrail._find_visible_trail = visible_items, find_visible
    cloudtrail._find_mutable_trail = find_mutable
    cloudtrail._TRAIL_STATE_KEYS = cloudtrail._TRAIL_STATE_KEYS | {_CLOSED, "_selectors"}
    cloudtrail._DISPATCH.update(GetEventSelectors=guarded(selectors, "TrailName"), GetTrailStatus=guarded(status, "Name"),
                                CreateTrail=create_trail)

    @control("POST", "/_local/cloudtrail/organization-trails")
    def add(query: dict, body: Any) -> "tuple[int, Any]":
        return 200, _add(body)

    @control("DELETE", "/_local/cloudtrail/organization-trails")
    def clear(query: dict, body: Any) -> "tuple[int, Any]":
        gone = list(_of_others())
        for trail in gone:
            cloudtrail._trails.pop_scoped(trail["TrailARN"].split(":")[4], trail["HomeRegion"], trail["Name"], None)
        return 200, {"forgotten": len(gone)}


def _add(given: dict) -> dict:
    from ministack.core.responses import get_region
    from ministack.services import cloudtrail

    account, closed, region = given.pop("account"), given.pop("closed", False), given.pop("HomeRegion", get_region())
    kinds = ("EventSelectors", "AdvancedEventSelectors")
    selectors = {kind: given.pop(kind) for kind in kinds if kind in given}
    arn = f"arn:aws:cloudtrail:{region}:{account}:trail/{given['Name']}"
    cloudtrail._trails.set_scoped(account, region, given["Name"], {
        "IncludeGlobalServiceEvents": True, "IsMultiRegionTrail": True, "LogFileValidationEnabled": True,
        "IsLogging": True, **given, "HomeRegion": region, "TrailARN": arn, "IsOrganizationTrail": True, _CLOSED: closed,
        "_selectors": selectors or {"EventSelectors": cloudtrail._DEFAULT_EVENT_SELECTORS}})
    return {"TrailARN": arn}


def _of_others() -> "Iterator[dict]":
    from ministack.core.responses import get_account_id
    from ministack.services import cloudtrail

    mine = get_account_id()
    return (trail for (account, _, _), trail in list(cloudtrail._trails.all_items())
            if account != mine and trail.get("IsOrganizationTrail"))


def _named(raw: str) -> Optional[dict]:
    return next((trail for trail in _of_others() if trail["TrailARN"] == raw), None)
