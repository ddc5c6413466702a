//! What a trail's selectors record for certain.
//!
//! Whatever a selector says that is not known here may leave events out, so such a selector counts for nothing.

use super::selectors::{AdvancedSelector, BasicSelector, FieldSelector, Selectors};

/// What is certainly recorded.
#[derive(Clone, Copy, Default)]
struct Recorded {
    reads: bool,
    writes: bool,
}

impl Recorded {
    fn or(self, other: Self) -> Self {
        Self { reads: self.reads || other.reads, writes: self.writes || other.writes }
    }
}

fn everything(parts: impl Iterator<Item = Recorded>) -> bool {
    let all = parts.fold(Recorded::default(), Recorded::or);
    all.reads && all.writes
}

/// Whether every management event is recorded, of reads and of writes, with none left out.
#[must_use]
pub fn records_management_events(selectors: &Selectors) -> bool {
    match selectors {
        Selectors::Basic(list) => everything(list.iter().filter(|each| takes_management(each)).map(|each| {
            if each.exclude_management_event_sources.is_empty() { by_word(each) } else { Recorded::default() }
        })),
        Selectors::Advanced(list) => {
            everything(list.iter().map(|each| of_all(each, &[("eventCategory", "Management")])))
        }
    }
}

/// Of these resource types, those whose data events are not all recorded.
#[must_use]
pub fn missing_types(selectors: &Selectors, types: &[String], partition: &str) -> Vec<String> {
    let missing = types.iter().filter(|each| !records_data_events(selectors, each, partition));
    missing.cloned().collect()
}

fn records_data_events(selectors: &Selectors, resource_type: &str, partition: &str) -> bool {
    match selectors {
        Selectors::Basic(list) => {
            let everywhere = |each: &&BasicSelector| {
                let named = each.data_resources.iter().filter(|named| named.resource_type == resource_type);
                named.flat_map(|named| &named.values).any(|value| is_all(value.expose(), resource_type, partition))
            };
            everything(list.iter().filter(everywhere).map(by_word))
        }
        Selectors::Advanced(list) => {
            let wanted = [("eventCategory", "Data"), ("resources.type", resource_type)];
            everything(list.iter().map(|each| of_all(each, &wanted)))
        }
    }
}

/// Whether it takes management events at all.
pub(super) fn takes_management(selector: &BasicSelector) -> bool {
    selector.include_management_events != Some(false)
}

fn by_word(selector: &BasicSelector) -> Recorded {
    match selector.read_write_type.as_deref() {
        None | Some("All") => Recorded { reads: true, writes: true },
        Some("ReadOnly") => Recorded { reads: true, writes: false },
        Some("WriteOnly") => Recorded { reads: false, writes: true },
        Some(_) => Recorded::default(),
    }
}

/// What the selector takes of that for which all these fields stand, if nothing but `readOnly` narrows it.
fn of_all(selector: &AdvancedSelector, wanted: &[(&str, &str)]) -> Recorded {
    let has = |(field, value): &(&str, &str)| selector.fields.iter().any(|each| each.lets(field, value));
    let known = |each: &FieldSelector| {
        wanted.iter().any(|(field, value)| each.lets(field, value))
            || ["true", "false"].iter().any(|is| each.lets("readOnly", is))
    };
    if !wanted.iter().all(has) || !selector.fields.iter().all(known) {
        return Recorded::default();
    }
    let lets =
        |is: &str| selector.fields.iter().filter(|each| each.field == "readOnly").all(|each| each.lets("readOnly", is));
    Recorded { reads: lets("true"), writes: lets("false") }
}

/// What stands for all resources of a type in a basic selector; `None`: such a selector does not know the type.
pub(super) fn all_of(resource_type: &str, partition: &str) -> Option<String> {
    let service = match resource_type {
        "AWS::S3::Object" => "s3",
        "AWS::Lambda::Function" => "lambda",
        "AWS::DynamoDB::Table" => "dynamodb",
        _ => return None,
    };
    Some(format!("arn:{partition}:{service}"))
}

/// Whether a basic selector's value stands for all resources of the type. `arn:aws:s3:::` is S3's older spelling.
pub(super) fn is_all(value: &str, resource_type: &str, partition: &str) -> bool {
    all_of(resource_type, partition)
        .is_some_and(|all| value.strip_prefix(&all).is_some_and(|rest| rest.bytes().all(|byte| byte == b':')))
}
