//! The duty `guardrails`: the sensitive-information filter of the guardrails that the deployment names is at least as strong
//! as the baseline, in the working draft and in the version in force, and is proven on made-up examples.
//!
//! Guide step S6. The version in force is the one that the account enforces, or else the newest. What is stricter, and every
//! other policy of a guardrail, stays as it is; see `policy::guardrails`.
//!
//! Reads of a compliant guardrail: GetGuardrail of the draft and ListEnforcedGuardrailsConfiguration at once, then
//! GetGuardrail of the enforced version; where none of it is enforced, ListGuardrails (of its versions) and GetGuardrail of the
//! newest. Only where something is wrong: the list of versions, the newest one, and, before callers could be stopped,
//! GetAccountAuthorizationDetails page by page. Only after a write: ApplyGuardrail, once for each example and direction. A
//! guardrail that is not there costs the list of all guardrails.

mod apply;
mod enforce;
mod observe;
mod progress;
mod prove;
mod publish;
mod read;
mod resource;

#[cfg(test)]
mod tests;

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_bedrock::config::SharedInterceptor;
use futures_util::stream::{self, Stream};
use policy::Violation;
use policy::baseline;
use policy::guardrails::{Desired, Observation, Step, absent, assess};
use remediation::{
    ApiCall, Duty, Parts, PrincipalsReader, ReadError, Repair, Restored, Scope, SettingError, Signal, Undo, WriteError,
};

use progress::Progress;
pub use resource::GuardrailId;

const GUARDRAILS: &str = "PHIWARD_GUARDRAILS";
const ENFORCED: &str = "PHIWARD_ENFORCED_GUARDRAIL";
const RECREATE: &str = "PHIWARD_RECREATE_GUARDRAILS";

/// Makes the runtime's client when something is to be proven, which most events don't need.
type MakeRuntime = Box<dyn Fn() -> aws_sdk_bedrockruntime::Client>;

/// The duty with its clients.
pub struct Guardrails {
    bedrock: aws_sdk_bedrock::Client,
    runtime: OnceCell<aws_sdk_bedrockruntime::Client>,
    make_runtime: MakeRuntime,
    principals: PrincipalsReader,
    named: BTreeSet<GuardrailId>,
    /// The one that is to be enforced.
    enforced: Option<GuardrailId>,
    recreate: bool,
    baseline: baseline::Guardrails,
    digest: String,
    account: String,
    region: String,
    partition: String,
    /// What this process has done to each guardrail.
    progress: RefCell<BTreeMap<GuardrailId, Progress>>,
}

