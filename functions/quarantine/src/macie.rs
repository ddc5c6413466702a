//! Findings, read from Macie.

use std::collections::BTreeSet;

use aws_sdk_macie2::types;
use policy::quarantine::{Finding, Located};
use remediation::{AwsError, Parts, ReadError};

use crate::finding_id::FindingId;

/// The most findings that one page can hold.
const PAGE: i32 = 50;

/// Reads findings; there is nothing of Macie that this duty writes.
pub(crate) struct Macie {
    pub(crate) client: aws_sdk_macie2::Client,
    /// An administrator account also sees its members' findings, which their own deployments look after.
    pub(crate) account: String,
}

impl Macie {
    pub(crate) fn new(parts: &Parts<'_>) -> Self {
        let config = aws_sdk_macie2::config::Builder::from(parts.sdk).interceptor(parts.calls.clone());
        let account = parts.settings.account.clone();
        Self { client: aws_sdk_macie2::Client::from_conf(config.build()), account }
    }

    /// The ids of all findings about data that nobody archived, in ascending order.
    pub(crate) async fn findings(&self) -> Result<Vec<FindingId>, ReadError> {
        const OPERATION: &str = "macie2:ListFindings";
        let is = |value: &str| types::CriterionAdditionalProperties::builder().eq(value).build();
        let criteria = types::FindingCriteria::builder()
            .criterion("category", is("CLASSIFICATION"))
            .criterion("archived", is("false"))
            .criterion("accountId", is(&self.account))
            .build();
        let request = self.client.list_findings().finding_criteria(criteria).max_results(PAGE);
        let mut items = request.into_paginator().items().send();
        let mut ids = Vec::new();
        while let Some(item) = items.next().await {
            let item = item.map_err(|error| AwsError::new(OPERATION, &error))?;
            let id = FindingId::parse(&item);
            ids.push(id.ok_or(ReadError::Answer { operation: OPERATION, what: "an id is not of the known form" })?);
        }
        ids.sort();
        Ok(ids)
    }

    /// The finding of that id, if Macie knows it.
    pub(crate) async fn finding(&self, id: &FindingId) -> Result<Option<Finding>, ReadError> {
        let sent = self.client.get_findings().finding_ids(id.as_str()).send().await;
        let answer = sent.map_err(|error| AwsError::new("macie2:GetFindings", &error))?;
        Ok(answer.findings().iter().find(|finding| finding.id() == Some(id.as_str())).map(read))
    }
}

fn read(finding: &types::Finding) -> Finding {
    let result = finding.classification_details().and_then(types::ClassificationDetails::result);
    let managed = result.map_or(&[][..], types::ClassificationResult::sensitive_data).iter();
    let custom = result.and_then(types::ClassificationResult::custom_data_identifiers);
    let custom = custom.map_or(&[][..], types::CustomDataIdentifiers::detections).iter();
    let managed: BTreeSet<String> = managed
        .flat_map(types::SensitiveDataItem::detections)
        .filter_map(|found| found.r#type().map(str::to_owned))
        .collect();
    Finding {
        account: finding.account_id().map(str::to_owned),
        sensitive_data: finding.r#type().is_some_and(|kind| kind.as_str().starts_with("SensitiveData:")),
        dismissed: finding.sample() == Some(true) || finding.archived() == Some(true),
        managed,
        custom: custom.filter_map(|found| found.name().map(str::to_owned)).collect(),
        object: finding.resources_affected().and_then(locate),
    }
}

fn locate(affected: &types::ResourcesAffected) -> Option<Located> {
    let object = affected.s3_object()?;
    let filled = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
    Some(Located {
        bucket: filled(affected.s3_bucket()?.name())?,
        key: filled(object.key())?.into(),
        version_id: filled(object.version_id()),
        etag: filled(object.e_tag().map(|etag| etag.trim_matches('"')))?,
        last_modified_ms: object.last_modified().and_then(|time| time.to_millis().ok()),
    })
}
