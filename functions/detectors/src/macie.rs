//! Macie: whether it is on, and its automated discovery.

use std::collections::BTreeSet;

use aws_sdk_macie2::types::{AutomatedDiscoveryStatus, MacieStatus};
use policy::detectors::ENABLED;
use policy::detectors::macie::{Discovery, Macie, Running};
use remediation::{AwsError, ReadError, WriteError};

use crate::Detectors;
use crate::refusal::{self, Denial, denial};

/// What automated discovery is said to be, and its template.
pub(crate) enum Configured {
    Own { status: String, template: Option<String> },
    Managed,
}

impl Detectors {
    pub(crate) async fn observe_macie(&self) -> Result<Macie, ReadError> {
        const OPERATION: &str = "macie2:GetMacieSession";
        let session = match self.macie.get_macie_session().send().await {
            Ok(session) => session,
            Err(error) if denial(&error) == Some(Denial::NotEnabled) => return Ok(Macie::Disabled),
            Err(error) => return Err(AwsError::new(OPERATION, &error).into()),
        };
        let status = session.status().map(MacieStatus::as_str);
        let status = status.ok_or(ReadError::Answer { operation: OPERATION, what: "it has no status" })?;
        if status != ENABLED {
            return Ok(Macie::Suspended { status: status.to_owned() });
        }
        let (discovery, identifiers) = tokio::try_join!(self.discovery(), self.identifiers())?;
        Ok(Macie::Running(Running { discovery, identifiers }))
    }

    async fn discovery(&self) -> Result<Discovery, ReadError> {
        Ok(match self.configured().await? {
            Configured::Managed => Discovery::Managed,
            Configured::Own { status, template: Some(id) } if status == ENABLED => {
                let template = self.template(&id).await?;
                let includes = template.includes().map_or(&[][..], |includes| includes.custom_data_identifier_ids());
                Discovery::Own { status, includes: includes.iter().cloned().collect() }
            }
            Configured::Own { status, .. } => Discovery::Own { status, includes: BTreeSet::new() },
        })
    }

    pub(crate) async fn configured(&self) -> Result<Configured, ReadError> {
        const OPERATION: &str = "macie2:GetAutomatedDiscoveryConfiguration";
        let answer = match self.macie.get_automated_discovery_configuration().send().await {
            Ok(answer) => answer,
            Err(error) if denial(&error) == Some(Denial::Managed) => return Ok(Configured::Managed),
            Err(error) => return Err(AwsError::new(OPERATION, &error).into()),
        };
        let status = answer.status().map(AutomatedDiscoveryStatus::as_str);
        let status = status.ok_or(ReadError::Answer { operation: OPERATION, what: "it has no status" })?;
        let template = answer.sensitivity_inspection_template_id().map(str::to_owned);
        Ok(Configured::Own { status: status.to_owned(), template })
    }

    pub(crate) async fn enable_macie(&self) -> Result<(), WriteError> {
        let sent = self.macie.enable_macie().status(MacieStatus::Enabled).send().await;
        sent.map(drop).map_err(|error| refusal::macie("macie2:EnableMacie", &error))
    }

    /// Only the status: how often findings are published stays as it is.
    pub(crate) async fn resume_macie(&self) -> Result<(), WriteError> {
        let sent = self.macie.update_macie_session().status(MacieStatus::Enabled).send().await;
        sent.map(drop).map_err(|error| refusal::macie("macie2:UpdateMacieSession", &error))
    }

    /// Which members an administrator account enables automatically is read first and sent again: left out, it would become
    /// all of them.
    pub(crate) async fn enable_discovery(&self) -> Result<(), WriteError> {
        const OPERATION: &str = "macie2:UpdateAutomatedDiscoveryConfiguration";
        let before = self.macie.get_automated_discovery_configuration().send().await;
        let before = before.map_err(|error| refusal::macie("macie2:GetAutomatedDiscoveryConfiguration", &error))?;
        let request = self.macie.update_automated_discovery_configuration();
        let request = request.set_auto_enable_organization_members(before.auto_enable_organization_members);
        let sent = request.status(AutomatedDiscoveryStatus::Enabled).send().await;
        sent.map(drop).map_err(|error| refusal::macie(OPERATION, &error))
    }
}