impl Guardrails {
    /// Makes the duty.
    ///
    /// # Errors
    /// When its environment is malformed.
    pub fn new(parts: &Parts<'_>) -> Result<Self, SettingError> {
        let id = |name: &'static str, text: &str| {
            let what = || "it must hold ids of guardrails, separated by commas".to_owned();
            GuardrailId::parse(text).ok_or_else(|| SettingError::Malformed { name, what: what() })
        };
        let given = parts.environment.optional(GUARDRAILS).unwrap_or_default();
        let named = given.split(',').filter(|text| !text.is_empty());
        let named = named.map(|text| id(GUARDRAILS, text)).collect::<Result<BTreeSet<_>, _>>()?;
        let enforced = parts.environment.optional(ENFORCED).filter(|text| !text.is_empty());
        let enforced = enforced.map(|text| id(ENFORCED, &text)).transpose()?;
        if enforced.as_ref().is_some_and(|id| !named.contains(id)) {
            let what = "it must be one of those that GuardrailIds names".to_owned();
            return Err(SettingError::Malformed { name: ENFORCED, what });
        }
        let bedrock = aws_sdk_bedrock::config::Builder::from(parts.sdk).interceptor(parts.calls.clone());
        let (sdk, calls) = (parts.sdk.clone(), SharedInterceptor::new(parts.calls.clone()));
        Ok(Self {
            bedrock: aws_sdk_bedrock::Client::from_conf(bedrock.build()),
            runtime: OnceCell::new(),
            make_runtime: Box::new(move || {
                let config = aws_sdk_bedrockruntime::config::Builder::from(&sdk).interceptor(calls.clone());
                aws_sdk_bedrockruntime::Client::from_conf(config.build())
            }),
            principals: PrincipalsReader::new(parts),
            named,
            enforced,
            recreate: parts.environment.required(RECREATE)? == "true",
            baseline: parts.baseline.guardrails.clone(),
            digest: parts.baseline.digest.clone(),
            account: parts.settings.account.clone(),
            region: parts.settings.region.clone(),
            partition: parts.settings.partition.clone(),
            progress: RefCell::default(),
        })
    }

    fn scope_of(&self, call: &ApiCall) -> Scope<GuardrailId> {
        if call.source != "bedrock.amazonaws.com" {
            return Scope::Nothing("not a call of Bedrock");
        }
        if self.named.is_empty() {
            return Scope::Nothing("the deployment names no guardrail");
        }
        match call.name.as_str() {
            // Which guardrail is enforced is decided for the account.
            "PutEnforcedGuardrailConfiguration" | "DeleteEnforcedGuardrailConfiguration" => Scope::All,
            "UpdateGuardrail" | "DeleteGuardrail" | "CreateGuardrailVersion" => {
                match call.parameter("guardrailIdentifier").and_then(GuardrailId::parse) {
                    Some(id) if self.named.contains(&id) => Scope::These(vec![id]),
                    Some(_) => Scope::Nothing("the deployment does not name the guardrail"),
                    // Hidden, or missing: it may be any.
                    None => Scope::All,
                }
            }
            _ => Scope::Nothing("not a call that changes a guardrail"),
        }
    }

    pub(crate) fn desired<'a>(&'a self, id: &'a GuardrailId) -> Desired<'a> {
        Desired {
            id: id.as_str(),
            baseline: &self.baseline,
            digest: &self.digest,
            enforced: self.enforced.as_ref() == Some(id),
            recreate: self.recreate,
        }
    }
}

impl Duty for Guardrails {
    const NAME: &'static str = "guardrails";

    type Resource = GuardrailId;
    type Observation = Observation;
    type Step = Step;

    fn resource(&self, id: &str) -> Option<GuardrailId> {
        GuardrailId::of_resource(id).filter(|id| self.named.contains(id))
    }

    fn scope(&self, signal: &Signal) -> Scope<GuardrailId> {
        match signal {
            Signal::ApiCall(call) => self.scope_of(call),
            _ => Scope::Nothing("not an event that this duty looks after"),
        }
    }

    fn list(&self) -> impl Stream<Item = Result<GuardrailId, ReadError>> {
        stream::iter(self.named.iter().cloned().map(Ok))
    }

    async fn observe(&self, at: &GuardrailId) -> Result<Option<Observation>, ReadError> {
        self.observe_guardrail(at).await.map(Some)
    }

    fn assess(&self, at: &GuardrailId, seen: &Observation) -> Vec<Violation<Step>> {
        match seen {
            Observation::Guardrail(seen) => assess(&self.desired(at), seen),
            Observation::Absent { made_again } => vec![absent(&self.desired(at), made_again.as_deref())],
        }
    }
}

impl Repair for Guardrails {
    async fn apply(&self, at: &GuardrailId, step: &Step) -> Result<(), WriteError> {
        match step {
            Step::UpdateDraft { expected, document } => self.update_draft(at, expected, document).await,
            Step::Prove { version } => self.prove(at, version).await,
            Step::DeleteVersion { number } => self.delete_version(at, *number).await,
            Step::Publish { expected, description } => self.publish(at, expected, description).await,
            Step::Enforce { arn, version, expected } => self.enforce(at, arn, version, expected.as_ref()).await,
            Step::Create { document } => self.create(document).await,
        }
    }

    fn undo(&self, _: &GuardrailId, _: &Undo, _: &Observation) -> Restored<Step> {
        Restored::Refused(
            "a guardrail is never made weaker by Phiward. Exempt it, then change it yourself: the record of the repair holds \
             what it was"
                .to_owned(),
        )
    }
}
