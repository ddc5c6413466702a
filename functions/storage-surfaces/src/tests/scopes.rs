//! Where events and ids lead.

use remediation::event::{Event, Home};
use remediation::{Duty, Scope};
use serde_json::{Value, json};

use super::*;

fn scope(name: &str, parameters: Value, response: Value) -> Result<Vec<String>, &'static str> {
    let detail = json!({"eventSource": "bedrock.amazonaws.com", "eventName": name, "requestParameters": parameters,
        "responseElements": response});
    let payload = json!({"id": "1", "detail-type": "AWS API Call via CloudTrail", "source": "aws.bedrock", "detail": detail,
        "account": "111122223333", "region": "us-east-1", "time": "2026-01-01T00:00:00Z", "resources": []});
    let home = Home { duty: "storage-surfaces", account: "111122223333", region: "us-east-1" };
    let bedrock = Bedrock::new(|_, _, _| panic!("nothing is read"));
    match duty(&bedrock).scope(&Event::parse(payload, home).unwrap().signal) {
        Scope::These(found) => Ok(found.iter().map(ToString::to_string).collect()),
        Scope::All => Ok(vec!["all".to_owned()]),
        Scope::Nothing(why) => Err(why),
    }
}

#[test]
fn a_call_leads_to_the_one_resource_that_it_made_or_changed() {
    let arn = |own: &str| format!("{ARN}{own}");
    for (name, own, parameters, response) in [
        ("CreateAgent", "agent/A1", json!({}), json!({"agent": {"agentArn": arn("agent/A1"), "agentName": PHI}})),
        ("UpdateAgent", "agent/A1", json!({"agentId": "A1"}), Value::Null),
        ("UpdateFlow", "flow/F1", json!({"flowIdentifier": arn("flow/F1")}), Value::Null),
        ("CreatePrompt", "prompt/P1", json!({}), json!({"arn": arn("prompt/P1")})),
        ("UpdateGuardrail", "guardrail/g1", json!({"guardrailIdentifier": "g1"}), Value::Null),
        (
            "CreateCustomModel",
            "custom-model/imported/c1",
            json!({}),
            json!({"modelArn": arn("custom-model/imported/c1")}),
        ),
        ("CreateEvaluationJob", "evaluation-job/e1", json!({}), json!({"jobArn": arn("evaluation-job/e1")})),
        (
            "CreateModelInvocationJob",
            "model-invocation-job/b1",
            json!({}),
            json!({"jobArn": arn("model-invocation-job/b1")}),
        ),
        (
            "UpdateKnowledgeBase",
            "knowledge-base/K1",
            json!({}),
            json!({"knowledgeBase": {"knowledgeBaseArn": arn("knowledge-base/K1")}}),
        ),
    ] {
        assert_eq!(scope(name, parameters, response), Ok(vec![arn(own)]), "{name}");
    }
    let source = json!({"knowledgeBaseId": "K1", "dataSourceId": "D1"});
    assert_eq!(scope("UpdateDataSource", source, Value::Null), Ok(vec!["data-source/K1/D1".to_owned()]));
}

#[test]
fn an_event_that_does_not_say_which_costs_a_sweep_and_one_of_another_kind_nothing() {
    assert_eq!(scope("CreateAgent", json!({"agentName": PHI}), Value::Null), Ok(vec!["all".to_owned()]));
    let alias = json!({"agentAlias": {"agentAliasArn": format!("{ARN}agent-alias/A1/B1")}});
    assert!(scope("CreateAgentAlias", Value::Null, alias).is_err());
    assert!(scope("DeleteAgent", json!({"agentId": "A1"}), Value::Null).is_err());
}

#[test]
fn ids_are_read_back_and_foreign_ones_lead_nowhere() {
    let bedrock = Bedrock::new(|_, _, _| panic!("nothing is read"));
    let duty = duty(&bedrock);
    for id in [&format!("{ARN}agent/A1"), &format!("{ARN}custom-model/x:1/y"), "data-source/K/D", "list/flow"] {
        assert_eq!(duty.resource(id).unwrap().to_string(), *id);
    }
    for id in [
        "",
        "list/bucket",
        "list/agent-alias",
        "arn:aws:s3:::bucket",
        "arn:aws:bedrock:us-east-1:444455556666:agent/A1",
        &format!("{ARN}agent-alias/A1/B1"),
    ] {
        assert_eq!(duty.resource(id), None, "{id}");
    }
}
