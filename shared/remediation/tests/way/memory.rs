//! What is remembered between invocations: exemptions, budgets, the breaker, the pause, silence, orders.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use crate::toy::{self, Lamp, World};
use futures_util::future::{join, join_all};
use policy::Outcome;
use policy::control::BUCKETS_TLS_ONLY;
use policy::exemption::DAY;
use policy::memory::{BreakerState, Pause, ResourceState};
use remediation::Key;
use remediation::engine::now;
use remediation::ledger::{Order, Run, Wake};
use serde_json::json;

const CONTROL: &str = BUCKETS_TLS_ONLY.id;

async fn drift(world: &World, lamp: &str) -> Outcome {
    world.set(lamp, Lamp::off());
    world.handle(toy::touched(lamp)).await.unwrap().outcomes[0].outcome
}

#[tokio::test]
async fn twenty_identical_events_at_once_make_one_repair_one_intent_and_one_outcome() {
    let world = World::new("enforce").with("a", Lamp::off());
    let all = (0..20).map(|n| {
        let world = &world;
        async move { world.handle_as(&format!("request-{n}"), toy::touched("a")).await }
    });
    for result in join_all(all).await {
        assert!(result.is_ok(), "{result:?}");
    }
    assert_eq!((world.writes().len(), world.records().len(), world.notices()), (1, 2, 1));
    assert_eq!((world.runs(), world.verify().defects), (0, vec![]));
}

#[tokio::test]
async fn an_unreadable_ledger_changes_nothing_and_fails() {
    let world = World::new("enforce").with("a", Lamp::off());
    world.account.ledger_fails.store(true, Relaxed);
    assert_eq!(world.handle(toy::touched("a")).await.unwrap_err().kind(), "LedgerError");
    assert!(world.writes().is_empty() && world.records().is_empty() && world.events().is_empty());
    world.set("a", Lamp::on());
    assert!(world.handle(toy::touched("a")).await.is_ok(), "what is compliant needs no ledger");
}

#[tokio::test]
async fn a_ledger_item_that_cannot_be_understood_changes_nothing_and_fails() {
    let world = World::new("enforce").with("a", Lamp::off());
    world.remember(Key::exemption(CONTROL, "a"), &json!({"control": CONTROL})).await;
    assert_eq!(world.handle(toy::touched("a")).await.unwrap_err().kind(), "LedgerError");
    assert!(world.writes().is_empty());
}

#[tokio::test]
async fn after_five_repairs_the_sixth_is_escalated_once_and_names_who_reverts() {
    let world = World::new("enforce").with("a", Lamp::off());
    for _ in 0..5 {
        assert_eq!(drift(&world, "a").await, Outcome::Remediated);
    }
    for _ in 0..3 {
        assert_eq!(drift(&world, "a").await, Outcome::Escalated);
    }
    assert_eq!(world.writes().len(), 5, "no further write");
    let escalated: Vec<_> = world.events().into_iter().filter(|event| event["outcome"] == "escalated").collect();
    assert_eq!(escalated.len(), 1, "one notification");
    assert_eq!((&escalated[0]["notice"], &escalated[0]["severity"]), (&json!(true), &json!("high")));
    assert!(escalated[0]["person"].to_string().contains("user/somebody"), "{}", escalated[0]["person"]);
    let record = world.records().pop().unwrap();
    assert_eq!((&record["held"]["by"], &record["plan"]), (&json!("budget"), &json!([{"step": "switch-on"}])));
    let wake: Wake = world.recall(Key::wake(toy::DUTY, "a")).await.unwrap();
    assert!(wake.at > now().timestamp_millis() + 59 * 60_000, "looked at again when the window has passed");

    let mut state: ResourceState = world.recall(Key::state(CONTROL, "a")).await.unwrap();
    (state.repairs, state.escalated_until) = (Vec::new(), None);
    world.remember(Key::state(CONTROL, "a"), &state).await;
    assert_eq!(drift(&world, "a").await, Outcome::Remediated, "a person has reset the budget");
    assert_eq!(world.verify().defects, []);
}

