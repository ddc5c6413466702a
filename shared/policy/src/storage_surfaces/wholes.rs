//! From Bedrock's answer to the update: nothing is lost, and what might be is not written.

use serde_json::{Value, json};

use super::tables::KEY;
use super::*;

fn agent() -> Value {
    json!({"agent": {
        "agentId": "AGENT12345", "agentName": "triage", "agentArn": "arn", "agentVersion": "DRAFT", "agentStatus": "PREPARED",
        "instruction": "Be kind — and brief.", "foundationModel": "anthropic.claude", "idleSessionTTLInSeconds": 601,
        "agentResourceRoleArn": "arn:aws:iam::000000000000:role/a", "createdAt": "2026-01-01T00:00:00Z",
        "updatedAt": "2026-01-01T00:00:00Z", "preparedAt": "2026-01-01T00:00:00Z", "agentCollaboration": "SUPERVISOR",
        "memoryConfiguration": {"enabledMemoryTypes": ["SESSION_SUMMARY"], "storageDays": 30, "brandNew": {"x": [1, 0.25]}},
        "guardrailConfiguration": {"guardrailIdentifier": "gr1", "guardrailVersion": "3"},
        "description": null, "failureReasons": [],
    }})
}

fn flow() -> Value {
    json!({"name": "f", "executionRoleArn": "r", "id": "F", "arn": "a", "status": "NotPrepared", "version": "DRAFT",
        "createdAt": "x", "updatedAt": "y", "definition": {"nodes": [{"name": "In", "type": "Input"}], "connections": []}})
}

fn source() -> Value {
    json!({"dataSource": {"knowledgeBaseId": "K", "dataSourceId": "D", "name": "d", "status": "AVAILABLE",
        "dataSourceConfiguration": {"type": "S3", "s3Configuration": {"bucketArn": "b"}}, "dataDeletionPolicy": "RETAIN",
        "serverSideEncryptionConfiguration": {}, "createdAt": "x", "updatedAt": "y",
        "vectorIngestionConfiguration": {"chunkingConfiguration": {"chunkingStrategy": "NONE"}}}})
}

fn prompt() -> Value {
    json!({"name": "p", "id": "P", "arn": "a", "version": "DRAFT", "createdAt": "x", "updatedAt": "y", "defaultVariant": "v",
        "variants": [{"name": "v", "templateType": "TEXT", "templateConfiguration": {"text": {"text": "{{a}}"}},
            "inferenceConfiguration": {"text": {"temperature": 0.1, "maxTokens": 100}}}]})
}

fn guardrail() -> Value {
    json!({"name": "g", "description": "d", "guardrailId": "g1", "guardrailArn": "a", "version": "DRAFT", "status": "READY",
        "topicPolicy": {"topics": [{"name": "t", "definition": "d", "examples": ["e"], "type": "DENY"}]},
        "wordPolicy": {"words": [{"text": "w"}], "managedWordLists": []}, "blockedInputMessaging": "in",
        "crossRegionDetails": {"guardrailProfileArn": "p", "guardrailProfileId": "i"},
        "blockedOutputsMessaging": "out", "createdAt": "x", "updatedAt": "y", "statusReasons": []})
}

#[test]
fn a_guardrail_is_written_under_the_names_of_its_update() {
    let body = request(Surface::Guardrail, &guardrail(), KEY).unwrap();
    let expected = json!({"name": "g", "description": "d",
        "topicPolicyConfig": {"topicsConfig": [{"name": "t", "definition": "d", "examples": ["e"], "type": "DENY"}]},
        "wordPolicyConfig": {"wordsConfig": [{"text": "w"}]}, "blockedInputMessaging": "in",
        "crossRegionConfig": {"guardrailProfileIdentifier": "p"}, "blockedOutputsMessaging": "out", "kmsKeyId": KEY});
    assert_eq!(body.to_string(), expected.to_string());
    let before = read(Surface::Guardrail, &guardrail());
    let mut keyed = guardrail();
    keyed["kmsKeyArn"] = json!(KEY);
    let after = read(Surface::Guardrail, &keyed);
    assert_eq!((before.key_arn, after.key_arn.as_deref(), before.rest), (None, Some(KEY), after.rest));
    for (name, value) in
        [("brandNew", json!(1)), ("status", json!("BRAND_NEW")), ("blockedInputMessaging", json!(null))]
    {
        let mut spoilt = guardrail();
        spoilt[name] = value;
        assert!(matches!(read(Surface::Guardrail, &spoilt).rest, Rest::Unwritable(_)), "{name}");
    }
    let mut busy = guardrail();
    busy["status"] = json!("UPDATING");
    assert!(is_settled(Surface::Guardrail, &guardrail()) && !is_settled(Surface::Guardrail, &busy));
}

