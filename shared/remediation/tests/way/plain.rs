//! What evidence and ledger themselves depend on is repaired without them.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use crate::toy::{self, Lamp, World};
use policy::Outcome;
use serde_json::{Value, json};

fn world(mode: &'static str) -> World {
    World::new(mode).with("own", Lamp::off())
}

/// Nothing that the key encrypts can be had.
fn locked(world: World) -> World {
    world.account.ledger_fails.store(true, Relaxed);
    world.account.evidence_fails.store(true, Relaxed);
    world
}

fn said(world: &World) -> Vec<(Value, Value)> {
    world.journal().iter().map(|line| (line["kind"].clone(), line["outcome"].clone())).collect()
}

#[tokio::test]
async fn it_is_repaired_though_neither_ledger_nor_evidence_can_be_had() {
    let world = locked(world("enforce"));
    let line = world.handle(toy::touched("own")).await.unwrap().outcomes.remove(0);
    assert_eq!((line.outcome, line.evidence.as_str()), (Outcome::Remediated, "arn:log"));
    assert_eq!(said(&world), [(json!("intent"), json!(null)), (json!("outcome"), json!("remediated"))]);
    let lines = world.journal();
    assert_eq!(lines[1]["intent_id"], lines[0]["record_id"]);
    assert_eq!((&lines[1]["chain"]["sequence"], &lines[1]["chain"]["previous"]), (&json!(2), &lines[0]["sha256"]));
    assert_eq!(lines[1]["chain"]["stream"], lines[0]["chain"]["stream"]);
    let event = world.events().remove(0);
    assert_eq!(event["evidence"], json!({"place": "arn:log", "bucket": null, "key": null}));
    assert!(world.notices() == 1 && world.records().is_empty());
    assert!(world.account.items.lock().unwrap().is_empty());
}

/// A ledger that does not answer must not cost the key its repair, whatever else is to be done.
#[tokio::test(start_paused = true)]
async fn the_ledger_is_not_asked_before_it_is_repaired() {
    for event in [toy::touched("own"), toy::scheduled(), toy::woken("own")] {
        let world = world("enforce");
        world.account.ledger_hangs.store(true, Relaxed);
        let _ = tokio::time::timeout(Duration::from_secs(5), world.handle(event)).await;
        assert_eq!((world.writes().len(), world.notices(), world.journal().len()), (1, 1, 2));
    }
}

#[tokio::test]
async fn a_sweep_gets_there_though_all_others_fail() {
    let mut world = locked(world("enforce"));
    for n in 0..20 {
        world = world.with(&format!("lamp-{n:02}"), Lamp::off()).with(&format!("x-{n:02}"), Lamp::off());
    }
    assert_eq!(world.handle(toy::scheduled()).await.unwrap_err().kind(), "SweepError");
    assert_eq!((world.writes(), said(&world).len()), (vec!["own".to_owned()], 2));
}

/// Invariant "Evidence before change".
#[tokio::test]
async fn without_a_confirmed_intent_nothing_is_changed() {
    let world = world("enforce");
    world.account.journal_fails.store(true, Relaxed);
    let failure = world.handle(toy::touched("own")).await.unwrap_err();
    assert!(failure.to_string().contains("(intent)") && failure.kind() == "EvidenceError", "{failure}");
    assert!(world.writes().is_empty() && world.events().is_empty());
}

#[tokio::test]
async fn modes_count() {
    let detect = locked(world("detect"));
    assert_eq!(detect.handle(toy::touched("own")).await.unwrap().outcomes[0].outcome, Outcome::Detected);
    assert_eq!(said(&detect), [(json!("outcome"), json!("detected"))]);
    assert!(detect.writes().is_empty() && detect.notices() == 1);
    let off = world("off");
    off.handle(toy::touched("own")).await.unwrap();
    assert!(off.journal().is_empty() && off.events().is_empty());
}

#[tokio::test]
async fn compliant_is_quiet() {
    let world = World::new("enforce").with("own", Lamp::on());
    assert!(world.handle(toy::touched("own")).await.unwrap().outcomes.is_empty());
    assert_eq!((world.reads(), world.journal().len(), world.events().len()), (1, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn what_is_not_verified_fails() {
    let world = locked(World::new("enforce").with("own", Lamp { stuck: true, dusty: true, ..Lamp::off() }));
    assert_eq!(world.handle(toy::touched("own")).await.unwrap_err().kind(), "UnrepairedError");
    assert_eq!(said(&world)[1..], [(json!("outcome"), json!("failed")), (json!("outcome"), json!("reported"))]);
}

#[tokio::test]
async fn that_it_could_not_be_told_is_a_failure_though_it_is_repaired() {
    let world = locked(world("enforce"));
    world.account.bus_refuses.store(true, Relaxed);
    assert_eq!(world.handle(toy::touched("own")).await.unwrap_err().kind(), "NoticeError");
    assert_eq!((world.writes().len(), world.journal().len()), (1, 2));
}

#[tokio::test]
async fn nothing_holds_its_repair() {
    let world = World::new("enforce");
    world.exempt("own").await;
    for _ in 0..7 {
        world.set("own", Lamp::off());
        assert_eq!(world.handle(toy::touched("own")).await.unwrap().outcomes[0].outcome, Outcome::Remediated);
    }
    assert_eq!(world.runs(), 0);
}
