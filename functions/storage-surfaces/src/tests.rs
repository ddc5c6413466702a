//! A Bedrock of HTTP requests and answers, as what matters here is what goes over the wire.

use std::sync::{Arc, Mutex};

use aws_sdk_bedrock::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_kms::operation::describe_key::DescribeKeyOutput;
use aws_sdk_kms::operation::get_key_policy::GetKeyPolicyOutput;
use aws_sdk_kms::types::{KeyMetadata, KeySpec, KeyState, KeyUsageType};
use aws_smithy_mocks::{RuleMode, mock, mock_client};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use inventory::{Home, Inventory};
use policy::Baseline;
use policy::sets::BucketSets;
use remediation::DataKeyReader;
use serde_json::{Value, json};

use crate::StorageSurfaces;
use crate::notes::Notes;

mod reads;
mod scopes;
mod writes;

pub(crate) const KEY: &str = "arn:aws:kms:us-east-1:111122223333:key/1234";
pub(crate) const ARN: &str = "arn:aws:bedrock:us-east-1:111122223333:";
const PHI: &str = "mrn-4711008";

type Answers = dyn FnMut(&str, &str, Option<Value>) -> (u16, Value) + Send;

/// Answers what a closure says to method, path and body.
#[derive(Clone)]
pub(crate) struct Bedrock {
    answers: Arc<Mutex<Box<Answers>>>,
    seen: Arc<Mutex<Vec<String>>>,
}

impl std::fmt::Debug for Bedrock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Bedrock")
    }
}

impl Bedrock {
    pub(crate) fn new(answers: impl FnMut(&str, &str, Option<Value>) -> (u16, Value) + Send + 'static) -> Self {
        Self { answers: Arc::new(Mutex::new(Box::new(answers))), seen: Arc::default() }
    }

    /// Methods and paths, in order.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    fn http(&self) -> SharedHttpClient {
        let connector = SharedHttpConnector::new(self.clone());
        http_client_fn(move |_, _| connector.clone())
    }
}

impl HttpConnector for Bedrock {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let path = request.uri().split(".amazonaws.com").nth(1).unwrap().trim_end_matches('/').to_owned();
        let body = request.body().bytes().filter(|bytes| !bytes.is_empty());
        if let Some(bytes) = body {
            let length = request.headers().get("content-length").unwrap();
            assert_eq!(length, bytes.len().to_string(), "what is signed and sent is what is there");
        }
        let body = body.map(|bytes| serde_json::from_slice(bytes).unwrap());
        self.seen.lock().unwrap().push(format!("{} {path}", request.method()));
        let (status, answer) = (self.answers.lock().unwrap())(request.method(), &path, body);
        let mut response = HttpResponse::new(StatusCode::try_from(status).unwrap(), SdkBody::from(answer.to_string()));
        response.headers_mut().insert("content-type", "application/json");
        HttpConnectorFuture::ready(Ok(response))
    }
}

/// As AWS says that something went wrong.
pub(crate) fn error(status: u16, code: &str) -> (u16, Value) {
    (status, json!({"__type": code, "message": PHI}))
}

pub(crate) fn duty(bedrock: &Bedrock) -> StorageSurfaces {
    let sdk = aws_types::SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(aws_sdk_bedrock::config::SharedCredentialsProvider::new(Credentials::for_tests()))
        .http_client(bedrock.http())
        .retry_config(aws_sdk_bedrock::config::retry::RetryConfig::disabled())
        .build();
    let home = Home { partition: "aws".to_owned(), region: "us-east-1".to_owned(), account: "111122223333".to_owned() };
    let inventory = Inventory {
        bedrock: aws_sdk_bedrock::Client::new(&sdk),
        agents: aws_sdk_bedrockagent::Client::new(&sdk),
        s3: mock_client!(aws_sdk_s3, RuleMode::MatchAny, []),
        home,
        sets: BucketSets::default(),
    };
    let baseline = Baseline::parse(include_str!("../../../baseline.toml")).unwrap().storage_surfaces;
    StorageSurfaces { inventory, data_key: data_key(), baseline, notes: Notes::default() }
}

/// A key that everybody may use through Bedrock.
fn data_key() -> DataKeyReader {
    let metadata = || {
        let metadata = KeyMetadata::builder().key_id("1234").key_state(KeyState::Enabled);
        metadata.key_usage(KeyUsageType::EncryptDecrypt).key_spec(KeySpec::SymmetricDefault).build().unwrap()
    };
    let described = mock!(aws_sdk_kms::Client::describe_key)
        .then_output(move || DescribeKeyOutput::builder().key_metadata(metadata()).build());
    let policy = mock!(aws_sdk_kms::Client::get_key_policy).then_output(|| {
        let policy = json!({"Statement": [{"Effect": "Allow", "Principal": {"Service": "bedrock.amazonaws.com"},
            "Action": "kms:*", "Resource": "*"}]});
        GetKeyPolicyOutput::builder().policy(policy.to_string()).build()
    });
    DataKeyReader::with(KEY, mock_client!(aws_sdk_kms, RuleMode::MatchAny, [&described, &policy]))
}

/// A prepared agent without a key.
pub(crate) fn agent() -> Value {
    json!({"agentId": "AGENT12345", "agentName": "triage", "agentArn": format!("{ARN}agent/AGENT12345"), "agentVersion": "DRAFT",
        "agentStatus": "PREPARED", "instruction": PHI, "foundationModel": "m", "idleSessionTTLInSeconds": 600,
        "agentResourceRoleArn": "arn:aws:iam::111122223333:role/a", "createdAt": "2026-01-01T00:00:00Z",
        "updatedAt": "2026-01-01T00:00:00Z", "memoryConfiguration": {"enabledMemoryTypes": ["SESSION_SUMMARY"], "new": [1, 0.5]}})
}
