//! What is written, and what is not.

use policy::storage_surfaces::Surface;
use policy::storage_surfaces::{Observation, Step, digest};
use remediation::{Duty, Repair, WriteError};

use super::*;
use crate::Resource;

/// A Bedrock that keeps one agent, and does with it what Bedrock does.
fn keeping(first: Value, refusal: Option<(&'static str, u16, &'static str)>) -> Bedrock {
    let mut agent = first;
    Bedrock::new(move |method, path, body| {
        if let Some((refused, status, code)) = refusal
            && refused == method
        {
            return error(status, code);
        }
        match (method, path.ends_with("/agentversions")) {
            ("GET", _) => (200, json!({ "agent": agent })),
            ("POST", true) => (200, json!({"agentVersionSummaries": []})),
            ("POST", false) => {
                agent["agentStatus"] = json!("PREPARED");
                (
                    202,
                    json!({"agentId": "AGENT12345", "agentStatus": "PREPARING", "agentVersion": "DRAFT",
                    "preparedAt": "2026-01-01T00:00:00Z"}),
                )
            }
            _ => {
                let mut whole = body.unwrap();
                for name in ["agentId", "agentArn", "agentVersion", "createdAt", "updatedAt"] {
                    whole[name] = agent[name].clone();
                }
                whole["agentStatus"] = json!("NOT_PREPARED");
                agent = whole;
                (202, json!({ "agent": agent }))
            }
        }
    })
}

fn at(duty: &StorageSurfaces) -> Resource {
    duty.resource(&format!("{ARN}agent/AGENT12345")).unwrap()
}

fn give(agent: &Value) -> Step {
    let rest_sha256 = digest(Surface::Agent, &json!({ "agent": agent })).unwrap();
    Step::GiveKey { key_arn: KEY.to_owned(), rest_sha256 }
}

async fn left(duty: &StorageSurfaces) -> Vec<String> {
    let at = at(duty);
    let seen = duty.observe(&at).await.unwrap().unwrap();
    duty.assess(&at, &seen).iter().map(|each| format!("{:?}", each.remedy)).collect()
}

#[tokio::test]
async fn an_agent_is_given_the_key_and_prepared_again_and_all_else_stays() {
    let bedrock = keeping(agent(), None);
    let duty = duty(&bedrock);
    let at = at(&duty);
    let before = duty.observe(&at).await.unwrap().unwrap();
    assert_eq!(duty.assess(&at, &before).len(), 1);
    duty.apply(&at, &give(&agent())).await.unwrap();
    let [left_to_do] = left(&duty).await.try_into().unwrap();
    assert_eq!(left_to_do, "Steps([Prepare])", "it is not done before it is prepared");
    duty.apply(&at, &Step::Prepare).await.unwrap();
    assert_eq!(left(&duty).await, Vec::<String>::new());
    let Some(Observation::Writable(after)) = duty.observe(&at).await.unwrap() else { panic!() };
    let Observation::Writable(before) = before else { panic!() };
    assert_eq!((after.key_arn.as_deref(), after.rest), (Some(KEY), before.rest));
}

#[tokio::test]
async fn one_that_was_not_prepared_is_left_so() {
    let mut draft = agent();
    draft["agentStatus"] = json!("NOT_PREPARED");
    let bedrock = keeping(draft.clone(), None);
    let duty = duty(&bedrock);
    duty.apply(&at(&duty), &give(&draft)).await.unwrap();
    assert_eq!(left(&duty).await, Vec::<String>::new());
    assert!(!bedrock.seen().iter().any(|each| each == "POST /agents/AGENT12345"));
}

#[tokio::test]
async fn what_has_changed_meanwhile_is_not_written() {
    let mut keyed = agent();
    keyed["customerEncryptionKeyArn"] = json!("arn:aws:kms:us-east-1:111122223333:key/other");
    let mut edited = agent();
    edited["instruction"] = json!("something else");
    for now in [keyed, edited] {
        let bedrock = keeping(now, None);
        let duty = duty(&bedrock);
        let refused = duty.apply(&at(&duty), &give(&agent())).await;
        assert_eq!(refused, Err(WriteError::Changed("the resource")));
        assert_eq!(bedrock.seen(), ["GET /agents/AGENT12345"]);
    }
}

#[tokio::test]
async fn what_bedrock_does_not_take_is_told_and_all_else_is_an_error() {
    for (method, step, refused) in
        [("PUT", give(&agent()), "by hand with the key"), ("POST", Step::Prepare, "prepare it by hand")]
    {
        let mut now = agent();
        if step == Step::Prepare {
            now["agentStatus"] = json!("NOT_PREPARED");
        }
        let validation = duty(&keeping(now.clone(), Some((method, 400, "ValidationException"))));
        let said = validation.apply(&at(&validation), &step).await.unwrap_err();
        assert!(matches!(&said, WriteError::Refused { advice } if advice.contains(refused)), "{said}");
        let throttled = duty(&keeping(now, Some((method, 429, "ThrottlingException"))));
        let said = throttled.apply(&at(&throttled), &step).await.unwrap_err();
        assert!(matches!(&said, WriteError::Aws(error) if error.code == "ThrottlingException"));
        assert!(!said.to_string().contains(PHI));
    }
}

