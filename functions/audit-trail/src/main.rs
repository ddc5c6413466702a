//! The Lambda function of the duty `audit-trail`: wiring only.

use audit_trail::AuditTrail;
use remediation::StartError;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), StartError> {
    remediation::serve(AuditTrail::new).await
}
