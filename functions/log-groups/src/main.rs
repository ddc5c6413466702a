//! The Lambda function of the duty `log-groups`: wiring only.

use log_groups::LogGroups;
use remediation::StartError;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), StartError> {
    remediation::serve(LogGroups::new).await
}
