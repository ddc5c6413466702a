//! The Lambda function `operate`: wiring only.

use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use operate::{Operate, StartError};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), StartError> {
    remediation::log::init("operate");
    let operate = Operate::start().await.inspect_err(|error| tracing::error!("{error}"))?;
    let operate = &operate;
    let handler = service_fn(async move |event: LambdaEvent<Value>| -> Result<Value, Diagnostic> {
        let (payload, context) = event.into_parts();
        operate.handle(payload, &context.request_id).await.map_err(|failure| Diagnostic {
            error_type: "HeartbeatError".to_owned(),
            error_message: failure.to_string(),
        })
    });
    lambda_runtime::run(handler).await.map_err(|error| StartError::Runtime(error.to_string()))
}
