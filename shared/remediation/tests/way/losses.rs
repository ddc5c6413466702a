//! What a repair does not bring back: it is told, counted, and never called fixed.

use std::time::Duration;

use crate::toy::{self, Hangs, Lamp, World};
use policy::Outcome;
use serde_json::{Value, json};

fn shattered() -> Lamp {
    Lamp { shattered: true, ..Lamp::off() }
}

fn loss() -> Value {
    json!(["the old bulb is gone"])
}

#[tokio::test]
async fn a_verified_repair_with_a_loss_is_reported_with_it() {
    let world = World::new("enforce").with("a", shattered());
    assert_eq!(world.handle(toy::touched("a")).await.unwrap().outcomes[0].outcome, Outcome::Reported);
    let records = world.records();
    assert_eq!((&records[0]["kind"], &records[0]["losses"]), (&json!("intent"), &loss()));
    assert_eq!((&records[1]["outcome"], &records[1]["person"]), (&json!("reported"), &loss()));
    assert!(records[1]["times"]["repaired"].is_string());
    assert_eq!((&world.events()[0]["person"], world.notices()), (&loss(), 1));
    world.set("a", Lamp::off());
    world.handle(toy::touched("a")).await.unwrap();
    assert_eq!(world.records()[2].get("losses"), None, "nothing was lost");
}

#[tokio::test]
async fn who_destroys_over_and_over_trips_the_budget() {
    let world = World::new("enforce");
    let mut outcomes = Vec::new();
    for _ in 0..6 {
        world.set("a", shattered());
        outcomes.push(world.handle(toy::touched("a")).await.unwrap().outcomes[0].outcome);
    }
    assert_eq!((outcomes[4], outcomes[5], world.writes().len()), (Outcome::Reported, Outcome::Escalated, 5));
    assert_eq!(world.records().pop().unwrap()["person"][0], loss()[0]);
}

#[tokio::test]
async fn mode_detect_tells_of_it_too() {
    let world = World::new("detect").with("a", shattered());
    world.handle(toy::touched("a")).await.unwrap();
    assert_eq!((&world.records()[0]["outcome"], &world.records()[0]["person"]), (&json!("detected"), &loss()));
}

/// The next look may see a lamp that merely is off.
#[tokio::test(start_paused = true)]
async fn a_repair_that_fails_tells_of_it_too() {
    let world = World::new("enforce").with("a", Lamp { stuck: true, ..shattered() });
    world.handle(toy::touched("a")).await.unwrap_err();
    let record = world.records().pop().unwrap();
    assert_eq!((&record["outcome"], &record["person"]), (&json!("failed"), &loss()));
}

async fn killed(hangs: Hangs) -> World {
    let world = World::new("enforce").with("a", Lamp { hangs: Some(hangs), ..shattered() });
    let cut_off = tokio::time::timeout(Duration::from_secs(5), world.handle(toy::touched("a"))).await;
    assert!(cut_off.is_err(), "it was cut off");
    world.set("a", Lamp { on: hangs == Hangs::After, ..Lamp::off() });
    let world = world.restarted();
    world.handle(toy::touched("a")).await.unwrap();
    world
}

#[tokio::test(start_paused = true)]
async fn a_run_that_was_cut_off_after_its_change_is_reported_with_it() {
    let world = killed(Hangs::After).await;
    let record = world.records().pop().unwrap();
    assert_eq!((&record["outcome"], &record["person"]), (&json!("reported"), &loss()));
    assert!(record["recovered"].is_string() && record["times"]["repaired"].is_string());
    assert_eq!((world.notices(), world.verify().defects), (1, vec![]));
}

#[tokio::test(start_paused = true)]
async fn a_run_that_was_cut_off_in_the_middle_tells_of_it_though_its_follower_sees_it_no_more() {
    let world = killed(Hangs::Before).await;
    let events = world.events();
    assert_eq!((&events[0]["outcome"], &events[0]["person"][0]), (&json!("failed"), &loss()[0]));
    assert_eq!((&events[0]["notice"], &events[1]["outcome"]), (&json!(true), &json!("remediated")));
}
