//! The key of what can't be written again, found in Bedrock's answer.

use serde_json::Value;

use super::observation::Observation;
use super::surface::Surface;

/// Where a store's name stands, the most special first.
const PLACES: [&str; 8] = [
    "indexArn",
    "vectorBucketArn",
    "collectionArn",
    "domainArn",
    "resourceArn",
    "graphArn",
    "connectionString",
    "endpoint",
];

impl Observation {
    /// What an answer says of a resource whose key is not changed.
    #[must_use]
    pub fn fixed(surface: Surface, answer: &Value) -> Self {
        let key = match surface {
            Surface::EvaluationJob => "/customerEncryptionKeyId",
            Surface::InvocationJob => "/outputDataConfig/s3OutputDataConfig/s3EncryptionKeyId",
            Surface::KnowledgeBase => return store(answer),
            _ => "/modelKmsKeyArn",
        };
        Self::Fixed { key: text(answer, key) }
    }
}

fn text(answer: &Value, pointer: &str) -> Option<String> {
    answer.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn store(answer: &Value) -> Observation {
    const KIND: &str = "/knowledgeBase/knowledgeBaseConfiguration";
    let at = |path: &str| text(answer, &format!("{KIND}/{path}"));
    match at("type").as_deref() {
        // Bedrock keeps the vectors itself, and tells with what key.
        Some("MANAGED") => Observation::Fixed {
            key: at("managedKnowledgeBaseConfiguration/serverSideEncryptionConfiguration/kmsKeyArn"),
        },
        Some(kind @ "KENDRA") => {
            Observation::Store { kind: kind.to_owned(), place: at("kendraKnowledgeBaseConfiguration/kendraIndexArn") }
        }
        Some(kind @ "SQL") => {
            const ENGINE: &str = "sqlKnowledgeBaseConfiguration/redshiftConfiguration/queryEngineConfiguration";
            let workgroup = at(&format!("{ENGINE}/serverlessConfiguration/workgroupArn"));
            let cluster = || at(&format!("{ENGINE}/provisionedConfiguration/clusterIdentifier"));
            Observation::Store { kind: kind.to_owned(), place: workgroup.or_else(cluster) }
        }
        _ => {
            let storage = answer.pointer("/knowledgeBase/storageConfiguration").and_then(Value::as_object);
            let within = storage.into_iter().flatten().map(|(_, value)| value);
            let place =
                within.filter_map(|value| PLACES.iter().find_map(|name| text(value, &format!("/{name}")))).next();
            let kind = text(answer, "/knowledgeBase/storageConfiguration/type").unwrap_or_default();
            Observation::Store { kind, place }
        }
    }
}
