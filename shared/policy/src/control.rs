//! Controls: the rules of the baseline, each with its HIPAA citation and its step of the guide.

use serde::{Deserialize, Serialize};

/// How much a violation matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Recorded, nobody is told.
    Informational,
    /// Worth a look.
    Low,
    /// A safeguard is weaker than it should be.
    Medium,
    /// A safeguard is missing.
    High,
    /// PHI may be leaving the account now.
    Critical,
}

/// What Phiward does about a violation. The order is the order of caution: the more careful of two modes wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Not looked after at all.
    Off,
    /// The plan is recorded, nothing is changed.
    Detect,
    /// The plan is applied, read back and recorded.
    Enforce,
}

impl std::str::FromStr for Mode {
    type Err = UnknownMode;

    fn from_str(text: &str) -> Result<Self, UnknownMode> {
        match text {
            "off" => Ok(Self::Off),
            "detect" => Ok(Self::Detect),
            "enforce" => Ok(Self::Enforce),
            _ => Err(UnknownMode(text.to_owned())),
        }
    }
}

/// A mode that does not exist; Phiward does not start with one.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown mode `{0}`: use off, detect or enforce")]
pub struct UnknownMode(String);

/// One rule of the baseline.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Control {
    /// `<duty>.<rule>`, stable: modes, exemptions and reports name it.
    pub id: &'static str,
    /// What must be so, in a sentence for a compliance reviewer.
    pub title: &'static str,
    /// The step of the Bedrock HIPAA guide that asks for it, `S1` to `S7`.
    pub step: &'static str,
    /// The paragraph of the HIPAA Security Rule that it serves.
    pub citation: &'static str,
    /// How much a violation matters.
    pub severity: Severity,
}

