"""No repair is left out."""

from pathlib import Path

from faulty.subjects import SUBJECTS


def test_the_repairs_of_every_duty_are_tried() -> None:
    there = {each.name for each in Path(__file__).parent.glob("test_*_faults.py")}
    assert there == {f"test_{duty.replace('-', '_')}_faults.py" for duty, _ in SUBJECTS.values()}
