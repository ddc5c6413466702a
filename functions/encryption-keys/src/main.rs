//! The Lambda function of the duty `encryption-keys`: wiring only.

use encryption_keys::EncryptionKeys;
use remediation::StartError;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), StartError> {
    remediation::serve(EncryptionKeys::new).await
}
