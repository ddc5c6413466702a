//! Macie's custom data identifiers.

use aws_sdk_macie2::error::SdkError;
use aws_sdk_macie2::operation::get_custom_data_identifier::GetCustomDataIdentifierOutput;
use aws_sdk_macie2::operation::list_custom_data_identifiers::ListCustomDataIdentifiersError;
use futures_util::future::try_join_all;
use policy::Redacted;
use policy::baseline::MacieIdentifier;
use policy::detectors::macie::Identifier;
use remediation::{AwsError, ReadError, WriteError};

use crate::{Detectors, refusal};

const LIST: &str = "macie2:ListCustomDataIdentifiers";
/// Macie's own, where an identifier names none.
const DEFAULT_DISTANCE: u16 = 50;

impl Detectors {
    /// Those that have a name of the baseline.
    pub(crate) async fn identifiers(&self) -> Result<Vec<Identifier>, ReadError> {
        let wanted = &self.baseline.macie_identifiers;
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let named = self.named(|name| wanted.iter().any(|each| each.name == name)).await;
        let named = named.map_err(|error| AwsError::new(LIST, &error))?;
        let read = try_join_all(named.into_iter().map(|(id, name)| self.identifier(id, name))).await?;
        Ok(read.into_iter().flatten().collect())
    }

    /// Ids and names of the identifiers whose names are asked for.
    async fn named(
        &self,
        is_asked: impl Fn(&str) -> bool,
    ) -> Result<Vec<(String, String)>, SdkError<ListCustomDataIdentifiersError>> {
        let mut items = self.macie.list_custom_data_identifiers().into_paginator().items().send();
        let mut named = Vec::new();
        while let Some(item) = items.next().await {
            let item = item?;
            if let (Some(id), Some(name)) = (item.id, item.name.filter(|name| is_asked(name))) {
                named.push((id, name));
            }
        }
        Ok(named)
    }

    /// An identifier; nothing if it was deleted meanwhile.
    async fn identifier(&self, id: String, name: String) -> Result<Option<Identifier>, ReadError> {
        let answer = match self.macie.get_custom_data_identifier().id(&id).send().await {
            Ok(answer) => answer,
            Err(error) if error.as_service_error().is_some_and(|error| error.is_resource_not_found_exception()) => {
                return Ok(None);
            }
            Err(error) => return Err(AwsError::new("macie2:GetCustomDataIdentifier", &error).into()),
        };
        Ok((answer.deleted() != Some(true)).then(|| read(id, name, &answer)))
    }

    /// Another of that name, made since it was planned, is looked at before anything is made beside it.
    pub(crate) async fn create_identifier(&self, identifier: &MacieIdentifier) -> Result<(), WriteError> {
        let MacieIdentifier { name, regex, keywords, maximum_match_distance } = identifier;
        let others = self.named(|other| other == name).await;
        if !others.map_err(|error| refusal::macie(LIST, &error))?.is_empty() {
            return Err(WriteError::Changed("the list of Macie's custom data identifiers"));
        }
        let request = self.macie.create_custom_data_identifier().name(name).regex(regex);
        let keywords = (!keywords.is_empty()).then(|| keywords.clone());
        let request = request.set_keywords(keywords).maximum_match_distance(i32::from(*maximum_match_distance));
        let sent = request.description("Made by Phiward from its baseline").send().await;
        sent.map(drop).map_err(|error| refusal::macie("macie2:CreateCustomDataIdentifier", &error))
    }
}

fn read(id: String, name: String, answer: &GetCustomDataIdentifierOutput) -> Identifier {
    let distance = answer.maximum_match_distance();
    let levels = answer.severity_levels().iter();
    Identifier {
        id,
        name,
        regex: Redacted::new(answer.regex().unwrap_or_default().to_owned()),
        keywords: answer.keywords().iter().cloned().map(Redacted::new).collect(),
        maximum_match_distance: distance.map_or(DEFAULT_DISTANCE, |most| u16::try_from(most).unwrap_or(0)),
        ignore_words: answer.ignore_words().len(),
        // Without levels of its own an identifier makes a finding of one match.
        threshold: levels.map(|level| level.occurrences_threshold().unwrap_or(i64::MAX)).min().unwrap_or(1),
    }
}
