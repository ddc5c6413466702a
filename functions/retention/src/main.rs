//! The Lambda function of the duty `retention`: wiring only.

use remediation::StartError;
use retention::Retention;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), StartError> {
    remediation::serve(Retention::new).await
}
