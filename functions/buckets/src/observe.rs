//! Reading a bucket: first all settings at once, then only what a change would depend on.

use aws_sdk_s3::types::{BucketVersioningStatus, ExpirationStatus, MfaDeleteStatus, Tag, Type};
use policy::Redacted;
use policy::buckets::{
    BucketObservation, Encryption, Expiry, Grantee, LifecycleRule, PublicAccessBlock, Versioning, needs_key,
    needs_policy_status,
};
use policy::sets::BucketSet;
use remediation::ReadError;

use crate::present::{Gap, present};
use crate::{Bucket, Buckets};

/// The live state of a bucket; `None` when it is gone.
pub(crate) async fn observe(duty: &Buckets, at: &Bucket) -> Result<Option<BucketObservation>, ReadError> {
    let reader = Reader { s3: &duty.s3, bucket: at.as_str(), owner: &duty.account };
    let set = duty.sets.of(at.as_str());
    let seen =
        if set == BucketSet::Undeclared { reader.undeclared().await } else { reader.declared(duty, at, set).await };
    match seen {
        Ok(seen) => Ok(Some(seen)),
        Err(Gap::Gone) => Ok(None),
        Err(Gap::Failed(error)) => Err(error),
    }
}

struct Reader<'a> {
    s3: &'a aws_sdk_s3::Client,
    bucket: &'a str,
    owner: &'a str,
}

/// The request for this bucket, of the account that must own it.
macro_rules! ask {
    ($reader:ident.$operation:ident, $name:literal, $absent:literal) => {{
        let request = $reader.s3.$operation().bucket($reader.bucket).expected_bucket_owner($reader.owner);
        present($name, $absent, request.send().await)
    }};
}

