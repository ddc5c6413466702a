"""`cargo xtask evidence export`: what an auditor is handed."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from . import bucket, heads
from .account import Account, add_arguments
from .trouble import Trouble, guarded, note


def export(account: Account, folder: Path) -> None:
    """The heads first: what is written meanwhile is more than they say, never less."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Trouble(f"`{folder}` is not an empty folder: name a new one")
    table, name = account.output("LedgerTableName"), account.output("EvidenceBucketName")
    known = heads.read(account.client("dynamodb"), table)
    # Records hold before-states: for nobody else on this machine.
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / bucket.HEADS).write_text(json.dumps(known, indent=2) + "\n")
    try:
        count = bucket.download(account.client("s3"), name, "", folder)
    except BaseException:
        note(f"`{folder}` is incomplete: delete it and export again")
        raise
    note(f"{count} records and the heads of {len(known['heads'])} chains in `{folder}`; "
         f"check them with `cargo xtask evidence verify {folder}`")


def main() -> int:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    export(Account.chosen(options), options.folder)
    return 0


if __name__ == "__main__":
    guarded(main)
