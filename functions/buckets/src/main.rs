//! The Lambda function of the duty `buckets`: wiring only.

use buckets::Buckets;
use remediation::StartError;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), StartError> {
    remediation::serve(Buckets::new).await
}
