//! What Phiward says on the event bus: outcomes for people and machines, and "go on" to itself.

use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use policy::{Mode, Outcome, Severity};
use serde::Serialize;

use crate::error::AwsError;
use crate::event::Sweep;

/// The `source` of every event that Phiward sends.
pub const SOURCE: &str = "phiward";

/// The event bus.
#[derive(Debug, Clone)]
pub struct Bus {
    /// The client.
    pub client: aws_sdk_eventbridge::Client,
    /// The bus's name.
    pub name: String,
}

/// Detail of `Remediation Outcome`: ids and words only, nothing of what was observed.
#[derive(Debug, Serialize)]
pub struct OutcomeDetail<'a> {
    /// The duty.
    pub duty: &'static str,
    /// The control's id.
    pub control: &'a str,
    /// The control's sentence.
    pub title: &'a str,
    /// 45 CFR.
    pub citation: &'a str,
    /// How much it matters.
    pub severity: Severity,
    /// The resource's id.
    pub resource: &'a str,
    /// How it ended.
    pub outcome: Outcome,
    /// The effective mode.
    pub mode: Mode,
    /// Who caused it, if known.
    pub actor: Option<&'a str>,
    /// What they called.
    pub event_name: &'a str,
    /// What a person must do.
    pub person: &'a [String],
    /// How often it has happened since it was told last; nothing: it is a state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub occurrences: Option<u64>,
    /// Where the record is.
    pub evidence: EvidenceRef<'a>,
    /// From the event to the verified repair.
    pub time_to_repair_ms: Option<i64>,
    /// Whether a person is told.
    pub notice: bool,
}

/// Where a record is.
#[derive(Debug, Serialize)]
pub struct EvidenceRef<'a> {
    /// Its S3 URI, or the ARN of the log stream that it is a line of.
    pub place: String,
    /// The evidence bucket.
    pub bucket: Option<&'a str>,
    /// The record's key in it.
    pub key: Option<&'a str>,
}

impl<'a> EvidenceRef<'a> {
    /// A record in the evidence bucket.
    #[must_use]
    pub fn in_bucket(bucket: &'a str, key: &'a str) -> Self {
        Self { place: format!("s3://{bucket}/{key}"), bucket: Some(bucket), key: Some(key) }
    }
}

/// Detail of `Readiness Report`.
#[derive(Debug, Serialize)]
pub struct ReportDetail<'a> {
    /// The run.
    pub run: &'a str,
    /// Its verdict.
    pub ready: bool,
    /// How many boxes have which answer.
    pub boxes: &'a std::collections::BTreeMap<String, usize>,
    /// The URI of the page.
    pub report: &'a str,
}

/// Detail of `Notice`: something that people should know and that is no outcome of a decision.
#[derive(Debug, Serialize)]
pub struct Notice<'a> {
    /// What it is, in a word: `exemption-expired`.
    pub notice: &'a str,
    /// What it is about, free of PHI.
    pub about: &'a str,
    /// What a person must do.
    pub person: &'a [String],
}

impl Bus {
    /// Tells the outcome of a decision.
    ///
    /// # Errors
    /// When the bus does not take it.
    pub async fn outcome(&self, detail: &OutcomeDetail<'_>) -> Result<(), AwsError> {
        self.put("Remediation Outcome", detail).await
    }

    /// Lets a further invocation go on with a sweep.
    ///
    /// # Errors
    /// When the bus does not take it.
    pub async fn go_on(&self, duty: &'static str, sweep: &Sweep) -> Result<(), AwsError> {
        #[derive(Serialize)]
        struct Detail<'a> {
            duty: &'static str,
            after: Option<&'a str>,
            hop: u32,
            failed: u32,
        }
        let detail = Detail { duty, after: sweep.after.as_deref(), hop: sweep.hop, failed: sweep.failed };
        self.put("Sweep Continuation", &detail).await
    }

    /// Wakes a duty: for one resource, or, without one, for all of its.
    ///
    /// # Errors
    /// When the bus does not take it.
    pub async fn wake(&self, duty: &str, resource: Option<&str>, ordered: bool) -> Result<(), AwsError> {
        #[derive(Serialize)]
        struct Detail<'a> {
            duty: &'a str,
            resource: Option<&'a str>,
            ordered: bool,
        }
        self.put("Wake", &Detail { duty, resource, ordered }).await
    }

    /// Tells people something that is no outcome of a decision.
    ///
    /// # Errors
    /// When the bus does not take it.
    pub async fn notice(&self, notice: &Notice<'_>) -> Result<(), AwsError> {
        self.put("Notice", notice).await
    }

    /// Tells that a readiness report was written.
    ///
    /// # Errors
    /// When the bus does not take it.
    pub async fn report(&self, detail: &ReportDetail<'_>) -> Result<(), AwsError> {
        self.put("Readiness Report", detail).await
    }

    async fn put(&self, detail_type: &str, detail: &impl Serialize) -> Result<(), AwsError> {
        const OPERATION: &str = "events:PutEvents";
        let failed =
            |code: &str| AwsError { operation: OPERATION, code: code.to_owned(), status: None, request_id: None };
        let detail = serde_json::to_string(detail).map_err(|_| failed("Unserializable"))?;
        let entry = PutEventsRequestEntry::builder()
            .event_bus_name(&self.name)
            .source(SOURCE)
            .detail_type(detail_type)
            .detail(detail)
            .build();
        let answer =
            self.client.put_events().entries(entry).send().await.map_err(|error| AwsError::new(OPERATION, &error))?;
        // PutEvents answers 200 also when it did not take an entry.
        match answer.entries().first() {
            Some(entry) if answer.failed_entry_count() > 0 => Err(failed(entry.error_code().unwrap_or("Refused"))),
            Some(_) => Ok(()),
            None => Err(failed("NoEntry")),
        }
    }
}
