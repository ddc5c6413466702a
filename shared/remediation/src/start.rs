//! What every function starts from: its settings, the baseline, and the clients of what all of them use.

use aws_config::SdkConfig;
use policy::Baseline;

use crate::bus::Bus;
use crate::clients::{self, CallCounter};
use crate::error::AwsError;
use crate::ledger::{DynamoTable, Ledger, client as dynamodb};
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

/// What every function starts from.
pub struct Foundation {
    /// The SDK's configuration.
    pub sdk: SdkConfig,
    /// What the deployment says.
    pub settings: Settings,
    /// The desired state.
    pub baseline: Baseline,
    /// Where it came from: `compiled` or an S3 URI.
    pub baseline_source: String,
    /// The S3 client.
    pub s3: aws_sdk_s3::Client,
    /// The evidence bucket.
    pub evidence: EvidenceStore,
    /// What is remembered between invocations.
    pub ledger: Ledger<DynamoTable>,
    /// The event bus.
    pub bus: Bus,
    /// Counts API calls; to be put into every client.
    pub calls: CallCounter,
}

impl Foundation {
    /// Reads the settings and the baseline, and makes the clients.
    ///
    /// # Errors
    /// When the environment or the baseline is not as it must be.
    pub async fn lay(environment: &Environment<'_>) -> Result<Self, StartError> {
        let settings = Settings::read(environment)?;
        let sdk = clients::sdk_config().await;
        let calls = CallCounter::default();
        let s3 = clients::s3(&sdk, &calls);
        let (baseline, baseline_source) = baseline(&settings, &s3).await?;
        let (bucket, owner) = (settings.evidence_bucket.clone(), settings.account.clone());
        let table = DynamoTable { client: dynamodb(&sdk, &calls), name: settings.ledger_table.clone() };
        let bus = Bus { client: clients::event_bridge(&sdk, &calls), name: settings.event_bus.clone() };
        let evidence = EvidenceStore { s3: s3.clone(), bucket, owner };
        Ok(Self { sdk, settings, baseline, baseline_source, s3, evidence, ledger: Ledger { table }, bus, calls })
    }
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