#[tokio::test]
async fn the_breaker_stops_a_control_that_changes_too_many_resources_and_tells_once() {
    let mut world = World::new("enforce");
    for n in 0..40 {
        world = world.with(&format!("lamp-{n:02}"), Lamp::off());
    }
    let summary = world.handle(toy::scheduled()).await.unwrap();
    let of = |outcome| summary.outcomes.iter().filter(|line| line.outcome == outcome).count();
    assert_eq!((of(Outcome::Remediated), of(Outcome::Escalated), world.writes().len()), (20, 20, 20));
    let told = world.events().into_iter().filter(|event| event["outcome"] == "escalated" && event["notice"] == true);
    assert_eq!(told.count(), 1);
    world.handle(toy::scheduled()).await.unwrap();
    assert_eq!((world.writes().len(), world.notices()), (20, 21), "the second sweep is silent");

    world.remember(Key::breaker(CONTROL), &BreakerState::default()).await;
    world.handle(toy::scheduled()).await.unwrap();
    assert_eq!(world.writes().len(), 40);
}

#[tokio::test]
async fn an_exemption_holds_until_it_ends_and_tells_nobody() {
    let world = World::new("enforce");
    world.exempt("l*").await;
    assert_eq!(drift(&world, "lamp").await, Outcome::Exempt);
    assert_eq!(drift(&world, "other").await, Outcome::Remediated);
    assert_eq!((world.writes().len(), world.notices()), (1, 1));
    assert_eq!(world.records()[0]["held"]["owner"], "radiology");
    world.remember(Key::exemption(CONTROL, "l*"), &toy::exemption("l*", 0)).await;
    assert_eq!(drift(&world, "lamp").await, Outcome::Remediated, "it has ended this very moment");
}

#[tokio::test]
async fn while_paused_the_plan_is_recorded_and_nothing_written() {
    let world = World::new("enforce");
    let pause = Pause { by: "arn:operator".to_owned(), at: 0, reason: "a reason".to_owned() };
    world.remember(Key::pause(), &pause).await;
    assert_eq!(drift(&world, "a").await, Outcome::Detected);
    assert!(world.writes().is_empty());
    assert_eq!(world.records()[0]["held"], json!({"by": "pause", "actor": "arn:operator"}));
}

#[tokio::test]
async fn an_unchanged_verdict_is_silent_for_a_day_and_a_changed_one_is_not() {
    let world = World::new("detect").with("a", Lamp::off());
    for _ in 0..3 {
        let line = world.handle(toy::touched("a")).await.unwrap().outcomes.remove(0);
        assert_eq!(line.outcome, Outcome::Detected);
        assert_eq!(line.evidence, world.account.records.lock().unwrap()[0].0, "it names the record that stands");
    }
    assert_eq!((world.records().len(), world.events().len()), (1, 1));
    world.set("a", Lamp { dusty: true, ..Lamp::off() });
    world.handle(toy::touched("a")).await.unwrap();
    assert_eq!(world.records().len(), 2, "the dust is new");
    let mut state: ResourceState = world.recall(Key::state(CONTROL, "a")).await.unwrap();
    state.told.as_mut().unwrap().at -= DAY;
    world.remember(Key::state(CONTROL, "a"), &state).await;
    world.handle(toy::touched("a")).await.unwrap();
    assert_eq!(world.records().len(), 3, "after a day it is told again");
    assert_eq!(world.verify().defects, []);
}

#[tokio::test(start_paused = true)]
async fn a_repair_that_goes_on_failing_is_recorded_each_time_and_told_once() {
    let world = World::new("enforce").with("a", Lamp { stuck: true, ..Lamp::off() });
    for _ in 0..3 {
        assert_eq!(world.handle(toy::touched("a")).await.unwrap_err().kind(), "UnrepairedError");
    }
    assert_eq!((world.records().len(), world.notices()), (6, 1));
    assert_eq!(world.verify().defects, []);
}

