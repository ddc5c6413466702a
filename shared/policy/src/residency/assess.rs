//! The rules.

use super::geography::{Geography, is_region};
use super::model_id::is_same;
use super::observation::{Destination, Inference, Model, Observation, Retention, Route, Step};
use crate::control;
use crate::decision::Violation;
use crate::retention::NONE;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Where inference may run.
    pub geography: Geography,
    /// What the baseline says.
    pub baseline: crate::baseline::Residency,
}

impl Rules {
    /// Whether the baseline approves a model; a list that is empty approves none, and forbids none.
    #[must_use]
    pub fn approves(&self, model: &str) -> bool {
        self.baseline.approved_models.iter().any(|approved| is_same(approved, model))
    }
}

/// The violations.
#[must_use]
pub fn assess(seen: &Observation, rules: &Rules) -> Vec<Violation<Step>> {
    match seen {
        Observation::Inference(inference) => of_inference(inference, rules),
        Observation::Profile { destinations } => of_profile(destinations, rules).into_iter().collect(),
        Observation::NoProfile => Vec::new(),
        Observation::Model(model) => of_model(model, rules),
    }
}

fn of_inference(seen: &Inference, rules: &Rules) -> Vec<Violation<Step>> {
    let Rules { geography, .. } = rules;
    let mut found = Vec::new();
    let way = match seen.route {
        Route::Global => "a Global inference profile",
        Route::Bounded => "a way that may lead out of it",
        Route::Unknown => "an application inference profile that is not there any more",
    };
    if let Some(region) = seen.region.as_deref().filter(|region| !geography.holds(region)) {
        let place = if is_region(region) { region } else { "a place that has no Region's name" };
        let advice = format!(
            "inference ran in {place}, outside the geography ({geography}), through {way}: let this principal use a model or \
             profile that stays inside, and deny the others by IAM or a service control policy"
        );
        found.push(Violation::person(&control::RESIDENCY_GEOGRAPHY, advice));
    }
    if seen.route == Route::Global {
        let advice = "this principal uses a Global inference profile, which may run inference anywhere in the world: let it \
                      use the profile of your geography, and deny `global.` profiles by IAM or a service control policy";
        found.push(Violation::person(&control::RESIDENCY_GLOBAL_INFERENCE, advice));
    }
    found
}

fn of_profile(destinations: &[Destination], rules: &Rules) -> Option<Violation<Step>> {
    let control = &control::RESIDENCY_APPLICATION_PROFILES;
    if destinations.contains(&Destination::Anywhere) {
        return Some(if rules.baseline.delete_global_profiles {
            Violation::steps(control, vec![Step::DeleteProfile])
        } else {
            let advice = "it is copied from a Global inference profile, which may run inference anywhere in the world: copy \
                          one of your geography, move its users there and delete this one, or let Phiward delete it \
                          (`delete_global_profiles` of the baseline)";
            Violation::person(control, advice)
        });
    }
    let unreadable = destinations.is_empty() || destinations.contains(&Destination::Unreadable);
    let outside: Vec<&str> = destinations.iter().filter_map(|each| outside(each, &rules.geography)).collect();
    match (unreadable, outside.is_empty()) {
        (false, true) => None,
        (true, true) => Some(Violation::person(control, "it does not say where it leads: look at it by hand")),
        (_, false) => {
            let (places, geography) = (outside.join(", "), &rules.geography);
            let advice = format!(
                "it leads to {places}, outside the geography ({geography}): copy a profile that stays inside, move its users \
                 there and delete this one; or name these Regions in the parameter InferenceRegions"
            );
            Some(Violation::person(control, advice))
        }
    }
}

fn outside<'a>(destination: &'a Destination, geography: &Geography) -> Option<&'a str> {
    match destination {
        Destination::Region(region) if !geography.holds(region) => Some(region),
        _ => None,
    }
}

fn of_model(seen: &Model, rules: &Rules) -> Vec<Violation<Step>> {
    let approved = rules.approves(&seen.id);
    let mut found = Vec::new();
    if seen.in_use && !approved && !rules.baseline.approved_models.is_empty() {
        let advice = "it is in use and not on the baseline's list of approved models: approve it there, or deny it by IAM or a \
                      service control policy";
        found.push(Violation::person(&control::RESIDENCY_APPROVED_MODELS, advice));
    }
    if seen.in_use || approved {
        let who = match (approved, seen.in_use) {
            (true, true) => "it is approved and in use",
            (true, false) => "it is approved",
            _ => "it is in use",
        };
        found.extend(retained(&seen.retention).map(|why| {
            let advice = format!("{who}, but {why}");
            Violation::person(&control::RESIDENCY_ZERO_RETENTION_MODELS, advice)
        }));
    }
    found
}

/// Why a model may keep what it is told; what is not known is no pass.
fn retained(retention: &Retention) -> Option<String> {
    const BY_HAND: &str =
        "find out in its documentation whether it allows zero data retention, and exempt it or deny it";
    match retention {
        Retention::Said { allowed } if allowed.iter().any(|mode| mode == NONE) => None,
        Retention::Said { .. } => Some(
            "it can't be used under data-retention mode `none`, so what it is told is kept: send it no PHI, and deny it by IAM \
             or a service control policy"
                .to_owned(),
        ),
        Retention::Unsaid => Some(format!("bedrock-mantle doesn't say which retention modes it allows: {BY_HAND}")),
        Retention::NotThere => {
            Some(format!("bedrock-mantle doesn't know it, so it is unknown which retention modes it allows: {BY_HAND}"))
        }
        Retention::Unreachable => Some(format!(
            "bedrock-mantle can't be reached, so it is unknown which retention modes it allows: give the function a way to its \
             endpoint, or {BY_HAND}"
        )),
    }
}
