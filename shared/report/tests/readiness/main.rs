//! The readiness report, from made-up findings.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests, which clippy does not take for tests")]

mod answers;
mod changes;
mod checklist;
mod example;
mod made_up;
mod page;
mod properties;
mod schema;
