//! What selectors record, and how they are widened.

use super::samples::{PROJECT, S3, advanced, basic, excluding, is, with_data, without_kms};
use super::*;

#[test]
fn only_what_is_recorded_for_certain_counts() {
    let management = || is("eventCategory", "Management");
    let prefix = FieldSelector { starts_with: vec![Text::new("Man")], ..management() };
    let cases = [
        (Selectors::Basic(vec![BasicSelector::default()]), true),
        (Selectors::Basic(vec![basic("All", true)]), true),
        (Selectors::Basic(vec![basic("ReadOnly", true), basic("WriteOnly", true)]), true),
        (Selectors::Basic(vec![excluding("All"), basic("All", true)]), true),
        (Selectors::Basic(vec![with_data(basic("All", true), S3, &["arn:aws:s3:::b/"])]), true),
        (Selectors::Basic(vec![]), false),
        (Selectors::Basic(vec![basic("All", false)]), false),
        (Selectors::Basic(vec![basic("ReadOnly", true)]), false),
        (Selectors::Basic(vec![basic("Brandnew", true)]), false),
        (Selectors::Basic(vec![excluding("All")]), false),
        (Selectors::Basic(vec![excluding("ReadOnly"), basic("WriteOnly", true)]), false),
        (Selectors::Advanced(vec![advanced(vec![management()])]), true),
        (
            Selectors::Advanced(vec![
                advanced(vec![management(), is("readOnly", "true")]),
                advanced(vec![management(), is("readOnly", "false")]),
            ]),
            true,
        ),
        (Selectors::Advanced(vec![]), false),
        (Selectors::Advanced(vec![advanced(vec![is("eventCategory", "Data")])]), false),
        (Selectors::Advanced(vec![advanced(vec![management(), is("readOnly", "false")])]), false),
        (Selectors::Advanced(vec![advanced(vec![management(), without_kms()])]), false),
        (Selectors::Advanced(vec![advanced(vec![management(), is("eventName", "x")])]), false),
        (Selectors::Advanced(vec![advanced(vec![management(), is("brandNew", "x")])]), false),
        (Selectors::Advanced(vec![advanced(vec![prefix])]), false),
    ];
    for (selectors, expected) in cases {
        assert_eq!(records_management_events(&selectors), expected, "{selectors:?}");
    }
}

#[test]
fn data_events_count_when_they_are_of_all_resources() {
    let data = |resource_type: &str| vec![is("eventCategory", "Data"), is("resources.type", resource_type)];
    let narrow = [data(S3), vec![is("resources.ARN", "arn:aws:s3:::b/x")]].concat();
    let writes = [data(S3), vec![is("readOnly", "false")]].concat();
    let cases = [
        (Selectors::Basic(vec![with_data(basic("All", false), S3, &["arn:aws:s3"])]), S3, true),
        (Selectors::Basic(vec![with_data(basic("All", true), S3, &["arn:aws:s3:::b/", "arn:aws:s3:::"])]), S3, true),
        (Selectors::Basic(vec![with_data(basic("All", false), S3, &["arn:aws-us-gov:s3"])]), S3, false),
        (Selectors::Basic(vec![with_data(basic("All", false), S3, &["arn:aws:s3:::b/"])]), S3, false),
        (Selectors::Basic(vec![with_data(basic("WriteOnly", false), S3, &["arn:aws:s3"])]), S3, false),
        (Selectors::Basic(vec![with_data(basic("All", false), S3, &["arn:aws:lambda"])]), S3, false),
        (Selectors::Basic(vec![with_data(basic("All", false), PROJECT, &["arn:aws"])]), PROJECT, false),
        (Selectors::Advanced(vec![advanced(data(S3))]), S3, true),
        (Selectors::Advanced(vec![advanced(data(PROJECT))]), S3, false),
        (Selectors::Advanced(vec![advanced(narrow)]), S3, false),
        (Selectors::Advanced(vec![advanced(writes.clone())]), S3, false),
        (
            Selectors::Advanced(vec![advanced(writes), advanced([data(S3), vec![is("readOnly", "true")]].concat())]),
            S3,
            true,
        ),
    ];
    for (selectors, wanted, expected) in cases {
        let missing = missing_types(&selectors, &[wanted.to_owned()], "aws");
        assert_eq!(missing.is_empty(), expected, "{selectors:?}");
    }
}

