//! The Lambda function of the duty `detectors`: wiring only.

use detectors::Detectors;
use remediation::StartError;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), StartError> {
    remediation::serve(Detectors::new).await
}
