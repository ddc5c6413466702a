"""Which repairs a file tries: those of its duty."""

from __future__ import annotations

import pytest
from faulty.subjects import REPAIRS, SUBJECTS


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`subject`: every repair; `repair`: those in which something is still to be repaired."""
    for name, those in (("subject", SUBJECTS), ("repair", REPAIRS)):
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, [each for each in those if SUBJECTS[each][0] == metafunc.module.DUTY])
