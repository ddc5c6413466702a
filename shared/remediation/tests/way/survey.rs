//! What a duty sees, told and not touched.

use crate::toy::{DUTY, Lamp, World};
use policy::Mode;
use policy::control::{BUCKETS_TLS_ONLY, BUCKETS_VERSIONING};
use remediation::survey::{Page, Unread, Violated};

fn violated(control: &str, resource: &str, says: &str) -> Violated {
    Violated { control: control.to_owned(), resource: resource.to_owned(), says: says.to_owned(), subject: None }
}

fn nothing_was_done(world: &World) -> bool {
    world.writes().is_empty() && world.records().is_empty() && world.events().is_empty() && world.runs() == 0
}

#[tokio::test]
async fn everything_is_looked_at_once_and_nothing_is_changed_even_in_mode_enforce() {
    let world = World::new("enforce")
        .with("a", Lamp::on())
        .with("b", Lamp { dusty: true, shattered: true, ..Lamp::off() })
        .with("c", Lamp { unreadable: true, ..Lamp::on() })
        .with("d", Lamp::on());
    let page = world.surveyed(None).await;
    assert_eq!(page.duty, DUTY);
    assert_eq!(page.resources, ["a", "b", "d"]);
    assert_eq!(
        page.violations,
        [
            violated(BUCKETS_TLS_ONLY.id, "b", "the old bulb is gone; can be repaired: switch-on"),
            violated(BUCKETS_VERSIONING.id, "b", "wipe it"),
        ]
    );
    assert_eq!(page.unread, [Unread { resource: Some("c".to_owned()), error: "toy:Look: InternalError".to_owned() }]);
    assert_eq!((page.next, world.reads()), (None, 4));
    assert_eq!(page.controls[BUCKETS_TLS_ONLY.id], Mode::Enforce);
    assert!(page.controls.keys().all(|control| control.starts_with("buckets.")));
    assert!(nothing_was_done(&world));
}

#[tokio::test]
async fn whoever_runs_out_of_time_says_where_to_go_on_and_nothing_is_lost_or_told_twice() {
    let mut world = World::new("enforce").minutes_left(0);
    for number in 0..20 {
        world = world.with(&format!("lamp-{number:02}"), if number % 3 == 0 { Lamp::off() } else { Lamp::on() });
    }
    let (mut pages, mut after) = (Vec::<Page>::new(), None);
    loop {
        let page = world.surveyed(after.as_deref()).await;
        after.clone_from(&page.next);
        pages.push(page);
        if after.is_none() {
            break;
        }
    }
    let seen: Vec<_> = pages.iter().flat_map(|page| page.resources.clone()).collect();
    assert_eq!(seen, (0..20).map(|number| format!("lamp-{number:02}")).collect::<Vec<_>>());
    assert_eq!(pages.iter().map(|page| page.violations.len()).sum::<usize>(), 7);
    assert!(pages.len() > 1 && world.reads() == 20);
    assert!(nothing_was_done(&world));
}

#[tokio::test]
async fn another_duty_s_question_is_not_answered() {
    let world = World::new("enforce").with("a", Lamp::off());
    let question = crate::toy::envelope("phiward", "Survey", serde_json::json!({"duty": "other"}));
    assert_eq!(world.handle(question).await.unwrap().ignored, Some("another duty is asked"));
    assert_eq!(world.reads(), 0);
}
