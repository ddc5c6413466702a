//! What happens and can't be read again: counted, and told once an hour.

use std::sync::atomic::Ordering::Relaxed;

use crate::toy::{self, Lamp, World};
use futures_util::future::join_all;
use policy::Outcome;
use policy::control::BUCKETS_VERSIONING;
use policy::memory::ResourceState;
use remediation::Key;
use remediation::engine::now;
use remediation::ledger::Wake;
use serde_json::json;

const FLASH: &str = "secret flash";
const HOUR: i64 = 60 * 60 * 1000;

fn world() -> World {
    World::new("enforce").with(FLASH, Lamp { dusty: true, ..Lamp::on() })
}

fn key() -> Key {
    Key::state(BUCKETS_VERSIONING.id, &toy::id_of(FLASH))
}

async fn state(world: &World) -> ResourceState {
    world.recall(key()).await.unwrap()
}

async fn flash(world: &World, times: usize) {
    for _ in 0..times {
        world.handle(toy::touched(FLASH)).await.unwrap();
    }
}

async fn an_hour_passes(world: &World) {
    let mut state = state(world).await;
    state.told.as_mut().unwrap().at -= HOUR;
    world.remember(key(), &state).await;
}

#[tokio::test]
async fn the_first_is_told_at_once_and_those_within_the_hour_are_counted_without_a_lease() {
    let world = world();
    let outcomes = world.handle(toy::touched(FLASH)).await.unwrap().outcomes;
    assert_eq!(outcomes[0].outcome, Outcome::Reported);
    flash(&world, 4).await;
    let [record] = <[_; 1]>::try_from(world.records()).unwrap();
    assert_eq!((&record["occurrences"], &record["outcome"]), (&json!(1), &json!("reported")));
    assert_eq!((world.notices(), world.events()[0]["occurrences"].clone()), (1, json!(1)));
    assert_eq!((state(&world).await.again, world.runs()), (4, 0));
    let wake: Wake = world.recall(Key::wake(toy::DUTY, &toy::id_of(FLASH))).await.unwrap();
    assert!(wake.at > now().timestamp_millis() + HOUR, "the heartbeat closes the hour");
    assert_eq!(world.verify().defects, []);
}

#[tokio::test]
async fn whatever_there_is_to_say_of_it_is_told_once_an_hour() {
    let world = world();
    flash(&world, 1).await;
    world.set(FLASH, Lamp { dusty: true, ..Lamp::off() });
    let outcomes = world.handle(toy::touched(FLASH)).await.unwrap().outcomes;
    assert_eq!(outcomes.len(), 2, "another control has not been told of: it is, and repaired");
    flash(&world, 2).await;
    assert_eq!((state(&world).await.again, world.notices()), (3, 2));
}

#[tokio::test]
async fn when_the_hour_is_over_the_next_tells_how_many_there_were() {
    let world = world();
    flash(&world, 5).await;
    an_hour_passes(&world).await;
    flash(&world, 2).await;
    let record = world.records().pop().unwrap();
    assert_eq!((world.records().len(), &record["occurrences"]), (2, &json!(5)));
    assert!(world.events().pop().unwrap()["person"].to_string().contains("5 times"));
    assert_eq!((state(&world).await.again, world.notices()), (1, 2));
}

#[tokio::test]
async fn where_no_other_comes_the_heartbeat_has_it_told_once() {
    let world = world();
    flash(&world, 4).await;
    world.handle(toy::woken(FLASH)).await.unwrap();
    assert_eq!((world.records().len(), state(&world).await.again), (1, 3), "within the hour, and no occurrence itself");
    for _ in 0..2 {
        an_hour_passes(&world).await;
        world.handle(toy::woken(FLASH)).await.unwrap();
    }
    let record = world.records().pop().unwrap();
    assert_eq!((world.records().len(), &record["occurrences"]), (2, &json!(3)), "the second time there is nothing new");
    assert_eq!((world.notices(), world.runs(), world.verify().defects), (2, 0, vec![]));
}

#[tokio::test]
async fn of_many_at_once_one_is_told_and_none_is_lost() {
    let world = world();
    let all = (0..20).map(|n| {
        let world = &world;
        async move { world.handle_as(&format!("request-{n}"), toy::touched(FLASH)).await }
    });
    for result in join_all(all).await {
        assert!(result.is_ok(), "{result:?}");
    }
    assert_eq!((world.records().len(), world.notices(), state(&world).await.again), (1, 1, 19));
    assert_eq!((world.runs(), world.verify().defects), (0, vec![]));
}

#[tokio::test]
async fn what_can_t_be_counted_fails() {
    let world = world();
    flash(&world, 1).await;
    world.account.ledger_fails.store(true, Relaxed);
    assert_eq!(world.handle(toy::touched(FLASH)).await.unwrap_err().kind(), "LedgerError");
}
