use super::*;
use crate::control;
use crate::decision::{Remedy, Violation};

pub(super) fn rules(delete: bool, approved: &[&str]) -> Rules {
    let baseline = crate::baseline::Residency {
        delete_global_profiles: delete,
        approved_models: approved.iter().map(|id| (*id).to_owned()).collect(),
        in_use_hours: 24,
    };
    Rules { geography: Geography::parse("us-east-1,us-west-2", "us-east-2").unwrap(), baseline }
}

fn inference(route: Route, region: Option<&str>) -> Observation {
    Observation::Inference(Inference {
        principal: "arn:aws:iam::000000000000:role/app".to_owned(),
        model: "global.anthropic.claude".to_owned(),
        route,
        region: region.map(str::to_owned),
    })
}

fn model(in_use: bool, retention: Retention) -> Observation {
    Observation::Model(Model { id: "anthropic.claude-opus-4-8-v1:0".to_owned(), in_use, retention })
}

fn said(modes: &[&str]) -> Retention {
    Retention::Said { allowed: modes.iter().map(|mode| (*mode).to_owned()).collect() }
}

fn controls(found: &[Violation<Step>]) -> Vec<&'static str> {
    found.iter().map(|each| each.control.id).collect()
}

#[test]
fn an_inference_is_told_of_by_its_route_and_by_where_it_ran() {
    let (geography, global) = (control::RESIDENCY_GEOGRAPHY.id, control::RESIDENCY_GLOBAL_INFERENCE.id);
    let cases: [(Route, Option<&str>, &[&str]); 9] = [
        (Route::Bounded, None, &[]),
        (Route::Bounded, Some("us-west-2"), &[]),
        (Route::Bounded, Some("us-east-2"), &[]),
        (Route::Bounded, Some("eu-west-1"), &[geography]),
        (Route::Bounded, Some(""), &[geography]),
        (Route::Unknown, Some("eu-west-1"), &[geography]),
        (Route::Global, None, &[global]),
        (Route::Global, Some("us-east-1"), &[global]),
        (Route::Global, Some("ap-south-1"), &[geography, global]),
    ];
    for (route, region, expected) in cases {
        let found = assess(&inference(route, region), &rules(true, &[]));
        assert_eq!(controls(&found), expected, "{route:?} {region:?}");
        assert!(found.iter().all(|each| matches!(each.remedy, Remedy::Person(_))), "an inference can't be undone");
    }
}

#[test]
fn what_is_no_region_is_not_repeated() {
    let found = assess(&inference(Route::Bounded, Some("Jane Doe")), &rules(false, &[]));
    assert!(matches!(found.as_slice(), [Violation { remedy: Remedy::Person(advice), .. }] if !advice.contains("Jane")));
}

#[test]
fn a_profile_may_lead_to_the_geography_only() {
    let region = |name: &str| Destination::Region(name.to_owned());
    let of =
        |destinations: Vec<Destination>, delete| assess(&Observation::Profile { destinations }, &rules(delete, &[]));
    assert!(of(vec![region("us-east-1"), region("us-east-2")], true).is_empty());
    for delete in [true, false] {
        for odd in [vec![], vec![Destination::Unreadable], vec![region("us-east-1"), region("eu-west-1")]] {
            let found = of(odd, delete);
            assert!(matches!(found.as_slice(), [Violation { remedy: Remedy::Person(_), .. }]), "{found:?}");
        }
    }
    let global = vec![Destination::Anywhere, region("us-east-1")];
    let deleted = Violation::steps(&control::RESIDENCY_APPLICATION_PROFILES, vec![Step::DeleteProfile]);
    assert_eq!(of(global.clone(), true), [deleted]);
    assert!(matches!(of(global, false).as_slice(), [Violation { remedy: Remedy::Person(_), .. }]));
    assert!(assess(&Observation::NoProfile, &rules(true, &[])).is_empty());
}

#[test]
fn a_model_in_use_is_approved_and_allows_none() {
    let (approved, kept) = (control::RESIDENCY_APPROVED_MODELS.id, control::RESIDENCY_ZERO_RETENTION_MODELS.id);
    let (own, other) = ("anthropic.claude-opus-4-8", "amazon.nova-pro");
    let cases: [(bool, Retention, &[&str], &[&str]); 12] = [
        (true, said(&["default", "none"]), &[], &[]),
        (true, said(&["default", "none"]), &[own], &[]),
        (true, said(&["none"]), &[other], &[approved]),
        (true, said(&["aws_review"]), &[other], &[approved, kept]),
        (true, said(&["None"]), &[], &[kept]),
        (true, said(&[]), &[own], &[kept]),
        (true, Retention::Unsaid, &[], &[kept]),
        (true, Retention::NotThere, &[], &[kept]),
        (true, Retention::Unreachable, &[], &[kept]),
        (false, said(&["aws_review"]), &[own], &[kept]),
        (false, said(&["none"]), &[own], &[]),
        (false, said(&["aws_review"]), &[], &[]),
    ];
    for (in_use, retention, list, expected) in cases {
        let found = assess(&model(in_use, retention.clone()), &rules(false, list));
        assert_eq!(controls(&found), expected, "{in_use} {retention:?} {list:?}");
    }
}

#[test]
fn a_geography_is_made_of_regions_and_holds_its_own() {
    let geography = Geography::parse("eu-west-1, us-gov-west-1", "eu-central-1").unwrap();
    assert_eq!(geography.to_string(), "eu-central-1, eu-west-1, us-gov-west-1");
    assert!(geography.holds("eu-central-1") && !geography.holds("us-east-1"));
    for bad in ["", "eu-west-1,", "global", "EU-west-1", "us-east-1;x", "a-b"] {
        assert!(Geography::parse(bad, "eu-central-1").is_err(), "{bad}");
    }
}

#[test]
fn one_model_has_an_id_with_and_one_without_its_version() {
    for (one, other, same) in [
        ("amazon.nova-pro-v1:0", "amazon.nova-pro", true),
        ("amazon.nova-pro", "amazon.nova-pro-v1:0", true),
        ("amazon.nova-pro-v1:0", "amazon.nova-pro-v1:0", true),
        ("amazon.nova-pro-v1:0", "amazon.nova-pro-v2:0", false),
        ("amazon.nova-pro-v1:0:300k", "amazon.nova-pro", true),
        ("anthropic.claude-opus-4-8", "anthropic.claude-opus-4", false),
        ("anthropic.claude-v", "anthropic.claude", false),
    ] {
        assert_eq!(is_same(one, other), same, "{one} {other}");
    }
}
