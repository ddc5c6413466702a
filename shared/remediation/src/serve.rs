//! From the process's start to the Lambda runtime's loop.

use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant, SystemTime};

use aws_config::SdkConfig;
use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use policy::Baseline;
use serde_json::value::RawValue;

use crate::bus::Bus;
use crate::clients::{self, CallCounter};
use crate::duty::Repair;
use crate::engine::{Engine, Invocation, Summary};
use crate::error::{AwsError, Failure};
use crate::event;
use crate::ledger::{DynamoTable, Ledger, client as dynamodb};
use crate::log;
use crate::metrics::Metrics;
use crate::settings::{BaselineUri, Environment, SettingError, Settings};
use crate::store::EvidenceStore;

/// The baseline that is compiled in.
const COMPILED_BASELINE: &str = include_str!("../../../baseline.toml");

/// Why a function does not start.
#[derive(thiserror::Error)]
pub enum StartError {
    /// The environment.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// The baseline object can't be read.
    #[error("the baseline s3://{bucket}/{key} can't be read: {source}")]
    BaselineUnreadable {
        /// The bucket.
        bucket: String,
        /// The key.
        key: String,
        /// Why.
        source: AwsError,
    },
    /// The baseline is not valid.
    #[error("the baseline ({origin}) is not valid: {source}")]
    Baseline {
        /// `compiled` or the URI.
        origin: String,
        /// What is wrong, with its line.
        source: policy::baseline::BaselineError,
    },
    /// The runtime's loop ended.
    #[error("the Lambda runtime ended: {0}")]
    Runtime(String),
}

impl std::fmt::Debug for StartError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

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
    let handler = service_fn(async move |event: LambdaEvent<Box<RawValue>>| -> Result<Summary, Diagnostic> {
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
    let settings = Settings::read(&environment)?;
    let sdk = clients::sdk_config().await;
    let calls = CallCounter::default();
    let s3 = clients::s3(&sdk, &calls);
    let (baseline, baseline_source) = baseline(&settings, &s3).await?;
    let parts = Parts {
        sdk: &sdk,
        environment: &environment,
        settings: &settings,
        baseline: &baseline,
        s3: s3.clone(),
        calls: calls.clone(),
    };
    let duty = make(&parts)?;
    let evidence = EvidenceStore { s3, bucket: settings.evidence_bucket.clone(), owner: settings.account.clone() };
    let table = DynamoTable { client: dynamodb(&sdk, &calls), name: settings.ledger_table.clone() };
    let bus = Bus { client: clients::event_bridge(&sdk, &calls), name: settings.event_bus.clone() };
    Ok(Engine {
        duty,
        settings,
        baseline,
        baseline_source,
        evidence,
        ledger: Ledger { table },
        unsettled: AtomicBool::new(true),
        bus,
        metrics: Metrics::to(std::io::stdout()),
        calls,
    })
}

async fn baseline(settings: &Settings, s3: &aws_sdk_s3::Client) -> Result<(Baseline, String), StartError> {
    let (text, origin) = match &settings.baseline {
        None => (COMPILED_BASELINE.to_owned(), "compiled".to_owned()),
        Some(uri) => fetch(uri, settings, s3).await?,
    };
    match Baseline::parse(&text) {
        Ok(baseline) => Ok((baseline, origin)),
        Err(source) => Err(StartError::Baseline { origin, source }),
    }
}

async fn fetch(
    uri: &BaselineUri,
    settings: &Settings,
    s3: &aws_sdk_s3::Client,
) -> Result<(String, String), StartError> {
    const OPERATION: &str = "s3:GetObject (baseline)";
    let unreadable =
        |source| StartError::BaselineUnreadable { bucket: uri.bucket.clone(), key: uri.key.clone(), source };
    let request = s3.get_object().bucket(&uri.bucket).key(&uri.key).set_version_id(uri.version_id.clone());
    let sent = request.expected_bucket_owner(&settings.account).send().await;
    let object = sent.map_err(|error| unreadable(AwsError::new(OPERATION, &error)))?;
    let version = object.version_id().map_or_else(String::new, |version| format!("?versionId={version}"));
    let broken = |code: &str| {
        unreadable(AwsError { operation: OPERATION, code: code.to_owned(), status: None, request_id: None })
    };
    let bytes = object.body.collect().await.map_err(|_| broken("Interrupted"))?.into_bytes();
    let text = String::from_utf8(bytes.into()).map_err(|_| broken("NotUtf8"))?;
    Ok((text, format!("s3://{}/{}{version}", uri.bucket, uri.key)))
}

fn deadline(unix_millis: u64) -> Instant {
    let until = SystemTime::UNIX_EPOCH + Duration::from_millis(unix_millis);
    Instant::now() + until.duration_since(SystemTime::now()).unwrap_or_default()
}

fn diagnostic(failure: Failure) -> Diagnostic {
    Diagnostic { error_type: failure.kind().to_owned(), error_message: failure.to_string() }
}
