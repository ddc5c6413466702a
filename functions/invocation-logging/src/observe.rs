//! Reading the configuration, and only where it is to be changed, the destinations.

use futures_util::future::try_join_all;
use policy::data_key::is_key;
use policy::invocation_logging::{Configuration, LogGroup, LogRole, Observation, Requisites, needs_requisites};
use remediation::{AwsError, ReadError};

use crate::{InvocationLogging, configuration};

impl InvocationLogging {
    /// The live state.
    pub(crate) async fn observe(&self) -> Result<Observation, ReadError> {
        let configuration = self.configuration().await?;
        let requisites = if needs_requisites(&self.desired(), configuration.as_ref()) {
            Some(self.requisites().await?)
        } else {
            None
        };
        Ok(Observation { configuration, requisites })
    }

    /// The configuration as it is now; `None`: logging is off.
    pub(crate) async fn configuration(&self) -> Result<Option<Configuration>, ReadError> {
        const READ: &str = "bedrock:GetModelInvocationLoggingConfiguration";
        let answer = self.bedrock.get_model_invocation_logging_configuration().send().await;
        let answer = answer.map_err(|error| AwsError::new(READ, &error))?;
        Ok(answer.logging_config.map(configuration::read))
    }

    async fn requisites(&self) -> Result<Requisites, ReadError> {
        let names = self.destinations.buckets();
        let buckets = try_join_all(names.into_iter().map(|name| self.observe_bucket(name)));
        let group = async {
            match &self.destinations.cloudwatch {
                Some(named) => self.observe_group(&named.group).await.map(|present| Some(LogGroup { present })),
                None => Ok(None),
            }
        };
        let role = async {
            match &self.destinations.cloudwatch {
                Some(named) => self.observe_role(&named.role_arn).await.map(|trusted| Some(LogRole { trusted })),
                None => Ok(None),
            }
        };
        let (buckets, group, role) = tokio::try_join!(buckets, group, role)?;
        let encrypts = |key: Option<&str>| key.is_some_and(|key| is_key(key, self.data_key.arn()));
        let key = if buckets.iter().any(|bucket| encrypts(bucket.key.as_deref())) {
            Some(self.data_key.observe().await?)
        } else {
            None
        };
        Ok(Requisites { buckets, key, group, role })
    }
}
