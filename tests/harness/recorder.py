"""AWS Config's recorder of the account."""

from __future__ import annotations

from typing import Any

RECORDER = "default"


def described(client: Any) -> "dict[str, Any]":
    """The recorder, as it is set up."""
    [found] = client.describe_configuration_recorders()["ConfigurationRecorders"]
    return found
