//! The Lambda function of the duty `storage-surfaces`: wiring only.

use remediation::StartError;
use storage_surfaces::StorageSurfaces;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), StartError> {
    remediation::serve(StorageSurfaces::new).await
}
