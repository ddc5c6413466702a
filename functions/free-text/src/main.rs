//! The Lambda function of the duty `free-text`: wiring only.

use free_text::FreeText;
use remediation::StartError;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), StartError> {
    remediation::serve(FreeText::new).await
}
