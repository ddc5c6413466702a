"""What stands in a key's policy, alias, description and events is said nowhere by the duty `encryption-keys`."""

from __future__ import annotations

import json
from typing import Any

from demo.principals import Principal
from harness import Faults, calls_of, invoke, keys, now, outcomes, saved_event, silenced
from harness.planted import Ears, Markers, said


def _planted(marker: Markers, kms: Any, key: str) -> None:
    """Markers wherever a key's owner may write what they like, and drift beside them."""
    keys.put_right(key)
    document = json.loads(keys.policy(key))
    document["Id"] = marker("policy-id")
    document["Statement"] = [document["Statement"][0], {
        "Sid": marker("sid"), "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:Decrypt", "Resource": "*",
        "Condition": {"StringEquals": {f"kms:EncryptionContext:{marker('context')}": marker("value")}}}]
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(document))
    kms.update_key_description(KeyId=key, Description=marker("description"))
    kms.disable_key_rotation(KeyId=key)
    kms.schedule_key_deletion(KeyId=key)


def _event(marker: Markers, key: str) -> bytes:
    event: "dict[str, Any]" = saved_event("encryption-keys/put-key-policy.json")
    event["detail"]["requestParameters"] = {"keyId": key, "policy": marker("parameter")}
    event["detail"]["responseElements"] = None
    return json.dumps(event).encode()


def test_nothing_when_any_call_is_refused(records: str, admin: Principal, faults: Faults) -> None:
    marker, kms, ears, since = Markers(), admin.client("kms"), Ears(), now()
    kms.create_alias(AliasName=f"alias/{marker('alias')}", TargetKeyId=records)
    with silenced("encryption-keys"):
        _planted(marker, kms, records)
        invoke("encryption-keys", _event(marker, records))
        [told] = outcomes(keys.POLICY, records, since)
        assert marker("sid") in told.body["before"]["policy"], "the evidence has it"
        operations = sorted({(call["service"], call["operation"]) for call in calls_of("encryption-keys", since)})
        for service, operation in operations:
            _planted(marker, kms, records)
            message = f"{records} ({marker('alias')}) refuses what {marker('sid')} denies"
            faults.add(service, operation, "AccessDeniedException", 1, message=message, principal="EncryptionKeys")
            invoke("encryption-keys", _event(marker, records))
            faults.clear()
    assert {"EnableKey", "CancelKeyDeletion", "EnableKeyRotation", "GetKeyPolicy"} <= {name for _, name in operations}
    heard = ears.heard()
    ears.close()
    kms.delete_alias(AliasName=f"alias/{marker('alias')}")
    assert any(each["body"].get("detail-type") == "Remediation Outcome" for each in heard)
    leaks = {where: found for where, text in {**said(since), "events and notices": json.dumps(heard)}.items()
             if (found := marker.in_text(text))}
    assert not leaks, json.dumps(leaks, indent=1)
