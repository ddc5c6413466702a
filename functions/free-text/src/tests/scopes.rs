//! Where events lead.

use remediation::event::{Event, Home};
use remediation::{Duty, Scope};
use serde_json::{Value, json};

use super::*;

/// The ids of where a call leads; an error: nowhere, and why.
fn scope(source: &str, name: &str, parameters: Value, response: Value) -> Result<Vec<String>, &'static str> {
    let source = format!("{source}.amazonaws.com");
    let detail = json!({"eventSource": source, "eventName": name, "requestParameters": parameters, "responseElements": response});
    let payload = json!({"id": "1", "detail-type": "AWS API Call via CloudTrail", "source": "aws.x", "detail": detail,
        "account": "111122223333", "region": "us-east-1", "time": "2026-01-01T00:00:00Z", "resources": []});
    let home = Home { duty: "free-text", account: "111122223333", region: "us-east-1" };
    match duty(&[], &[], &[]).scope(&Event::parse(payload, home).unwrap().signal) {
        Scope::These(found) => Ok(found.iter().map(ToString::to_string).collect()),
        Scope::All => Ok(vec!["all".to_owned()]),
        Scope::Nothing(why) => Err(why),
    }
}

fn bedrock(name: &str, parameters: Value, response: Value) -> String {
    scope("bedrock", name, parameters, response).unwrap().concat()
}

#[test]
fn the_answer_names_what_was_made() {
    let arn = |own: &str| format!("{ARN}{own}");
    for (name, own, response) in [
        ("CreateGuardrail", "guardrail/a1", json!({"guardrailArn": arn("guardrail/a1")})),
        (
            "CreateInferenceProfile",
            "application-inference-profile/a1",
            json!({"inferenceProfileArn": arn("application-inference-profile/a1")}),
        ),
        (
            "CreateModelCustomizationJob",
            "model-customization-job/cohere.command-text-v14:7:4k/q4",
            json!({"jobArn": arn("model-customization-job/cohere.command-text-v14:7:4k/q4")}),
        ),
        ("CreateEvaluationJob", "evaluation-job/a1", json!({"jobArn": arn("evaluation-job/a1")})),
        ("CreateAgent", "agent/A1", json!({"agent": {"agentArn": arn("agent/A1"), "agentName": PHI}})),
        ("UpdateAgentAlias", "agent-alias/A1/B1", json!({"agentAlias": {"agentAliasArn": arn("agent-alias/A1/B1")}})),
        (
            "CreateKnowledgeBase",
            "knowledge-base/K1",
            json!({"knowledgeBase": {"knowledgeBaseArn": arn("knowledge-base/K1")}}),
        ),
        ("CreateFlow", "flow/F1", json!({"arn": arn("flow/F1"), "name": PHI})),
        ("CreateFlowAlias", "flow/F1/alias/A1", json!({"arn": arn("flow/F1/alias/A1")})),
        ("CreatePrompt", "prompt/P1", json!({"arn": arn("prompt/P1")})),
    ] {
        assert_eq!(bedrock(name, Value::Null, response.clone()), arn(own), "{name}");
        assert_eq!(scope("bedrock-agent", name, Value::Null, response), Ok(vec![arn(own)]), "{name}");
    }
    let source = json!({"dataSource": {"knowledgeBaseId": "K1", "dataSourceId": "D1"}});
    assert_eq!(bedrock("CreateDataSource", Value::Null, source), "data-source/K1/D1");
    let endpoint =
        json!({"marketplaceModelEndpoint": {"endpointArn": "arn:aws:sagemaker:us-east-1:111122223333:endpoint/e1"}});
    assert_eq!(
        bedrock("CreateMarketplaceModelEndpoint", Value::Null, endpoint),
        "arn:aws:sagemaker:us-east-1:111122223333:endpoint/e1"
    );
}

