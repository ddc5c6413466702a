//! CloudTrail, as far as the properties need it: what a step does, and which events selectors record.

use super::samples::{PROJECT, S3, desired, right};
use super::*;
use crate::decision::Remedy;

/// What CloudTrail does with a step.
pub(super) fn apply(seen: &mut Observation, step: &Step) {
    if let Step::Create { bucket, key } = step {
        let (bucket, key) = (Some(bucket.clone()), Some(key.clone()));
        seen.trail = Some(TrailState { bucket, key, status: Some(Status::default()), ..right() });
        return;
    }
    let trail = seen.trail.as_mut().unwrap();
    let selectors = || trail.selectors.clone().unwrap();
    match step {
        Step::Create { .. } => {}
        Step::StartLogging => trail.status.as_mut().unwrap().logging = true,
        Step::RecordManagementEvents => trail.selectors = Some(with_management_events(&selectors()).unwrap()),
        Step::RecordDataEvents { types } => {
            trail.selectors = Some(with_data_events(&selectors(), types, "aws").unwrap());
        }
        Step::RecordGlobalEvents => trail.global_events = true,
        Step::RecordAllRegions => (trail.global_events, trail.multi_region) = (true, true),
        Step::ValidateFiles => trail.file_validation = true,
        Step::Encrypt { key } => trail.key = Some(key.clone()),
    }
}

/// An event, as far as selectors ask for it.
#[derive(Clone, Debug)]
pub(super) struct Event {
    management: bool,
    read_only: bool,
    source: &'static str,
    resource: (&'static str, &'static str),
}

pub(super) fn events() -> Vec<Event> {
    let resources = [
        (S3, "arn:aws:s3:::b/jane-4711"),
        (S3, "arn:aws:s3:::c/x"),
        ("AWS::Lambda::Function", "arn:aws:lambda:us-east-1:000000000000:function:f"),
        ("AWS::Lambda::Function", "arn:aws:lambda:us-east-1:000000000000:function:g"),
        ("AWS::DynamoDB::Table", "arn:aws:dynamodb:us-east-1:000000000000:table/t"),
        (PROJECT, "arn:aws:bedrock-mantle:us-east-1:000000000000:project/p"),
    ];
    let mut events = Vec::new();
    for read_only in [true, false] {
        for source in ["kms.amazonaws.com", "s3.amazonaws.com"] {
            events.push(Event { management: true, read_only, source, resource: ("", "") });
        }
        for resource in resources {
            events.push(Event { management: false, read_only, source: "s3.amazonaws.com", resource });
        }
    }
    events
}

/// Whether CloudTrail would record it, by its user guide.
pub(super) fn recorded(selectors: &Selectors, event: &Event) -> bool {
    match selectors {
        Selectors::Basic(list) => list.iter().any(|each| taken(each, event)),
        Selectors::Advanced(list) => list.iter().any(|each| each.fields.iter().all(|field| matches(field, event))),
    }
}

fn taken(selector: &BasicSelector, event: &Event) -> bool {
    let word = match selector.read_write_type.as_deref() {
        None | Some("All") => true,
        Some("ReadOnly") => event.read_only,
        Some("WriteOnly") => !event.read_only,
        Some(_) => false,
    };
    let excluded = selector.exclude_management_event_sources.iter().any(|source| source == event.source);
    let resource = || {
        let of_type = selector.data_resources.iter().filter(|each| each.resource_type == event.resource.0);
        of_type.flat_map(|each| &each.values).any(|value| event.resource.1.starts_with(value.expose()))
    };
    word && if event.management { selector.include_management_events != Some(false) && !excluded } else { resource() }
}

fn matches(field: &FieldSelector, event: &Event) -> bool {
    let value = match field.field.as_str() {
        "eventCategory" => if event.management { "Management" } else { "Data" }.to_owned(),
        "readOnly" => event.read_only.to_string(),
        "eventSource" => event.source.to_owned(),
        "resources.type" => event.resource.0.to_owned(),
        "resources.ARN" => event.resource.1.to_owned(),
        _ => String::new(),
    };
    (field.equals.is_empty() || field.equals.iter().any(|each| each.expose() == value))
        && (field.starts_with.is_empty() || field.starts_with.iter().any(|each| value.starts_with(each.expose())))
        && field.not_equals.iter().all(|each| each.expose() != value)
}

pub(super) fn repaired(before: &Observation, types: &[String]) -> Observation {
    let mut after = before.clone();
    for violation in assess(&desired(types), before) {
        if let Remedy::Steps(steps) = violation.remedy {
            steps.iter().for_each(|step| apply(&mut after, step));
        }
    }
    after
}
