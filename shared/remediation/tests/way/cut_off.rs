//! Runs that are killed: the next wake-up ends in a true record, and the check of the evidence explains the gap.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use crate::toy::{self, Hangs, Lamp, World};
use evidence::verify::{Defect, Note};
use serde_json::json;

/// The process dies while it applies the repair of `a`: before that has an effect, or after.
async fn killed(hangs: Hangs) -> World {
    let world = World::new("enforce").with("a", Lamp { hangs: Some(hangs), ..Lamp::off() });
    let cut_off = tokio::time::timeout(Duration::from_secs(5), world.handle(toy::touched("a"))).await;
    assert!(cut_off.is_err(), "it was cut off");
    assert!(matches!(world.verify().defects[..], [Defect::IntentWithoutOutcome(_)]));
    let on = hangs == Hangs::After;
    world.set("a", Lamp { on, ..Lamp::off() });
    world.restarted()
}

#[tokio::test(start_paused = true)]
async fn killed_before_the_repair_the_retry_closes_the_intent_and_repairs_anew() {
    let world = killed(Hangs::Before).await;
    let summary = world.handle(toy::touched("a")).await.unwrap();
    let outcomes: Vec<_> = summary.outcomes.iter().map(|line| line.outcome.as_str()).collect();
    assert_eq!(outcomes, ["failed", "remediated"]);
    let records = world.records();
    assert_eq!(
        records.iter().map(|record| &record["kind"]).collect::<Vec<_>>(),
        ["intent", "outcome", "intent", "outcome"]
    );
    assert_eq!((&records[1]["error"]["code"], &records[1]["recovered"]), (&json!("Interrupted"), &json!("request-1")));
    assert_eq!(records[1]["intent_id"], records[0]["record_id"]);
    assert_eq!(world.notices(), 1, "people hear of the repair, not of the interruption");
    let report = world.verify();
    assert_eq!((report.defects, world.runs()), (vec![], 0));
    assert!(matches!(&report.notes[..], [Note::Recovered { outcome, .. }] if outcome == "failed"));
}

/// The retry has the same request id, and the process is new: it asks for what was cut off though all is compliant now.
#[tokio::test(start_paused = true)]
async fn killed_after_the_repair_the_retry_records_what_the_live_state_says() {
    let world = killed(Hangs::After).await;
    world.handle(toy::touched("a")).await.unwrap();
    let records = world.records();
    assert_eq!(records.len(), 2);
    assert_eq!((&records[1]["outcome"], &records[1]["after"]["on"]), (&json!("remediated"), &json!(true)));
    assert_eq!(records[1]["recovered"], "request-1");
    assert_eq!((world.writes().len(), world.notices(), world.runs()), (1, 1, 0));
    assert!(matches!(&world.verify().notes[..], [Note::Recovered { outcome, .. }] if outcome == "remediated"));
}

/// A step may leave nothing that can be seen: the duty hears what was planned before its look decides.
#[tokio::test(start_paused = true)]
async fn the_duty_is_told_what_was_cut_off_before_the_live_state_is_judged() {
    for hangs in [Hangs::Before, Hangs::After] {
        let world = killed(hangs).await;
        let before = world.reads();
        world.handle(toy::touched("a")).await.unwrap();
        let [(plan, reads)] = world.resumed().try_into().unwrap();
        assert_eq!(plan, [json!({"step": "switch-on"})]);
        assert!((before..world.reads()).contains(&reads), "and then looks");
    }
}

#[tokio::test(start_paused = true)]
async fn another_invocation_waits_for_the_lease_of_the_one_that_died_and_then_finishes_it() {
    let world = killed(Hangs::After).await.minutes_left(3);
    assert_eq!(world.handle_as("request-2", toy::woken("a")).await.unwrap_err().kind(), "BusyError");
    world.time_of_the_dead_passes();
    world.handle_as("request-3", toy::woken("a")).await.unwrap();
    assert_eq!(world.records().pop().unwrap()["outcome"], "remediated");
    assert_eq!((world.runs(), world.verify().defects), (0, vec![]));
}

