"""What the end-to-end tests share: the deployed stack, its people, its calls, its evidence, and buckets to play with."""

from __future__ import annotations

from . import ledger
from .account import new_principal, surroundings
from .buckets import BucketFactory, call_on_bucket
from .calls import calls, calls_of, role_of, writes_of
from .evidence import Record, await_outcome, intent_of, outcomes
from .latest import configured, sweep
from .local import (
    Faults,
    emit,
    invocations,
    invoke,
    kill,
    logs,
    make_due,
    now,
    saved_event,
    spare,
    started,
    wait_quiet,
)
from .rules import Rule, rule_of, rules, silenced

__all__ = [
    "BucketFactory", "Faults", "Record", "Rule", "await_outcome", "call_on_bucket", "calls", "calls_of", "configured",
    "emit", "intent_of", "invocations", "invoke", "kill", "ledger", "logs", "make_due", "new_principal", "now", "outcomes",
    "role_of", "rule_of", "rules", "saved_event", "silenced", "spare", "started", "surroundings", "sweep", "wait_quiet",
    "writes_of",
]
