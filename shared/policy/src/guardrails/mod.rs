//! Guardrails: their sensitive-information filter is at least as strong as the baseline (guide step S6, 45 CFR
//! 164.312(a)(1)).
//!
//! A guardrail is taken as Bedrock's JSON says it: UpdateGuardrail replaces everything, so what is not named in it is lost,
//! and what this version of Phiward doesn't know must not be. Only its filter is looked into; all else is written again as
//! it was read.

mod absent;
mod assess;
mod callers;
mod covers;
mod document;
mod draft;
mod filter;
mod observation;
mod plan;
mod proof;
mod question;
mod replaced;
mod step;

#[cfg(test)]
mod model;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod tables;

pub use absent::absent;
pub use assess::assess;
pub use document::{content, enforcement, same, to_update};
pub use observation::{Callers, Configured, Enforcement, GuardrailObservation, Numbered, Observation, Text, Version};
pub use plan::{Desired, Needs, made_again_name, needs};
pub use proof::{Direction, Found, Probe, misses, probes};
pub use question::{apply_question, invoke_question, stopped};
pub use step::{Step, Target};
