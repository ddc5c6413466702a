//! How a bedrock-mantle request travels: through the SDK's own orchestrator, so with its retries and timeouts.

use std::fmt;
use std::time::Duration;

use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime::client::retries::classifiers::TransientErrorClassifier;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use remediation::clients::{self, CallCounter};
use remediation::{AwsError, ReadError};
use serde_json::Value;

use crate::signing::Signer;

/// Sends requests to the plane.
#[derive(Debug)]
pub(crate) struct Transport {
    pub(crate) base: String,
    pub(crate) sdk: SdkConfig,
    pub(crate) credentials: Option<SharedCredentialsProvider>,
    pub(crate) region: String,
    pub(crate) service: String,
    pub(crate) calls: CallCounter,
}

/// Why there is no answer.
#[derive(Debug)]
pub enum MantleError {
    /// Nobody listens: the plane is not offered in this Region, or the function has no way to it.
    Unreachable,
    /// An answer that is an error, or none in time.
    Call(ReadError),
}

/// An answer that is an error: its status and AWS's code, never its message.
#[derive(Debug)]
struct Refusal {
    status: u16,
    code: Option<String>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HTTP {}", self.status)
    }
}

impl std::error::Error for Refusal {}

#[derive(Debug)]
struct TryAgain;

impl ClassifyRetry for TryAgain {
    fn name(&self) -> &'static str {
        "MantleTryAgain"
    }

    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        match context.response().map(|response| response.status().as_u16()) {
            Some(429) => RetryAction::throttling_error(),
            Some(500..) => RetryAction::server_error(),
            _ => RetryAction::NoActionIndicated,
        }
    }
}

impl Transport {
    /// Sends one request and returns its JSON.
    pub(crate) async fn send(
        &self,
        operation: &'static str,
        method: &'static str,
        path: &str,
        body: Option<Value>,
    ) -> Result<Value, MantleError> {
        let failed = |code: &str| {
            MantleError::Call(AwsError { operation, code: code.to_owned(), status: None, request_id: None }.into())
        };
        let provider = self.credentials.as_ref().ok_or_else(|| failed("NoCredentials"))?;
        let credentials = provider.provide_credentials().await.map_err(|_| failed("NoCredentials"))?;
        let url = format!("{}{path}", self.base);
        let mut builder = Operation::builder()
            .service_name("bedrock-mantle")
            .operation_name(operation)
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(&self.base)
            .no_auth()
            .standard_retry(&clients::retries())
            .retry_classifier(TryAgain)
            .retry_classifier(TransientErrorClassifier::<Refusal>::new())
            .timeout_config(
                TimeoutConfig::builder()
                    .connect_timeout(Duration::from_secs(3))
                    .operation_attempt_timeout(Duration::from_secs(20))
                    .build(),
            )
            .interceptor(Signer {
                credentials,
                region: self.region.clone(),
                service: self.service.clone(),
                calls: self.calls.clone(),
            });
        if let Some(http) = self.sdk.http_client() {
            builder = builder.http_client(http);
        }
        if let Some(sleep) = self.sdk.sleep_impl() {
            builder = builder.sleep_impl(sleep);
        }
        if let Some(time) = self.sdk.time_source() {
            builder = builder.time_source(time);
        }
        let request = builder
            .serializer(move |()| {
                let text = body.as_ref().map_or_else(String::new, Value::to_string);
                let mut request = HttpRequest::new(SdkBody::from(text));
                request.set_method(method)?;
                request.set_uri(url.clone())?;
                request.headers_mut().insert("content-type", "application/json");
                Ok(request)
            })
            .deserializer(read)
            .build();
        request.invoke(()).await.map_err(|error| translate(operation, &error))
    }
}

fn read(response: &HttpResponse) -> Result<Value, OrchestratorError<Refusal>> {
    let status = response.status().as_u16();
    let body: Option<Value> = response.body().bytes().and_then(|bytes| serde_json::from_slice(bytes).ok());
    if (200..300).contains(&status) {
        return body
            .ok_or_else(|| OrchestratorError::operation(Refusal { status, code: Some("Unreadable".to_owned()) }));
    }
    let plain = |code: &&str| code.len() <= 64 && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let code = body.as_ref().and_then(|body| body.pointer("/error/code")?.as_str()).filter(plain).map(str::to_owned);
    Err(OrchestratorError::operation(Refusal { status, code }))
}

fn translate(operation: &'static str, error: &SdkError<Refusal, HttpResponse>) -> MantleError {
    let failed =
        |code: String, status| MantleError::Call(AwsError { operation, code, status, request_id: None }.into());
    match error {
        SdkError::DispatchFailure(_) => MantleError::Unreachable,
        SdkError::ServiceError(context) => {
            let refusal = context.err();
            let code = refusal.code.clone().unwrap_or_else(|| format!("Http{}", refusal.status));
            failed(code, Some(refusal.status))
        }
        SdkError::TimeoutError(_) => failed("Timeout".to_owned(), None),
        SdkError::ConstructionFailure(_) => failed("InvalidRequest".to_owned(), None),
        _ => failed("Unreadable".to_owned(), None),
    }
}