macro_rules! controls {
    ($($(#[$doc:meta])* $name:ident = $id:literal, $step:literal, $severity:ident, $citation:literal, $title:literal;)*) => {
        $($(#[$doc])* pub static $name: Control = Control {
            id: $id, title: $title, step: $step, citation: $citation, severity: Severity::$severity,
        };)*

        /// Every control there is.
        pub static ALL: &[&Control] = &[$(&$name),*];
    };
}

controls! {
    /// The Bedrock control plane's account setting.
    RETENTION_CONTROL_PLANE = "retention.control-plane", "S3", Critical, "45 CFR 164.312(a)(1)",
        "The account's data-retention mode is `none` on the Bedrock control plane";
    /// The bedrock-mantle plane's account setting.
    RETENTION_MANTLE_ACCOUNT = "retention.mantle-account", "S3", Critical, "45 CFR 164.312(a)(1)",
        "The account's data-retention mode is `none` on the bedrock-mantle plane";
    /// Each project's own setting, which overrides the account's.
    RETENTION_MANTLE_PROJECTS = "retention.mantle-projects", "S3", Critical, "45 CFR 164.312(a)(1)",
        "Every bedrock-mantle project has data-retention mode `none`";
    /// Default encryption with the customer's key.
    BUCKETS_KMS_ENCRYPTION = "buckets.kms-encryption", "S4", High, "45 CFR 164.312(a)(2)(iv)",
        "Log and PHI buckets encrypt by default with the customer's KMS key and a bucket key";
    /// Block Public Access.
    BUCKETS_PUBLIC_ACCESS_BLOCK = "buckets.public-access-block", "S4", Critical, "45 CFR 164.312(a)(1)",
        "Log and PHI buckets block all public access";
    /// Object ownership.
    BUCKETS_ACLS_DISABLED = "buckets.acls-disabled", "S4", High, "45 CFR 164.312(a)(1)",
        "Log and PHI buckets have access control lists disabled";
    /// Encryption in transit.
    BUCKETS_TLS_ONLY = "buckets.tls-only", "S5", High, "45 CFR 164.312(e)(1)",
        "Log and PHI buckets refuse requests without TLS";
    /// Versioning.
    BUCKETS_VERSIONING = "buckets.versioning", "S4", Medium, "45 CFR 164.312(c)(1)",
        "Log and PHI buckets keep earlier versions of their objects";
    /// Retention of log buckets.
    BUCKETS_MINIMUM_RETENTION = "buckets.minimum-retention", "S4", Medium, "45 CFR 164.316(b)(2)(i)",
        "Log buckets keep their objects for at least the baseline's minimum";
    /// EventBridge notifications.
    BUCKETS_EVENT_NOTIFICATIONS = "buckets.event-notifications", "S5", Medium, "45 CFR 164.312(b)",
        "Log and PHI buckets send their object events to EventBridge";
    /// Bedrock's way in.
    BUCKETS_LOG_DELIVERY = "buckets.log-delivery", "S4", High, "45 CFR 164.312(b)",
        "The policy of a bucket that invocation logs go to lets Bedrock write them";
    /// The data-class tag.
    BUCKETS_DATA_CLASS = "buckets.data-class", "S5", Low, "45 CFR 164.308(a)(1)(ii)(A)",
        "The tag DataClass=PHI and the deployment's bucket sets name the same buckets";
    /// PHI where it does not belong.
    QUARANTINE_PHI_OUTSIDE = "quarantine.phi-outside-sets", "S5", Critical, "45 CFR 164.312(a)(1)",
        "No PHI lies in a bucket outside the named sets";
    /// PHI where it belongs, kept on record.
    QUARANTINE_PHI_INSIDE = "quarantine.phi-inside-sets", "S5", Informational, "45 CFR 164.312(b)",
        "PHI that Macie finds inside the named sets is on record";
    /// A log group that is there.
    LOG_GROUPS_PRESENT = "log-groups.present", "S4", High, "45 CFR 164.312(b)",
        "Every invocation-log group that the deployment names is there";
    /// Encryption with the customer's key.
    LOG_GROUPS_KMS_KEY = "log-groups.kms-key", "S4", High, "45 CFR 164.312(a)(2)(iv)",
        "Invocation-log groups are encrypted with the customer's KMS key";
    /// Retention of log groups.
    LOG_GROUPS_MINIMUM_RETENTION = "log-groups.minimum-retention", "S4", Medium, "45 CFR 164.316(b)(2)(i)",
        "Invocation-log groups keep their events for at least the baseline's minimum";
    /// Masking.
    LOG_GROUPS_DATA_PROTECTION = "log-groups.data-protection", "S4", High, "45 CFR 164.312(a)(1)",
        "Invocation-log groups mask the baseline's identifiers, dates of birth and record numbers included";
    /// Who sees what is masked.
    LOG_GROUPS_UNMASK = "log-groups.unmask", "S4", Medium, "45 CFR 164.308(a)(4)(ii)(B)",
        "Only the principals that the baseline names may see what is masked";
    /// Objects with another key.
    OBJECT_ENCRYPTION_KMS_KEY = "object-encryption.kms-key", "S4", High, "45 CFR 164.312(a)(2)(iv)",
        "Objects written to log and PHI buckets are encrypted with the customer's KMS key";
    /// A trail that is there.
    AUDIT_TRAIL_PRESENT = "audit-trail.present", "S5", Critical, "45 CFR 164.312(b)",
        "The trail that the deployment names is there";
    /// A trail that logs.
    AUDIT_TRAIL_LOGGING = "audit-trail.logging", "S5", Critical, "45 CFR 164.312(b)", "The trail logs";
    /// A trail whose logs arrive.
    AUDIT_TRAIL_DELIVERY = "audit-trail.delivery", "S5", High, "45 CFR 164.312(b)",
        "The trail's logs arrive where they are to go";
    /// All Regions.
    AUDIT_TRAIL_MULTI_REGION = "audit-trail.multi-region", "S5", High, "45 CFR 164.312(b)",
        "The trail covers all Regions";
    /// Global services.
    AUDIT_TRAIL_GLOBAL_EVENTS = "audit-trail.global-events", "S5", High, "45 CFR 164.312(b)",
        "The trail records events of global services";
    /// Digests.
    AUDIT_TRAIL_FILE_VALIDATION = "audit-trail.file-validation", "S5", Medium, "45 CFR 164.312(c)(1)",
        "The trail's log files have digests";
    /// Encryption of the trail.
    AUDIT_TRAIL_KMS_KEY = "audit-trail.kms-key", "S5", High, "45 CFR 164.312(a)(2)(iv)",
        "The trail is encrypted with the customer's KMS key";
    /// Management events.
    AUDIT_TRAIL_MANAGEMENT_EVENTS = "audit-trail.management-events", "S5", Critical, "45 CFR 164.312(b)",
        "The trail records every management event, reads and writes, with nothing excluded";
    /// Data events.
    AUDIT_TRAIL_DATA_EVENTS = "audit-trail.data-events", "S5", Medium, "45 CFR 164.312(b)",
        "The trail records the data events that the deployment opted into";
    /// Keys that live.
    ENCRYPTION_KEYS_PENDING_DELETION = "encryption-keys.pending-deletion", "S5", Critical, "45 CFR 164.312(a)(2)(iv)",
        "No named KMS key is about to be deleted";
    /// Keys that work.
    ENCRYPTION_KEYS_ENABLED = "encryption-keys.enabled", "S5", Critical, "45 CFR 164.312(a)(2)(iv)",
        "Every named KMS key is enabled";
    /// Keys that rotate.
    ENCRYPTION_KEYS_ROTATION = "encryption-keys.rotation", "S5", Medium, "45 CFR 164.312(a)(2)(iv)",
        "Every named KMS key rotates at least as often as the baseline says";
    /// Who may use keys.
    ENCRYPTION_KEYS_POLICY = "encryption-keys.policy", "S5", High, "45 CFR 164.312(a)(1)",
        "No named KMS key's policy admits everybody";
    /// Macie.
    DETECTORS_MACIE = "detectors.macie", "S5", High, "45 CFR 164.308(a)(1)(ii)(D)", "Macie is enabled";
    /// Macie's own sampling.
    DETECTORS_MACIE_DISCOVERY = "detectors.macie-discovery", "S5", Medium, "45 CFR 164.308(a)(1)(ii)(D)",
        "Macie's automated sensitive data discovery is on";
    /// Macie's custom data identifiers.
    DETECTORS_MACIE_IDENTIFIERS = "detectors.macie-identifiers", "S5", High, "45 CFR 164.308(a)(1)(ii)(D)",
        "Macie has and looks for the baseline's custom data identifiers, medical record numbers included";
    /// The Config recorder.
    DETECTORS_CONFIG_RECORDER = "detectors.config-recorder", "S5", Medium, "45 CFR 164.308(a)(1)(ii)(D)",
        "AWS Config records";
    /// GuardDuty.
    DETECTORS_GUARDDUTY = "detectors.guardduty", "S5", High, "45 CFR 164.308(a)(1)(ii)(D)", "GuardDuty is enabled";
    /// GuardDuty's protection plans.
    DETECTORS_GUARDDUTY_PROTECTION = "detectors.guardduty-protection", "S5", Medium, "45 CFR 164.308(a)(1)(ii)(D)",
        "GuardDuty's protection plans that the baseline names are on";
    /// Invocation logging that is on.
    INVOCATION_LOGGING_ENABLED = "invocation-logging.enabled", "S4", Critical, "45 CFR 164.312(b)",
        "Model-invocation logging is on";
    /// Where invocation logs go.
    INVOCATION_LOGGING_DESTINATIONS = "invocation-logging.destinations", "S4", Critical, "45 CFR 164.312(a)(1)",
        "Invocation logs go to the deployment's destinations and nowhere else";
    /// What invocation logs hold.
    INVOCATION_LOGGING_DELIVERY = "invocation-logging.delivery", "S4", High, "45 CFR 164.312(b)",
        "Invocation logs hold every kind of data that the baseline names";
    /// Agents with the customer's key.
    STORAGE_SURFACES_AGENTS = "storage-surfaces.agents", "S5", High, "45 CFR 164.312(a)(2)(iv)",
        "Bedrock's agents are encrypted with a KMS key of this account";
    /// Data sources with the customer's key.
    STORAGE_SURFACES_DATA_SOURCES = "storage-surfaces.data-sources", "S5", High, "45 CFR 164.312(a)(2)(iv)",
        "What knowledge bases ingest is encrypted on its way with a KMS key of this account";
    /// Flows with the customer's key.
    STORAGE_SURFACES_FLOWS = "storage-surfaces.flows", "S5", High, "45 CFR 164.312(a)(2)(iv)",
        "Bedrock's flows are encrypted with a KMS key of this account";
    /// Prompts with the customer's key.
    STORAGE_SURFACES_PROMPTS = "storage-surfaces.prompts", "S5", High, "45 CFR 164.312(a)(2)(iv)",
        "Bedrock's prompts are encrypted with a KMS key of this account";
    /// Guardrails with the customer's key.
    STORAGE_SURFACES_GUARDRAILS = "storage-surfaces.guardrails", "S5", Medium, "45 CFR 164.312(a)(2)(iv)",
        "Bedrock's guardrails are encrypted with a KMS key of this account";
    /// Models with the customer's key.
    STORAGE_SURFACES_MODELS = "storage-surfaces.models", "S5", High, "45 CFR 164.312(a)(2)(iv)",
        "Custom and imported models are encrypted with a KMS key of this account";
    /// Jobs with the customer's key.
    STORAGE_SURFACES_JOBS = "storage-surfaces.jobs", "S5", Medium, "45 CFR 164.312(a)(2)(iv)",
        "Evaluation and batch jobs encrypt with a KMS key of this account";
    /// Where knowledge bases keep their vectors.
    STORAGE_SURFACES_VECTOR_STORES = "storage-surfaces.vector-stores", "S5", Medium, "45 CFR 164.312(a)(2)(iv)",
        "Every knowledge base keeps its vectors in a store that the baseline attests to be encrypted with the customer's key";
    /// A guardrail that is there.
    GUARDRAILS_PRESENT = "guardrails.present", "S6", High, "45 CFR 164.312(a)(1)",
        "Every guardrail that the deployment names is there";
    /// The filter that is in force.
    GUARDRAILS_SENSITIVE_INFORMATION = "guardrails.sensitive-information", "S6", High, "45 CFR 164.312(a)(1)",
        "The enforced version of a guardrail, or its newest one, catches at least what the baseline names";
    /// The filter that the next version will have.
    GUARDRAILS_DRAFT = "guardrails.draft", "S6", Medium, "45 CFR 164.312(a)(1)",
        "The working draft of a guardrail catches at least what the baseline names";
    /// Enforcement.
    GUARDRAILS_ENFORCEMENT = "guardrails.enforcement", "S6", High, "45 CFR 164.312(a)(1)",
        "The guardrail that the deployment names is enforced on every model invocation";
    /// PHI where everybody can read it.
    FREE_TEXT_PERSONAL_DATA = "free-text.personal-data", "S5", High, "45 CFR 164.312(a)(1)",
        "No name or tag of a Bedrock resource, or of a log or PHI bucket, looks like PHI";
    /// Where inference ran.
    RESIDENCY_GEOGRAPHY = "residency.geography", "S7", High, "45 CFR 164.312(a)(1)",
        "No inference leaves the Regions that the deployment names";
    /// Inference that may run anywhere.
    RESIDENCY_GLOBAL_INFERENCE = "residency.global-inference", "S7", High, "45 CFR 164.312(a)(1)",
        "No inference goes through a Global inference profile";
    /// Profiles of one's own.
    RESIDENCY_APPLICATION_PROFILES = "residency.application-profiles", "S7", High, "45 CFR 164.312(a)(1)",
        "No application inference profile is copied from a Global one, or leads outside the deployment's Regions";
    /// Models that nobody has approved.
    RESIDENCY_APPROVED_MODELS = "residency.approved-models", "S3", Medium, "45 CFR 164.308(a)(1)(ii)(B)",
        "Every model in use is on the baseline's list, if it has one";
    /// Models that keep what they are told.
    RESIDENCY_ZERO_RETENTION_MODELS = "residency.zero-retention-models", "S3", High, "45 CFR 164.312(a)(1)",
        "Every model that is in use or approved can be used under data-retention mode `none`";
}

/// The control of that id.
#[must_use]
pub fn by_id(id: &str) -> Option<&'static Control> {
    ALL.iter().copied().find(|control| control.id == id)
}
