"""What CloudTrail's records of KMS say beside the request.

Developer guide, "Logging AWS KMS API calls with AWS CloudTrail": the key is among the `resources`, and where the operation
answers nothing, its ARN is the answer's `keyId`. So it is in captures.
"""

from __future__ import annotations

from typing import Optional

from .operations import Operation


def key_arn(operation: Operation) -> Optional[str]:
    """The key that a call of KMS is about, whatever it calls it."""
    from ministack.services import kms

    named = operation.parameters.get("KeyId") if operation.service == "kms" else None
    record = kms._resolve_key(named) if isinstance(named, str) else None
    return record["Arn"] if record else None


def answer(operation: Operation) -> "Optional[dict[str, str]]":
    """What stands for an answer that is empty."""
    arn = key_arn(operation)
    return {"keyId": arn} if arn else None
