//! Buckets that AWS writes logs to and that accept SSE-S3 only.
//!
//! S3 User Guide, "Enabling Amazon S3 server access logging": a target with SSE-KMS default encryption gets nothing.
//! Elastic Load Balancing guide, "Enable access logs": only SSE-S3. There is no reverse look-up from a target to its
//! sources, so the delivering principal in the policy or ACL is what tells.

use super::observation::{BucketObservation, Grantee};
use crate::policy_document::{PolicyDocument, covers_action, is_allow, principals};

/// Accounts from which Elastic Load Balancing delivered before it had a service principal, in Regions opened before
/// August 2022.
const LOAD_BALANCING_ACCOUNTS: &[&str] = &[
    "127311923021",
    "033677994240",
    "027434742980",
    "797873946194",
    "098369216593",
    "985666609251",
    "054676820928",
    "156460612806",
    "652711504416",
    "635631232127",
    "009996457667",
    "897822967062",
    "754344448648",
    "582318560864",
    "600734575887",
    "383597477331",
    "114774131450",
    "783225319266",
    "589379963580",
    "718504428378",
    "076674570225",
    "507241528517",
    "048591011584",
    "190560391635",
    "638102146993",
    "037604701340",
];

/// Why the bucket can't have SSE-KMS, if it can't.
pub(super) fn accepts_only_sse_s3(seen: &BucketObservation) -> Option<&'static str> {
    const SERVER_ACCESS: &str = "this bucket is a target of S3 server access logs, which accept SSE-S3 only";
    const LOAD_BALANCER: &str = "this bucket is a target of load balancer access logs, which accept SSE-S3 only";
    if seen.grants.contains(&Grantee::LogDelivery) {
        return Some(SERVER_ACCESS);
    }
    let policy = PolicyDocument::parse(seen.policy.as_ref()?.expose()).ok()?;
    policy.statements().filter(|statement| is_allow(statement) && covers_action(statement, "s3:PutObject")).find_map(
        |statement| {
            for service in principals(statement, "Service") {
                match service {
                    "logging.s3.amazonaws.com" => return Some(SERVER_ACCESS),
                    "logdelivery.elasticloadbalancing.amazonaws.com" => return Some(LOAD_BALANCER),
                    _ => {}
                }
            }
            let delivers = |principal: &str| {
                let account = principal.split(':').nth(4).unwrap_or(principal);
                LOAD_BALANCING_ACCOUNTS.contains(&account)
            };
            principals(statement, "AWS").any(delivers).then_some(LOAD_BALANCER)
        },
    )
}
