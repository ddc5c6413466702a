//! The Lambda function `readiness`: wiring only.

use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use readiness::{Readiness, deadline};
use remediation::{StartError, event};
use serde_json::value::RawValue;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), StartError> {
    remediation::log::init("readiness");
    let readiness = Readiness::start().await.inspect_err(|error| tracing::error!("{error}"))?;
    let readiness = &readiness;
    let handler = service_fn(async move |event: LambdaEvent<Box<RawValue>>| -> Result<readiness::Reply, Diagnostic> {
        let (raw, context) = event.into_parts();
        // Read here, as the runtime's own error could quote what it can't read.
        let payload = event::payload(raw.get()).map_err(|error| diagnostic("EventError", &error))?;
        let answer = readiness.handle(payload, &context.request_id, deadline(context.deadline)).await;
        answer.map_err(|error| diagnostic(error.kind(), &error))
    });
    lambda_runtime::run(handler).await.map_err(|error| StartError::Runtime(error.to_string()))
}

fn diagnostic(kind: &str, error: &impl std::fmt::Display) -> Diagnostic {
    Diagnostic { error_type: kind.to_owned(), error_message: error.to_string() }
}
