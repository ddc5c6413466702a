//! Where invocation logs went besides. They hold PHI, and what is there is for a person.

use super::configuration::Destinations;
use super::step::Step;
use crate::decision::{Remedy, Violation};

/// The violations with what must be said of the destinations that the deployment does not name. A repair ends the
/// deliveries, and does not bring back what was delivered.
pub(super) fn told(
    redirected: Vec<Violation<Step>>,
    named: &Destinations,
    live: &Destinations,
) -> Vec<Violation<Step>> {
    let others = others(named, live);
    let mut found = redirected;
    match found.first_mut() {
        Some(Violation { remedy: Remedy::Steps(_), losses, .. }) => {
            losses.extend(others.iter().map(|other| {
                format!(
                    "invocation logs, which hold PHI, were delivered to {other}, which the deployment does not name: find out \
                     who sent them there and who can read them, move them to the deployment's destination, and delete them \
                     there"
                )
            }));
        }
        Some(Violation { control, .. }) => {
            let control = *control;
            found.extend(others.iter().map(|other| {
                let advice = format!(
                    "invocation logs, which hold PHI, are being delivered to {other}, which the deployment does not name: set \
                     the destination by hand, find out who sent them there and who can read them, and delete them there"
                );
                Violation::person(control, advice)
            }));
        }
        None => {}
    }
    found
}

fn others(named: &Destinations, live: &Destinations) -> Vec<String> {
    let ours = named.buckets();
    let buckets = live.buckets().into_iter().filter(|bucket| !ours.contains(bucket));
    let group = live.group().filter(|group| named.group() != Some(group));
    let buckets = buckets.map(|bucket| format!("the bucket {bucket}"));
    buckets.chain(group.map(|group| format!("the log group {group}"))).collect()
}
