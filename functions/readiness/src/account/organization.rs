//! What can be seen of the organization: whether policies above this account keep what Phiward guards from being weakened at all.

use aws_sdk_organizations::Client;
use aws_sdk_organizations::error::ProvideErrorMetadata;
use aws_sdk_organizations::types::PolicyType;
use policy::policy_document::PolicyDocument;
use policy::service_control::{CONTROL_PLANE, MANTLE, denies_global_profiles, denies_other_modes};
use remediation::{AwsError, Parts, ReadError};
use report::findings::{Organization, Said};

use super::why;

const DESCRIBE: &str = "organizations:DescribeOrganization";
const PARENTS: &str = "organizations:ListParents";
const LIST: &str = "organizations:ListPoliciesForTarget";
const READ: &str = "organizations:DescribePolicy";
/// Organizational units nest five deep, below the root.
const MOST_LEVELS: usize = 7;

/// Who can ask.
pub(crate) struct Organizations {
    client: Client,
    account: String,
    /// The ARN pattern of the Global inference profiles here.
    global: String,
}

impl Organizations {
    /// Organizations is one for all Regions of a partition, and is asked in its first one.
    pub(crate) fn new(parts: &Parts<'_>) -> Self {
        let region = if parts.settings.partition == "aws-us-gov" { "us-gov-west-1" } else { "us-east-1" };
        let config = aws_sdk_organizations::config::Builder::from(parts.sdk).interceptor(parts.calls.clone());
        let config = config.region(aws_sdk_organizations::config::Region::new(region));
        let here = parts.settings;
        let global =
            format!("arn:{}:bedrock:{}:{}:inference-profile/global.*", here.partition, here.region, here.account);
        Self { client: Client::from_conf(config.build()), account: here.account.clone(), global }
    }

    /// Nothing where the account is in no organization.
    pub(crate) async fn look(&self) -> Result<Option<Organization>, ReadError> {
        let described = match self.client.describe_organization().send().await {
            Ok(described) => described,
            Err(error) if error.code() == Some("AWSOrganizationsNotInUseException") => return Ok(None),
            Err(error) => return Err(AwsError::new(DESCRIBE, &error).into()),
        };
        let found = described.organization().and_then(|found| Some((found.id()?, found.master_account_id()?)));
        let odd = ReadError::Answer { operation: DESCRIBE, what: "the organization has no id or management account" };
        let (id, management) = found.ok_or(odd)?;
        let [control_plane, mantle, global] = match self.policies().await {
            Ok(policies) => [
                Said::Known(denies_other_modes(&policies, CONTROL_PLANE)),
                Said::Known(denies_other_modes(&policies, MANTLE)),
                Said::Known(denies_global_profiles(&policies, &self.global)),
            ],
            Err(error) => {
                let why = format!(
                    "{}; only the management account and delegated administrators may read policies",
                    why(&error)
                );
                [(); 3].map(|()| Said::Unknown(why.clone()))
            }
        };
        Ok(Some(Organization {
            id: id.to_owned(),
            management_account: management == self.account,
            denies_retention_control_plane: control_plane,
            denies_retention_mantle: mantle,
            denies_global_profiles: global,
        }))
    }

    /// Those of the account itself and of everything above it.
    async fn policies(&self) -> Result<Vec<PolicyDocument>, ReadError> {
        let mut found = Vec::new();
        let mut target = Some(self.account.clone());
        for _ in 0..MOST_LEVELS {
            let Some(at) = target else { break };
            found.extend(self.policies_of(&at).await?);
            target = self.parent_of(&at).await?;
        }
        Ok(found)
    }

    async fn policies_of(&self, target: &str) -> Result<Vec<PolicyDocument>, ReadError> {
        let list = self.client.list_policies_for_target().target_id(target).filter(PolicyType::ServiceControlPolicy);
        let mut pages = list.into_paginator().send();
        let mut found = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| AwsError::new(LIST, &error))?;
            for id in page.policies().iter().filter_map(|policy| policy.id()) {
                let read = self.client.describe_policy().policy_id(id).send().await;
                let read = read.map_err(|error| AwsError::new(READ, &error))?;
                let content = read.policy().and_then(|policy| policy.content()).unwrap_or_default();
                let odd = ReadError::Answer { operation: READ, what: "a policy is not a policy document" };
                found.push(PolicyDocument::parse(content).map_err(|_| odd)?);
            }
        }
        Ok(found)
    }

    /// Nothing above a root.
    async fn parent_of(&self, child: &str) -> Result<Option<String>, ReadError> {
        if child.starts_with("r-") {
            return Ok(None);
        }
        let listed = self.client.list_parents().child_id(child).send().await;
        let listed = listed.map_err(|error| AwsError::new(PARENTS, &error))?;
        Ok(listed.parents().first().and_then(|parent| parent.id()).map(str::to_owned))
    }
}
