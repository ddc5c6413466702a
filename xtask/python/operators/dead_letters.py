"""`cargo xtask dead-letters`: what could not be handled, and handling it again."""

from __future__ import annotations

import argparse
from typing import Any, Optional

from botocore.exceptions import BotoCoreError, ClientError

from . import letters
from .account import Account, add_arguments
from .letters import Home, Letter
from .queue import Queue
from .trouble import Trouble, guarded, in_words, note


def show(queue: Queue, most: "Optional[int]") -> int:
    """A line for each message."""
    count = 0
    for message in queue.messages(most):
        count += 1
        print(letters.read(message).line(), flush=True)
    note(f"{count} dead letters")
    return 0


def replay(queue: Queue, functions: Any, home: Home, most: "Optional[int]") -> int:
    """Hands each event to its function again; the message goes when Lambda has accepted the event."""
    replayed = kept = 0
    try:
        for message in queue.messages(most):
            letter = letters.read(message)
            why = None if home.has(letter.target) else "its target is no function of this stack"
            why = why or _invoke(functions, letter)
            if why:
                kept += 1
                note(f"kept: message {letter.id}: {why}: {letter.line()}")
                continue
            replayed += 1
            print(f"replayed: {letter.line()}", flush=True)
            _delete(queue, message, letter)
    finally:
        print(f"{replayed} replayed, {kept} kept", flush=True)
    return 0


def _invoke(functions: Any, letter: Letter) -> "Optional[str]":
    """Why not; nothing if the event was accepted."""
    try:
        answer = functions.invoke(FunctionName=letter.target, InvocationType="Event", Payload=letter.payload)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return "its function or alias is gone"
        raise Trouble(f"stopped at message {letter.id}, which is kept: {in_words(error)}") from error
    except BotoCoreError as error:
        raise Trouble(f"stopped at message {letter.id}, which is kept: {in_words(error)}") from error
    return None if answer.get("StatusCode") == 202 else f"Lambda answered {answer.get('StatusCode')}"


def _delete(queue: Queue, message: Any, letter: Letter) -> None:
    try:
        queue.delete(message)
    except (BotoCoreError, ClientError) as error:
        raise Trouble(f"message {letter.id} was replayed but could not be deleted, so it would be replayed again: "
                      f"{in_words(error)}") from error


def main() -> int:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    parser.add_argument("--max", type=int)
    parser.add_argument("what", choices=["list", "replay"])
    options = parser.parse_args()
    account = Account.chosen(options)
    with Queue(account.client("sqs"), account.output("DeadLetterQueueUrl")) as queue:
        if options.what == "list":
            return show(queue, options.max)
        region, number = account.description["StackId"].split(":")[3:5]
        home = Home(region, number, frozenset(account.functions()))
        return replay(queue, account.client("lambda"), home, options.max)


if __name__ == "__main__":
    guarded(main)
