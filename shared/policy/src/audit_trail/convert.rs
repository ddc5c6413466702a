//! Basic selectors in the words of advanced ones.

use super::coverage::{is_all, takes_management};
use super::selectors::{AdvancedSelector, BasicSelector, DataResource, FieldSelector, Text};

/// Advanced selectors that take at least what these take; `None` when one of them says something that is not known.
#[must_use]
pub fn converted(list: &[BasicSelector], partition: &str) -> Option<Vec<AdvancedSelector>> {
    let mut made: Vec<AdvancedSelector> = Vec::new();
    for each in list {
        let mut of = Vec::new();
        if takes_management(each) {
            of.push(management(each));
        }
        of.extend(
            each.data_resources.iter().filter(|named| !named.values.is_empty()).map(|named| data(named, partition)),
        );
        let read_only = match each.read_write_type.as_deref() {
            None | Some("All") => None,
            Some("ReadOnly") => Some(FieldSelector::is("readOnly", "true")),
            Some("WriteOnly") => Some(FieldSelector::is("readOnly", "false")),
            Some(_) => return None,
        };
        for mut fields in of {
            fields.extend(read_only.clone());
            let selector = AdvancedSelector { name: None, fields };
            if !made.contains(&selector) {
                made.push(selector);
            }
        }
    }
    Some(made)
}

fn management(selector: &BasicSelector) -> Vec<FieldSelector> {
    let mut fields = vec![FieldSelector::is("eventCategory", "Management")];
    if !selector.exclude_management_event_sources.is_empty() {
        let not_equals = selector.exclude_management_event_sources.iter().map(Text::new).collect();
        fields.push(FieldSelector { field: "eventSource".to_owned(), not_equals, ..FieldSelector::default() });
    }
    fields
}

fn data(named: &DataResource, partition: &str) -> Vec<FieldSelector> {
    let mut fields =
        vec![FieldSelector::is("eventCategory", "Data"), FieldSelector::is("resources.type", &named.resource_type)];
    let all = named.values.iter().any(|value| is_all(value.expose(), &named.resource_type, partition));
    if !all {
        // Only the ARN of a function is taken as it is; all else may be how ARNs begin.
        let exact = named.resource_type == "AWS::Lambda::Function"
            && named.values.iter().all(|value| value.expose().split(':').count() > 6);
        let field = "resources.ARN".to_owned();
        let values = named.values.clone();
        fields.push(if exact {
            FieldSelector { field, equals: values, ..FieldSelector::default() }
        } else {
            FieldSelector { field, starts_with: values, ..FieldSelector::default() }
        });
    }
    fields
}
