//! The Lambda function of the duty `residency`: wiring only.

use remediation::StartError;
use residency::Residency;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), StartError> {
    remediation::serve(Residency::new).await
}
