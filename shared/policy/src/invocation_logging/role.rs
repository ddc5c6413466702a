//! Whether Bedrock may take the role with which it writes to the log group.
//!
//! What the role may do there is not judged: Bedrock tries it before it takes the configuration.

use serde::Serialize;

use super::delivery::{SERVICE, source_arn};
use crate::policy_document::PolicyDocument;
use crate::service_access::{Wish, admits};

/// What a role's trust policy says to Bedrock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Trusted {
    /// It may take the role.
    Yes,
    /// It may not.
    No,
}

impl Trusted {
    /// What the trust policy says. One that can't be read admits nobody.
    #[must_use]
    pub fn by(policy: &str, partition: &str, region: &str, account: &str) -> Self {
        let source = source_arn(partition, region, account);
        let context = vec![("aws:sourceaccount", account), ("aws:sourcearn", source.as_str())];
        // A trust policy names no resource: it is about its role.
        let wish = Wish { service: SERVICE, action: "sts:AssumeRole", resource: String::new(), context };
        match PolicyDocument::parse(policy) {
            Ok(policy) if admits(&policy, &wish) => Self::Yes,
            _ => Self::No,
        }
    }
}
