"""Exemptions hold until the second in which they end; every request is checked and on record."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from demo.principals import Principal

from harness import BucketFactory, await_outcome, invoke, ledger, new_principal, now, wait_quiet, writes_of
from harness.evidence import records
from harness.notices import listening
from harness.operate import exempt, heartbeat, operate, operator, request

CONTROL = "buckets.versioning"


def _suspend(drifter: Principal, bucket: str) -> None:
    drifter.client("s3").put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    wait_quiet()


def test_exempt_drift_expire_drift(buckets: BucketFactory, drifter: Principal) -> None:
    bucket, since = buckets.logs(), now()
    made = exempt(CONTROL, bucket)
    with listening() as notices:
        _suspend(drifter, bucket)
        record = await_outcome(CONTROL, bucket, since, "exempt").body
        assert record["held"]["owner"] == "an owner" and record["held"]["expires"] == made["expires"]
        assert writes_of("buckets", since) == [] and notices.told(resource=bucket) == [], "nobody is told"

        # Time passes.
        key = ("exemption", f"{CONTROL}#{bucket}")
        ledger.put(*key, {**(ledger.item(*key) or {}), "expires": int(now().timestamp() * 1000)})
        heartbeat()
        await_outcome(CONTROL, bucket, since)
        wait_quiet()
        assert notices.told(phiward="exemption-expired", about=f"{CONTROL}: {bucket}")
    assert ledger.item(*key) is None
    mine = [each.body for each in records("operate", since) if bucket in json.dumps(each.body["request"])]
    assert [(each["action"], each["actor"]) for each in mine] == [("exempt", operator().arn), ("expire", "phiward")]
    assert made["by"] == operator().arn, "whom Lambda has authenticated"


def test_an_exemption_that_has_ended_counts_no_more_even_before_the_heartbeat(
        buckets: BucketFactory, drifter: Principal) -> None:
    bucket, since = buckets.logs(), now()
    exempt(CONTROL, bucket, days=0.00001)
    wait_quiet()
    import time
    time.sleep(1)
    _suspend(drifter, bucket)
    assert await_outcome(CONTROL, bucket, since)


def test_a_pattern_covers_and_a_revocation_ends_it(buckets: BucketFactory, drifter: Principal) -> None:
    bucket, since = buckets.logs(), now()
    exempt(CONTROL, f"{bucket[:-2]}*")
    _suspend(drifter, bucket)
    await_outcome(CONTROL, bucket, since, "exempt")
    operate("revoke", control=CONTROL, resource=f"{bucket[:-2]}*")
    await_outcome(CONTROL, bucket, since)


def test_a_pause_stops_all_and_resume_looks_at_everything(buckets: BucketFactory, drifter: Principal) -> None:
    bucket, since = buckets.logs(), now()
    operate("pause", reason="a migration")
    try:
        _suspend(drifter, bucket)
        record = await_outcome(CONTROL, bucket, since, "detected").body
        assert record["held"] == {"by": "pause", "actor": operator().arn} and writes_of("buckets", since) == []
        assert operate("show")["pause"]["by"] == operator().arn
    finally:
        operate("resume")
    await_outcome(CONTROL, bucket, since)


def _in(days: float) -> str:
    return (datetime.now(timezone.utc) + timedelta(days=days)).isoformat()


GOOD = {"action": "exempt", "control": CONTROL, "resource": "logs-x", "reason": "r", "owner": "o"}
BAD: "list[tuple[dict[str, Any], int, str]]" = [
    ({**GOOD}, 400, "missing field `expires`"),
    ({**GOOD, "expires": "tomorrow"}, 400, "RFC 3339"),
    ({**GOOD, "expires": _in(-1)}, 400, "in the past"),
    ({**GOOD, "expires": _in(1000)}, 400, "90 days"),
    ({**GOOD, "expires": _in(1), "control": "retention.control-plane"}, 400, "exemptions.never"),
    ({**GOOD, "expires": _in(1), "control": "nothing"}, 400, "there is no control"),
    ({**GOOD, "expires": _in(1), "owner": " "}, 400, "`owner` must have"),
    ({**GOOD, "expires": _in(1), "by": "arn:somebody"}, 400, "unknown field"),
    ({"action": "revoke", "control": CONTROL, "resource": "never-there"}, 404, "no exemption"),
    ({"action": "undo", "evidence": "x"}, 400, "not the key of a record"),
    ({"action": "undo", "evidence": f"evidence/{CONTROL}/{'0' * 32}/00000001.json"}, 404, "there is no record"),
    ({"action": "resume"}, 409, "not paused"),
    ({"action": "pause", "reason": ""}, 400, "`reason` must have"),
    ({"action": "reset-budget", "control": CONTROL, "resource": "never-there"}, 404, "no budget"),
    ({"action": "obliterate"}, 400, "unknown variant"),
    ({}, 400, "`action` is missing"),
]


@pytest.mark.parametrize("body, status, said", BAD, ids=[said for *_, said in BAD])
def test_what_is_wrong_with_a_request_is_said_and_nothing_is_changed(
        body: "dict[str, Any]", status: int, said: str) -> None:
    before, since = ledger.items("exemption"), now()
    answered = request(body)
    assert answered[0] == status and said in answered[1]["error"], answered
    assert ledger.items("exemption") == before and records("operate", since) == []


def test_nobody_else_reaches_it_and_who_invokes_it_directly_may_only_look() -> None:
    body = {"action": "pause", "reason": "forged"}
    assert request(body, new_principal("nobody", ["s3:*"]))[0] == 403
    forged = {"requestContext": {"authorizer": {"iam": {"userArn": "arn:aws:iam::000000000000:user/boss"}},
                                 "http": {"method": "POST"}}, "body": json.dumps(body)}
    direct = operator().client("lambda")
    from harness import surroundings
    alias = surroundings().outputs["OperateAliasArn"]
    with pytest.raises(direct.exceptions.ClientError, match="AccessDenied"):
        direct.invoke(FunctionName=alias, Payload=json.dumps(forged))
    answer, failed = invoke("operate", json.dumps(body).encode())
    assert failed is None and "only `show`" in answer["error"]
    assert invoke("operate", b'{"action": "show"}')[0]["result"]["pause"] is None
