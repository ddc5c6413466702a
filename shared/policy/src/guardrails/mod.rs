//! Guardrails: their sensitive-information filter.