#[test]
fn a_selector_that_leaves_something_out_is_made_whole_where_it_stands() {
    let whole = basic("All", true);
    let theirs = with_data(basic("WriteOnly", true), S3, &["arn:aws:s3:::b/"]);
    let cases = [
        (vec![excluding("All")], vec![whole.clone()]),
        (vec![basic("ReadOnly", true)], vec![whole.clone()]),
        (vec![basic("Brandnew", true)], vec![whole.clone()]),
        (
            vec![with_data(excluding("All"), S3, &["arn:aws:s3:::b/"])],
            vec![with_data(whole.clone(), S3, &["arn:aws:s3:::b/"])],
        ),
        (vec![theirs.clone()], vec![theirs.clone(), whole.clone()]),
        (vec![theirs.clone(), excluding("All")], vec![theirs.clone(), whole.clone()]),
        (vec![], vec![whole]),
    ];
    for (before, after) in cases {
        assert_eq!(with_management_events(&Selectors::Basic(before)), Ok(Selectors::Basic(after)));
    }
    let data = advanced(vec![is("eventCategory", "Data"), is("resources.type", S3)]);
    let narrow = advanced(vec![is("eventCategory", "Management"), without_kms(), is("readOnly", "false")]);
    let after = vec![data.clone(), advanced(vec![is("eventCategory", "Management")])];
    assert_eq!(
        with_management_events(&Selectors::Advanced(vec![data.clone(), narrow])),
        Ok(Selectors::Advanced(after))
    );
    let none = AdvancedSelector { name: None, fields: vec![is("eventCategory", "Management")] };
    let added = Selectors::Advanced(vec![data.clone(), none]);
    assert_eq!(with_management_events(&Selectors::Advanced(vec![data])), Ok(added));
}

#[test]
fn basic_selectors_stay_basic_where_they_know_the_type() {
    let types = [S3.to_owned(), "AWS::Lambda::Function".to_owned()];
    let before = vec![basic("All", true)];
    let mut further = with_data(basic("All", false), S3, &["arn:aws:s3"]);
    further = with_data(further, "AWS::Lambda::Function", &["arn:aws:lambda"]);
    let after = Selectors::Basic(vec![basic("All", true), further]);
    assert_eq!(with_data_events(&Selectors::Basic(before), &types, "aws"), Ok(after));
}

#[test]
fn a_conversion_loses_nothing() {
    let function = "arn:aws:lambda:us-east-1:000000000000:function:f";
    let list = vec![
        with_data(excluding("WriteOnly"), S3, &["arn:aws:s3:::b/", "arn:aws:s3:::c/jane"]),
        with_data(with_data(basic("All", true), "AWS::Lambda::Function", &[function]), S3, &[]),
        with_data(basic("ReadOnly", false), "AWS::DynamoDB::Table", &["arn:aws:dynamodb"]),
        basic("All", true),
    ];
    let data = |resource_type: &str| vec![is("eventCategory", "Data"), is("resources.type", resource_type)];
    let begins = FieldSelector {
        field: "resources.ARN".to_owned(),
        starts_with: vec![Text::new("arn:aws:s3:::b/"), Text::new("arn:aws:s3:::c/jane")],
        ..FieldSelector::default()
    };
    let made = [
        vec![is("eventCategory", "Management"), without_kms(), is("readOnly", "false")],
        [data(S3), vec![begins, is("readOnly", "false")]].concat(),
        vec![is("eventCategory", "Management")],
        [data("AWS::Lambda::Function"), vec![is("resources.ARN", function)]].concat(),
        [data("AWS::DynamoDB::Table"), vec![is("readOnly", "true")]].concat(),
    ];
    let made: Vec<_> = made.into_iter().map(|fields| AdvancedSelector { name: None, fields }).collect();
    assert_eq!(converted(&list, "aws"), Some(made.clone()));
    let Ok(Selectors::Advanced(after)) = with_data_events(&Selectors::Basic(list), &[PROJECT.to_owned()], "aws") else {
        panic!("it is converted")
    };
    assert_eq!(after[..5], made[..]);
    assert_eq!(after[5].fields, data(PROJECT));
    assert_eq!(converted(&[basic("Brandnew", true)], "aws"), None);
}
