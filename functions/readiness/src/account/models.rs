//! Whether the approved models may be invoked, and whether the first-time-use form was filled in (guide step S2).

use aws_sdk_bedrock::Client;
use aws_sdk_bedrock::error::ProvideErrorMetadata;
use futures_util::future::join_all;
use remediation::{AwsError, Parts, ReadError};
use report::findings::{Access, Model, Said};

use super::why;

const AVAILABILITY: &str = "bedrock:GetFoundationModelAvailability";
const FORM: &str = "bedrock:GetUseCaseForModelAccess";

/// Who can ask.
pub(crate) struct Models(Client);

impl Models {
    /// Of the function's configuration.
    pub(crate) fn new(parts: &Parts<'_>) -> Self {
        let config = aws_sdk_bedrock::config::Builder::from(parts.sdk).interceptor(parts.calls.clone());
        Self(Client::from_conf(config.build()))
    }

    /// Each model by itself: one that is not known keeps the others from nothing.
    pub(crate) async fn access(&self, models: &[String]) -> Result<Vec<Model>, ReadError> {
        let asked = models.iter().map(|id| async move {
            let access = match self.one(id).await {
                Ok(access) => Said::Known(access),
                Err(error) => Said::Unknown(why(&error)),
            };
            Model { id: id.clone(), access }
        });
        Ok(join_all(asked).await)
    }

    async fn one(&self, id: &str) -> Result<Access, ReadError> {
        let found = self.0.get_foundation_model_availability().model_id(id).send().await;
        let found = found.map_err(|error| AwsError::new(AVAILABILITY, &error))?;
        let agreement = found.agreement_availability().map(|agreement| agreement.status().as_str().to_owned());
        Ok(Access {
            agreement: agreement.ok_or(ReadError::Answer { operation: AVAILABILITY, what: "it has no agreement" })?,
            authorization: found.authorization_status().as_str().to_owned(),
            entitlement: found.entitlement_availability().as_str().to_owned(),
            region: found.region_availability().as_str().to_owned(),
        })
    }

    /// Whether it was; what it says is nobody's concern here.
    pub(crate) async fn use_case_form(&self) -> Result<bool, ReadError> {
        match self.0.get_use_case_for_model_access().send().await {
            Ok(_) => Ok(true),
            Err(error) if error.code() == Some("ResourceNotFoundException") => Ok(false),
            Err(error) => Err(AwsError::new(FORM, &error).into()),
        }
    }
}
