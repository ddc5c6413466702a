"""`cargo xtask evidence verify s3://...`: the bundle comes down into a folder; Rust checks it there."""

from __future__ import annotations

import argparse
from pathlib import Path

from botocore.exceptions import ClientError

from . import bucket
from .account import Account, add_arguments
from .trouble import guarded, note


def main() -> int:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    parser.add_argument("uri")
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    name, prefix = bucket.parse(options.uri)
    s3 = Account.chosen(options).client("s3")
    try:
        bucket.fetch(s3, name, prefix + bucket.HEADS, options.folder / bucket.HEADS)
    except ClientError as error:
        # Without the right to list, S3 says 403 to what is not there; then the list below fails too and says so.
        if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") not in (403, 404):
            raise
    count = bucket.download(s3, name, prefix, options.folder)
    note(f"{count} objects read from s3://{name}/{prefix}{bucket.RECORDS}")
    return 0


if __name__ == "__main__":
    guarded(main)
