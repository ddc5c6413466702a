//! Reading who may do something: the whole account's users, roles, groups and policies, a page at a time. Only what the
//! policies say about what is asked is kept of them.

use std::borrow::Cow;
use std::cell::OnceCell;

use aws_config::SdkConfig;
use aws_sdk_iam::Client;
use aws_sdk_iam::types::{AttachedPolicy, PolicyDetail};
use policy::principals::{Account, Grants, Holder, Principal, Question, together};

use crate::clients::CallCounter;
use crate::error::{AwsError, ReadError};
use crate::serve::Parts;

const READ: &str = "iam:GetAccountAuthorizationDetails";

/// Who can look at the account's policies.
pub struct PrincipalsReader {
    sdk: SdkConfig,
    calls: CallCounter,
    /// Made when the account is to be looked at, which most events don't need.
    iam: OnceCell<Client>,
}

impl PrincipalsReader {
    /// Of the function's configuration.
    #[must_use]
    pub fn new(parts: &Parts<'_>) -> Self {
        Self { sdk: parts.sdk.clone(), calls: parts.calls.clone(), iam: OnceCell::new() }
    }

    /// Of a client that is there already.
    #[must_use]
    pub fn with(iam: Client) -> Self {
        Self { sdk: SdkConfig::builder().build(), calls: CallCounter::default(), iam: OnceCell::from(iam) }
    }

    fn iam(&self) -> &Client {
        self.iam.get_or_init(|| {
            let config = aws_sdk_iam::config::Builder::from(&self.sdk).interceptor(self.calls.clone());
            Client::from_conf(config.build())
        })
    }

    /// Everybody whose policies allow it, for each question.
    ///
    /// # Errors
    /// When IAM can't be asked.
    pub async fn who<const N: usize>(&self, questions: [&Question; N]) -> Result<[Vec<Principal>; N], ReadError> {
        let mut accounts = questions.map(|question| (question, Account::default()));
        let mut pages = self.iam().get_account_authorization_details().into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| AwsError::new(READ, &error))?;
            let arn_of = |arn: Option<&str>| {
                arn.map(str::to_owned).ok_or(ReadError::Answer { operation: READ, what: "an ARN is missing" })
            };
            for (question, account) in &mut accounts {
                for user in page.user_detail_list() {
                    let (own, attached) = (user.user_policy_list(), user.attached_managed_policies());
                    account.principals.insert(arn_of(user.arn())?, holder(own, attached, user.group_list(), question));
                }
                for role in page.role_detail_list() {
                    let (own, attached) = (role.role_policy_list(), role.attached_managed_policies());
                    account.principals.insert(arn_of(role.arn())?, holder(own, attached, &[], question));
                }
                for group in page.group_detail_list() {
                    let (own, attached) = (group.group_policy_list(), group.attached_managed_policies());
                    let name = group.group_name().unwrap_or_default().to_owned();
                    account.groups.insert(name, holder(own, attached, &[], question));
                }
                for policy in page.policies() {
                    let current = policy.policy_version_list().iter().find(|version| version.is_default_version());
                    if let Some(document) = current.and_then(|version| version.document()) {
                        account.managed.insert(arn_of(policy.arn())?, Grants::of(&decoded(document), question));
                    }
                }
            }
        }
        Ok(accounts.map(|(question, account)| account.who(question)))
    }
}

fn holder(own: &[PolicyDetail], attached: &[AttachedPolicy], groups: &[String], question: &Question) -> Holder {
    let documents: Vec<String> = own.iter().filter_map(PolicyDetail::policy_document).map(decoded).collect();
    Holder {
        own: together(documents.iter().map(String::as_str), question),
        attached: attached.iter().filter_map(AttachedPolicy::policy_arn).map(str::to_owned).collect(),
        groups: groups.to_vec(),
    }
}

/// A policy as IAM gives it is percent-encoded (RFC 3986). What can't be decoded can't be read as a policy either.
fn decoded(text: &str) -> String {
    urlencoding::decode(text).map_or_else(|_| text.to_owned(), Cow::into_owned)
}
