//! The Lambda function of the duty `guardrails`: wiring only.

use guardrails::Guardrails;
use remediation::StartError;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), StartError> {
    remediation::serve(Guardrails::new).await
}
