//! Event selectors in AWS's types and in the policy's.

use aws_sdk_cloudtrail::error::BuildError;
use aws_sdk_cloudtrail::types::{
    AdvancedEventSelector, AdvancedFieldSelector, DataResource as AwsDataResource, EventSelector, ReadWriteType,
};
use policy::audit_trail::{AdvancedSelector, BasicSelector, DataResource, FieldSelector, Selectors, Text};

/// What AWS shows. A trail has one kind; where it has advanced ones, they count.
pub(crate) fn read(basic: Option<Vec<EventSelector>>, advanced: Option<Vec<AdvancedEventSelector>>) -> Selectors {
    match advanced.unwrap_or_default() {
        advanced if advanced.is_empty() => {
            Selectors::Basic(basic.unwrap_or_default().into_iter().map(read_basic).collect())
        }
        advanced => Selectors::Advanced(advanced.into_iter().map(read_advanced).collect()),
    }
}

fn read_basic(selector: EventSelector) -> BasicSelector {
    let resources = selector
        .data_resources
        .unwrap_or_default()
        .into_iter()
        .map(|each| DataResource { resource_type: each.r#type.unwrap_or_default(), values: texts(each.values) });
    BasicSelector {
        read_write_type: selector.read_write_type.map(|word| word.as_str().to_owned()),
        include_management_events: selector.include_management_events,
        data_resources: resources.collect(),
        exclude_management_event_sources: selector.exclude_management_event_sources.unwrap_or_default(),
    }
}

fn read_advanced(selector: AdvancedEventSelector) -> AdvancedSelector {
    let fields = selector.field_selectors.into_iter().map(|each| FieldSelector {
        field: each.field,
        equals: texts(each.equals),
        starts_with: texts(each.starts_with),
        ends_with: texts(each.ends_with),
        not_equals: texts(each.not_equals),
        not_starts_with: texts(each.not_starts_with),
        not_ends_with: texts(each.not_ends_with),
    });
    AdvancedSelector { name: selector.name.map(Text::new), fields: fields.collect() }
}

/// Basic selectors as AWS takes them.
pub(crate) fn basic(list: &[BasicSelector]) -> Vec<EventSelector> {
    let made = list.iter().map(|selector| {
        let resources = selector.data_resources.iter().map(|each| {
            let made = AwsDataResource::builder().r#type(&each.resource_type);
            made.set_values(Some(each.values.iter().map(text).collect())).build()
        });
        EventSelector::builder()
            .set_read_write_type(selector.read_write_type.as_deref().map(ReadWriteType::from))
            .set_include_management_events(selector.include_management_events)
            .set_data_resources(Some(resources.collect()))
            .set_exclude_management_event_sources(Some(selector.exclude_management_event_sources.clone()))
            .build()
    });
    made.collect()
}

/// Advanced selectors as AWS takes them.
pub(crate) fn advanced(list: &[AdvancedSelector]) -> Result<Vec<AdvancedEventSelector>, BuildError> {
    let made = list.iter().map(|selector| {
        let fields: Result<Vec<_>, _> = selector.fields.iter().map(field).collect();
        let name = selector.name.as_ref().map(text);
        AdvancedEventSelector::builder().set_name(name).set_field_selectors(Some(fields?)).build()
    });
    made.collect()
}

fn field(selector: &FieldSelector) -> Result<AdvancedFieldSelector, BuildError> {
    // AWS takes no empty list.
    let list = |texts: &[Text]| (!texts.is_empty()).then(|| texts.iter().map(text).collect());
    AdvancedFieldSelector::builder()
        .field(&selector.field)
        .set_equals(list(&selector.equals))
        .set_starts_with(list(&selector.starts_with))
        .set_ends_with(list(&selector.ends_with))
        .set_not_equals(list(&selector.not_equals))
        .set_not_starts_with(list(&selector.not_starts_with))
        .set_not_ends_with(list(&selector.not_ends_with))
        .build()
}

fn text(text: &Text) -> String {
    text.expose().to_owned()
}

fn texts(list: Option<Vec<String>>) -> Vec<Text> {
    list.unwrap_or_default().into_iter().map(Text::new).collect()
}
