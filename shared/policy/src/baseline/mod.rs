//! The baseline: the desired state of the account, read from TOML.

mod audit_trail;
mod buckets;
mod detectors;
mod encryption_keys;
mod free_text;
mod guardrails;
mod invocation_logging;
mod limits;
mod log_groups;
mod quarantine;
mod readiness;
mod residency;
mod storage_surfaces;

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use sha2::{Digest, Sha256};
use toml::Spanned;

use crate::control::{self, Control, Mode};
use crate::globs::{self, Form, Glob};

pub use audit_trail::AuditTrail;
pub use buckets::Buckets;
pub use detectors::{Detectors, MacieIdentifier};
pub use encryption_keys::EncryptionKeys;
pub use free_text::{FreeText, Pattern};
pub use guardrails::{Action, Guardrails, MAX_REGEXES, PiiType, SensitiveRegex};
pub use invocation_logging::{InvocationLogging, Modality};
pub use limits::{Exemptions, Repairs};
pub use log_groups::{CustomIdentifier, LogGroups, MAX_CUSTOM, RETENTION_DAYS};
pub use quarantine::{PersonalData, Quarantine};
pub use readiness::{ATTESTABLE, Attestation, Day, Readiness};
pub use residency::Residency;
pub use storage_surfaces::{Repairable, StorageSurfaces};

/// The shortest minimum that a baseline may ask for, in days: six years, 45 CFR 164.316(b)(2)(i).
const SIX_YEARS_DAYS: u32 = 2190;

/// The longest that an exemption may last, whatever the baseline says: a year, after which a person must look again.
const LONGEST_EXEMPTION_DAYS: u32 = 366;

/// The desired state, validated.
#[derive(Clone, Debug)]
pub struct Baseline {
    /// SHA-256 of the text, in hexadecimal; part of every evidence record.
    pub digest: String,
    /// What buckets must be like.
    pub buckets: Buckets,
    /// What counts as PHI.
    pub quarantine: Quarantine,
    /// What the log groups of invocation logs must be like.
    pub log_groups: LogGroups,
    /// What of model invocations is logged.
    pub invocation_logging: InvocationLogging,
    /// What the trail must be like.
    pub audit_trail: AuditTrail,
    /// What KMS keys must be like.
    pub encryption_keys: EncryptionKeys,
    /// What the detective services must do.
    pub detectors: Detectors,
    /// What of Bedrock gets the customer's key.
    pub storage_surfaces: StorageSurfaces,
    /// What guardrails must catch.
    pub guardrails: Guardrails,
    /// What looks like PHI in names and tags.
    pub free_text: FreeText,
    /// Where inference may run, and with which models.
    pub residency: Residency,
    /// What the readiness report has to be told.
    pub readiness: Readiness,
    /// How often a resource may be repaired.
    pub repairs: Repairs,
    /// What may be exempt, and for how long.
    pub exemptions: Exemptions,
    modes: BTreeMap<&'static str, Mode>,
}

