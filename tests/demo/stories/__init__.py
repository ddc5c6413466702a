"""The stories, in the order in which they are told."""

from __future__ import annotations

from typing import Iterator

from ..story import Story
from ..surroundings import Surroundings
from . import (
    audit_trail, buckets, detectors, encryption_keys, free_text, guardrails, invocation_logging, log_groups, object_encryption,
    quarantine, residency, retention, silent, storage_surfaces,
)


def all_stories(around: Surroundings) -> "Iterator[Story]":
    """Each is made when its turn comes, as some must look at the account first."""
    yield retention.account(around)
    yield retention.mantle_project(around)
    yield buckets.encryption(around)
    yield buckets.public_access(around)
    yield object_encryption.under_another_key(around)
    yield invocation_logging.switched_off(around)
    yield invocation_logging.sent_elsewhere(around)
    yield log_groups.unmasked(around)
    yield log_groups.deleted(around)
    yield detectors.recorder(around)
    yield detectors.detector(around)
    yield free_text.record_number_in_a_tag(around)
    yield guardrails.weakened(around)
    yield storage_surfaces.agent_without_a_key(around)
    yield storage_surfaces.model_without_a_key(around)
    yield residency.inferred_anywhere(around)
    yield residency.profile_to_anywhere(around)
    yield audit_trail.blinded(around)
    yield audit_trail.stopped(around)
    yield encryption_keys.about_to_be_deleted(around)
    yield silent.opened_to_everyone(around)
    yield quarantine.patient_file(around)
