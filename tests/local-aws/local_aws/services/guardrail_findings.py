"""What a guardrail finds: of Bedrock's types also those that ministack knows no pattern for, by forms that are good enough for
made-up texts. Bedrock's own recognition looks at the context; nothing here should be taken for it.
"""

from __future__ import annotations

_PATTERNS = {
    "ADDRESS": r"\b\d{1,5} [A-Z][a-z]+ (?:Street|Avenue|Road|Lane)\b[^.]*",
    "DRIVER_ID": r"(?i:driver'?s? licen[sc]e)[^0-9]{0,20}[A-Z]?\d{6,9}",
    "LICENSE_PLATE": r"(?i:licen[sc]e plate)[^0-9]{0,30}\d[A-Z]{3}\d{3}",
    # At the end of a sentence too.
    "PHONE": r"(?<![\d.])(?:\+?\d{1,3}[ .-]?)?(?:\(\d{2,4}\)[ .-]?)?\d{3}[ .-]?\d{3,4}[ .-]?\d{0,4}(?<![ .-])(?!\d|\.\d)",
    "NAME": r"(?i:name is) [A-Z][a-z]+ [A-Z][a-z]+",
    "US_BANK_ACCOUNT_NUMBER": r"(?i:bank account)[^0-9]{0,20}\d{8,17}",
    "US_PASSPORT_NUMBER": r"(?i:passport)[^0-9]{0,20}\d{9}",
    "VEHICLE_IDENTIFICATION_NUMBER": r"\b[A-HJ-NPR-Z0-9]{17}\b",
}


def install() -> None:
    """Add them."""
    from ministack.services import bedrock_runtime

    bedrock_runtime._PII_PATTERNS.update(_PATTERNS)
