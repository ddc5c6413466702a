//! The managed rules of AWS Config that answer boxes: what Config can see is not looked at again.

/// One of AWS Config's managed rules ("List of AWS Config Managed Rules", AWS Config Developer Guide).
#[derive(Debug, PartialEq, Eq)]
pub struct ConfigRule {
    /// What it is called here and in the conformance pack.
    pub name: &'static str,
    /// `SourceIdentifier`.
    pub identifier: &'static str,
    /// `InputParameters`, by name.
    pub parameters: &'static [(&'static str, &'static str)],
    /// What must be so, in a sentence.
    pub says: &'static str,
    /// What mends it.
    pub remedy: &'static str,
    /// Whether a box does not apply where nothing is there that the rule looks at. Else that is unknown: a rule about the account
    /// always has something to look at.
    pub may_be_empty: bool,
}

macro_rules! rules {
    ($($name:literal = $identifier:literal $([$($parameter:literal = $value:literal),*])?, $empty:literal, $says:literal, $remedy:literal;)*) => {
        static RULES: &[ConfigRule] = &[$(ConfigRule {
            name: $name,
            identifier: $identifier,
            parameters: &[$($(($parameter, $value)),*)?],
            says: $says,
            remedy: $remedy,
            may_be_empty: $empty,
        }),*];
    };
}

rules! {
    "root-mfa" = "ROOT_ACCOUNT_MFA_ENABLED", false,
        "The root user signs in with MFA",
        "enable MFA for the root user in the IAM console";
    "root-access-key" = "IAM_ROOT_ACCESS_KEY_CHECK", false,
        "The root user has no access key",
        "delete the root user's access keys";
    "iam-user-mfa" = "IAM_USER_MFA_ENABLED", true,
        "Every IAM user has MFA",
        "give every IAM user an MFA device, or replace users by federated identities";
    "console-mfa" = "MFA_ENABLED_FOR_IAM_CONSOLE_ACCESS", true,
        "Every IAM user with a console password has MFA",
        "give every IAM user with a console password an MFA device";
    "no-admin-statements" = "IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS", true,
        "No customer-managed IAM policy allows every action on every resource",
        "narrow the policies that allow `*` on `*`";
    "access-keys-rotated" = "ACCESS_KEYS_ROTATED" ["maxAccessKeyAge" = "90"], true,
        "No active access key of an IAM user is older than 90 days",
        "replace long-lived access keys by roles, or rotate them";
    "cloudtrail" = "MULTI_REGION_CLOUD_TRAIL_ENABLED", false,
        "A trail records all Regions",
        "create a trail for all Regions, or the organization's";
    "ebs-default" = "EC2_EBS_ENCRYPTION_BY_DEFAULT", false,
        "New EBS volumes are encrypted by default",
        "turn on encryption by default in the EC2 settings of this Region";
    "ebs-volumes" = "ENCRYPTED_VOLUMES", true,
        "Attached EBS volumes are encrypted",
        "copy a snapshot of each volume with encryption, and replace the volume";
    "rds-storage" = "RDS_STORAGE_ENCRYPTED", true,
        "RDS instances encrypt their storage",
        "copy a snapshot with a KMS key, and restore from it";
    "rds-snapshots" = "RDS_SNAPSHOT_ENCRYPTED", true,
        "RDS snapshots are encrypted",
        "copy the snapshots with a KMS key, and delete those without";
    "efs" = "EFS_ENCRYPTED_CHECK", true,
        "EFS file systems are encrypted with a KMS key",
        "create encrypted file systems, and move the data with AWS DataSync";
    "backup-plan" = "BACKUP_PLAN_MIN_FREQUENCY_AND_MIN_RETENTION_CHECK", false,
        "Backup plans run at least daily and keep recovery points at least 35 days",
        "create or tighten a plan in AWS Backup";
    "backup-encrypted" = "BACKUP_RECOVERY_POINT_ENCRYPTED", true,
        "Recovery points are encrypted",
        "encrypt the vault with a KMS key; recovery points without one expire or are deleted";
    "rds-backup" = "DB_INSTANCE_BACKUP_ENABLED", true,
        "RDS instances back up automatically",
        "set a backup retention period of at least a week";
    "load-balancer-tls" = "ELB_TLS_HTTPS_LISTENERS_ONLY", true,
        "Classic Load Balancers listen with TLS only",
        "replace HTTP and TCP listeners by HTTPS or SSL ones";
    "alb-https-redirect" = "ALB_HTTP_TO_HTTPS_REDIRECTION_CHECK", true,
        "HTTP listeners of Application Load Balancers redirect to HTTPS",
        "add a redirect to HTTPS to each HTTP listener, or delete the listener";
    "acm-expiry" = "ACM_CERTIFICATE_EXPIRATION_CHECK" ["daysToExpiration" = "30"], true,
        "No ACM certificate expires within 30 days",
        "renew the certificate, or validate it by DNS so that ACM renews it";
    "secrets-rotation" = "SECRETSMANAGER_ROTATION_ENABLED_CHECK", true,
        "Secrets in AWS Secrets Manager rotate",
        "configure rotation for each secret";
    "default-security-group" = "VPC_DEFAULT_SECURITY_GROUP_CLOSED", true,
        "Default security groups let nothing in and nothing out",
        "remove every rule from the default security group of each VPC";
    "bedrock-runtime-endpoint" = "SERVICE_VPC_ENDPOINT_ENABLED" ["serviceName" = "bedrock-runtime"], false,
        "Every VPC has an interface endpoint for bedrock-runtime",
        "create an interface endpoint for bedrock-runtime, with an endpoint policy";
    "security-hub" = "SECURITYHUB_ENABLED", false,
        "Security Hub is enabled",
        "enable Security Hub in this Region";
}

/// Every managed rule that a box asks for.
#[must_use]
pub fn config_rules() -> &'static [ConfigRule] {
    RULES
}

/// The rule of that name.
pub(crate) fn rule(name: &str) -> Option<&'static ConfigRule> {
    RULES.iter().find(|rule| rule.name == name)
}
