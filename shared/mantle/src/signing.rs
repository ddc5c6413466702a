//! SigV4 for a service that has no SDK: every attempt of a request is signed anew.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use remediation::clients::CallCounter;

/// Signs and counts every attempt of one request.
#[derive(Debug)]
pub(crate) struct Signer {
    pub(crate) credentials: Credentials,
    pub(crate) region: String,
    /// The service's name in the signature's scope.
    pub(crate) service: String,
    pub(crate) calls: CallCounter,
}

impl Intercept for Signer {
    fn name(&self) -> &'static str {
        "MantleSigner"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.calls.count();
        self.sign(context.request_mut())
    }
}

impl Signer {
    fn sign(&self, request: &mut HttpRequest) -> Result<(), BoxError> {
        let identity = self.credentials.clone().into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(&self.service)
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()?
            .into();
        let headers: Vec<(String, String)> =
            request.headers().iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let body = request.body().bytes().map_or(SignableBody::UnsignedPayload, SignableBody::Bytes);
        let signable = SignableRequest::new(
            request.method(),
            request.uri(),
            headers.iter().map(|(name, value)| (name.as_str(), value.as_str())),
            body,
        )?;
        let (instructions, _) = sign(signable, &params)?.into_parts();
        let (signed, _) = instructions.into_parts();
        for header in signed {
            request.headers_mut().insert(header.name(), header.value().to_owned());
        }
        Ok(())
    }
}
