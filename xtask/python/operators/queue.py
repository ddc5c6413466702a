"""The dead-letter queue, read once through."""

from __future__ import annotations

from typing import Any, Mapping, Optional

from botocore.exceptions import BotoCoreError, ClientError

#: Longer than a replay lasts; a queue has 14 days.
_HIDDEN_SECONDS = 900


class Queue:
    """Hides what it reads while it is used, and shows again at the end what was not deleted."""

    def __init__(self, sqs: Any, url: str) -> None:
        self._sqs = sqs
        self._url = url
        self._handles: "dict[str, str]" = {}

    def __enter__(self) -> "Queue":
        return self

    def __exit__(self, *_: object) -> None:
        entries = [{"Id": str(n), "ReceiptHandle": handle, "VisibilityTimeout": 0}
                   for n, handle in enumerate(self._handles.values())]
        try:
            for start in range(0, len(entries), 10):
                batch = entries[start:start + 10]
                self._sqs.change_message_visibility_batch(QueueUrl=self._url, Entries=batch)
        except (BotoCoreError, ClientError):
            # They show by themselves when their time has passed.
            pass

    def messages(self, most: "Optional[int]") -> "list[Mapping[str, Any]]":
        """All at once, before anything is done with any: what fails anew and comes back is not met again."""
        found: "dict[str, Mapping[str, Any]]" = {}
        while most is None or len(found) < most:
            wanted = 10 if most is None else min(10, most - len(found))
            answer = self._sqs.receive_message(
                QueueUrl=self._url, MaxNumberOfMessages=wanted, WaitTimeSeconds=2, VisibilityTimeout=_HIDDEN_SECONDS,
                AttributeNames=["SentTimestamp"], MessageAttributeNames=["All"])
            new = [each for each in answer.get("Messages", []) if each["MessageId"] not in found]
            if not new:
                break
            found.update({each["MessageId"]: each for each in new})
            self._handles.update({each["MessageId"]: each["ReceiptHandle"] for each in new})
        return list(found.values())

    def delete(self, message: "Mapping[str, Any]") -> None:
        """For good."""
        self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        self._handles.pop(message["MessageId"], None)
