//! The duty `log-groups`: the log groups of Bedrock's invocation logs are there, encrypted with the customer's key, keep
//! their events, and mask what identifies a patient; who may unmask it is known.
//!
//! Guide step S4. The deployment names the groups, in full or by globs; a glob only governs what is there, a group that is
//! named in full is made again when it was deleted.
//!
//! Reads of a compliant group, both at once: DescribeLogGroups (that group alone) and GetDataProtectionPolicy. Only where
//! the key is to be given to the group: DescribeKey and GetKeyPolicy. Who may unmask: GetAccountAuthorizationDetails, page
//! by page, in each sweep and when it is woken: IAM's events occur in us-east-1 only, so no event tells of it elsewhere. A
//! sweep lists, for each glob, the groups that begin with what stands before its first wildcard.

mod apply;
mod observe;
mod resource;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use futures_util::stream::{self, Stream, StreamExt};
use policy::Violation;
use policy::baseline;
use policy::globs::{Glob, LOG_GROUP};
use policy::log_groups::{Desired, Observation, Step, absent, assess, assess_unmask, question};
use remediation::{
    ApiCall, DataKeyReader, Duty, Parts, PrincipalsReader, ReadError, Repair, Restored, Scope, SettingError, Signal,
    Undo, WriteError,
};

pub use resource::{Governed, GroupName, Subject};

/// The duty with its clients.
pub struct LogGroups {
    logs: aws_sdk_cloudwatchlogs::Client,
    data_key: DataKeyReader,
    principals: PrincipalsReader,
    governed: Governed,
    baseline: baseline::LogGroups,
    account: String,
    region: String,
    partition: String,
}

impl LogGroups {
    /// Makes the duty.
    ///
    /// # Errors
    /// When its environment is malformed.
    pub fn new(parts: &Parts<'_>) -> Result<Self, SettingError> {
        let list = |name: &'static str| {
            Glob::list_of(&LOG_GROUP, &parts.environment.optional(name).unwrap_or_default())
                .map_err(|error| SettingError::Malformed { name, what: error.to_string() })
        };
        let governed = Governed { groups: list("PHIWARD_LOG_GROUPS")?, own: list("PHIWARD_OWN_LOG_GROUPS")? };
        let config = aws_sdk_cloudwatchlogs::config::Builder::from(parts.sdk).interceptor(parts.calls.clone());
        Ok(Self {
            logs: aws_sdk_cloudwatchlogs::Client::from_conf(config.build()),
            data_key: DataKeyReader::new(parts)?,
            principals: PrincipalsReader::new(parts),
            governed,
            baseline: parts.baseline.log_groups.clone(),
            account: parts.settings.account.clone(),
            region: parts.settings.region.clone(),
            partition: parts.settings.partition.clone(),
        })
    }

    fn scope_of(&self, call: &ApiCall) -> Scope<Subject> {
        if call.source != "logs.amazonaws.com" {
            return Scope::Nothing("not a call of CloudWatch Logs");
        }
        // The same group is a name in one operation and a name or an ARN in another.
        let mut named = ["logGroupName", "logGroupIdentifier", "resourceIdentifier"].into_iter();
        let Some(group) = named.find_map(|member| call.parameter(member)).and_then(GroupName::parse) else {
            return Scope::Nothing("the call names no log group");
        };
        if self.governed.contains(&group) {
            Scope::These(vec![Subject::Group(group)])
        } else {
            Scope::Nothing("the deployment does not name the log group")
        }
    }

    /// Every group that is there or must be there, and what kept others from being listed.
    async fn groups(&self) -> (BTreeSet<GroupName>, Option<ReadError>) {
        let (names, patterns): (Vec<&Glob>, Vec<&Glob>) = self.governed.groups.iter().partition(|glob| glob.is_name());
        let mut found: BTreeSet<_> = names.iter().filter_map(|name| GroupName::parse(name.as_str())).collect();
        for pattern in patterns {
            match self.names(pattern.prefix()).await {
                Ok(names) => found.extend(names),
                Err(error) => return (found, Some(error)),
            }
        }
        (found, None)
    }

    fn desired<'a>(&'a self, group: &'a GroupName) -> Desired<'a> {
        Desired {
            group: group.as_str(),
            partition: &self.partition,
            region: &self.region,
            account: &self.account,
            key_arn: self.data_key.arn(),
            baseline: &self.baseline,
        }
    }
}

impl Duty for LogGroups {
    const NAME: &'static str = "log-groups";

    type Resource = Subject;
    type Observation = Observation;
    type Step = Step;

    fn resource(&self, id: &str) -> Option<Subject> {
        Subject::parse(id).filter(|subject| match subject {
            Subject::Group(group) => self.governed.contains(group),
            Subject::Unmask => true,
        })
    }

    fn scope(&self, signal: &Signal) -> Scope<Subject> {
        match signal {
            Signal::ApiCall(call) => self.scope_of(call),
            _ => Scope::Nothing("not an event that this duty looks after"),
        }
    }

    fn list(&self) -> impl Stream<Item = Result<Subject, ReadError>> {
        stream::once(self.groups()).flat_map(|(groups, failed)| {
            // Where no group is named nothing is masked, and so nobody can unmask it.
            let unmask = (!self.governed.groups.is_empty()).then_some(Ok(Subject::Unmask));
            let groups: Vec<_> = groups.into_iter().map(|group| Ok(Subject::Group(group))).collect();
            stream::iter(groups.into_iter().chain(failed.map(Err)).chain(unmask))
        })
    }

    async fn observe(&self, at: &Subject) -> Result<Option<Observation>, ReadError> {
        match at {
            Subject::Group(group) => self.observe_group(group).await,
            Subject::Unmask => {
                let asked = question(&self.governed.groups, &self.partition, &self.region, &self.account);
                let [principals] = self.principals.who([&asked]).await?;
                Ok(Some(Observation::Unmask { principals }))
            }
        }
    }

    fn assess(&self, at: &Subject, seen: &Observation) -> Vec<Violation<Step>> {
        match (at, seen) {
            (Subject::Group(group), Observation::Group(seen)) => assess(&self.desired(group), seen),
            (Subject::Group(group), Observation::Absent { key }) => vec![absent(&self.desired(group), key)],
            (_, Observation::Unmask { principals }) => assess_unmask(principals, &self.baseline.may_unmask),
            (Subject::Unmask, _) => Vec::new(),
        }
    }
}

impl Repair for LogGroups {
    async fn apply(&self, at: &Subject, step: &Step) -> Result<(), WriteError> {
        match at {
            Subject::Group(group) => self.repair(group, step).await,
            Subject::Unmask => Err(WriteError::Refused { advice: "who may unmask is never changed".to_owned() }),
        }
    }

    fn undo(&self, _: &Subject, _: &Undo, _: &Observation) -> Restored<Step> {
        Restored::Refused(
            "a log group is never made weaker again: its role may neither take a key nor a policy away. Exempt the group and \
             change it yourself"
                .to_owned(),
        )
    }
}