impl Reader<'_> {
    async fn declared(&self, duty: &Buckets, at: &Bucket, set: BucketSet) -> Result<BucketObservation, Gap> {
        let lifecycle =
            async { if set == BucketSet::LogDestination { self.lifecycle().await } else { Ok(Vec::new()) } };
        let (encryption, public_access_block, ownership, policy, versioning, lifecycle, event_bridge, tagged_phi) = tokio::try_join!(
            self.encryption(),
            self.public_access_block(),
            self.ownership(),
            self.policy(),
            self.versioning(),
            lifecycle,
            self.event_bridge(),
            self.tagged_phi(),
        )?;
        let key = async {
            if needs_key(encryption.as_ref(), duty.data_key.arn()) {
                duty.data_key.observe().await.map(Some).map_err(Gap::Failed)
            } else {
                Ok(None)
            }
        };
        // Disabled ACLs have no effect, whatever they say.
        let acls_disabled = ownership.as_deref() == Some("BucketOwnerEnforced");
        let grants = async { if acls_disabled { Ok(Vec::new()) } else { self.grants().await } };
        let status = async {
            if needs_policy_status(policy.as_ref(), &duty.desired(at)) {
                self.policy_is_public().await
            } else {
                Ok(None)
            }
        };
        let (key, grants, policy_is_public) = tokio::try_join!(key, grants, status)?;
        Ok(BucketObservation {
            set,
            encryption,
            key,
            public_access_block,
            ownership,
            grants,
            policy,
            policy_is_public,
            versioning,
            lifecycle,
            event_bridge,
            tagged_phi,
        })
    }

    async fn undeclared(&self) -> Result<BucketObservation, Gap> {
        Ok(BucketObservation {
            set: BucketSet::Undeclared,
            encryption: None,
            key: None,
            public_access_block: PublicAccessBlock::default(),
            ownership: None,
            grants: Vec::new(),
            policy: None,
            policy_is_public: None,
            versioning: Versioning::default(),
            lifecycle: Vec::new(),
            event_bridge: false,
            tagged_phi: self.tagged_phi().await?,
        })
    }

    async fn encryption(&self) -> Result<Option<Encryption>, Gap> {
        let answer = ask!(
            self.get_bucket_encryption,
            "s3:GetBucketEncryption",
            "ServerSideEncryptionConfigurationNotFoundError"
        )?;
        let configuration = answer.and_then(|answer| answer.server_side_encryption_configuration);
        let rule = configuration.and_then(|configuration| configuration.rules.into_iter().next());
        Ok(rule.and_then(|rule| {
            let default = rule.apply_server_side_encryption_by_default?;
            let blocked = rule.blocked_encryption_types.and_then(|blocked| blocked.encryption_type).unwrap_or_default();
            Some(Encryption {
                algorithm: default.sse_algorithm.as_str().to_owned(),
                key: default.kms_master_key_id,
                bucket_key: rule.bucket_key_enabled.unwrap_or(false),
                blocked_types: blocked.iter().map(|kind| kind.as_str().to_owned()).collect(),
            })
        }))
    }

    async fn public_access_block(&self) -> Result<PublicAccessBlock, Gap> {
        let answer =
            ask!(self.get_public_access_block, "s3:GetPublicAccessBlock", "NoSuchPublicAccessBlockConfiguration")?;
        let flags = answer.and_then(|answer| answer.public_access_block_configuration);
        Ok(flags.map_or_else(PublicAccessBlock::default, |flags| PublicAccessBlock {
            block_public_acls: flags.block_public_acls == Some(true),
            ignore_public_acls: flags.ignore_public_acls == Some(true),
            block_public_policy: flags.block_public_policy == Some(true),
            restrict_public_buckets: flags.restrict_public_buckets == Some(true),
        }))
    }

    async fn ownership(&self) -> Result<Option<String>, Gap> {
        let answer = ask!(
            self.get_bucket_ownership_controls,
            "s3:GetBucketOwnershipControls",
            "OwnershipControlsNotFoundError"
        )?;
        let rules =
            answer.and_then(|answer| answer.ownership_controls).map(|controls| controls.rules).unwrap_or_default();
        Ok(rules.first().map(|rule| rule.object_ownership.as_str().to_owned()))
    }

    async fn grants(&self) -> Result<Vec<Grantee>, Gap> {
        let Some(acl) = ask!(self.get_bucket_acl, "s3:GetBucketAcl", "")? else { return Ok(Vec::new()) };
        let owner = acl.owner().and_then(|owner| owner.id());
        let foreign = acl.grants().iter().filter_map(|grant| {
            let grantee = grant.grantee()?;
            match (grantee.r#type(), grantee.uri()) {
                (Type::CanonicalUser, _) if owner.is_some() && grantee.id() == owner => None,
                (_, Some(uri)) if uri.ends_with("/s3/LogDelivery") => Some(Grantee::LogDelivery),
                (Type::Group, _) => Some(Grantee::PublicGroup),
                _ => Some(Grantee::Other),
            }
        });
        Ok(foreign.collect())
    }

    pub(crate) async fn policy(&self) -> Result<Option<Redacted<String>>, Gap> {
        let answer = ask!(self.get_bucket_policy, "s3:GetBucketPolicy", "NoSuchBucketPolicy")?;
        Ok(answer.and_then(|answer| answer.policy).map(Redacted::new))
    }

    async fn policy_is_public(&self) -> Result<Option<bool>, Gap> {
        let answer = ask!(self.get_bucket_policy_status, "s3:GetBucketPolicyStatus", "NoSuchBucketPolicy")?;
        Ok(answer.and_then(|answer| answer.policy_status).and_then(|status| status.is_public))
    }

    async fn versioning(&self) -> Result<Versioning, Gap> {
        let answer = ask!(self.get_bucket_versioning, "s3:GetBucketVersioning", "")?;
        Ok(answer.map_or_else(Versioning::default, |answer| Versioning {
            enabled: answer.status == Some(BucketVersioningStatus::Enabled),
            mfa_delete: answer.mfa_delete == Some(MfaDeleteStatus::Enabled),
        }))
    }

    async fn lifecycle(&self) -> Result<Vec<LifecycleRule>, Gap> {
        let answer = ask!(
            self.get_bucket_lifecycle_configuration,
            "s3:GetBucketLifecycleConfiguration",
            "NoSuchLifecycleConfiguration"
        )?;
        let rules = answer.and_then(|answer| answer.rules).unwrap_or_default();
        Ok(rules
            .into_iter()
            .map(summarize)
            .filter(|rule| rule.expiry.is_some() || rule.noncurrent_days.is_some())
            .collect())
    }

    async fn event_bridge(&self) -> Result<bool, Gap> {
        let answer = ask!(self.get_bucket_notification_configuration, "s3:GetBucketNotificationConfiguration", "")?;
        Ok(answer.is_some_and(|answer| answer.event_bridge_configuration.is_some()))
    }

    async fn tagged_phi(&self) -> Result<bool, Gap> {
        let answer = ask!(self.get_bucket_tagging, "s3:GetBucketTagging", "NoSuchTagSet")?;
        let is_phi = |tag: &Tag| tag.key == "DataClass" && tag.value == "PHI";
        Ok(answer.is_some_and(|answer| answer.tag_set.iter().any(is_phi)))
    }
}

/// A rule, as far as it deletes.
pub(crate) fn summarize(rule: aws_sdk_s3::types::LifecycleRule) -> LifecycleRule {
    let expiry = rule.expiration.and_then(|expiration| match (expiration.date, expiration.days) {
        (Some(_), _) => Some(Expiry::Date),
        (None, Some(days)) => Some(Expiry::Days(days)),
        (None, None) => None,
    });
    let whole = |prefix: Option<&str>| prefix.is_none_or(str::is_empty);
    let whole_filter = rule.filter.as_ref().is_none_or(|filter| {
        filter.tag.is_none()
            && filter.and.is_none()
            && filter.object_size_greater_than.is_none()
            && filter.object_size_less_than.is_none()
            && whole(filter.prefix.as_deref())
    });
    #[expect(deprecated, reason = "rules made before 2016 have the prefix outside the filter")]
    let whole_prefix = whole(rule.prefix.as_deref());
    LifecycleRule {
        enabled: rule.status == ExpirationStatus::Enabled,
        whole_bucket: whole_prefix && whole_filter,
        expiry,
        noncurrent_days: rule.noncurrent_version_expiration.and_then(|expiration| expiration.noncurrent_days),
        id: rule.id.map(Redacted::new),
    }
}

/// The policy as it is now, for the comparison before it is written.
pub(crate) async fn policy_now(duty: &Buckets, at: &Bucket) -> Result<Option<Redacted<String>>, Gap> {
    Reader { s3: &duty.s3, bucket: at.as_str(), owner: &duty.account }.policy().await
}