/// Why a text is not a baseline; the message names the line.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// Not TOML, or not of the baseline's form.
    #[error("{0}")]
    Form(#[from] toml::de::Error),
    /// A value that contradicts the rules.
    #[error("line {line}: {what}")]
    Rule {
        /// Counted from 1.
        line: usize,
        /// What is wrong and what is allowed.
        what: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: Spanned<u32>,
    buckets: Spanned<Buckets>,
    quarantine: Spanned<Quarantine>,
    log_groups: Spanned<LogGroups>,
    invocation_logging: Spanned<InvocationLogging>,
    audit_trail: AuditTrail,
    encryption_keys: Spanned<EncryptionKeys>,
    detectors: Spanned<Detectors>,
    storage_surfaces: Spanned<StorageSurfaces>,
    guardrails: Spanned<Guardrails>,
    free_text: Spanned<FreeText>,
    residency: Spanned<Residency>,
    #[serde(default)]
    readiness: Option<Spanned<Readiness>>,
    #[serde(default)]
    repairs: Option<Spanned<Repairs>>,
    #[serde(default)]
    exemptions: Option<Spanned<Exemptions>>,
    #[serde(default)]
    controls: BTreeMap<Spanned<String>, ControlSettings>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ControlSettings {
    mode: Mode,
}

impl Baseline {
    /// Reads and checks a baseline.
    ///
    /// # Errors
    /// When the text is not TOML of the baseline's form, names an unknown control, or asks for less than the law.
    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        let document: Document = toml::from_str(text)?;
        let rule = |at: usize, what: String| BaselineError::Rule { line: line_of(text, at), what };
        if *document.version.get_ref() != 1 {
            return Err(rule(document.version.span().start, "version must be 1".to_owned()));
        }
        let buckets = document.buckets.get_ref();
        if buckets.minimum_retention_days < SIX_YEARS_DAYS {
            let what = format!(
                "minimum_retention_days must be at least {SIX_YEARS_DAYS} (six years, 45 CFR 164.316(b)(2)(i))"
            );
            return Err(rule(document.buckets.span().start, what));
        }
        if buckets.expire_after_days.is_some_and(|days| days < buckets.minimum_retention_days) {
            return Err(rule(
                document.buckets.span().start,
                "expire_after_days is below minimum_retention_days".to_owned(),
            ));
        }
        if document.quarantine.get_ref().phi_types.is_empty() {
            return Err(rule(
                document.quarantine.span().start,
                "phi_types is empty: nothing would count as PHI".to_owned(),
            ));
        }
        let log_groups = checked(text, document.log_groups, LogGroups::check)?;
        let invocation_logging = checked(text, document.invocation_logging, InvocationLogging::check)?;
        let encryption_keys = checked(text, document.encryption_keys, EncryptionKeys::check)?;
        let detectors = checked(text, document.detectors, Detectors::check)?;
        let storage_surfaces = checked(text, document.storage_surfaces, StorageSurfaces::check)?;
        let guardrails = checked(text, document.guardrails, Guardrails::check)?;
        let free_text = checked(text, document.free_text, FreeText::check)?;
        let residency = checked(text, document.residency, Residency::check)?;
        let readiness = match document.readiness {
            Some(section) => {
                let at = section.span().start;
                section.into_inner().checked(text, at)?
            }
            None => Readiness::default(),
        };
        let repairs = document.repairs.map_or_else(
            || Ok(Repairs::default()),
            |repairs| match (repairs.span().start, repairs.into_inner()) {
                (at, Repairs { budget: 0, .. } | Repairs { window_minutes: 0, .. }) => {
                    Err(rule(at, "budget and window_minutes must be at least 1".to_owned()))
                }
                (_, repairs) => Ok(repairs),
            },
        )?;
        let exemptions = document.exemptions.map_or_else(
            || Ok(Exemptions::default()),
            |exemptions| {
                let (at, exemptions) = (exemptions.span().start, exemptions.into_inner());
                match exemptions.never.iter().find(|id| control::by_id(id).is_none()) {
                    Some(unknown) => Err(rule(at, format!("there is no control `{unknown}`"))),
                    None if exemptions.longest_days > LONGEST_EXEMPTION_DAYS => {
                        Err(rule(at, format!("longest_days must be at most {LONGEST_EXEMPTION_DAYS}")))
                    }
                    None => Ok(exemptions),
                }
            },
        )?;
        let mut modes = BTreeMap::new();
        for (id, settings) in &document.controls {
            let Some(control) = control::by_id(id.get_ref()) else {
                return Err(rule(id.span().start, format!("there is no control `{}`", id.get_ref())));
            };
            modes.insert(control.id, settings.mode);
        }
        Ok(Self {
            digest: hex(&Sha256::digest(text.as_bytes())),
            buckets: document.buckets.into_inner(),
            quarantine: document.quarantine.into_inner(),
            log_groups,
            invocation_logging,
            audit_trail: document.audit_trail,
            encryption_keys,
            detectors,
            guardrails,
            storage_surfaces,
            free_text,
            residency,
            readiness,
            repairs,
            exemptions,
            modes,
        })
    }

    /// The mode of a control: the more careful one of the deployment's and the baseline's.
    #[must_use]
    pub fn mode_of(&self, control: &Control, deployment: Mode) -> Mode {
        self.modes.get(control.id).map_or(deployment, |mode| deployment.min(*mode))
    }
}

fn globs<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Glob>, D::Error> {
    globs_of(&globs::BUCKET, deserializer)
}

fn globs_of<'de, D: Deserializer<'de>>(form: &'static Form, deserializer: D) -> Result<Vec<Glob>, D::Error> {
    let patterns = Vec::<String>::deserialize(deserializer)?;
    patterns.iter().map(|pattern| Glob::of(form, pattern)).collect::<Result<_, _>>().map_err(serde::de::Error::custom)
}

/// A section that keeps its own rules.
fn checked<T>(text: &str, section: Spanned<T>, check: fn(&T) -> Result<(), String>) -> Result<T, BaselineError> {
    let line = line_of(text, section.span().start);
    check(section.get_ref()).map_err(|what| BaselineError::Rule { line, what })?;
    Ok(section.into_inner())
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
