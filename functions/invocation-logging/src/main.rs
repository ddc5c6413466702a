//! The Lambda function of the duty `invocation-logging`: wiring only.

use invocation_logging::InvocationLogging;
use remediation::StartError;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), StartError> {
    remediation::serve(InvocationLogging::new).await
}
