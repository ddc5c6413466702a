//! The bedrock-mantle REST plane, which has no SDK model: its retention settings, and what its models allow.
//!
//! Amazon Bedrock User Guide, "Data retention", "Projects" and "Models". Which service name the signature needs is disputed
//! between sources, so the deployment can say it.

mod id;
mod models;
mod signing;
mod transport;

#[cfg(test)]
mod tests;

use policy::retention::NONE;
use remediation::{AwsError, Parts, ReadError, SettingError, WriteError};
use serde_json::{Value, json};

pub use id::{ModelId, ProjectId};
pub use models::Model;
pub use transport::MantleError;
use transport::Transport;

/// Projects per page; an account has at most 1000.
const PAGE: usize = 100;
/// More pages than any account has: a listing that does not end is an error.
const MAX_PAGES: usize = 50;

/// The plane's client.
#[derive(Debug)]
pub struct Mantle {
    transport: Transport,
}

impl Mantle {
    /// Makes the client.
    ///
    /// # Errors
    /// When the deployment doesn't say how requests are signed.
    pub fn new(parts: &Parts<'_>) -> Result<Self, SettingError> {
        let region = parts.settings.region.clone();
        let environment = parts.environment;
        let base = environment
            .optional("AWS_ENDPOINT_URL_BEDROCK_MANTLE")
            .or_else(|| environment.optional("AWS_ENDPOINT_URL"))
            .unwrap_or_else(|| format!("https://bedrock-mantle.{region}.api.aws"));
        Ok(Self {
            transport: Transport {
                base: base.trim_end_matches('/').to_owned(),
                sdk: parts.sdk.clone(),
                credentials: parts.sdk.credentials_provider(),
                region,
                service: environment.required("PHIWARD_MANTLE_SIGNING_NAME")?,
                calls: parts.calls.clone(),
            },
        })
    }

    /// The account's mode, if the answer names one.
    ///
    /// # Errors
    /// When the plane is not there, or the call fails.
    pub async fn account_mode(&self) -> Result<Option<String>, MantleError> {
        let answer =
            self.transport.send("bedrock-mantle:GetAccountDataRetention", "GET", "/v1/data_retention", None).await;
        match answer {
            Ok(answer) => Ok(text(&answer, "/mode")),
            // The plane answers but knows no retention here: the same as not being offered.
            Err(error) if is_status(&error, 404) => Err(MantleError::Unreachable),
            Err(error) => Err(error),
        }
    }

    /// A project's mode; the outer `None`: the project is gone.
    ///
    /// # Errors
    /// As [`Mantle::account_mode`].
    pub async fn project_mode(&self, id: &ProjectId) -> Result<Option<Option<String>>, MantleError> {
        match self.transport.send("bedrock-mantle:GetProject", "GET", &path(id), None).await {
            Ok(answer) => Ok(Some(text(&answer, "/data_retention/mode"))),
            Err(error) if is_status(&error, 404) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Every project's id.
    ///
    /// # Errors
    /// As [`Mantle::account_mode`]; or the answer can't be understood.
    pub async fn projects(&self) -> Result<Vec<ProjectId>, MantleError> {
        const OPERATION: &str = "bedrock-mantle:ListProjects";
        let odd = |what| MantleError::Call(ReadError::Answer { operation: OPERATION, what });
        let mut ids: Vec<ProjectId> = Vec::new();
        for _ in 0..MAX_PAGES {
            let after = ids.last().map_or_else(String::new, |id| format!("&after={}", id.as_str()));
            let path = format!("/v1/organization/projects?limit={PAGE}{after}");
            let answer = self.transport.send(OPERATION, "GET", &path, None).await?;
            let page = answer.get("data").and_then(Value::as_array).ok_or_else(|| odd("it has no list `data`"))?;
            for project in page {
                let id = project.get("id").and_then(Value::as_str).and_then(ProjectId::parse);
                ids.push(id.ok_or_else(|| odd("a project has no id of the known form"))?);
            }
            if page.is_empty() || answer.get("has_more").and_then(Value::as_bool) != Some(true) {
                return Ok(ids);
            }
        }
        Err(odd("the list does not end"))
    }

    /// Sets the account's mode to `none`.
    ///
    /// # Errors
    /// When the call fails.
    pub async fn put_account_none(&self) -> Result<(), WriteError> {
        const OPERATION: &str = "bedrock-mantle:PutAccountDataRetention";
        let body = json!({ "mode": NONE });
        match self.transport.send(OPERATION, "PUT", "/v1/data_retention", Some(body)).await {
            Ok(_) => Ok(()),
            Err(error) => Err(write_error(OPERATION, error)),
        }
    }

    /// Sets a project's mode to `none`. Some projects, `default` for one, can't be changed: that needs a person.
    ///
    /// # Errors
    /// When the call fails, or the project is one that can't be changed.
    pub async fn put_project_none(&self, id: &ProjectId) -> Result<(), WriteError> {
        const OPERATION: &str = "bedrock-mantle:UpdateProject";
        let body = json!({ "data_retention": { "mode": NONE } });
        match self.transport.send(OPERATION, "POST", &path(id), Some(body)).await {
            Ok(_) => Ok(()),
            Err(error) if is_status(&error, 400) || is_status(&error, 409) => Err(WriteError::Refused {
                advice:
                    "bedrock-mantle does not let this project's retention be changed: it follows the account's mode, \
                         which is guarded; move workloads with PHI to a project of their own"
                        .to_owned(),
            }),
            Err(error) => Err(write_error(OPERATION, error)),
        }
    }
}

fn path(id: &ProjectId) -> String {
    format!("/v1/organization/projects/{}", id.as_str())
}

fn text(answer: &Value, pointer: &str) -> Option<String> {
    answer.pointer(pointer).and_then(Value::as_str).map(str::to_owned)
}

fn is_status(error: &MantleError, status: u16) -> bool {
    matches!(error, MantleError::Call(ReadError::Aws(error)) if error.status == Some(status))
}

fn write_error(operation: &'static str, error: MantleError) -> WriteError {
    match error {
        MantleError::Call(error) => error.into(),
        MantleError::Unreachable => {
            AwsError { operation, code: "Unreachable".to_owned(), status: None, request_id: None }.into()
        }
    }
}