#[tokio::test(start_paused = true)]
async fn a_resource_that_is_being_changed_is_waited_for_and_not_for_ever() {
    let mut looks = 0;
    let bedrock = Bedrock::new(move |method, _, _| {
        looks += 1;
        let mut now = agent();
        now["agentStatus"] = json!(if looks < 3 { "CREATING" } else { "NOT_PREPARED" });
        (if method == "GET" { 200 } else { 202 }, json!({ "agent": now }))
    });
    let patient = duty(&bedrock);
    patient.apply(&at(&patient), &give(&agent())).await.unwrap();
    assert_eq!(bedrock.seen().len(), 4);
    let never = Bedrock::new(|_, _, _| {
        let mut now = agent();
        now["agentStatus"] = json!("UPDATING");
        (200, json!({ "agent": now }))
    });
    let never = duty(&never);
    assert_eq!(never.apply(&at(&never), &give(&agent())).await, Err(WriteError::Changed("the resource's status")));
}

#[tokio::test]
async fn a_write_that_changed_something_else_is_not_called_fixed() {
    let mut lossy = agent();
    let bedrock = Bedrock::new(move |method, _, _| {
        if method == "PUT" {
            lossy.as_object_mut().unwrap().remove("memoryConfiguration");
            lossy["customerEncryptionKeyArn"] = json!(KEY);
            lossy["agentStatus"] = json!("NOT_PREPARED");
        } else if method == "POST" {
            lossy["agentStatus"] = json!("PREPARED");
        }
        (
            200,
            json!({ "agent": lossy, "agentId": "A", "agentStatus": "PREPARED", "agentVersion": "DRAFT",
            "preparedAt": "2026-01-01T00:00:00Z" }),
        )
    });
    let duty = duty(&bedrock);
    for step in [give(&agent()), Step::Prepare] {
        duty.apply(&at(&duty), &step).await.unwrap();
    }
    let [told] = left(&duty).await.try_into().unwrap();
    assert!(told.contains("is not what was written"), "{told}");
}

#[tokio::test]
async fn a_run_that_was_cut_off_before_it_prepared_is_finished() {
    let mut written = agent();
    written["customerEncryptionKeyArn"] = json!(KEY);
    written["agentStatus"] = json!("NOT_PREPARED");
    let bedrock = keeping(written, None);
    let duty = duty(&bedrock);
    assert_eq!(left(&duty).await, Vec::<String>::new(), "somebody may be at work on it");
    let plan = [give(&agent()), Step::Prepare].map(|step| serde_json::to_value(step).unwrap());
    duty.resume(&at(&duty), &plan);
    assert_eq!(left(&duty).await, ["Steps([Prepare])"]);
    duty.apply(&at(&duty), &Step::Prepare).await.unwrap();
    assert_eq!(left(&duty).await, Vec::<String>::new());
    // What was planned for one that was not prepared leaves nothing.
    let only = [serde_json::to_value(give(&agent())).unwrap()];
    duty.resume(&at(&duty), &only);
    assert_eq!(left(&duty).await, Vec::<String>::new());
}

#[tokio::test]
async fn the_other_kinds_are_written_and_prepared_by_their_own_calls() {
    let answer = json!({"name": "n", "executionRoleArn": "r", "status": "NotPrepared", "dataSource": {"name": "n",
        "dataSourceConfiguration": {"type": "S3"}}});
    for (id, surface, calls) in [
        (format!("{ARN}flow/F1"), Surface::Flow, &["PUT /flows/F1", "POST /flows/F1"][..]),
        ("data-source/K1/D1".to_owned(), Surface::DataSource, &["PUT /knowledgebases/K1/datasources/D1"]),
    ] {
        let now = answer.clone();
        let bedrock = Bedrock::new(move |_, _, _| {
            let mut now = now.clone();
            now.as_object_mut().unwrap().remove(if surface == Surface::Flow { "dataSource" } else { "name" });
            (200, now)
        });
        let duty = duty(&bedrock);
        let mut shown = answer.clone();
        shown.as_object_mut().unwrap().remove("dataSource").filter(|_| surface == Surface::Flow);
        let shown = if surface == Surface::Flow { shown } else { answer.clone() };
        let at = duty.resource(&id).unwrap();
        let rest_sha256 = digest(surface, &shown).unwrap();
        duty.apply(&at, &Step::GiveKey { key_arn: KEY.to_owned(), rest_sha256 }).await.unwrap();
        if surface == Surface::Flow {
            duty.apply(&at, &Step::Prepare).await.unwrap();
        }
        let writes: Vec<_> = bedrock.seen().into_iter().filter(|each| !each.starts_with("GET")).collect();
        assert_eq!(writes, calls);
    }
}

#[tokio::test]
async fn what_is_never_changed_is_not() {
    let bedrock = Bedrock::new(|_, _, _| (200, json!({"modelKmsKeyArn": null})));
    let duty = duty(&bedrock);
    for id in [format!("{ARN}imported-model/i1"), "list/flow".to_owned()] {
        let at = duty.resource(&id).unwrap();
        assert!(duty.apply(&at, &give(&agent())).await.is_err());
        assert!(duty.apply(&at, &Step::Prepare).await.is_err());
    }
    assert!(!bedrock.seen().iter().any(|each| !each.starts_with("GET")));
}
