//! Selectors widened to the data events of resource types.

use super::convert::converted;
use super::coverage::{all_of, missing_types};
use super::selectors::{
    AdvancedSelector, BasicSelector, DataResource, FieldSelector, MAX_BASIC, Obstacle, Selectors, Text, within_limits,
};

/// The selectors, with all data events of these types among what they take. All others stay as they are; basic ones are
/// changed into advanced ones only for a type that basic ones do not know.
///
/// # Errors
/// When there is no room for more.
pub fn with_data_events(selectors: &Selectors, types: &[String], partition: &str) -> Result<Selectors, Obstacle> {
    let missing = missing_types(selectors, types, partition);
    if missing.is_empty() {
        return Ok(selectors.clone());
    }
    match selectors {
        Selectors::Advanced(list) => within_limits(with(list.clone(), &missing)),
        Selectors::Basic(list) => match missing.iter().map(|each| resource(each, partition)).collect() {
            Some(_) if list.len() >= MAX_BASIC => Err(Obstacle::BasicFull),
            Some(data_resources) => {
                let further = BasicSelector {
                    read_write_type: Some("All".to_owned()),
                    include_management_events: Some(false),
                    data_resources,
                    ..BasicSelector::default()
                };
                Ok(Selectors::Basic([list.as_slice(), &[further]].concat()))
            }
            None => within_limits(with(converted(list, partition).ok_or(Obstacle::Unknown)?, &missing)),
        },
    }
}

fn resource(resource_type: &str, partition: &str) -> Option<DataResource> {
    let values = vec![Text::new(all_of(resource_type, partition)?)];
    Some(DataResource { resource_type: resource_type.to_owned(), values })
}

fn with(mut list: Vec<AdvancedSelector>, types: &[String]) -> Vec<AdvancedSelector> {
    list.extend(types.iter().map(|each| AdvancedSelector {
        name: Some(Text::new(format!("Phiward: data events of {each}"))),
        fields: vec![FieldSelector::is("eventCategory", "Data"), FieldSelector::is("resources.type", each)],
    }));
    list
}
