//! What is wrong with a key.
//!
//! KMS developer guide: "Key states of AWS KMS keys", "Rotate AWS KMS keys", "Deleting multi-Region keys" (the deletion of a
//! primary key that still has replicas can be cancelled like any other).

use super::everybody;
use super::observation::{Facts, Observation, Rotation};
use super::step::Step;
use crate::control::{
    ENCRYPTION_KEYS_ENABLED, ENCRYPTION_KEYS_PENDING_DELETION, ENCRYPTION_KEYS_POLICY, ENCRYPTION_KEYS_ROTATION,
};
use crate::decision::Violation;
use crate::policy_document::PolicyDocument;

/// The violations of one key, in the order in which they are to be repaired: what is about to be deleted can't be enabled,
/// what is disabled can't be made to rotate.
#[must_use]
pub fn assess(rotation_days: u32, seen: &Observation) -> Vec<Violation<Step>> {
    let facts = match seen {
        Observation::Gone => {
            let advice = "KMS knows this key no more: what it encrypted can't be read again. Find out what that was, give its \
                          users another key, and name that one in the deployment";
            return vec![Violation::person(&ENCRYPTION_KEYS_ENABLED, advice)];
        }
        Observation::Closed => {
            let advice = "whether the key is enabled can't be seen (kms:DescribeKey is denied): let its key policy leave the \
                          decision to the account's IAM policies";
            return vec![Violation::person(&ENCRYPTION_KEYS_ENABLED, advice)];
        }
        Observation::There(facts) => facts,
    };
    let mut violations = state(facts);
    violations.extend(rotation(rotation_days, facts));
    violations.extend(policy(facts));
    violations
}

/// Whether its deletion is pending; a primary key first waits for its replicas to be deleted.
fn is_pending_deletion(facts: &Facts) -> bool {
    matches!(facts.state.as_str(), "PendingDeletion" | "PendingReplicaDeletion")
}

fn state(facts: &Facts) -> Vec<Violation<Step>> {
    let enable = || Violation::steps(&ENCRYPTION_KEYS_ENABLED, vec![Step::Enable]);
    let person = |advice: &str| vec![Violation::person(&ENCRYPTION_KEYS_ENABLED, advice)];
    match facts.state.as_str() {
        "Enabled" => Vec::new(),
        "Disabled" => vec![enable()],
        _ if is_pending_deletion(facts) => {
            vec![Violation::steps(&ENCRYPTION_KEYS_PENDING_DELETION, vec![Step::CancelDeletion]), enable()]
        }
        "PendingImport" => {
            person("the key has no key material (it has expired, or was deleted): import the same material again")
        }
        "Unavailable" => person("the key's custom key store is disconnected: connect it again"),
        "Creating" | "Updating" => person("KMS is still making or changing the key: look again when it is done"),
        _ => person("the key is in a state that Phiward does not know: look whether it can be used"),
    }
}

fn rotation(days: u32, facts: &Facts) -> Option<Violation<Step>> {
    // Asymmetric and HMAC keys encrypt no data at rest, and KMS rotates none of them: the rule is not about them.
    if facts.spec != "SYMMETRIC_DEFAULT" || facts.rotation.at_least_every(days) {
        return None;
    }
    let pending = is_pending_deletion(facts);
    if !pending && !matches!(facts.state.as_str(), "Enabled" | "Disabled") {
        // A person is told of the state; what can be set in it is not known.
        return None;
    }
    let person = |advice: String| Some(Violation::person(&ENCRYPTION_KEYS_ROTATION, advice));
    match (&facts.replica_of, facts.manager.as_str(), facts.origin.as_str()) {
        (_, "CUSTOMER", "EXTERNAL") => person(
            "KMS does not rotate imported key material by itself: import new material and rotate on demand, and exempt \
             the key until that is due again"
                .to_owned(),
        ),
        (_, "CUSTOMER", "AWS_CLOUDHSM" | "EXTERNAL_KEY_STORE") => person(
            "KMS does not rotate keys of a custom key store: rotate it by hand (a new key, to which the alias is pointed), \
             and exempt this one"
                .to_owned(),
        ),
        // Hidden while its deletion is pending; the next look sees it.
        (Some(_), "CUSTOMER", "AWS_KMS") if pending => None,
        (Some(region), "CUSTOMER", "AWS_KMS") => person(format!(
            "the key is a replica, and rotation is set on its primary key: let that one, in {region}, rotate at least \
             every {days} days"
        )),
        (None, "CUSTOMER", "AWS_KMS") => match facts.rotation {
            Rotation::Said { .. } => {
                let days = facts.rotation.period(days);
                Some(Violation::steps(&ENCRYPTION_KEYS_ROTATION, vec![Step::EnableRotation { days, hidden: pending }]))
            }
            Rotation::Closed => person(
                "whether the key rotates can't be seen (kms:GetKeyRotationStatus is denied): let its key policy leave the \
                 decision to the account's IAM policies"
                    .to_owned(),
            ),
            Rotation::Unsupported => person("KMS does not rotate this key: name another".to_owned()),
        },
        _ => person(format!("the key can't be made to rotate every {days} days: use a customer managed key")),
    }
}

fn policy(facts: &Facts) -> Vec<Violation<Step>> {
    let person = |advice: String| Violation::person(&ENCRYPTION_KEYS_POLICY, advice);
    let Some(text) = &facts.policy else {
        return vec![person(
            "the key policy can't be read (kms:GetKeyPolicy is denied): let it leave the decision to the account's IAM policies"
                .to_owned(),
        )];
    };
    let Ok(document) = PolicyDocument::parse(text.expose()) else {
        return vec![person("the key policy can't be understood: repair it".to_owned())];
    };
    let open: Vec<String> = everybody::statements(&document).map(|number| number.to_string()).collect();
    if open.is_empty() {
        return Vec::new();
    }
    // By its number: a Sid is somebody's own words.
    vec![person(format!(
        "the key policy admits everybody, of every AWS account, in statement {}: name principals there, or add a condition \
         on aws:PrincipalArn, aws:PrincipalOrgID or kms:CallerAccount. Phiward writes no key policy",
        open.join(", ")
    ))]
}
