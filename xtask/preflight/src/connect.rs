//! The SDK's configuration by its default chain: environment, profile (keys, SSO, a program, a role with or without external
//! id), web identity, container, EC2 instance. A profile that is named, here or by `AWS_PROFILE`, is the only source: the SDK's chain
//! goes on past one that is not there.

use std::error::Error;
use std::time::Duration;

use aws_config::default_provider::region::DefaultRegionChain;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region};
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_sdk_sts::error::SdkError;
use aws_sdk_sts::operation::assume_role::AssumeRoleError;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use remediation::{AwsError, clients};

use crate::caller::Stranger;
use crate::refusal;
use crate::source;
use crate::unasked::Unasked;

/// Credentials and a Region, both named by somebody.
pub(crate) async fn connect(
    profile: Option<&str>,
    region: Option<&str>,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Stranger, Unasked> {
    let profile = source::profile(profile, environment);
    let profile = profile.as_deref();
    let region = match region {
        Some(region) => Some(Region::new(region.to_owned())),
        None => {
            let mut chain = DefaultRegionChain::builder();
            if let Some(profile) = profile {
                chain = chain.profile_name(profile);
            }
            chain.build().region().await
        }
    };
    let region = region.ok_or(Unasked::NoRegion)?;
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(3))
        .operation_attempt_timeout(Duration::from_secs(20))
        .build();
    let http = http();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http.clone())
        .region(region.clone())
        .retry_config(clients::retries())
        .timeout_config(timeouts);
    if let Some(profile) = profile {
        // In the SDK's chain keys of the environment come before a profile, also one that is asked for by name.
        let within = ProviderConfig::without_region().with_region(Some(region.clone())).with_http_client(http);
        let of_profile = ProfileFileCredentialsProvider::builder().configure(&within).profile_name(profile).build();
        loader = loader.profile_name(profile).credentials_provider(of_profile);
    }
    let sdk = loader.load().await;
    let provider = sdk.credentials_provider().ok_or(Unasked::NoCredentials)?;
    let credentials = provider.provide_credentials().await.map_err(|error| unusable(&error, profile))?;
    // From here on these: what is told is what is used, and a role is taken, or a program run, once.
    let sdk = sdk.into_builder().credentials_provider(SharedCredentialsProvider::new(credentials.clone())).build();
    Ok(Stranger { sdk, region: region.to_string(), credentials, profile: profile.map(str::to_owned) })
}

/// One client for all, which goes through the proxy that the environment names, as people's programs have to.
fn http() -> SharedHttpClient {
    Builder::new().build_with_connector_fn(|settings, components| {
        let mut connector = Connector::builder().proxy_config(ProxyConfig::from_env());
        connector.set_connector_settings(settings.cloned());
        connector.set_sleep_impl(components.and_then(|components| components.sleep_impl()));
        connector.tls_provider(Provider::Rustls(CryptoMode::AwsLc)).build()
    })
}

fn unusable(error: &CredentialsError, profile: Option<&str>) -> Unasked {
    let from = profile.map_or_else(|| "the default chain".to_owned(), |name| format!("profile `{name}`"));
    let login = format!("aws sso login --profile {}", profile.unwrap_or("NAME"));
    let broken = |why: &str, fix: String| Unasked::Broken { from: from.clone(), why: why.to_owned(), fix };
    if let Some(refused) = assume_role(error) {
        let fix = if refused.code.starts_with("AccessDenied") {
            let name = profile.unwrap_or("NAME");
            // The SDK for Rust asks nobody for a code, and leaves `mfa_serial` out without a word.
            format!(
                "the role's trust policy must let the source profile take it, with the profile's `external_id` if it asks for one, \
                 and the source must be allowed sts:AssumeRole; if the profile has `mfa_serial`, which can't be used here, put what \
                 `aws configure export-credentials --profile {name} --format env` prints into the environment, and ask without a profile"
            )
        } else {
            refusal::fix(&refused)
        };
        return broken(&format!("its role can't be taken ({refused})"), fix);
    }
    match error {
        CredentialsError::CredentialsNotLoaded(_) if profile.is_none() => Unasked::NoCredentials,
        CredentialsError::CredentialsNotLoaded(_) | CredentialsError::InvalidConfiguration(_) => broken(
            "it is not there, or lacks something",
            "aws configure list --profile NAME shows what the configuration files say".to_owned(),
        ),
        CredentialsError::ProviderTimedOut(_) => broken("there was no answer in time", "check the network".to_owned()),
        _ => broken("its source failed", format!("sign in again ({login}), or look whether its program works")),
    }
}

/// The refusal of a role that a profile names.
fn assume_role(error: &CredentialsError) -> Option<AwsError> {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(each) = cause {
        if let Some(refused) = each.downcast_ref::<SdkError<AssumeRoleError>>() {
            return Some(AwsError::new("sts:AssumeRole", refused));
        }
        cause = each.source();
    }
    None
}