#[test]
fn without_an_answer_the_request_names_it_by_id_or_arn() {
    let null = Value::Null;
    for named in ["a1", &format!("{ARN}guardrail/a1")] {
        let parameters = json!({"guardrailIdentifier": named, "name": "HIDDEN_DUE_TO_SECURITY_REASONS"});
        assert_eq!(bedrock("UpdateGuardrail", parameters, null.clone()), format!("{ARN}guardrail/a1"));
    }
    let throughput = json!({"provisionedModelId": "p1", "desiredProvisionedModelName": PHI});
    assert_eq!(
        bedrock("UpdateProvisionedModelThroughput", throughput, null.clone()),
        format!("{ARN}provisioned-model/p1")
    );
    let source = json!({"knowledgeBaseId": "K1", "dataSourceId": "D1", "name": PHI});
    assert_eq!(bedrock("UpdateDataSource", source, null), "data-source/K1/D1");
}

#[test]
fn what_an_event_does_not_name_is_looked_for_among_its_kind() {
    let null = Value::Null;
    assert_eq!(bedrock("CreateGuardrail", json!({"name": PHI}), null.clone()), "list/guardrail");
    assert_eq!(bedrock("CreateDataSource", json!({"knowledgeBaseId": "K1"}), null.clone()), "list/data-source");
    assert_eq!(bedrock("UpdateAgent", json!({"agentId": "a/b c"}), null.clone()), "list/agent");
    // The ARN of something else.
    assert_eq!(bedrock("CreateFlow", null.clone(), json!({"arn": format!("{ARN}agent/A1")})), "list/flow");
    let hidden = json!({"guardrailArn": "HIDDEN_DUE_TO_SECURITY_REASONS"});
    assert_eq!(bedrock("CreateGuardrail", null, hidden), "list/guardrail");
}

#[test]
fn a_tag_leads_to_its_resource_and_to_nothing_foreign() {
    let null = Value::Null;
    let tags = json!([{"key": "patient", "value": PHI}]);
    let arn = format!("{ARN}guardrail/a1");
    assert_eq!(bedrock("TagResource", json!({"resourceARN": arn, "tags": tags}), null.clone()), arn);
    let arn = format!("{ARN}agent/A1");
    assert_eq!(bedrock("TagResource", json!({"resourceArn": arn, "tags": {"patient": PHI}}), null.clone()), arn);
    assert_eq!(bedrock("TagResource", null.clone(), null.clone()), "all");
    for foreign in [
        "arn:aws:bedrock:us-east-1:444455556666:guardrail/a1".to_owned(),
        format!("{ARN}async-invoke/a1"),
        format!("{ARN}prompt/P1:3"),
    ] {
        let found = scope("bedrock", "TagResource", json!({"resourceARN": foreign}), null.clone());
        assert!(found.is_err(), "{found:?}");
    }
    assert!(scope("bedrock", "DeleteGuardrail", json!({"guardrailIdentifier": "a1"}), null.clone()).is_err());
    assert!(scope("sagemaker", "CreateAgent", null.clone(), null).is_err());
}

#[test]
fn buckets_of_the_sets_and_no_others() {
    let null = Value::Null;
    let s3 = |name: &str, parameters: Value| scope("s3", name, parameters, null.clone());
    for name in ["CreateBucket", "PutBucketTagging"] {
        let found =
            s3(name, json!({"bucketName": "phi-a", "Tagging": {"TagSet": {"Tag": {"Key": "x", "Value": PHI}}}}));
        assert_eq!(found, Ok(vec!["arn:aws:s3:::phi-a".to_owned()]));
        for other in ["other", "phi-own", ""] {
            assert!(s3(name, json!({"bucketName": other})).is_err(), "{name} {other}");
        }
    }
    let hashed = s3("CreateBucket", json!({"bucketName": format!("phi-{PHI}")})).unwrap().concat();
    assert!(hashed.starts_with("bucket/sha256:"), "{hashed}");
    let tagged = s3("TagResource", json!({"resourceArn": "arn:aws:s3:::logs-a"}));
    assert_eq!(tagged, Ok(vec!["arn:aws:s3:::logs-a".to_owned()]));
    assert!(s3("DeleteBucketTagging", json!({"bucketName": "phi-a"})).is_err());
    assert!(s3("TagResource", json!({"resourceArn": format!("{ARN}guardrail/a1")})).is_err());
}
