//! The readiness report, from made-up findings.

mod answers;
mod changes;
mod checklist;
mod example;
mod made_up;
mod page;
mod properties;
mod schema;
