//! The deployed stack: `sam deploy`, what it made, and its first sweep.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::cli::Mode;
use crate::failure::Failure;
use crate::functions;
use crate::interrupt;
use crate::local::Controls;
use crate::local::state::{Slot, State};
use crate::process;
use crate::progress::Step;
use crate::python::Venv;
use crate::workplace::Workplace;

pub(crate) const NAME: &str = "phiward";
/// What the account of the demo and the tests has, and what of it is looked after.
const PARAMETERS: &[&str] = &[
    "LogDestinations=logs-*",
    "PhiBuckets=phi-*",
    "InvocationLogBucket=logs-phiward-invocations",
    "InvocationLogPrefix=bedrock",
    "InvocationLogGroup=/aws/bedrock/phiward-demo",
    "InvocationLogRoleArn=arn:aws:iam::000000000000:role/bedrock-invocation-logs",
    "InvocationLargeDataBucket=logs-phiward-large",
    "InvocationLogGroups=/aws/bedrock/phiward-demo,/aws/bedrock/of-tests-*",
    "TrailName=management-events",
    "TrailBucket=aws-cloudtrail-logs-000000000000",
    "TrailDataEvents=AWS::BedrockMantle::Project",
    "KeepMacieOn=true",
    "KeepConfigRecorderOn=true",
    "KeepGuardDutyOn=true",
    "DeployConformancePack=true",
    "GuardrailIds=phiwarddemo1,oftestsdrift,oftestsgone1",
    "EnforcedGuardrail=phiwarddemo1",
    "RecreateGuardrails=true",
];
const SCHEDULES: &[&str] = &[
    "RetentionSchedule",
    "BucketsSchedule",
    "QuarantineSchedule",
    "InvocationLoggingSchedule",
    "LogGroupsSchedule",
    "AuditTrailSchedule",
    "EncryptionKeysSchedule",
    "DetectorsSchedule",
    "GuardrailsSchedule",
    "FreeTextSchedule",
    "StorageSurfacesSchedule",
    "ResidencySchedule",
    "HeartbeatSchedule",
];
const SWEEP_LIMIT: Duration = Duration::from_secs(120);

/// One stack on one local AWS.
pub(crate) struct Stack<'a> {
    pub(crate) workplace: &'a Workplace,
    pub(crate) venv: &'a Venv,
    pub(crate) endpoint: &'a str,
    pub(crate) account: &'a str,
    pub(crate) slot: &'a Slot,
}

impl Stack<'_> {
    pub(crate) fn deploy(
        &self,
        template: &Path,
        mode: Mode,
        schedule: Option<&str>,
        keys: &str,
    ) -> Result<(), Failure> {
        let step = Step::begin(format!("sam deploy, mode {}", mode.name()));
        let mut sam = client(self.workplace, self.venv, self.endpoint, "sam");
        sam.arg("deploy").arg("--template-file").arg(template);
        sam.arg("--config-file").arg(self.workplace.local_aws().join("samconfig.toml"));
        sam.arg("--parameter-overrides").args(PARAMETERS).arg(format!("Operators={}", self.operators()));
        sam.arg(format!("Mode={}", mode.name())).arg(format!("KeyArns={keys}"));
        if let Some(schedule) = schedule {
            sam.args(schedules(schedule));
        }
        process::quietly(sam, "sam deploy", &self.slot.log_of("sam-deploy"), &step)?;
        step.done();
        Ok(())
    }

    /// Who may look into the quarantine: the administrator, so that the tests can, and a person of the demo.
    fn operators(&self) -> String {
        let account = &self.account;
        format!("arn:aws:iam::{account}:root,arn:aws:iam::{account}:user/privacy-officer")
    }

    /// Functions, buckets and settings of the stack, as `tests/demo/deployed.py` reads them; it also writes `local.env`.
    pub(crate) fn describe(&self) -> Result<Map<String, Value>, Failure> {
        let step = Step::begin("read what was deployed");
        let mut python = client(self.workplace, self.venv, self.endpoint, "python");
        python.args(["-m", "demo.deployed", NAME]).arg(self.slot.environment());
        let log = self.slot.log_of("deployed");
        let said = process::quietly(python, "reading what was deployed", &log, &step)?;
        step.done();
        last_line(&said, &log)
    }
}

/// Every schedule as sam takes it: it splits an override at a blank unless the value has quotes of its own.
fn schedules(schedule: &str) -> Vec<String> {
    SCHEDULES.iter().map(|name| format!("{name}=\"{schedule}\"")).collect()
}

/// A program that talks to the local AWS as its administrator.
pub(crate) fn client(workplace: &Workplace, venv: &Venv, endpoint: &str, program: &str) -> Command {
    let mut command = functions::command(workplace, venv, program);
    command
        .env("AWS_ENDPOINT_URL", endpoint)
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .env("NO_PROXY", "127.0.0.1,localhost")
        .env("no_proxy", "127.0.0.1,localhost")
        .env("SAM_CLI_POLL_DELAY", "0.5")
        .env("PYTHONPATH", workplace.root.join("tests"));
    command
}

/// The JSON object on the last line that a program printed.
pub(crate) fn last_line(said: &str, log: &Path) -> Result<Map<String, Value>, Failure> {
    let line = said.lines().last().unwrap_or_default();
    serde_json::from_str(line).map_err(|source| Failure::Content { path: log.to_path_buf(), source })
}

#[derive(Debug, Deserialize)]
struct Invocations {
    invocations: Vec<Invocation>,
}

#[derive(Debug, Deserialize)]
struct Invocation {
    function: String,
}

#[derive(Debug, Deserialize)]
struct Pending {
    events: u64,
    invocations: u64,
}

/// The deploy's own event makes each duty look at everything once. Over when each has run, and nothing moves any more.
pub(crate) fn await_first_sweep(controls: &Controls, state: &State) -> Result<(), Failure> {
    let step = Step::begin("wait for the first sweep");
    let duties = state.found.get("functions").and_then(Value::as_object);
    let duties: Vec<&str> = duties.into_iter().flat_map(Map::keys).map(String::as_str).collect();
    let until = Instant::now() + SWEEP_LIMIT;
    loop {
        let pending: Pending = controls.get("pending")?;
        let seen: Invocations = controls.get("invocations")?;
        let ran = |duty: &str| seen.invocations.iter().any(|run| run.function == duty);
        let silent: Vec<&str> = duties.iter().copied().filter(|duty| !ran(duty)).collect();
        if silent.is_empty() && pending.events + pending.invocations == 0 {
            step.done();
            return Ok(());
        }
        if Instant::now() > until {
            return Err(Failure::Other(format!(
                "the first sweep has not ended within {} s (duties that never ran: {silent:?}; running: {}): see `cargo xtask \
                 local status` for the log",
                SWEEP_LIMIT.as_secs(),
                pending.invocations,
            )));
        }
        interrupt::pause(Duration::from_millis(100))?;
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{last_line, schedules};

    #[test]
    fn what_is_printed_before_the_object_is_no_part_of_it() {
        let found = last_line("a warning\n{\"a\": 1}\n", Path::new("log")).unwrap();
        assert_eq!(found.get("a"), Some(&1.into()));
        assert!(last_line("", Path::new("log")).is_err());
    }

    #[test]
    fn a_schedule_with_a_blank_stays_whole() {
        let retention = "RetentionSchedule=\"rate(1 minute)\"".to_owned();
        assert!(schedules("rate(1 minute)").contains(&retention));
    }
}
