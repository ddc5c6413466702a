"""Whether requests count as TLS: everything here is plain HTTP, which a TLS-only policy would refuse."""

from __future__ import annotations


class Transport:
    """The switch of the test control."""

    def __init__(self) -> None:
        self.secure = True


TRANSPORT = Transport()
