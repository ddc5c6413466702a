//! What a resource is called, and what leads back to it.

use remediation::Duty;

use super::*;
use crate::resource::Resource;
use inventory::Kind;

fn id_of(arn: &str) -> String {
    let duty = duty(&[], &[], &[]);
    Resource::at(home().address(arn).unwrap(), None, &duty.patterns).to_string()
}

#[test]
fn a_clean_arn_is_the_id_and_another_is_hashed() {
    for arn in [
        format!("{ARN}guardrail/a1b2c3d4e5f6"),
        format!("{ARN}custom-model/amazon.titan-text-lite-v1:0:4k/a1b2c3d4e5f6"),
        "arn:aws:s3:::phi-records-111122223333".to_owned(),
        "data-source/KB12345678/DS12345678".to_owned(),
    ] {
        assert_eq!(id_of(&arn), arn);
    }
    // printf %s ARN | sha256sum | cut -c1-16
    assert_eq!(id_of(&format!("arn:aws:s3:::phi-{PHI}")), "bucket/sha256:152a82a5d38ea041");
    let endpoint = format!("arn:aws:sagemaker:us-east-1:111122223333:endpoint/{PHI}");
    assert_eq!(id_of(&endpoint), "endpoint/sha256:e9bf3fcf8d105bce");
}

#[test]
fn what_a_resource_is_called_leads_back_to_it() {
    let duty = duty(&[], &[], &[]);
    let lists = Kind::ALL.map(|kind| Resource::list(kind).to_string());
    let ids = [
        format!("{ARN}agent-alias/AGENT12345/ALIAS12345"),
        "bucket/sha256:0123456789abcdef".to_owned(),
        id_of(&format!("arn:aws:s3:::phi-{PHI}")),
    ];
    for id in lists.iter().chain(&ids) {
        assert_eq!(duty.resource(id).map(|found| found.to_string()).as_ref(), Some(id));
    }
    for other in [
        "",
        "list/",
        "list/cats",
        "cat/sha256:0123456789abcdef",
        "bucket/sha256:0123456789ABCDEF",
        "bucket/sha256:0123",
        "arn:aws:bedrock:us-east-1:444455556666:guardrail/a1",
        "control-plane",
    ] {
        assert!(duty.resource(other).is_none(), "{other}");
    }
}

#[test]
fn an_arn_that_looks_like_phi_is_printed_nowhere() {
    let resource = duty(&[], &[], &[]).resource(&format!("arn:aws:s3:::phi-{PHI}")).unwrap();
    assert!(!format!("{resource} {resource:?}").contains(PHI));
}
