//! How every AWS client is made: the same retries, timeouts and call counter.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_s3::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_s3::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction};

/// Region, credentials and endpoints from the environment; retries with jitter; no call waits for ever.
pub async fn sdk_config() -> SdkConfig {
    // One connection pool and one set of root certificates for all clients of the function.
    let http = aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::AwsLc)).build_https();
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(http)
        .retry_config(retries())
        .timeout_config(
            TimeoutConfig::builder()
                .connect_timeout(Duration::from_secs(3))
                .operation_attempt_timeout(Duration::from_secs(20))
                .build(),
        )
        .load()
        .await
}

/// Five attempts, the first again after about a tenth of a second.
#[must_use]
pub fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(5)
        .with_initial_backoff(Duration::from_millis(100))
        .with_max_backoff(Duration::from_secs(5))
}

/// Counts the requests that are sent, retries included; one counter for all clients of a function.
#[derive(Debug, Clone, Default)]
pub struct CallCounter(Arc<AtomicU64>);

impl CallCounter {
    /// How many requests were sent since the last time, and starts again at zero.
    #[must_use]
    pub fn take(&self) -> u64 {
        self.0.swap(0, Ordering::Relaxed)
    }

    /// Counts one request.
    pub fn count(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Intercept for CallCounter {
    fn name(&self) -> &'static str {
        "CallCounter"
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.count();
        Ok(())
    }
}

/// Two writers of one bucket: S3 answers the second with 409 (`OperationAborted`, `ConditionalRequestConflict`) and
/// wants it to come again.
#[derive(Debug, Clone, Copy)]
struct Conflicts;

impl ClassifyRetry for Conflicts {
    fn name(&self) -> &'static str {
        "S3Conflicts"
    }

    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        // The error's type differs with the operation, the status does not.
        if context.response().is_some_and(|response| response.status().as_u16() == 409) {
            RetryAction::transient_error()
        } else {
            RetryAction::NoActionIndicated
        }
    }
}

/// An S3 client.
#[must_use]
pub fn s3(config: &SdkConfig, calls: &CallCounter) -> aws_sdk_s3::Client {
    let mut builder = aws_sdk_s3::config::Builder::from(config).interceptor(calls.clone()).retry_classifier(Conflicts);
    // A local endpoint has no wildcard DNS names for buckets.
    if config.endpoint_url().is_some() {
        builder = builder.force_path_style(true);
    }
    aws_sdk_s3::Client::from_conf(builder.build())
}

/// An EventBridge client.
#[must_use]
pub fn event_bridge(config: &SdkConfig, calls: &CallCounter) -> aws_sdk_eventbridge::Client {
    let builder = aws_sdk_eventbridge::config::Builder::from(config).interceptor(calls.clone());
    aws_sdk_eventbridge::Client::from_conf(builder.build())
}