#[tokio::test]
async fn an_outcome_that_the_evidence_bucket_did_not_take_is_written_by_the_retry() {
    let world = World::new("enforce").with("a", Lamp { breaks_the_evidence: true, ..Lamp::off() });
    assert_eq!(world.handle(toy::touched("a")).await.unwrap_err().kind(), "EvidenceError");
    assert_eq!((world.writes().len(), world.records().len(), world.events().len()), (1, 1, 0));
    world.account.evidence_fails.store(false, Relaxed);
    world.handle(toy::touched("a")).await.unwrap();
    assert_eq!((world.records().pop().unwrap()["outcome"].clone(), world.notices()), (json!("remediated"), 1));
    assert_eq!((world.runs(), world.verify().defects), (0, vec![]));
}

#[tokio::test]
async fn a_notice_that_the_bus_did_not_take_is_sent_by_the_retry() {
    let world = World::new("enforce").with("a", Lamp::off());
    world.account.bus_refuses.store(true, Relaxed);
    assert_eq!(world.handle(toy::touched("a")).await.unwrap_err().kind(), "NoticeError");
    assert_eq!((world.records().len(), world.notices()), (2, 0));
    world.account.bus_refuses.store(false, Relaxed);
    world.handle(toy::touched("a")).await.unwrap();
    assert_eq!((world.records().len(), world.notices(), world.runs()), (2, 1, 0));
}

/// Nothing was written, so there is nothing to explain.
#[tokio::test]
async fn an_intent_that_was_announced_but_not_written_leaves_nothing() {
    let world = World::new("enforce").with("a", Lamp::off());
    world.account.evidence_fails.store(true, Relaxed);
    assert_eq!(world.handle(toy::touched("a")).await.unwrap_err().kind(), "EvidenceError");
    assert_eq!((world.writes().len(), world.runs()), (0, 1));
    world.account.evidence_fails.store(false, Relaxed);
    world.set("a", Lamp::on());
    world.handle(toy::touched("a")).await.unwrap();
    assert_eq!((world.records().len(), world.runs()), (0, 0));
}

/// What an operator has ordered is out of line because a person wants it so, whoever records it.
#[tokio::test(start_paused = true)]
async fn an_undo_that_was_cut_off_after_its_change_ends_as_exempt_and_its_order_as_done() {
    let world = World::new("enforce").with("a", Lamp::off());
    let key = world.handle(toy::touched("a")).await.unwrap().outcomes.remove(0).evidence;
    world.exempt("a").await;
    world.order("a", &key).await;
    world.set("a", Lamp { hangs: Some(Hangs::After), ..Lamp::on() });
    let cut_off = tokio::time::timeout(Duration::from_secs(5), world.handle(toy::ordered("a"))).await;
    assert!(cut_off.is_err(), "it was cut off");
    world.set("a", Lamp::off());
    let world = world.restarted();
    world.handle(toy::ordered("a")).await.unwrap();
    let record = world.records().pop().unwrap();
    assert_eq!((&record["outcome"], &record["undo_of"]), (&json!("exempt"), &json!(key)));
    assert_eq!(record["recovered"], "request-1");
    assert!(world.order_of("a").await.result.unwrap().done);
    assert_eq!((world.runs(), world.verify().defects), (0, vec![]));
}

#[tokio::test(start_paused = true)]
async fn one_that_cannot_be_finished_does_not_keep_the_others_from_it() {
    let world = World::new("enforce");
    for lamp in ["a", "b"] {
        world.set(lamp, Lamp { hangs: Some(Hangs::After), ..Lamp::off() });
        let cut_off = tokio::time::timeout(Duration::from_secs(5), world.handle(toy::touched(lamp))).await;
        assert!(cut_off.is_err(), "it was cut off");
    }
    world.set("a", Lamp { unreadable: true, ..Lamp::on() });
    world.set("b", Lamp::on());
    let world = world.restarted();
    assert_eq!(world.handle(toy::touched("nowhere")).await.unwrap_err().kind(), "ReadError");
    assert_eq!((world.records().len(), world.notices(), world.runs()), (3, 1, 1));
    world.set("a", Lamp::on());
    world.handle(toy::scheduled()).await.unwrap();
    assert_eq!((world.records().len(), world.runs(), world.verify().defects), (4, 0, vec![]));
}
