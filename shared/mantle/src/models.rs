//! What a model allows: the only place where AWS says which retention modes a model can be used under.

use remediation::ReadError;
use serde_json::Value;

use crate::{Mantle, MantleError, ModelId, is_status};

/// A model, as far as data retention goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// The retention modes under which it can be used, in AWS's own words; nothing: the answer doesn't say.
    pub allowed_modes: Option<Vec<String>>,
}

impl Mantle {
    /// A model; nothing where the plane doesn't know it.
    ///
    /// # Errors
    /// When the plane is not there, the call fails, or the answer can't be understood.
    pub async fn model(&self, id: &ModelId) -> Result<Option<Model>, MantleError> {
        const OPERATION: &str = "bedrock-mantle:GetModel";
        match self.transport.send(OPERATION, "GET", &format!("/v1/models/{}", id.as_str()), None).await {
            Ok(answer) => match allowed_modes(&answer) {
                Some(allowed_modes) => Ok(Some(Model { allowed_modes })),
                None => {
                    let what = "its allowed retention modes are not a list of words";
                    Err(MantleError::Call(ReadError::Answer { operation: OPERATION, what }))
                }
            },
            Err(error) if is_status(&error, 404) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The outer `None`: they are there and no list of words.
pub(crate) fn allowed_modes(answer: &Value) -> Option<Option<Vec<String>>> {
    match answer.pointer("/data_retention/allowed_modes") {
        None | Some(Value::Null) => Some(None),
        Some(Value::Array(modes)) => {
            modes.iter().map(|mode| mode.as_str().map(str::to_owned)).collect::<Option<_>>().map(Some)
        }
        Some(_) => None,
    }
}