fn read(surface: Surface, answer: &Value) -> Writable {
    Writable::read(surface, answer).unwrap().unwrap()
}

#[test]
fn everything_that_can_be_written_is_written_as_it_was_shown_and_the_key_besides() {
    let body = request(Surface::Agent, &agent(), KEY).unwrap();
    let expected = json!({
        "agentName": "triage", "instruction": "Be kind — and brief.", "foundationModel": "anthropic.claude",
        "idleSessionTTLInSeconds": 601, "agentResourceRoleArn": "arn:aws:iam::000000000000:role/a",
        "agentCollaboration": "SUPERVISOR",
        "memoryConfiguration": {"enabledMemoryTypes": ["SESSION_SUMMARY"], "storageDays": 30, "brandNew": {"x": [1, 0.25]}},
        "guardrailConfiguration": {"guardrailIdentifier": "gr1", "guardrailVersion": "3"}, "customerEncryptionKeyArn": KEY,
    });
    assert_eq!(body.to_string(), expected.to_string(), "byte for byte");
    for (surface, answer, wrapped) in [
        (Surface::Flow, flow(), None),
        (Surface::DataSource, source(), Some("dataSource")),
        (Surface::Prompt, prompt(), None),
    ] {
        let body = request(surface, &answer, KEY).unwrap();
        let shown = wrapped.map_or(&answer, |name| &answer[name]);
        for (name, value) in body.as_object().unwrap() {
            match name.as_str() {
                "customerEncryptionKeyArn" => assert_eq!(value, KEY),
                "serverSideEncryptionConfiguration" => assert_eq!(value, &json!({ "kmsKeyArn": KEY })),
                name => assert_eq!(value.to_string(), shown[name].to_string(), "{surface}: {name}"),
            }
        }
    }
    let names: Vec<_> =
        request(Surface::DataSource, &source(), KEY).unwrap().as_object().unwrap().keys().cloned().collect();
    assert_eq!(
        names,
        [
            "name",
            "dataSourceConfiguration",
            "dataDeletionPolicy",
            "vectorIngestionConfiguration",
            "serverSideEncryptionConfiguration"
        ]
    );
}

#[test]
fn the_digest_is_that_of_all_but_the_key_and_what_is_only_shown() {
    let before = digest(Surface::Agent, &agent()).unwrap();
    let mut after = agent();
    after["agent"]["customerEncryptionKeyArn"] = json!(KEY);
    after["agent"]["agentStatus"] = json!("NOT_PREPARED");
    after["agent"]["updatedAt"] = json!("2026-01-02T00:00:00Z");
    assert_eq!(digest(Surface::Agent, &after).unwrap(), before);
    after["agent"]["instruction"] = json!("Be kind.");
    assert_ne!(digest(Surface::Agent, &after).unwrap(), before);
}

#[test]
fn what_is_not_known_or_lacking_is_not_written() {
    let spoilt = |surface: Surface, mut answer: Value, under: &str, name: &str, value: Value| {
        let at = if under.is_empty() { &mut answer } else { &mut answer[under] };
        at[name] = value;
        (request(surface, &answer, KEY).unwrap_err(), read(surface, &answer).rest)
    };
    for (spoilt, word) in [
        (spoilt(Surface::Agent, agent(), "agent", "brandNew", json!({})), "brandNew"),
        (spoilt(Surface::Flow, flow(), "", "brandNew", json!(1)), "brandNew"),
        (spoilt(Surface::Prompt, prompt(), "", "brandNew", json!("x")), "brandNew"),
        (
            spoilt(Surface::DataSource, source(), "dataSource", "serverSideEncryptionConfiguration", json!({"hsm": 1})),
            "hsm",
        ),
        (spoilt(Surface::Agent, agent(), "agent", "foundationModel", Value::Null), "foundationModel"),
        (spoilt(Surface::Flow, flow(), "", "executionRoleArn", Value::Null), "executionRoleArn"),
        (
            spoilt(
                Surface::Agent,
                agent(),
                "agent",
                "promptOverrideConfiguration",
                json!({"promptConfigurations": [
                {"promptType": "ORCHESTRATION", "promptCreationMode": "BRAND_NEW"}]}),
            ),
            "promptCreationMode",
        ),
    ] {
        let (error, rest) = spoilt;
        assert!(error.to_string().contains(word), "{error}");
        assert!(matches!(rest, Rest::Unwritable(why) if why.contains(word)));
    }
    for surface in [Surface::EvaluationJob, Surface::CustomModel, Surface::KnowledgeBase] {
        assert_eq!(request(surface, &json!({}), KEY), Err(WholeError::Kind));
    }
    for answer in [json!([]), json!({"agent": 1}), json!({})] {
        assert_eq!(Writable::read(Surface::Agent, &answer), Err(WholeError::Form));
    }
}

