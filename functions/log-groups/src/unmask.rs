//! Reading who may unmask: the whole account's users, roles, groups and policies, a page at a time. Only what the policies
//! say about the question is kept of them.

use std::borrow::Cow;

use aws_sdk_iam::types::{AttachedPolicy, PolicyDetail};
use policy::principals::{Account, Grants, Holder, Principal, Question, together};
use remediation::{AwsError, ReadError};

use crate::LogGroups;

const READ: &str = "iam:GetAccountAuthorizationDetails";

impl LogGroups {
    fn iam(&self) -> &aws_sdk_iam::Client {
        self.iam.get_or_init(|| {
            let config = aws_sdk_iam::config::Builder::from(&self.sdk).interceptor(self.calls.clone());
            aws_sdk_iam::Client::from_conf(config.build())
        })
    }

    /// Everybody whose policies allow it.
    pub(crate) async fn who(&self, question: &Question) -> Result<Vec<Principal>, ReadError> {
        let mut account = Account::default();
        let mut pages = self.iam().get_account_authorization_details().into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| AwsError::new(READ, &error))?;
            let arn_of =
                |arn: Option<String>| arn.ok_or(ReadError::Answer { operation: READ, what: "an ARN is missing" });
            for user in page.user_detail_list.unwrap_or_default() {
                let holder = holder(user.user_policy_list, user.attached_managed_policies, user.group_list, question);
                account.principals.insert(arn_of(user.arn)?, holder);
            }
            for role in page.role_detail_list.unwrap_or_default() {
                let holder = holder(role.role_policy_list, role.attached_managed_policies, None, question);
                account.principals.insert(arn_of(role.arn)?, holder);
            }
            for group in page.group_detail_list.unwrap_or_default() {
                let holder = holder(group.group_policy_list, group.attached_managed_policies, None, question);
                account.groups.insert(group.group_name.unwrap_or_default(), holder);
            }
            for policy in page.policies.unwrap_or_default() {
                let versions = policy.policy_version_list.unwrap_or_default();
                let current = versions.into_iter().find(|version| version.is_default_version);
                if let Some(document) = current.and_then(|version| version.document) {
                    account.managed.insert(arn_of(policy.arn)?, Grants::of(&decoded(&document), question));
                }
            }
        }
        Ok(account.who(question))
    }
}

fn holder(
    own: Option<Vec<PolicyDetail>>,
    attached: Option<Vec<AttachedPolicy>>,
    groups: Option<Vec<String>>,
    question: &Question,
) -> Holder {
    let own = own.unwrap_or_default().into_iter().filter_map(|policy| policy.policy_document);
    let documents: Vec<String> = own.map(|document| decoded(&document)).collect();
    Holder {
        own: together(documents.iter().map(String::as_str), question),
        attached: attached.unwrap_or_default().into_iter().filter_map(|policy| policy.policy_arn).collect(),
        groups: groups.unwrap_or_default(),
    }
}

/// A policy as IAM gives it is percent-encoded (RFC 3986). What can't be decoded can't be read as a policy either.
fn decoded(text: &str) -> String {
    urlencoding::decode(text).map_or_else(|_| text.to_owned(), Cow::into_owned)
}
