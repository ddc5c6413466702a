//! AWS's answers and our requests as they are on the wire: what the SDK's types don't know yet must not be lost by an update
//! that replaces the whole.

use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::AfterDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use serde_json::Value;

use crate::error::ReadError;

/// Keeps the body of the last answer.
#[derive(Clone, Debug, Default)]
pub struct Answer(Arc<Mutex<Option<Vec<u8>>>>);

impl Intercept for Answer {
    fn name(&self) -> &'static str {
        "Answer"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Ok(mut kept) = self.0.lock() {
            *kept = context.response().body().bytes().map(<[u8]>::to_vec);
        }
        Ok(())
    }
}

impl Answer {
    /// The answer's JSON.
    ///
    /// # Errors
    /// When it is none.
    pub fn json(&self, operation: &'static str) -> Result<Value, ReadError> {
        let kept = self.0.lock().ok().and_then(|mut kept| kept.take());
        let read = kept.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        read.ok_or(ReadError::Answer { operation, what: "it is no JSON" })
    }
}

/// Makes this the body of a request; before it is signed.
pub fn replace_body(request: &mut HttpRequest, body: &Value) {
    let bytes = body.to_string().into_bytes();
    request.headers_mut().insert("content-length", bytes.len().to_string());
    *request.body_mut() = SdkBody::from(bytes);
}
