"""Stand-ins for Macie's managed data identifiers: simple patterns, with the keywords that Macie needs nearby.

User guide, "Quick reference: Managed data identifiers by type" (keywords required, severities) and "Managed data
identifiers recommended for sensitive data discovery jobs" (what RECOMMENDED, a job's default, leaves out).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Callable, Pattern

_LETTER = "[AC-HJKMNP-RT-Y]"
_LETTER_OR_DIGIT = "[AC-HJKMNP-RT-Y0-9]"


@dataclass(frozen=True)
class Detector:
    """One identifier. `score` is the severity of a finding: 1 Low, 2 Medium, 3 High."""

    type: str
    category: str
    pattern: Pattern[str]
    keywords: "tuple[str, ...]"
    score: int
    recommended: bool
    holds: Callable[[str], bool] = lambda value: True
    #: How near a keyword must be, in characters (user guide, "Keyword requirements").
    distance: int = 30


def luhn(digits: str) -> bool:
    """The check digit of card numbers and, after the prefix 80840, of NPIs."""
    total = 0
    for index, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if index % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _dea(value: str) -> bool:
    digits = [int(digit) for digit in value[2:]]
    return (digits[0] + digits[2] + digits[4] + 2 * (digits[1] + digits[3] + digits[5])) % 10 == digits[6]


_PERSONAL, _FINANCIAL = "PERSONAL_INFORMATION", "FINANCIAL_INFORMATION"

MANAGED: "tuple[Detector, ...]" = (
    Detector(
        "USA_MEDICARE_BENEFICIARY_IDENTIFIER", _PERSONAL,
        re.compile(
            rf"\b[1-9]{_LETTER}{_LETTER_OR_DIGIT}\d-?{_LETTER}{_LETTER_OR_DIGIT}\d-?{_LETTER}{{2}}\d{{2}}\b"),
        ("mbi", "medicare beneficiary"), 3, True),
    Detector(
        "USA_NATIONAL_PROVIDER_IDENTIFIER", _PERSONAL, re.compile(r"\b[12]\d{9}\b"),
        ("hipaa", "n.p.i.", "national provider", "npi"), 3, False, lambda value: luhn("80840" + value)),
    Detector(
        "US_DRUG_ENFORCEMENT_AGENCY_NUMBER", _PERSONAL, re.compile(r"\b[ABCDEFGHJKLMPRSTUX][A-Z9]\d{7}\b"),
        ("dea number", "dea registration", "dea#"), 3, False, _dea),
    Detector(
        "USA_HEALTH_INSURANCE_CLAIM_NUMBER", _PERSONAL, re.compile(r"\b\d{3}-?\d{2}-?\d{4}-?[A-Z][0-9A-Z]?\b"),
        ("health insurance claim number", "hic no", "hic number", "hic#", "hicn"), 3, True),
    Detector(
        "USA_SOCIAL_SECURITY_NUMBER", _PERSONAL,
        re.compile(r"\b(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}\b(?!-?[A-Z])"),
        ("social security", "ssn", "ss#"), 3, True),
    Detector(
        "DATE_OF_BIRTH", _PERSONAL, re.compile(r"\b(?:\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{4})\b"),
        ("date of birth", "birth date", "birthday", "dob", "bday", "b-day"), 1, False),
    Detector(
        "NAME", _PERSONAL, re.compile(r"\b[A-Z][a-z]+(?: [A-Z]\.?)? [A-Z][a-z]+\b"),
        ("name", "patient"), 1, False),
    Detector(
        "CREDIT_CARD_NUMBER", _FINANCIAL, re.compile(r"\b(?:\d{4}[ -]?){3}\d{4}\b"),
        (), 3, True, lambda value: luhn(re.sub(r"\D", "", value))),
)


def selected(selector: str, identifiers: "list[str]") -> "list[Detector]":
    """The managed identifiers that a job uses."""
    if selector == "NONE":
        return []
    if selector == "INCLUDE":
        return [each for each in MANAGED if each.type in identifiers]
    if selector == "EXCLUDE":
        return [each for each in MANAGED if each.type not in identifiers]
    return [each for each in MANAGED if selector == "ALL" or each.recommended]
