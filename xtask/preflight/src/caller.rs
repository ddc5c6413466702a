//! Whose credentials are asked with: nothing of this is guessed, and all of it is said first.

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_sdk_sts::Client;
use remediation::AwsError;
use serde::Serialize;

use crate::refusal;
use crate::source;
use crate::unasked::Unasked;

/// Who asks, where.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Caller {
    /// Where the credentials come from.
    pub(crate) credentials: String,
    /// What could have been meant instead, and was not used.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) notes: Vec<String>,
    /// Twelve digits.
    pub(crate) account: String,
    /// As STS tells it.
    pub(crate) arn: String,
    /// Of the deploy.
    pub(crate) region: String,
    /// What is asked instead of AWS, if it is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) endpoints: Vec<String>,
    #[serde(skip)]
    pub(crate) sdk: SdkConfig,
}

/// What is known before AWS is asked who that is.
pub(crate) struct Stranger {
    pub(crate) sdk: SdkConfig,
    pub(crate) region: String,
    pub(crate) credentials: Credentials,
    /// The one that they are of, if one was named.
    pub(crate) profile: Option<String>,
}

impl Stranger {
    /// Asks AWS who it is.
    pub(crate) async fn named(self, environment: &dyn Fn(&str) -> Option<String>) -> Result<Caller, Unasked> {
        let Self { sdk, region, credentials, profile } = self;
        let said = source::said(&credentials, profile.as_deref(), environment);
        let endpoints = source::endpoints(&sdk);
        let answer = Client::new(&sdk).get_caller_identity().send().await;
        let answer = answer.map_err(|error| {
            let error = AwsError::new("sts:GetCallerIdentity", &error);
            Unasked::Refused { credentials: said.clone(), region: region.clone(), fix: refusal::fix(&error), error }
        })?;
        let (Some(account), Some(arn)) = (answer.account, answer.arn) else {
            return Err(Unasked::Nobody { credentials: said });
        };
        let notes = source::notes(&credentials, profile.as_deref(), &region, environment);
        let caller = Caller { credentials: said, notes, account, arn, region, endpoints, sdk };
        if caller.arn.ends_with(":root") { Err(Unasked::Root(Box::new(caller))) } else { Ok(caller) }
    }
}

impl Caller {
    /// `aws`, `aws-us-gov`, `aws-cn`.
    pub(crate) fn partition(&self) -> &str {
        self.arn.split(':').nth(1).unwrap_or("aws")
    }

    /// What the ARN is of, after the account: `user/jane`, `assumed-role/deploy/jane`.
    pub(crate) fn name(&self) -> &str {
        self.arn.splitn(6, ':').nth(5).unwrap_or_default()
    }

    /// The first line.
    pub(crate) fn said(&self) -> String {
        let Self { credentials, account, arn, region, endpoints, .. } = self;
        let instead = match endpoints.as_slice() {
            [] => "AWS's own endpoints".to_owned(),
            some => format!("{} INSTEAD of AWS's own endpoints", some.join(", ")),
        };
        format!("asking with {credentials}: account {account}, {arn}, Region {region}, at {instead}")
    }
}
