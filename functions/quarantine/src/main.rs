//! The Lambda function of the duty `quarantine`: wiring only.

use quarantine::Quarantine;
use remediation::StartError;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), StartError> {
    remediation::serve(Quarantine::new).await
}
