//! The template of automated discovery: what Macie looks for by itself. An update replaces it whole.

use aws_sdk_macie2::operation::get_sensitivity_inspection_template::GetSensitivityInspectionTemplateOutput;
use aws_sdk_macie2::types::SensitivityInspectionTemplateIncludes;
use policy::detectors::ENABLED;
use remediation::{AwsError, ReadError, WriteError};

use crate::macie::Configured;
use crate::{Detectors, refusal};

impl Detectors {
    pub(crate) async fn template(&self, id: &str) -> Result<GetSensitivityInspectionTemplateOutput, ReadError> {
        let answer = self.macie.get_sensitivity_inspection_template().id(id).send().await;
        answer.map_err(|error| AwsError::new("macie2:GetSensitivityInspectionTemplate", &error).into())
    }

    /// Adds identifiers to those that the template includes. Macie has no compare-and-swap, so the template is read right
    /// before. An identifier that is not there, because its control is held back, can't be included.
    pub(crate) async fn include_identifiers(&self, names: &[String]) -> Result<(), WriteError> {
        let Configured::Own { status, template: Some(id) } = self.configured().await? else {
            return Err(WriteError::Changed("Macie's automated discovery"));
        };
        if status != ENABLED {
            return Err(WriteError::Changed("Macie's automated discovery"));
        }
        let identifiers = self.identifiers().await?;
        let wanted = self.baseline.macie_identifiers.iter().filter(|each| names.contains(&each.name));
        let covering = wanted.filter_map(|each| {
            identifiers.iter().find(|own| own.name == each.name && own.covers(each)).map(|own| own.id.clone())
        });
        let covering: Vec<_> = covering.collect();
        let before = self.template(&id).await?;
        let includes = before.includes.unwrap_or_else(|| SensitivityInspectionTemplateIncludes::builder().build());
        let mut custom = includes.custom_data_identifier_ids.unwrap_or_default();
        let missing: Vec<_> = covering.into_iter().filter(|id| !custom.contains(id)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        custom.extend(missing);
        let includes = SensitivityInspectionTemplateIncludes::builder()
            .set_allow_list_ids(includes.allow_list_ids)
            .set_custom_data_identifier_ids(Some(custom))
            .set_managed_data_identifier_ids(includes.managed_data_identifier_ids)
            .build();
        let request = self.macie.update_sensitivity_inspection_template().id(id).includes(includes);
        let request = request.set_excludes(before.excludes).set_description(before.description);
        let sent = request.send().await;
        sent.map(drop).map_err(|error| refusal::macie("macie2:UpdateSensitivityInspectionTemplate", &error))
    }
}
