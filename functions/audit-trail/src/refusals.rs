//! What CloudTrail says no to, and what a person must do then.

use aws_sdk_cloudtrail::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use remediation::{AwsError, WriteError};

/// Why the trail was not changed. A conflict or a limit of rate passes; what is told here does not.
pub(crate) fn write_error<E: ProvideErrorMetadata>(
    operation: &'static str,
    error: &SdkError<E, HttpResponse>,
) -> WriteError {
    let advice = match error.code().unwrap_or_default() {
        "TrailNotFoundException" => return WriteError::Changed("the trail"),
        "InsufficientEncryptionPolicyException" => "CloudTrail may not use the data key: repair the key's policy",
        "KmsKeyNotFoundException" => {
            "CloudTrail does not find the data key, or the trail's bucket is in another Region than the key"
        }
        "KmsKeyDisabledException" | "KmsException" | "InvalidKmsKeyIdException" => {
            "CloudTrail can't use the data key: see that it is enabled, and a key of the Region of the trail's bucket"
        }
        "InsufficientS3BucketPolicyException" => {
            "CloudTrail may not write to the trail's bucket: repair the bucket's policy"
        }
        "S3BucketDoesNotExistException" | "InvalidS3BucketNameException" => {
            "the trail's bucket is not there: make it, with its policy, or give the trail another"
        }
        "MaximumNumberOfTrailsExceededException" => {
            "the Region has all the trails that it can have: delete one that is not needed"
        }
        "InvalidEventSelectorsException" => {
            "CloudTrail does not take the event selectors: see that TrailDataEvents names types that it knows here, and \
             that the trail's selectors are within its limits"
        }
        "InvalidHomeRegionException" => "the trail can be changed in its home Region only: deploy Phiward there",
        "NotOrganizationMasterAccountException" => {
            "the trail is an organization's: it can be changed in the organization's management account only"
        }
        "OrganizationsNotInUseException"
        | "OrganizationNotInAllFeaturesModeException"
        | "CloudTrailAccessNotEnabledException"
        | "NoManagementAccountSLRExistsException"
        | "InsufficientDependencyServiceAccessPermissionException" => {
            "the trail is an organization's, and CloudTrail may not act for the organization: change it by hand"
        }
        _ => return AwsError::new(operation, error).into(),
    };
    WriteError::Refused { advice: advice.to_owned() }
}
