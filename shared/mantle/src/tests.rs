use serde_json::json;

use crate::models::allowed_modes;
use crate::{ModelId, ProjectId};

#[test]
fn only_ids_of_projects_are_ids_of_projects() {
    for good in ["default", "proj_a1", "proj_0123456789abcdef"] {
        assert_eq!(ProjectId::parse(good).unwrap().as_str(), good);
    }
    for bad in ["", "Default", "proj_", "proj_a/../b", "proj_a b", "x", "../data_retention"] {
        assert_eq!(ProjectId::parse(bad), None, "{bad}");
    }
}

#[test]
fn only_ids_of_models_are_ids_of_models() {
    for good in ["anthropic.claude-opus-4-8", "amazon.nova-pro-v1:0", "openai.gpt-oss-120b"] {
        assert_eq!(ModelId::parse(good).unwrap().as_str(), good);
    }
    for bad in ["", "claude", ".claude", "anthropic.", "a.b/c", "a..b", "a.b c", "a.b?c", "a.ü"] {
        assert_eq!(ModelId::parse(bad), None, "{bad}");
    }
}

#[test]
fn modes_that_are_not_said_are_not_taken_for_any() {
    let of = |retention| allowed_modes(&json!({ "id": "a.b", "data_retention": retention }));
    assert_eq!(of(json!({"allowed_modes": ["none", "x"]})), Some(Some(vec!["none".to_owned(), "x".to_owned()])));
    assert_eq!(of(json!({"allowed_modes": []})), Some(Some(Vec::new())));
    assert_eq!(of(json!({"allowed_modes": null})), Some(None));
    assert_eq!(of(json!({"mode": "none"})), Some(None));
    assert_eq!(of(json!({"allowed_modes": "none"})), None);
    assert_eq!(of(json!({"allowed_modes": [1]})), None);
}
