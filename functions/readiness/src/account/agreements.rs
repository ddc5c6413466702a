//! The account's agreements in AWS Artifact: the Business Associate Addendum is one of them (guide step S1, 45 CFR 164.308(b)).

use aws_sdk_artifact::Client;
use aws_sdk_artifact::types::CustomerAgreementState;
use aws_smithy_types::DateTime as AwsTime;
use chrono::{DateTime, Utc};
use remediation::{AwsError, Parts, ReadError};
use report::findings::Agreement;

const LIST: &str = "artifact:ListCustomerAgreements";

/// Who can list them.
pub(crate) struct Agreements(Client);

impl Agreements {
    /// Artifact is one for all Regions of a partition, and is asked in its first one.
    pub(crate) fn new(parts: &Parts<'_>) -> Self {
        let region = if parts.settings.partition == "aws-us-gov" { "us-gov-west-1" } else { "us-east-1" };
        let config = aws_sdk_artifact::config::Builder::from(parts.sdk).interceptor(parts.calls.clone());
        Self(Client::from_conf(config.region(aws_sdk_artifact::config::Region::new(region)).build()))
    }

    /// All of them, whatever their state.
    pub(crate) async fn list(&self) -> Result<Vec<Agreement>, ReadError> {
        let mut found = Vec::new();
        let mut pages = self.0.list_customer_agreements().into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| AwsError::new(LIST, &error))?;
            for each in page.customer_agreements() {
                let state =
                    each.state().ok_or(ReadError::Answer { operation: LIST, what: "an agreement has no state" })?;
                found.push(Agreement {
                    name: each.name().unwrap_or_default().to_owned(),
                    state: CustomerAgreementState::as_str(state).to_owned(),
                    organization: each.organization_arn().is_some(),
                    effective: each.effective_start().and_then(time),
                    ended: each.effective_end().and_then(time),
                });
            }
        }
        Ok(found)
    }
}

fn time(at: &AwsTime) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(at.secs(), at.subsec_nanos())
}
