//! What an event, an ARN or an id leads to, and what none of them may repeat.

use policy::residency::Route;

use crate::named::Named;
use crate::resource::{Resource, Told};

fn read(model: &str) -> (String, Option<Route>) {
    let Named { id, route } = Named::read(Some(model));
    (id, route)
}

#[test]
fn what_an_inference_names_has_an_id_and_a_route() {
    let arn = |own: &str| format!("arn:aws:bedrock:us-east-1:111122223333:{own}");
    let (global, bounded) = (Some(Route::Global), Some(Route::Bounded));
    for (model, id, route) in [
        ("global.anthropic.claude-v1:0".to_owned(), "global.anthropic.claude-v1:0", global),
        (arn("inference-profile/global.anthropic.claude"), "global.anthropic.claude", global),
        ("us.anthropic.claude".to_owned(), "us.anthropic.claude", bounded),
        (arn("inference-profile/us.anthropic.claude"), "us.anthropic.claude", bounded),
        ("arn:aws:bedrock:us-east-1::foundation-model/a.b-v1:0".to_owned(), "a.b-v1:0", bounded),
        (arn("application-inference-profile/abc123"), "application-inference-profile/abc123", None),
    ] {
        assert_eq!(read(&model), (id.to_owned(), route), "{model}");
    }
    assert_eq!(Named::read(None).id, "unknown");
}

#[test]
fn what_people_have_named_is_not_repeated() {
    for model in [
        "arn:aws:sagemaker:us-east-1:111122223333:endpoint/jane-doe",
        "arn:aws:bedrock:us-east-1:111122223333:custom-model/jane-doe",
        "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/../jane-doe",
        "arn:aws:bedrock:us-east-1:111122223333:Jane/jane-doe",
        "jane-doe",
        "jane doe.",
    ] {
        let (id, route) = read(model);
        assert!(!id.to_lowercase().contains("jane") && id.contains("/sha256:"), "{id}");
        assert_eq!(route, Some(Route::Bounded));
    }
    assert_ne!(read("jane-doe"), read("john-doe"));
}

#[test]
fn an_id_leads_back_but_that_of_an_inference_which_its_record_does() {
    let model = Resource::Model { id: "amazon.nova-pro-v1:0".to_owned(), in_use: None };
    for resource in [Resource::Profile("abc123".to_owned()), model] {
        assert_eq!(Resource::parse(&resource.to_string()), Some(resource));
    }
    let told = Told {
        principal: "arn:aws:iam::111122223333:role/app".to_owned(),
        model: "global.a.b".to_owned(),
        route: Some(Route::Global),
        region: Some("eu-west-1".to_owned()),
    };
    let inference = Resource::Inference(told);
    assert_eq!(inference.to_string(), "inference/arn:aws:iam::111122223333:role/app/global.a.b");
    let before = serde_json::json!({"about": "inference", "principal": "arn:aws:iam::111122223333:role/app",
        "model": "global.a.b", "route": "global", "region": "eu-west-1"});
    assert_eq!(Resource::remembered(&before), Some(inference.clone()));
    assert_eq!(Resource::remembered(&serde_json::json!({"about": "no-profile"})), None);
    for nothing in [inference.to_string().as_str(), "", "model/..", "application-inference-profile/a/b", "profile/a"] {
        assert_eq!(Resource::parse(nothing), None, "{nothing}");
    }
}