/// What AWS refuses for good is not tried again every hour; another state is.
#[tokio::test]
async fn what_aws_refuses_for_good_is_tried_once_a_day() {
    let world = World::new("enforce").with("a", Lamp { refuses: true, ..Lamp::off() });
    for tried in [true, false, false] {
        let line = world.handle(toy::touched("a")).await.unwrap().outcomes.remove(0);
        assert_eq!(line.outcome, Outcome::Reported);
        let places: BreakerState = world.recall(Key::breaker(CONTROL)).await.unwrap();
        assert_eq!(!places.changed.is_empty(), tried, "what is not tried takes no place in the breaker");
        world.remember(Key::breaker(CONTROL), &BreakerState::default()).await;
    }
    assert_eq!((world.writes().len(), world.records().len(), world.notices()), (1, 2, 1));
    world.set("a", Lamp { refuses: true, dusty: true, ..Lamp::off() });
    world.handle(toy::touched("a")).await.unwrap();
    assert_eq!(world.writes().len(), 2, "the state is another one");
    let mut state: ResourceState = world.recall(Key::state(CONTROL, "a")).await.unwrap();
    state.told.as_mut().unwrap().at -= DAY;
    world.remember(Key::state(CONTROL, "a"), &state).await;
    world.handle(toy::touched("a")).await.unwrap();
    assert_eq!((world.writes().len(), world.verify().defects), (3, vec![]));
}

/// The ledger was restored from an earlier day: the evidence bucket itself knows where its chains end.
#[tokio::test]
async fn a_ledger_that_has_forgotten_does_not_fork_a_chain() {
    let world = World::new("enforce");
    for _ in 0..4 {
        drift(&world, "a").await;
    }
    world.account.items.lock().unwrap().clear();
    assert_eq!(drift(&world, "a").await, Outcome::Remediated);
    let report = world.verify();
    assert_eq!((report.records, report.chains, report.defects), (10, 1, vec![]));
}

async fn order(world: &World, key: &str) -> Order {
    world.order("a", key).await;
    world.handle(toy::ordered("a")).await.unwrap();
    world.order_of("a").await
}

#[tokio::test]
async fn an_undo_is_refused_without_exemption_or_when_the_live_state_has_moved_and_done_otherwise() {
    let world = World::new("enforce").with("a", Lamp::off());
    let key = world.handle(toy::touched("a")).await.unwrap().outcomes.remove(0).evidence;
    let refused = order(&world, &key).await.result.unwrap();
    assert!(!refused.done && refused.message.contains("no live exemption"), "{}", refused.message);

    world.exempt("a").await;
    let done = order(&world, &key).await.result.unwrap();
    assert!(done.done, "{}", done.message);
    let record = world.records().pop().unwrap();
    assert_eq!((&record["outcome"], &record["after"]["on"]), (&json!("exempt"), &json!(false)));
    assert_eq!((&record["undo_of"], &record["event"]["actor"]), (&json!(key), &json!("arn:operator")));
    assert_eq!(world.handle(toy::touched("a")).await.unwrap().outcomes[0].outcome, Outcome::Exempt);
    let again = order(&world, &key).await.result.unwrap();
    assert!(again.done, "the live state is the before-state already");
    assert_eq!((world.runs(), world.verify().defects), (0, vec![]));
}

/// The other writer of a document may have done meanwhile what was ordered, or something else.
#[tokio::test]
async fn an_order_that_had_to_wait_for_a_document_looks_again() {
    let world = World::new("enforce").with("a", Lamp::off());
    let key = world.handle(toy::touched("a")).await.unwrap().outcomes.remove(0).evidence;
    world.exempt("a").await;
    world.order("a", &key).await;
    let until = now().timestamp_millis() + 200;
    let busy = Run { holder: "another duty".to_owned(), until, announced: Vec::new() };
    world.remember(Key::document("switch", "a"), &busy).await;
    let switched_off = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        world.set("a", Lamp::off());
    };
    let (handled, ()) = join(world.handle(toy::ordered("a")), switched_off).await;
    handled.unwrap();
    let result = world.order_of("a").await.result.unwrap();
    assert_eq!((result.done, result.evidence, world.writes().len()), (true, None, 1), "{}", result.message);
    assert_eq!((world.runs(), world.verify().defects), (0, vec![]));
    assert_eq!(world.recall::<Run>(Key::document("switch", "a")).await, None);
}

#[tokio::test]
async fn an_order_that_only_an_event_tells_of_is_nothing() {
    let world = World::new("enforce").with("a", Lamp::on());
    let wake = json!({"duty": toy::DUTY, "resource": "a", "ordered": true, "evidence": "evidence/x"});
    world.handle(toy::envelope("phiward", "Wake", wake)).await.unwrap();
    assert!(world.writes().is_empty() && world.records().is_empty());
}
