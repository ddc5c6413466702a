"""`python -m local_aws --port N`: start the local AWS, say when it answers, stop on SIGTERM."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys

from . import environment


def main() -> None:
    parser = argparse.ArgumentParser(prog="local_aws", description="A local AWS on 127.0.0.1, for tests and play.")
    parser.add_argument("--port", type=int, required=True, help="the one port it listens on")
    port = parser.parse_args().port
    temporary = environment.prepare(port)

    # Imported only now: the emulator reads its environment while it is imported.
    from . import server

    try:
        asyncio.run(server.serve(port))
    except OSError as error:
        print(f"local AWS: cannot listen on {environment.HOST}:{port}: {error.strerror}", file=sys.stderr)
        sys.exit(1)
    finally:
        server.stop_functions()
        environment.forget(temporary)
    # Threads of the emulator may still sleep in a schedule or a retry; nothing is left for them to do.
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
