//! What people tell Phiward, and the heartbeat.
//!
//! People reach it through a function URL that IAM guards, so that Lambda itself says who the caller is: the ARN in
//! `requestContext.authorizer.iam.userArn`, not a claim. An event without `requestContext` may only `show`. Every action
//! that changes something is on record before it takes effect (45 CFR 164.312(b), 164.308(a)(5)(ii)(C)).
//!
//! On a schedule it is the heartbeat: it looks whether rules, targets, the dead-letter queue and the trail are alive, and
//! wakes the duties for what no event will tell: runs that were cut off, holds and exemptions that have ended.

mod actions;
mod answer;
mod heartbeat;
mod record;
mod request;

use evidence::Function;
use remediation::ledger::{DynamoTable, Ledger};
use remediation::metrics::Metrics;
use remediation::store::EvidenceStore;
use remediation::{AwsError, Environment, Foundation, SettingError, bus::Bus};
use serde_json::Value;

pub use remediation::StartError;

use answer::Answer;
use heartbeat::Heart;
use request::Incoming;

/// The function with its clients.
pub struct Operate {
    ledger: Ledger<DynamoTable>,
    evidence: EvidenceStore,
    bus: Bus,
    baseline: policy::Baseline,
    function_name: String,
    function_version: String,
    heart: Heart,
    metrics: Metrics,
}

impl Operate {
    /// Starts.
    ///
    /// # Errors
    /// When the environment or the baseline is not as it must be.
    pub async fn start() -> Result<Self, StartError> {
        let lookup = |name: &str| std::env::var(name).ok();
        let environment = Environment(&lookup);
        let base = Foundation::lay(&environment).await?;
        let heart = Heart::new(&base, &environment)?;
        Ok(Self {
            ledger: base.ledger,
            evidence: base.evidence,
            bus: base.bus,
            baseline: base.baseline,
            function_name: base.settings.function_name,
            function_version: base.settings.function_version,
            heart,
            metrics: Metrics::to(std::io::stdout()),
        })
    }

    /// Does what the event says.
    ///
    /// # Errors
    /// When the heartbeat can't look; what a person asked for is always answered.
    pub async fn handle(&self, payload: Value, request_id: &str) -> Result<Value, AwsError> {
        let function = Function {
            name: self.function_name.clone(),
            version: self.function_version.clone(),
            request_id: request_id.to_owned(),
        };
        match Incoming::read(&payload) {
            Ok(Incoming::Heartbeat) => self.beat(&function).await,
            Ok(Incoming::Url { caller, action }) => {
                let answer = self.act(&caller, action, &function).await;
                Ok(answer::over_http(answer))
            }
            Ok(Incoming::Direct(show)) => Ok(answer::plain(self.show(&show).await)),
            Err((refusal, by_url)) => {
                let answer: Result<Answer, _> = Err(refusal);
                Ok(if by_url { answer::over_http(answer) } else { answer::plain(answer) })
            }
        }
    }
}

/// The duties, as the controls' ids name them.
fn duties() -> Vec<&'static str> {
    let mut duties: Vec<_> = policy::control::ALL.iter().filter_map(|control| duty_of(control.id)).collect();
    duties.dedup();
    duties
}

/// The duty of a control.
fn duty_of(control: &str) -> Option<&str> {
    control.split_once('.').map(|(duty, _)| duty)
}

fn setting(environment: &Environment<'_>, name: &'static str) -> Result<String, SettingError> {
    environment.required(name)
}
