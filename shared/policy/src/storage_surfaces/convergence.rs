//! From any state: the plan, applied, leaves only what needs a person; no key is taken away or replaced; all the rest stays.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::tables::{KEY, SURFACES, baseline, desired, key};
use super::*;
use crate::decision::{Remedy, Violation};

/// A resource as Bedrock has it.
#[derive(Clone, Debug)]
struct Kept {
    surface: Surface,
    answer: Value,
    works: bool,
}

fn member() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<i32>().prop_map(|number| json!(number)),
        "[a-zé {}]{0,12}".prop_map(|text| json!(text)),
        Just(json!(0.125)),
        any::<bool>().prop_map(|yes| json!(yes)),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(|items| json!(items)),
            prop::collection::btree_map("[a-z]{1,5}", inner, 0..3).prop_map(|members| json!(members)),
        ]
    })
}

fn names(surface: Surface) -> (&'static [&'static str], &'static [&'static str], Option<&'static str>) {
    match surface {
        Surface::Agent => (
            &["agentName", "foundationModel", "agentResourceRoleArn"],
            &["instruction", "description", "memoryConfiguration", "guardrailConfiguration", "customOrchestration"],
            Some("agent"),
        ),
        Surface::DataSource => {
            (&["name", "dataSourceConfiguration"], &["description", "vectorIngestionConfiguration"], Some("dataSource"))
        }
        Surface::Flow => (&["name", "executionRoleArn"], &["description", "definition"], None),
        _ => (&["name"], &["description", "defaultVariant", "variants"], None),
    }
}

prop_compose! {
    fn kept()(
        surface in prop::sample::select(SURFACES.to_vec()),
        members in prop::collection::vec(prop::option::weighted(0.8, member()), 8),
        key in prop::option::of(prop::sample::select(vec![KEY, "arn:aws:kms:us-east-1:111122223333:key/1"])),
        status in 0..5_usize,
        unknown in prop::bool::weighted(0.15),
        works in prop::bool::weighted(0.8),
    ) -> Kept {
        let (required, optional, under) = names(surface);
        let mut resource = json!({"updatedAt": "2026-01-01T00:00:00Z"});
        for (name, value) in required.iter().chain(optional).zip(members) {
            if let Some(value) = value {
                resource[name] = value;
            }
        }
        if let Some(key) = key {
            write_key(surface, &mut resource, key);
        }
        match surface {
            Surface::Agent => resource["agentStatus"] = json!(["PREPARED", "NOT_PREPARED", "PREPARING", "FAILED", "NEW"][status]),
            Surface::Flow => resource["status"] = json!(["Prepared", "NotPrepared", "Preparing", "Failed", "New"][status]),
            _ => {}
        }
        if unknown {
            resource["brandNew"] = json!(1);
        }
        Kept { surface, answer: under.map_or(resource.clone(), |name| json!({ name: resource })), works }
    }
}

fn write_key(surface: Surface, resource: &mut Value, key: &str) {
    match surface {
        Surface::DataSource => resource["serverSideEncryptionConfiguration"] = json!({ "kmsKeyArn": key }),
        _ => resource["customerEncryptionKeyArn"] = json!(key),
    }
}

impl Kept {
    fn resource(&mut self) -> &mut Value {
        match names(self.surface).2 {
            Some(under) => &mut self.answer[under],
            None => &mut self.answer,
        }
    }

    fn seen(&self, owed: bool) -> Observation {
        let mut seen = Writable::read(self.surface, &self.answer).unwrap().unwrap();
        let mut data_key = key();
        if !self.works {
            data_key.described.state = "Disabled".to_owned();
        }
        seen.key = seen.key_arn.is_none().then_some(data_key);
        seen.left_unprepared = owed;
        Observation::Writable(seen)
    }

    /// What Bedrock does with a step: all that the body does not name is gone.
    fn apply(&mut self, step: &Step) {
        match step {
            Step::GiveKey { key_arn, rest_sha256 } => {
                assert_eq!(&digest(self.surface, &self.answer).unwrap(), rest_sha256);
                let mut whole = request(self.surface, &self.answer, key_arn).unwrap();
                match self.surface {
                    Surface::Agent => whole["agentStatus"] = json!("NOT_PREPARED"),
                    Surface::Flow => whole["status"] = json!("NotPrepared"),
                    _ => {}
                }
                whole["updatedAt"] = json!("2026-01-02T00:00:00Z");
                *self.resource() = whole;
            }
            Step::Prepare => match self.surface {
                Surface::Agent => self.resource()["agentStatus"] = json!("PREPARED"),
                _ => self.resource()["status"] = json!("Prepared"),
            },
        }
    }
}

fn steps(found: &[Violation<Step>]) -> Vec<Step> {
    let steps = found.iter().filter_map(|each| match &each.remedy {
        Remedy::Steps(steps) => Some(steps.clone()),
        Remedy::Person(_) => None,
    });
    steps.flatten().collect()
}

fn theirs(kept: &Kept) -> Vec<(String, String)> {
    let mut kept = kept.clone();
    let resource = kept.resource().as_object().unwrap().clone();
    let ours = ["customerEncryptionKeyArn", "serverSideEncryptionConfiguration", "agentStatus", "status", "updatedAt"];
    resource
        .into_iter()
        .filter(|(name, value)| !ours.contains(&name.as_str()) && !value.is_null())
        .map(|(name, value)| (name, value.to_string()))
        .collect()
}

proptest! {
    #[test]
    fn one_pass_leaves_only_what_needs_a_person(before in kept()) {
        let baseline = baseline();
        let plan = steps(&assess(&desired(&baseline), before.surface, &before.seen(false)));
        let mut after = before.clone();
        for step in &plan {
            after.apply(step);
        }
        let owed = plan.contains(&Step::Prepare);
        prop_assert_eq!(steps(&assess(&desired(&baseline), after.surface, &after.seen(owed))), vec![]);
    }

    #[test]
    fn no_key_is_taken_away_or_replaced_and_all_else_stays_byte_for_byte(before in kept()) {
        let baseline = baseline();
        let mut after = before.clone();
        for step in steps(&assess(&desired(&baseline), before.surface, &before.seen(false))) {
            after.apply(&step);
        }
        let key = |kept: &Kept| Writable::read(kept.surface, &kept.answer).unwrap().unwrap().key_arn;
        prop_assert!(key(&before).is_none() || key(&before) == key(&after));
        prop_assert_eq!(theirs(&before), theirs(&after));
    }

    #[test]
    fn what_could_lose_something_is_never_written(before in kept()) {
        let baseline = baseline();
        let found = assess(&desired(&baseline), before.surface, &before.seen(false));
        let mut resource = before.clone();
        if resource.resource().get("brandNew").is_some() {
            prop_assert_eq!(steps(&found), vec![]);
        }
    }
}
