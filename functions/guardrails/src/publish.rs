//! Versions: what a draft says becomes one, and one that nothing needs makes room.

use aws_sdk_bedrock::error::ProvideErrorMetadata;
use policy::Redacted;
use policy::guardrails::{Target, same};
use remediation::{AwsError, WriteError};

use crate::Guardrails;
use crate::apply::{json, refusal};
use crate::read::{DRAFT, READY};
use crate::resource::GuardrailId;

const CREATE: &str = "bedrock:CreateGuardrailVersion";
const DELETE: &str = "bedrock:DeleteGuardrail";

impl Guardrails {
    /// Makes a version of the draft, unless the newest one says the same.
    pub(crate) async fn publish(
        &self,
        at: &GuardrailId,
        expected: &Redacted<String>,
        description: &str,
    ) -> Result<(), WriteError> {
        let expected = json(expected);
        self.progress(at, |progress| progress.published = None);
        if !same(&self.ready(at, DRAFT).await?, &expected) {
            return Err(WriteError::Changed("the guardrail's working draft"));
        }
        if let Some(newest) = self.versions(at).await?.last() {
            let number = newest.number.to_string();
            let text = self.read(at, &number).await?.filter(|text| text.status == READY);
            if text.is_some_and(|text| same(&json(&text.document), &expected)) {
                self.progress(at, |progress| progress.published = Some(number));
                return Ok(());
            }
        }
        let request =
            self.bedrock.create_guardrail_version().guardrail_identifier(at.as_str()).description(description);
        let made = request.send().await.map_err(|error| refusal(CREATE, &error, "make another version"))?;
        let number = made.version().to_owned();
        if !same(&self.ready(at, &number).await?, &expected) {
            return Err(WriteError::Changed("the guardrail's working draft"));
        }
        self.progress(at, |progress| progress.published = Some(number));
        Ok(())
    }

    /// Deletes a version. Without a number this call would delete the guardrail.
    pub(crate) async fn delete_version(&self, at: &GuardrailId, number: u32) -> Result<(), WriteError> {
        let version = number.to_string();
        let request = self.bedrock.delete_guardrail().guardrail_identifier(at.as_str()).guardrail_version(&version);
        match request.send().await {
            Ok(_) => Ok(()),
            Err(error) => Err(match error.code() {
                Some("ResourceNotFoundException") => return Ok(()),
                Some("ResourceInUseException" | "ConflictException") => WriteError::Refused {
                    advice: format!(
                        "the guardrail has as many versions as Bedrock takes, and version {version}, which Phiward made, is in \
                         use: delete one that nobody uses"
                    ),
                },
                _ => AwsError::new(DELETE, &error).into(),
            }),
        }
    }

    /// The number of a version.
    pub(crate) fn number(&self, at: &GuardrailId, version: &Target) -> Result<String, WriteError> {
        match version {
            Target::Draft => Ok(DRAFT.to_owned()),
            Target::Version(number) => Ok(number.clone()),
            Target::Published => self
                .progress(at, |progress| progress.published.clone())
                .ok_or(WriteError::Changed("the guardrail's newest version")),
        }
    }
}