#[test]
fn bedrock_s_own_prompts_are_not_written_as_somebody_s() {
    let own = |kind: &str, more: Value| {
        let mut prompt = json!({"promptType": kind, "promptCreationMode": "DEFAULT", "parserMode": "DEFAULT",
            "promptState": if kind == "POST_PROCESSING" { "DISABLED" } else { "ENABLED" },
            "basePromptTemplate": "x", "inferenceConfiguration": {"topK": 1}, "foundationModel": "m"});
        prompt.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        prompt
    };
    let theirs = json!({"promptType": "ORCHESTRATION", "promptCreationMode": "OVERRIDDEN", "basePromptTemplate": "{…}",
        "inferenceConfiguration": {"temperature": 0.5}, "promptState": "ENABLED", "parserMode": "OVERRIDDEN"});
    let written = |prompts: Value, lambda: bool| {
        let mut answer = agent();
        answer["agent"]["promptOverrideConfiguration"] = json!({ "promptConfigurations": prompts });
        if lambda {
            answer["agent"]["promptOverrideConfiguration"]["overrideLambda"] = json!("arn:f");
        }
        request(Surface::Agent, &answer, KEY).unwrap().get("promptOverrideConfiguration").cloned()
    };
    let defaults = json!([own("PRE_PROCESSING", json!({})), own("POST_PROCESSING", json!({}))]);
    assert_eq!(written(defaults.clone(), false), None);
    assert_eq!(written(defaults, true), Some(json!({"promptConfigurations": [], "overrideLambda": "arn:f"})));
    let mixed = json!([theirs, own("PRE_PROCESSING", json!({}))]);
    assert_eq!(written(mixed, false), Some(json!({ "promptConfigurations": [theirs] })));
    // What differs from how Bedrock makes it stays.
    for (kind, more, kept) in [
        ("PRE_PROCESSING", json!({"promptState": "DISABLED"}), json!({"promptState": "DISABLED"})),
        ("POST_PROCESSING", json!({"promptState": "ENABLED"}), json!({"promptState": "ENABLED"})),
        ("ORCHESTRATION", json!({"parserMode": "OVERRIDDEN"}), json!({"parserMode": "OVERRIDDEN"})),
        ("ORCHESTRATION", json!({"brandNew": [1]}), json!({"brandNew": [1]})),
    ] {
        let found = written(json!([own(kind, more)]), false).unwrap();
        let [prompt] = found["promptConfigurations"].as_array().unwrap().as_slice() else { panic!("{found}") };
        let mut expected = json!({"promptType": kind, "promptCreationMode": "DEFAULT"});
        expected.as_object_mut().unwrap().extend(kept.as_object().unwrap().clone());
        assert_eq!(prompt, &expected);
    }
}

#[test]
fn states_are_read_and_an_unknown_one_is_not_written() {
    let state = |surface: Surface, mut answer: Value, status: &str| {
        let name = if surface == Surface::Agent { "agentStatus" } else { "status" };
        let at = if surface == Surface::Agent { &mut answer["agent"] } else { &mut answer };
        at[name] = json!(status);
        (Writable::read(surface, &answer).unwrap(), is_settled(surface, &answer))
    };
    for (surface, status, preparation, settled) in [
        (Surface::Agent, "PREPARED", Preparation::Done, true),
        (Surface::Agent, "VERSIONING", Preparation::Done, false),
        (Surface::Agent, "PREPARING", Preparation::Going, false),
        (Surface::Agent, "CREATING", Preparation::No, false),
        (Surface::Agent, "UPDATING", Preparation::No, false),
        (Surface::Agent, "NOT_PREPARED", Preparation::No, true),
        (Surface::Agent, "FAILED", Preparation::No, true),
        (Surface::Flow, "Prepared", Preparation::Done, true),
        (Surface::Flow, "Preparing", Preparation::Going, false),
        (Surface::Flow, "NotPrepared", Preparation::No, true),
        (Surface::Flow, "Failed", Preparation::No, true),
    ] {
        let answer = if surface == Surface::Agent { agent() } else { flow() };
        let (seen, is_settled) = state(surface, answer, status);
        let seen = seen.unwrap();
        assert_eq!((seen.preparation, is_settled), (Some(preparation), settled), "{status}");
        assert!(matches!(seen.rest, Rest::Sha256(_)), "{status}");
    }
    for status in ["BRAND_NEW", ""] {
        let (seen, _) = state(Surface::Agent, agent(), status);
        assert!(matches!(seen.unwrap().rest, Rest::Unwritable(why) if why.contains("status")));
    }
    assert_eq!(state(Surface::Agent, agent(), "DELETING").0, None);
    assert_eq!(read(Surface::Prompt, &prompt()).preparation, None);
}

