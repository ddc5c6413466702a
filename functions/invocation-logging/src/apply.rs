//! Writing the configuration. AWS replaces it whole and has no compare-and-swap, so it is read again right before each
//! attempt, and only the step's own part is changed.

use std::time::Duration;

use aws_sdk_bedrock::error::ProvideErrorMetadata;
use policy::invocation_logging::Step;
use remediation::{AwsError, WriteError};

use crate::{InvocationLogging, configuration};

const PUT: &str = "bedrock:PutModelInvocationLoggingConfiguration";
/// The waits between attempts that Bedrock refuses: it tries the destinations, and a policy that has just been put right
/// is not in force everywhere yet.
const WAITS: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

impl InvocationLogging {
    /// Applies one step.
    pub(crate) async fn repair(&self, step: &Step) -> Result<(), WriteError> {
        for wait in WAITS {
            match self.attempt(step).await {
                Err(WriteError::Refused { .. }) => tokio::time::sleep(wait).await,
                other => return other,
            }
        }
        self.attempt(step).await
    }

    async fn attempt(&self, step: &Step) -> Result<(), WriteError> {
        let current = self.configuration().await?;
        let changed = WriteError::Changed("the configuration of invocation logging");
        let wanted = step.applied_to(current.as_ref()).ok_or(changed)?;
        if current.as_ref() == Some(&wanted) {
            return Ok(());
        }
        let incomplete =
            |_| AwsError { operation: PUT, code: "InvalidRequest".to_owned(), status: None, request_id: None };
        let whole = configuration::whole(&wanted).map_err(incomplete)?;
        match self.bedrock.put_model_invocation_logging_configuration().logging_config(whole).send().await {
            Ok(_) => Ok(()),
            Err(error) if error.code() == Some("ValidationException") => Err(WriteError::Refused {
                advice: "Bedrock does not take the destinations, although what Phiward sees of them is right: see that the \
                         key of the bucket admits bedrock.amazonaws.com, that the role may write to the log group, and that \
                         nothing denies either"
                    .to_owned(),
            }),
            Err(error) => Err(AwsError::new(PUT, &error).into()),
        }
    }
}
