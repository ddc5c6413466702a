"""Where a detector matches in an object's text: cells of a CSV file, lines of any other.

User guide, "Keyword requirements": for structured columnar data the keyword is in the column's name, for other
text it must be within the maximum distance of the match.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field

from .detectors import Detector

#: A finding gives the location of at most 15 occurrences of a type.
MAX_OCCURRENCES = 15


@dataclass
class Detection:
    """One type found: how often, and where. Never what: findings hold no values."""

    detector: Detector
    count: int = 0
    cells: "list[dict]" = field(default_factory=list)
    lines: "list[dict]" = field(default_factory=list)

    def as_member(self) -> dict:
        """The detection as a finding has it."""
        cells, lines = self.cells[:MAX_OCCURRENCES], self.lines[:MAX_OCCURRENCES]
        occurrences = {
            "cells": cells or None, "lineRanges": lines or None, "offsetRanges": None, "pages": None, "records": None}
        return {"count": self.count, "occurrences": occurrences}


def scan_text(text: str, extension: str, detectors: "list[Detector]") -> "list[Detection]":
    """Every detector's detections in a text, those without any left out."""
    find = _in_cells if extension == "csv" else _in_lines
    return [each for each in (find(text, detector) for detector in detectors) if each.count]


def _in_cells(text: str, detector: Detector) -> Detection:
    detection = Detection(detector)
    rows = list(csv.reader(io.StringIO(text)))
    header = rows[0] if rows else []
    for number, row in enumerate(rows[1:], start=2):
        for column, cell in enumerate(row):
            name = header[column] if column < len(header) else ""
            words = name.lower().replace("_", " ")
            if detector.keywords and not any(word in words for word in detector.keywords):
                continue
            for match in detector.pattern.finditer(cell):
                if detector.holds(match.group()):
                    detection.count += 1
                    detection.cells.append(
                        {"row": number, "column": column + 1, "columnName": name, "cellReference": None})
    return detection


def _in_lines(text: str, detector: Detector) -> Detection:
    detection = Detection(detector)
    for match in detector.pattern.finditer(text):
        near = text[max(0, match.start() - detector.distance):match.end() + detector.distance].lower()
        if detector.keywords and not any(word in near for word in detector.keywords):
            continue
        if detector.holds(match.group()):
            line_start = text.rfind("\n", 0, match.start()) + 1
            line = text.count("\n", 0, match.start()) + 1
            detection.count += 1
            detection.lines.append({"start": line, "end": line, "startColumn": match.start() - line_start + 1})
    return detection