#[test]
fn a_key_is_read_where_it_stands_and_one_that_is_no_text_is_no_key_of_ours() {
    assert_eq!(read(Surface::DataSource, &source()).key_arn, None);
    let mut keyed = source();
    keyed["dataSource"]["serverSideEncryptionConfiguration"] = json!({ "kmsKeyArn": KEY });
    assert_eq!(read(Surface::DataSource, &keyed).key_arn.as_deref(), Some(KEY));
    let mut odd = agent();
    odd["agent"]["customerEncryptionKeyArn"] = json!(["x"]);
    let named = read(Surface::Agent, &odd).key_arn.unwrap();
    assert_eq!(holder(&format!("{named}/"), &super::tables::desired(&super::tables::baseline())), Holder::Other);
}

#[test]
fn the_key_of_what_is_never_written_is_found() {
    let fixed = |surface, answer: Value| Observation::fixed(surface, &answer);
    let with = |key: Option<&str>| Observation::Fixed { key: key.map(str::to_owned) };
    assert_eq!(fixed(Surface::CustomModel, json!({"modelKmsKeyArn": KEY})), with(Some(KEY)));
    assert_eq!(fixed(Surface::ImportedModel, json!({"modelArn": KEY})), with(None));
    assert_eq!(fixed(Surface::EvaluationJob, json!({"customerEncryptionKeyId": "1234"})), with(Some("1234")));
    let output = json!({"outputDataConfig": {"s3OutputDataConfig": {"s3EncryptionKeyId": KEY}}});
    assert_eq!(fixed(Surface::InvocationJob, output), with(Some(KEY)));
    assert_eq!(fixed(Surface::InvocationJob, json!({"outputDataConfig": {"s3OutputDataConfig": {}}})), with(None));
    let managed = json!({"type": "MANAGED", "managedKnowledgeBaseConfiguration": {
        "serverSideEncryptionConfiguration": {"kmsKeyArn": KEY}}});
    let base = |configuration: Value, storage: Value| {
        fixed(
            Surface::KnowledgeBase,
            json!({"knowledgeBase": {
            "knowledgeBaseConfiguration": configuration, "storageConfiguration": storage}}),
        )
    };
    assert_eq!(base(managed, json!(null)), with(Some(KEY)));
    assert_eq!(base(json!({"type": "MANAGED"}), json!(null)), with(None));
    let store =
        |kind: &str, place: Option<&str>| Observation::Store { kind: kind.to_owned(), place: place.map(str::to_owned) };
    let vector = || json!({"type": "VECTOR"});
    for (kind, member, name) in [
        ("OPENSEARCH_SERVERLESS", "opensearchServerlessConfiguration", "collectionArn"),
        ("OPENSEARCH_MANAGED_CLUSTER", "opensearchManagedClusterConfiguration", "domainArn"),
        ("S3_VECTORS", "s3VectorsConfiguration", "indexArn"),
        ("RDS", "rdsConfiguration", "resourceArn"),
        ("PINECONE", "pineconeConfiguration", "connectionString"),
        ("MONGO_DB_ATLAS", "mongoDbAtlasConfiguration", "endpoint"),
        ("NEPTUNE_ANALYTICS", "neptuneAnalyticsConfiguration", "graphArn"),
    ] {
        let storage = json!({"type": kind, member: {name: "here", "credentialsSecretArn": "s"}});
        assert_eq!(base(vector(), storage), store(kind, Some("here")));
    }
    assert_eq!(base(vector(), json!(null)), store("", None));
    let kendra = json!({"type": "KENDRA", "kendraKnowledgeBaseConfiguration": {"kendraIndexArn": "k"}});
    assert_eq!(base(kendra, json!(null)), store("KENDRA", Some("k")));
    let sql = |engine: Value| {
        json!({"type": "SQL", "sqlKnowledgeBaseConfiguration": {"redshiftConfiguration": {
        "queryEngineConfiguration": engine}}})
    };
    let serverless = sql(json!({"serverlessConfiguration": {"workgroupArn": "w"}}));
    assert_eq!(base(serverless, json!(null)), store("SQL", Some("w")));
    let cluster = sql(json!({"provisionedConfiguration": {"clusterIdentifier": "c"}}));
    assert_eq!(base(cluster, json!(null)), store("SQL", Some("c")));
}
