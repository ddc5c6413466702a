//! From the process's start to the Lambda runtime's loop.

use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant, SystemTime};

use aws_config::SdkConfig;
use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use policy::Baseline;
use serde_json::value::RawValue;

use crate::clients::CallCounter;
use crate::duty::Repair;
use crate::engine::{Engine, Invocation, Reply};
use crate::error::Failure;
use crate::event;
use crate::ledger::DynamoTable;
use crate::log;
use crate::metrics::Metrics;
use crate::settings::{Environment, SettingError, Settings};
use crate::start::{Foundation, StartError};

/// What a duty is made from.
pub struct Parts<'a> {
    /// The SDK's configuration, for the duty's own clients.
    pub sdk: &'a SdkConfig,
    /// The environment, for the duty's own variables.
    pub environment: &'a Environment<'a>,
    /// What every duty knows of its deployment.
    pub settings: &'a Settings,
    /// The desired state.
    pub baseline: &'a Baseline,
    /// The S3 client.
    pub s3: aws_sdk_s3::Client,
    /// To be put into every client.
    pub calls: CallCounter,
}

/// Starts, makes the duty, and serves events until Lambda ends the process.
///
/// # Errors
/// When the environment or the baseline is not as it must be; the message says what to do.
pub async fn serve<D: Repair>(make: impl FnOnce(&Parts<'_>) -> Result<D, SettingError>) -> Result<(), StartError> {
    log::init(D::NAME);
    let engine = start(make).await.inspect_err(|error| tracing::error!(duty = D::NAME, "{error}"))?;
    let engine = &engine;
    let handler = service_fn(async move |event: LambdaEvent<Box<RawValue>>| -> Result<Reply, Diagnostic> {
        let (raw, context) = event.into_parts();
        let payload = event::payload(raw.get()).map_err(|error| diagnostic(error.into()))?;
        let invocation = Invocation { request_id: context.request_id, deadline: deadline(context.deadline) };
        engine.handle(payload, &invocation).await.map_err(diagnostic)
    });
    lambda_runtime::run(handler).await.map_err(|error| StartError::Runtime(error.to_string()))
}

async fn start<D: Repair>(
    make: impl FnOnce(&Parts<'_>) -> Result<D, SettingError>,
) -> Result<Engine<D, DynamoTable>, StartError> {
    let lookup = |name: &str| std::env::var(name).ok();
    let environment = Environment(&lookup);
    let base = Foundation::lay(&environment).await?;
    let parts = Parts {
        sdk: &base.sdk,
        environment: &environment,
        settings: &base.settings,
        baseline: &base.baseline,
        s3: base.s3.clone(),
        calls: base.calls.clone(),
    };
    Ok(Engine {
        duty: make(&parts)?,
        settings: base.settings,
        baseline: base.baseline,
        baseline_source: base.baseline_source,
        evidence: base.evidence,
        ledger: base.ledger,
        unsettled: AtomicBool::new(true),
        bus: base.bus,
        metrics: Metrics::to(std::io::stdout()),
        calls: base.calls,
    })
}

fn deadline(unix_millis: u64) -> Instant {
    let until = SystemTime::UNIX_EPOCH + Duration::from_millis(unix_millis);
    Instant::now() + until.duration_since(SystemTime::now()).unwrap_or_default()
}

fn diagnostic(failure: Failure) -> Diagnostic {
    Diagnostic { error_type: failure.kind().to_owned(), error_message: failure.to_string() }
}
