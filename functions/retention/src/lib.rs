//! The duty `retention`: Bedrock keeps and shares nothing.
//!
//! Guide step S3. The mode must be `none` on three scopes: the account setting of the control plane (SDK), that of the
//! bedrock-mantle plane, and every mantle project (REST). Documentation and field reports disagree on whether the two
//! account settings are one, so both are read, and a call on either plane makes both be looked at.
//!
//! Reads of a compliant setting: one (`GetAccountDataRetention`, `GET /v1/data_retention`, or the project's `GET`).

mod resource;

use aws_sdk_bedrock::types::DataRetentionMode;
use futures_util::stream::{self, Stream, StreamExt};
use mantle::{Mantle, MantleError, ProjectId};
use policy::Violation;
use policy::retention::{self, Observation, Step};
use remediation::clients::CallCounter;
use remediation::{
    ApiCall, AwsError, Duty, Parts, ReadError, Repair, Restored, Scope, SettingError, Signal, Undo, WriteError,
};

pub use resource::Setting;

/// The duty with its clients.
pub struct Retention {
    bedrock: aws_sdk_bedrock::Client,
    mantle: Mantle,
}

impl Retention {
    /// Makes the duty.
    ///
    /// # Errors
    /// When its environment is malformed.
    pub fn new(parts: &Parts<'_>) -> Result<Self, SettingError> {
        Ok(Self { bedrock: bedrock_client(parts.sdk, &parts.calls), mantle: Mantle::new(parts)? })
    }
}

fn bedrock_client(sdk: &aws_types::SdkConfig, calls: &CallCounter) -> aws_sdk_bedrock::Client {
    let config = aws_sdk_bedrock::config::Builder::from(sdk).interceptor(calls.clone());
    aws_sdk_bedrock::Client::from_conf(config.build())
}

const BOTH_ACCOUNT_SETTINGS: [Setting; 2] = [Setting::ControlPlane, Setting::MantleAccount];

fn scope_of(call: &ApiCall) -> Scope<Setting> {
    match (call.source.as_str(), call.name.as_str()) {
        ("bedrock.amazonaws.com" | "bedrock-mantle.amazonaws.com", "PutAccountDataRetention") => {
            Scope::These(BOTH_ACCOUNT_SETTINGS.to_vec())
        }
        ("bedrock-mantle.amazonaws.com", "CreateProject" | "UpdateProject") => {
            let named = call.parameter("project_id").or_else(|| call.response_element("id"));
            match named.and_then(ProjectId::parse) {
                Some(project) => Scope::These(vec![Setting::MantleProject(project)]),
                None => Scope::All,
            }
        }
        _ => Scope::Nothing("not a call that sets data retention"),
    }
}

impl Duty for Retention {
    const NAME: &'static str = "retention";

    type Resource = Setting;
    type Observation = Observation;
    type Step = Step;

    fn resource(&self, id: &str) -> Option<Setting> {
        Setting::parse(id)
    }

    fn scope(&self, signal: &Signal) -> Scope<Setting> {
        match signal {
            Signal::ApiCall(call) => scope_of(call),
            _ => Scope::Nothing("not an event that this duty looks after"),
        }
    }

    fn list(&self) -> impl Stream<Item = Result<Setting, ReadError>> {
        let projects = stream::once(self.mantle.projects()).flat_map(|listed| {
            let items: Vec<_> = match listed {
                Ok(mut ids) => {
                    ids.sort();
                    ids.into_iter().map(|id| Ok(Setting::MantleProject(id))).collect()
                }
                // Told once, by the account setting of the same plane.
                Err(MantleError::Unreachable) => Vec::new(),
                Err(MantleError::Call(error)) => vec![Err(error)],
            };
            stream::iter(items)
        });
        stream::iter(BOTH_ACCOUNT_SETTINGS.map(Ok)).chain(projects)
    }

    async fn observe(&self, at: &Setting) -> Result<Option<Observation>, ReadError> {
        let mode = match at {
            Setting::ControlPlane => {
                let answer = self.bedrock.get_account_data_retention().send().await;
                let answer = answer.map_err(|error| AwsError::new("bedrock:GetAccountDataRetention", &error))?;
                Some(answer.mode().as_str().to_owned())
            }
            Setting::MantleAccount => match self.mantle.account_mode().await {
                Ok(mode) => mode,
                Err(MantleError::Unreachable) => return Ok(Some(Observation::Unreachable)),
                Err(MantleError::Call(error)) => return Err(error),
            },
            Setting::MantleProject(id) => match self.mantle.project_mode(id).await {
                Ok(Some(mode)) => mode,
                Ok(None) => return Ok(None),
                Err(MantleError::Unreachable) => return Ok(Some(Observation::Unreachable)),
                Err(MantleError::Call(error)) => return Err(error),
            },
        };
        Ok(Some(mode.map_or(Observation::Unset, |mode| Observation::Set { mode })))
    }

    fn assess(&self, at: &Setting, seen: &Observation) -> Vec<Violation<Step>> {
        retention::assess(at.scope(), seen)
    }
}

impl Repair for Retention {
    async fn apply(&self, at: &Setting, step: &Step) -> Result<(), WriteError> {
        match (at, step) {
            (Setting::ControlPlane, Step::PutNone) => {
                let sent = self.bedrock.put_account_data_retention().mode(DataRetentionMode::None).send().await;
                sent.map(drop).map_err(|error| AwsError::new("bedrock:PutAccountDataRetention", &error).into())
            }
            (Setting::MantleAccount, Step::PutNone) => self.mantle.put_account_none().await,
            (Setting::MantleProject(id), Step::PutNone) => self.mantle.put_project_none(id).await,
        }
    }

    fn undo(&self, _: &Setting, _: &Undo, _: &Observation) -> Restored<Step> {
        Restored::Refused("data retention is never switched on again: its role may only ever set `none`".to_owned())
    }
}
