//! Resources whose id does not lead back to them: the evidence does.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use crate::toy::{self, Hangs, Lamp, World};
use policy::Outcome;
use serde_json::json;

const JANE: &str = "secret lamp of jane";

async fn killed(hangs: Hangs) -> World {
    let world = World::new("enforce").with(JANE, Lamp { hangs: Some(hangs), ..Lamp::off() });
    let cut_off = tokio::time::timeout(Duration::from_secs(5), world.handle(toy::touched(JANE))).await;
    assert!(cut_off.is_err(), "it was cut off");
    world.set(JANE, Lamp { on: hangs == Hangs::After, ..Lamp::off() });
    world.restarted()
}

/// The intent could not be written, so nothing was changed; meanwhile somebody else has put it right.
async fn announced_only() -> World {
    let world = World::new("enforce").with(JANE, Lamp::off());
    world.account.evidence_fails.store(true, Relaxed);
    assert_eq!(world.handle(toy::touched(JANE)).await.unwrap_err().kind(), "EvidenceError");
    world.account.evidence_fails.store(false, Relaxed);
    world.set(JANE, Lamp::on());
    assert_eq!(world.runs(), 1);
    world.restarted()
}

fn ends_well(world: &World) {
    assert_eq!((world.runs(), world.verify().defects), (0, vec![]));
}

#[tokio::test]
async fn who_is_woken_finds_it_by_the_last_record_of_its_chain() {
    let world = World::new("enforce").with(JANE, Lamp::off());
    let line = world.handle(toy::touched(JANE)).await.unwrap().outcomes.remove(0);
    assert!(!line.resource.contains("jane"), "{}", line.resource);
    world.set(JANE, Lamp::off());
    let outcomes = world.handle(toy::woken(JANE)).await.unwrap().outcomes;
    assert_eq!((outcomes[0].outcome, world.writes()), (Outcome::Remediated, vec![JANE.to_owned(); 2]));
    ends_well(&world);
}

#[tokio::test]
async fn an_order_finds_it() {
    let world = World::new("enforce").with(JANE, Lamp::off());
    let key = world.handle(toy::touched(JANE)).await.unwrap().outcomes.remove(0).evidence;
    world.exempt("hidden/*").await;
    world.order(JANE, &key).await;
    world.handle(toy::ordered(JANE)).await.unwrap();
    let result = world.order_of(JANE).await.result.unwrap();
    assert!(result.done, "{}", result.message);
    ends_well(&world);
}

#[tokio::test]
async fn what_no_record_tells_of_is_ignored_and_costs_no_write() {
    let world = World::new("enforce").with(JANE, Lamp::off());
    assert_eq!(world.handle(toy::woken(JANE)).await.unwrap().ignored, Some("not a resource of this duty"));
    assert!(world.account.items.lock().unwrap().is_empty() && world.writes().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_run_that_was_cut_off_is_finished_by_whoever_comes_next() {
    let world = killed(Hangs::After).await;
    world.time_of_the_dead_passes();
    world.handle_as("request-2", toy::touched("nowhere")).await.unwrap();
    let record = world.records().pop().unwrap();
    assert_eq!((&record["outcome"], &record["recovered"]), (&json!("remediated"), &json!("request-1")));
    ends_well(&world);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_was_cut_off_is_finished_when_the_heartbeat_wakes_it() {
    let world = killed(Hangs::Before).await;
    world.time_of_the_dead_passes();
    let outcomes = world.handle_as("request-2", toy::woken(JANE)).await.unwrap().outcomes;
    assert_eq!(outcomes.iter().map(|line| line.outcome.as_str()).collect::<Vec<_>>(), ["failed", "remediated"]);
    ends_well(&world);
}

#[tokio::test]
async fn a_run_that_wrote_nothing_is_over() {
    let (by_heartbeat, by_other) = (announced_only().await, announced_only().await);
    let summary = by_heartbeat.handle(toy::woken(JANE)).await.unwrap();
    assert_eq!(summary.ignored, Some("its run had changed nothing yet"));
    by_other.handle(toy::touched("nowhere")).await.unwrap();
    for world in [by_heartbeat, by_other] {
        assert!(world.writes().is_empty() && world.records().is_empty());
        ends_well(&world);
    }
}

/// A chain that is older than the run leads there too, and then all of the run is done.
#[tokio::test]
async fn a_run_that_wrote_nothing_begins_anew_where_an_earlier_record_leads() {
    let world = World::new("enforce").with(JANE, Lamp::off());
    world.handle(toy::touched(JANE)).await.unwrap();
    world.set(JANE, Lamp::off());
    world.account.evidence_fails.store(true, Relaxed);
    world.handle(toy::touched(JANE)).await.unwrap_err();
    world.account.evidence_fails.store(false, Relaxed);
    assert_eq!(world.handle(toy::woken(JANE)).await.unwrap().outcomes[0].outcome, Outcome::Remediated);
    ends_well(&world);
}

#[tokio::test(start_paused = true)]
async fn lambdas_retry_settles_what_its_own_event_names() {
    let world = killed(Hangs::After).await;
    world.forget();
    world.handle(toy::touched(JANE)).await.unwrap();
    assert_eq!(world.records().pop().unwrap()["outcome"], "remediated");
    ends_well(&world);
}

/// Something may have been changed, and nobody can tell: that is loud, and stays.
#[tokio::test(start_paused = true)]
async fn a_run_whose_records_lead_nowhere_is_a_failure_until_somebody_has_looked() {
    let world = killed(Hangs::After).await;
    world.forget();
    world.time_of_the_dead_passes();
    for event in [toy::woken(JANE), toy::touched("nowhere")] {
        let failure = world.handle_as("request-2", event).await.unwrap_err();
        assert_eq!(failure.kind(), "UntraceableError");
        assert!(!failure.to_string().contains("jane"), "{failure}");
    }
    assert_eq!((world.records().len(), world.runs()), (1, 1));
}
