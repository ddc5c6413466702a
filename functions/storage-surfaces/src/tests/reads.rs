//! What is read, and what is made of the answers.

use futures_util::StreamExt;
use policy::storage_surfaces::{Observation, Rest, Writable};
use remediation::{Duty, ReadError};

use super::*;
use crate::Resource;

fn at(duty: &StorageSurfaces, own: &str) -> Resource {
    duty.resource(&format!("{ARN}{own}")).unwrap()
}

fn writable(seen: Option<Observation>) -> Writable {
    match seen {
        Some(Observation::Writable(seen)) => seen,
        seen => panic!("{seen:?}"),
    }
}

#[tokio::test]
async fn a_compliant_agent_costs_one_read() {
    let bedrock = Bedrock::new(|_, _, _| {
        let mut agent = agent();
        agent["customerEncryptionKeyArn"] = json!(KEY);
        (200, json!({ "agent": agent }))
    });
    let duty = duty(&bedrock);
    let at = at(&duty, "agent/AGENT12345");
    let seen = duty.observe(&at).await.unwrap().unwrap();
    assert_eq!(duty.assess(&at, &seen), []);
    assert_eq!(bedrock.seen(), ["GET /agents/AGENT12345"]);
}

#[tokio::test]
async fn one_without_a_key_costs_its_versions_besides_and_its_texts_are_nowhere() {
    let bedrock = Bedrock::new(|method, _, _| match method {
        "GET" => (200, json!({ "agent": agent() })),
        _ => {
            let version = |version: &str| {
                json!({"agentName": PHI, "agentStatus": "PREPARED", "agentVersion": version, "createdAt": "2026-01-01T00:00:00Z",
                    "updatedAt": "2026-01-01T00:00:00Z"})
            };
            (200, json!({"agentVersionSummaries": [version("DRAFT"), version("1"), version("2")]}))
        }
    });
    let duty = duty(&bedrock);
    let at = at(&duty, "agent/AGENT12345");
    let seen = duty.observe(&at).await.unwrap().unwrap();
    assert_eq!(bedrock.seen(), ["GET /agents/AGENT12345", "POST /agents/AGENT12345/agentversions"]);
    let said = format!("{} {:?}", serde_json::to_string(&seen).unwrap(), duty.assess(&at, &seen));
    assert!(!said.contains(PHI) && said.contains("2 versions"), "{said}");
    let seen = writable(Some(seen));
    assert!(matches!(seen.rest, Rest::Sha256(_)) && seen.key.is_some());
}

#[tokio::test]
async fn what_the_sdk_does_not_know_is_seen() {
    let bedrock = Bedrock::new(|method, _, _| {
        let mut agent = agent();
        agent["brandNew"] = json!({"a": 1});
        (200, if method == "GET" { json!({ "agent": agent }) } else { json!({"agentVersionSummaries": []}) })
    });
    let duty = duty(&bedrock);
    let seen = writable(duty.observe(&at(&duty, "agent/AGENT12345")).await.unwrap());
    assert!(matches!(seen.rest, Rest::Unwritable(why) if why.contains("brandNew")));
}

#[tokio::test]
async fn each_kind_is_read_by_its_own_call() {
    let now = || json!("2099-01-01T00:00:00Z");
    for (own, path) in [
        ("flow/F1", "/flows/F1"),
        ("prompt/P1", "/prompts/P1"),
        ("guardrail/g1", "/guardrails/g1"),
        ("knowledge-base/K1", "/knowledgebases/K1"),
        ("evaluation-job/e1", "/evaluation-jobs/"),
        ("model-invocation-job/b1", "/model-invocation-job/"),
        ("custom-model/imported/c1", "/custom-models/"),
        ("imported-model/i1", "/imported-models/"),
    ] {
        let bedrock = Bedrock::new(move |_, _, _| {
            (
                200,
                json!({"name": "n", "executionRoleArn": "r", "status": "Prepared", "blockedInputMessaging": "-", "blockedOutputsMessaging": "-", "customerEncryptionKeyArn": KEY,
                "kmsKeyArn": KEY, "modelKmsKeyArn": KEY, "customerEncryptionKeyId": KEY, "creationTime": now(),
                "outputDataConfig": {"s3OutputDataConfig": {"s3EncryptionKeyId": KEY}}, "submitTime": now(),
                "knowledgeBase": {"knowledgeBaseConfiguration": {"type": "MANAGED", "managedKnowledgeBaseConfiguration": {
                    "serverSideEncryptionConfiguration": {"kmsKeyArn": KEY}}}}}),
            )
        });
        let duty = duty(&bedrock);
        let at = at(&duty, own);
        let seen = duty.observe(&at).await.unwrap().unwrap();
        assert_eq!(duty.assess(&at, &seen), [], "{own}");
        let [seen] = bedrock.seen().try_into().unwrap();
        assert!(seen.starts_with(&format!("GET {path}")), "{seen}");
    }
    let bedrock = Bedrock::new(|_, _, _| (200, json!({"dataSource": {"name": "d", "dataSourceConfiguration": {}}})));
    let duty = duty(&bedrock);
    duty.observe(&duty.resource("data-source/K1/D1").unwrap()).await.unwrap().unwrap();
    assert_eq!(bedrock.seen(), ["GET /knowledgebases/K1/datasources/D1"]);
}

