//! What the questions' tests share.

use aws_config::{BehaviorVersion, Region, SdkConfig};

use crate::caller::Caller;

/// A caller in eu-west-1, who has no credentials and so reaches nobody.
pub(crate) fn caller(arn: &str) -> Caller {
    Caller {
        credentials: "profile `clinic`".to_owned(),
        notes: vec![],
        account: "111122223333".to_owned(),
        arn: arn.to_owned(),
        region: "eu-west-1".to_owned(),
        endpoints: vec![],
        sdk: SdkConfig::builder().behavior_version(BehaviorVersion::latest()).region(Region::new("eu-west-1")).build(),
    }
}
