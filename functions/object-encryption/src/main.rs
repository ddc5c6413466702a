//! The Lambda function of the duty `object-encryption`: wiring only.

use object_encryption::ObjectEncryption;
use remediation::StartError;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), StartError> {
    remediation::serve(ObjectEncryption::new).await
}
