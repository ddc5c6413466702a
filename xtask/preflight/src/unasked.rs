//! Why nothing could be asked at all: exit code 2.

use std::fmt;

use remediation::AwsError;

use crate::caller::Caller;

/// What is wrong, and what to do.
#[derive(Debug)]
pub(crate) enum Unasked {
    /// Nothing names a Region.
    NoRegion,
    /// Nothing gives credentials.
    NoCredentials,
    /// Something was to give credentials, and did not.
    Broken { from: String, why: String, fix: String },
    /// AWS does not take them.
    Refused { credentials: String, region: String, error: AwsError, fix: String },
    /// AWS takes them, and does not say whose they are.
    Nobody { credentials: String },
    /// They are the root user's.
    Root(Box<Caller>),
}

impl fmt::Display for Unasked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRegion => f.write_str(
                "no Region is named, and none is guessed: give --region, set AWS_REGION, or put `region` into the profile",
            ),
            Self::NoCredentials => f.write_str(
                "no credentials were found: give --profile (aws configure sso makes one, aws sso login --profile NAME signs in), \
                 or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
            ),
            Self::Broken { from, why, fix } => write!(f, "{from} gives no credentials: {why}: {fix}"),
            Self::Refused { credentials, region, error, fix } => {
                write!(f, "asking with {credentials} in {region}: {error}: {fix}")
            }
            Self::Nobody { credentials } => {
                write!(f, "STS does not say whose {credentials} are: try `aws sts get-caller-identity`")
            }
            Self::Root(caller) => write!(
                f,
                "these are the root user's credentials (account {}), with which nothing is asked and nothing should be deployed: \
                 sign in as a role that may deploy, and delete the root user's access keys",
                caller.account
            ),
        }
    }
}
