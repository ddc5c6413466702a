//! The questions, each in a file of its own: what is read, and, apart from that, how it is judged.

mod counted;
mod dead_trail;
mod deploy;
mod figures;
mod key;
mod key_policy;
mod listed;
mod macie;
mod models;
mod pattern;
mod quotas;
mod recorded;
mod regions;
mod retention;
mod trail;
mod who;

use counted::Counted;
use remediation::AwsError;

use crate::caller::Caller;
use crate::item::Item;
use crate::options::Options;
use crate::parts::Parts;

/// All answers, in the order in which they are read. The questions are asked at once; none hangs on another's answer.
pub(crate) async fn ask(caller: &Caller, options: &Options) -> Vec<Item> {
    let parts = Parts::of(caller, &options.mantle_signing_name);
    // Two questions need what this Region's metrics tell.
    let here = Counted::read(&aws_sdk_cloudwatch::Client::new(&caller.sdk)).await;
    // And two what rules and trails there are.
    let rules = dead_trail::rules(&aws_sdk_eventbridge::Client::new(&caller.sdk)).await;
    let trails = trail::trails(&aws_sdk_cloudtrail::Client::new(&caller.sdk)).await;
    let (deploy, macie, regions, key, quotas, models, retention, dead_trail) = tokio::join!(
        deploy::ask(caller, &options.stack),
        macie::ask(caller),
        regions::ask(caller, &here),
        key::ask(caller, options.data_key.as_deref()),
        quotas::ask(caller, &rules),
        models::ask(caller, &parts, &here),
        retention::ask(&parts),
        dead_trail::ask(caller, &rules, &trails),
    );
    let trail = trail::answer(&trails, &caller.region);
    let items = [who::answer(caller), deploy, trail, macie, regions, key, quotas, models, retention, dead_trail];
    items.map(|item| item.with_profile(options.profile.as_deref())).into()
}

/// What was read, or why not.
pub(crate) type Read<T> = Result<T, AwsError>;