#[tokio::test]
async fn what_is_gone_or_going_is_no_concern_nor_is_a_job_of_long_ago() {
    let gone = Bedrock::new(|_, _, _| error(404, "ResourceNotFoundException"));
    let going = Bedrock::new(|_, _, _| {
        let mut agent = agent();
        agent["agentStatus"] = json!("DELETING");
        (200, json!({ "agent": agent }))
    });
    for bedrock in [gone, going] {
        let duty = duty(&bedrock);
        assert_eq!(duty.observe(&at(&duty, "agent/AGENT12345")).await.unwrap(), None);
    }
    for (made, expected) in [("2020-01-01T00:00:00Z", false), ("2099-01-01T00:00:00Z", true), ("soon", true)] {
        let bedrock = Bedrock::new(move |_, path, _| {
            let name = if path.starts_with("/evaluation") { "creationTime" } else { "submitTime" };
            (200, json!({ name: made, "lastModifiedTime": "2020-01-01T00:00:00Z" }))
        });
        let duty = duty(&bedrock);
        for own in ["evaluation-job/e1", "model-invocation-job/b1"] {
            let seen = duty.observe(&at(&duty, own)).await;
            assert_eq!(seen.is_ok_and(|seen| seen.is_some()), expected && made != "soon", "{own} {made}");
        }
    }
}

#[tokio::test]
async fn a_failed_read_is_an_error_that_quotes_nothing() {
    let bedrock = Bedrock::new(|_, _, _| error(403, "AccessDeniedException"));
    let duty = duty(&bedrock);
    let error = duty.observe(&at(&duty, "prompt/P1")).await.unwrap_err();
    assert!(matches!(&error, ReadError::Aws(error) if error.code == "AccessDeniedException"));
    assert!(!format!("{error} {error:?}").contains(PHI));
}

#[tokio::test]
async fn a_sweep_lists_each_kind_once_in_the_order_of_ids_and_only_recent_jobs() {
    let bedrock = Bedrock::new(|_, path, _| {
        let when = "2026-01-01T00:00:00Z";
        match path.split('?').next().unwrap() {
            "/agents" => (
                200,
                json!({"agentSummaries": [
                {"agentId": "B2", "agentName": PHI, "agentStatus": "PREPARED", "updatedAt": when},
                {"agentId": "A1", "agentName": PHI, "agentStatus": "PREPARED", "updatedAt": when}]}),
            ),
            "/flows" => error(400, "UnknownOperationException"),
            "/prompts" => error(403, "AccessDeniedException"),
            _ => (200, json!({})),
        }
    });
    let duty = duty(&bedrock);
    let listed: Vec<_> = duty.list().collect().await;
    let ids: Vec<_> = listed.iter().filter_map(|each| each.as_ref().ok()).map(ToString::to_string).collect();
    assert_eq!(ids, [format!("{ARN}agent/A1"), format!("{ARN}agent/B2"), "list/flow".to_owned()]);
    assert_eq!(listed.iter().filter(|each| each.is_err()).count(), 1);
    let seen = bedrock.seen();
    assert!(seen.iter().any(|each| each.starts_with("GET /evaluation-jobs?creationTimeAfter=")), "{seen:?}");
    assert!(seen.iter().any(|each| each.starts_with("GET /model-invocation-jobs?submitTimeAfter=")), "{seen:?}");

    let flows = duty.resource("list/flow").unwrap();
    let seen = duty.observe(&flows).await.unwrap().unwrap();
    assert_eq!((seen.clone(), duty.assess(&flows, &seen).len()), (Observation::Unlisted, 1));
    assert_eq!(duty.observe(&duty.resource("list/agent").unwrap()).await.unwrap(), None);
    assert!(duty.observe(&duty.resource("list/prompt").unwrap()).await.is_err());
}
