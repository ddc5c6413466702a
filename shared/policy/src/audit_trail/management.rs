//! Selectors widened to every management event.

use super::coverage::{records_management_events, takes_management};
use super::selectors::{AdvancedSelector, BasicSelector, FieldSelector, MAX_BASIC, Obstacle, Selectors, within_limits};

const ALL: &str = "All";

/// The selectors, with every management event among what they take. A selector for management events that leaves some
/// out is made whole where it stands, if that widens nothing else; a further one is added only where there is none.
///
/// # Errors
/// When there is no room for a further one.
pub fn with_management_events(selectors: &Selectors) -> Result<Selectors, Obstacle> {
    if records_management_events(selectors) {
        return Ok(selectors.clone());
    }
    match selectors {
        Selectors::Basic(list) => basic(list.clone()),
        Selectors::Advanced(list) => advanced(list.clone()),
    }
}

fn basic(mut list: Vec<BasicSelector>) -> Result<Selectors, Obstacle> {
    // With data resources, a wider word would record (and bill) more of their events than their owner asked for.
    let can_be_whole = |each: &&mut BasicSelector| {
        let for_all = each.read_write_type.as_deref().is_none_or(|word| word == ALL);
        takes_management(each) && (for_all || each.data_resources.is_empty())
    };
    if let Some(narrow) = list.iter_mut().find(can_be_whole) {
        narrow.read_write_type = Some(ALL.to_owned());
        narrow.exclude_management_event_sources.clear();
    } else if list.len() < MAX_BASIC {
        list.push(BasicSelector {
            read_write_type: Some(ALL.to_owned()),
            include_management_events: Some(true),
            ..BasicSelector::default()
        });
    } else {
        return Err(Obstacle::BasicFull);
    }
    Ok(Selectors::Basic(list))
}

fn advanced(mut list: Vec<AdvancedSelector>) -> Result<Selectors, Obstacle> {
    let whole = FieldSelector::is("eventCategory", "Management");
    let of_management =
        |each: &&mut AdvancedSelector| each.fields.iter().any(|field| field.lets("eventCategory", "Management"));
    if let Some(narrow) = list.iter_mut().find(of_management) {
        narrow.fields = vec![whole];
    } else {
        list.push(AdvancedSelector { name: None, fields: vec![whole] });
    }
    within_limits(list)
}
