"""An uploader with the wrong key: Phiward stops after as many objects as the deployment allows, says so once, goes on later."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from demo.principals import Principal
from harness import ledger, now, wait_quiet, writes_of
from harness.evidence import records
from harness.notices import listening
from harness.objects import put
from harness.operate import heartbeat, operate
from harness.written import CONTROL, DUTY, WRONG, encryption

LIMIT, OBJECTS = 20, 60


def test_people_are_told_once_and_what_waited_is_re_encrypted_by_and_by(phi: str, drifter: Principal) -> None:
    since = now()
    with listening() as notices:
        with ThreadPoolExecutor(8) as pool:
            written = list(pool.map(lambda number: put(phi, f"upload/{number}.csv", **WRONG), range(OBJECTS)))
        wait_quiet()
        ended = [each.outcome for each in records(CONTROL, since) if each.body["kind"] == "outcome"]
        assert (ended.count("remediated"), ended.count("escalated"), len(ended)) == (LIMIT, OBJECTS - LIMIT, OBJECTS)
        assert len(writes_of(DUTY, since)) == LIMIT
        told = notices.told(phiward="escalated")
        assert len(told) == 1 and "20 resources of this control" in str(told[0]["what_to_do"])
        # The breaker closes again; a heartbeat takes up what is due.
        for _ in range(OBJECTS // LIMIT):
            operate("reset-budget", control=CONTROL)
            for partition, sort, item in ledger.items(f"wake#{DUTY}"):
                ledger.put(partition, sort, {**item, "at": 1})
            heartbeat()
            wait_quiet()
    assert {encryption(each)[0] for each in written} == {"aws:kms"}
    assert len(writes_of(DUTY, since)) == OBJECTS and not ledger.items(f"wake#{DUTY}")
