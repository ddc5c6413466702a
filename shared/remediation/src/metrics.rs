//! Metrics in CloudWatch's embedded metric format: lines on standard output, no API call.

use std::time::{Duration, SystemTime};

use metrique::emf::Emf;
use metrique::unit::{Count, Millisecond};
use metrique::unit_of_work::metrics;
use metrique::writer::sink::FlushImmediately;
use metrique::writer::{BoxEntrySink, FormatExt};
use policy::Outcome;

/// The CloudWatch namespace.
pub const NAMESPACE: &str = "Phiward";

/// Where metrics go.
#[derive(Clone)]
pub struct Metrics(BoxEntrySink);

#[metrics(emf::dimension_sets = [["Control", "Outcome"], ["Outcome"]], rename_all = "PascalCase")]
struct OutcomeMetrics {
    #[metrics(timestamp)]
    timestamp: SystemTime,
    control: String,
    outcome: &'static str,
    #[metrics(unit = Count)]
    outcomes: u64,
    #[metrics(unit = Millisecond)]
    time_to_repair: Option<Duration>,
}

#[metrics(emf::dimension_sets = [["Duty"]], rename_all = "PascalCase")]
struct InvocationMetrics {
    #[metrics(timestamp)]
    timestamp: SystemTime,
    duty: &'static str,
    #[metrics(unit = Count)]
    api_calls: u64,
    #[metrics(unit = Count)]
    resources_checked: u64,
}

#[metrics(emf::dimension_sets = [[]], rename_all = "PascalCase")]
struct HeartbeatMetrics {
    #[metrics(timestamp)]
    timestamp: SystemTime,
    #[metrics(unit = Count)]
    alive: Option<u64>,
    #[metrics(unit = Count)]
    trail_logging: u64,
    #[metrics(unit = Count)]
    rules_broken: u64,
    #[metrics(unit = Count)]
    dead_letters: u64,
}

#[metrics(emf::dimension_sets = [[]], rename_all = "PascalCase")]
struct ReadinessMetrics {
    #[metrics(timestamp)]
    timestamp: SystemTime,
    #[metrics(unit = Count)]
    ready: u64,
    #[metrics(unit = Count)]
    boxes_failed: u64,
    #[metrics(unit = Count)]
    boxes_unknown: u64,
}

#[metrics(emf::dimension_sets = [[]], rename_all = "PascalCase")]
struct CanaryMetrics {
    #[metrics(timestamp)]
    timestamp: SystemTime,
    #[metrics(unit = Count)]
    canary_input_tokens: u64,
    #[metrics(unit = Count)]
    canary_output_tokens: u64,
}

/// What the heartbeat found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heartbeat {
    /// Whether a trail tells EventBridge of API calls.
    pub trail_logging: bool,
    /// How many of Phiward's rules are disabled, gone or without target.
    pub rules_broken: u64,
    /// How many messages wait in the dead-letter queue.
    pub dead_letters: u64,
}

impl Heartbeat {
    /// Whether everything is as it must be.
    #[must_use]
    pub const fn is_well(&self) -> bool {
        self.trail_logging && self.rules_broken == 0 && self.dead_letters == 0
    }
}

impl Metrics {
    /// The heart has beaten: `Alive` is only there when all is well, so that its absence raises the alarm.
    pub fn heartbeat(&self, found: Heartbeat) {
        drop(
            HeartbeatMetrics {
                timestamp: SystemTime::now(),
                alive: found.is_well().then_some(1),
                trail_logging: u64::from(found.trail_logging),
                rules_broken: found.rules_broken,
                dead_letters: found.dead_letters,
            }
            .append_on_drop(self.0.clone()),
        );
    }

    /// A report was written.
    pub fn readiness(&self, ready: bool, failed: u64, unknown: u64) {
        let (boxes_failed, boxes_unknown) = (failed, unknown);
        drop(
            ReadinessMetrics { timestamp: SystemTime::now(), ready: ready.into(), boxes_failed, boxes_unknown }
                .append_on_drop(self.0.clone()),
        );
    }

    /// What the canary has cost.
    pub fn canary(&self, canary_input_tokens: u64, canary_output_tokens: u64) {
        drop(
            CanaryMetrics { timestamp: SystemTime::now(), canary_input_tokens, canary_output_tokens }
                .append_on_drop(self.0.clone()),
        );
    }

    /// Metrics to `output`: standard output in Lambda, whose log delivery picks them up.
    #[must_use]
    pub fn to(output: impl std::io::Write + Send + Sync + 'static) -> Self {
        let format = Emf::no_validations(NAMESPACE.to_owned(), vec![vec![]]);
        Self(FlushImmediately::new_boxed(format.output_to(output)))
    }

    /// One decision has ended.
    pub fn outcome(&self, control: &str, outcome: Outcome, time_to_repair: Option<Duration>) {
        drop(
            OutcomeMetrics {
                timestamp: SystemTime::now(),
                control: control.to_owned(),
                outcome: outcome.as_str(),
                outcomes: 1,
                time_to_repair,
            }
            .append_on_drop(self.0.clone()),
        );
    }

    /// One invocation has ended.
    pub fn invocation(&self, duty: &'static str, api_calls: u64, resources_checked: u64) {
        drop(
            InvocationMetrics { timestamp: SystemTime::now(), duty, api_calls, resources_checked }
                .append_on_drop(self.0.clone()),
        );
    }
}
