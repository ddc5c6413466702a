//! Which management events a trail's selectors record.

use std::collections::BTreeSet;

use aws_sdk_cloudtrail::operation::get_event_selectors::GetEventSelectorsOutput;
use aws_sdk_cloudtrail::types::{AdvancedEventSelector, EventSelector, ReadWriteType};

/// Of one kind of events: `None`: not recorded; else without those of these services.
pub(crate) type Taken = Option<BTreeSet<String>>;

/// What stands for a selector that takes only some events, in a way that is not known here.
const PART: &str = "(a part only: see its advanced event selectors)";

/// Which management events that write, or that read, are recorded: what one selector leaves out, another may take.
pub(super) fn taken(selectors: &GetEventSelectorsOutput, reads: bool) -> Taken {
    let basic = selectors.event_selectors().iter().filter_map(|each| of_basic(each, reads));
    let advanced = selectors.advanced_event_selectors().iter().filter_map(|each| of_advanced(each, reads));
    both(basic.chain(advanced))
}

/// What none of them records.
pub(super) fn both(all: impl Iterator<Item = BTreeSet<String>>) -> Taken {
    all.reduce(|one, other| one.intersection(&other).cloned().collect())
}

fn of_basic(selector: &EventSelector, reads: bool) -> Taken {
    let takes = match selector.read_write_type() {
        None | Some(ReadWriteType::All) => true,
        Some(ReadWriteType::ReadOnly) => reads,
        Some(ReadWriteType::WriteOnly) => !reads,
        Some(_) => false,
    };
    let takes = takes && selector.include_management_events() != Some(false);
    takes.then(|| selector.exclude_management_event_sources().iter().cloned().collect())
}

fn of_advanced(selector: &AdvancedEventSelector, reads: bool) -> Taken {
    let (wanted, other) = if reads { ("true", "false") } else { ("false", "true") };
    let mut left_out = BTreeSet::new();
    let mut management = false;
    for field in selector.field_selectors() {
        match field.field() {
            "eventCategory" => management = field.equals().iter().any(|each| each == "Management"),
            "readOnly" if field.equals().iter().any(|each| each == wanted) => {}
            "readOnly" if field.equals().iter().any(|each| each == other) => return None,
            "eventSource" if field.equals().is_empty() && !field.not_equals().is_empty() => {
                left_out.extend(field.not_equals().iter().cloned());
            }
            _ => left_out.extend([PART.to_owned()]),
        }
    }
    management.then_some(left_out)
}

#[cfg(test)]
mod tests {
    use aws_sdk_cloudtrail::types::AdvancedFieldSelector;

    use super::*;

    fn of_one(selector: aws_sdk_cloudtrail::types::builders::EventSelectorBuilder, reads: bool) -> Taken {
        taken(&GetEventSelectorsOutput::builder().event_selectors(selector.build()).build(), reads)
    }

    fn basic(selector: aws_sdk_cloudtrail::types::builders::EventSelectorBuilder) -> Taken {
        of_one(selector, false)
    }

    fn advanced(fields: &[(&str, &[&str], &[&str])], reads: bool) -> Taken {
        let field = |(name, equals, not): &(&str, &[&str], &[&str])| {
            let list = |words: &[&str]| Some(words.iter().map(|word| (*word).to_owned()).collect());
            let field = AdvancedFieldSelector::builder().field(*name);
            field.set_equals(list(equals)).set_not_equals(list(not)).build().unwrap()
        };
        let selector = AdvancedEventSelector::builder().set_field_selectors(Some(fields.iter().map(field).collect()));
        taken(&GetEventSelectorsOutput::builder().advanced_event_selectors(selector.build().unwrap()).build(), reads)
    }

    fn set(words: &[&str]) -> Taken {
        Some(words.iter().map(|word| (*word).to_owned()).collect())
    }

    #[test]
    fn basic_selectors_take_writes_unless_they_say_otherwise() {
        let selector = EventSelector::builder;
        assert_eq!(basic(selector()), set(&[]));
        assert_eq!(basic(selector().read_write_type(ReadWriteType::WriteOnly)), set(&[]));
        assert_eq!(basic(selector().read_write_type(ReadWriteType::ReadOnly)), None);
        assert_eq!(basic(selector().include_management_events(false)), None);
        let kms = basic(selector().exclude_management_event_sources("kms.amazonaws.com"));
        assert_eq!(kms, set(&["kms.amazonaws.com"]));
        assert_eq!(taken(&GetEventSelectorsOutput::builder().build(), false), None);
    }

    #[test]
    fn reads_are_taken_unless_a_selector_is_for_writes_alone() {
        let selector = EventSelector::builder;
        assert_eq!(of_one(selector(), true), set(&[]));
        assert_eq!(of_one(selector().read_write_type(ReadWriteType::ReadOnly), true), set(&[]));
        assert_eq!(of_one(selector().read_write_type(ReadWriteType::WriteOnly), true), None);
        assert_eq!(of_one(selector().read_write_type("a new word".into()), true), None);
        let management: (&str, &[&str], &[&str]) = ("eventCategory", &["Management"], &[]);
        assert_eq!(advanced(&[management], true), set(&[]));
        assert_eq!(advanced(&[management, ("readOnly", &["false"], &[])], true), None);
        assert_eq!(advanced(&[management, ("readOnly", &["true"], &[])], true), set(&[]));
        assert_eq!(advanced(&[management, ("readOnly", &[], &["true"])], true), set(&[PART]));
    }

    #[test]
    fn advanced_selectors_take_management_events_only_if_they_say_so() {
        let advanced = |fields: &[(&str, &[&str], &[&str])]| advanced(fields, false);
        let management: (&str, &[&str], &[&str]) = ("eventCategory", &["Management"], &[]);
        assert_eq!(advanced(&[management]), set(&[]));
        assert_eq!(advanced(&[("eventCategory", &["Data"], &[])]), None);
        assert_eq!(advanced(&[management, ("readOnly", &["true"], &[])]), None);
        assert_eq!(advanced(&[management, ("readOnly", &["false"], &[])]), set(&[]));
        let kms = advanced(&[management, ("eventSource", &[], &["kms.amazonaws.com"])]);
        assert_eq!(kms, set(&["kms.amazonaws.com"]));
        assert_eq!(advanced(&[management, ("eventSource", &["s3.amazonaws.com"], &[])]), set(&[PART]));
        assert_eq!(advanced(&[management, ("sessionCredentialFromConsole", &["true"], &[])]), set(&[PART]));
    }
}
