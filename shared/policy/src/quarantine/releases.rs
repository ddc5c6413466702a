//! Releases: back where it was, nothing newer touched, and known again.

use proptest::prelude::*;
use serde_json::Value;

use super::model::*;
use super::properties::{finding_about, plan, stored, world};
use super::*;

/// A repair as it is recorded: before and after.
fn repair(world: &mut World, finding: &Finding) -> (Value, Value) {
    let record = |world: &World| serde_json::to_value(world.observe(&rules(), finding)).unwrap();
    let before = record(world);
    plan(world, finding).iter().for_each(|step| world.apply(step).unwrap());
    (before, record(world))
}

fn ordered(world: &World, finding: &Finding, (before, after): &(Value, Value)) -> Result<Release, &'static str> {
    release(before, after, &world.observe(&rules(), finding))
}

/// A later finding about what readers of the key get now.
fn later(world: &World, id: &str) -> Finding {
    let stored = world.stack.iter().find(|stored| stored.id == id).unwrap();
    let version = (world.versioning != Versioning::Never).then_some(id);
    finding(stored.bytes.unwrap(), version, Some(stored.written_ms))
}

/// All versions but those that a release adds, their tags aside.
fn versions(world: &World) -> Vec<Stored> {
    let bytes = world.stack.iter().filter(|stored| stored.bytes.is_some());
    bytes.map(|stored| Stored { tags: Vec::new(), ..stored.clone() }).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2048, failure_persistence: None, ..ProptestConfig::default() })]

    /// A moved object is copied back, an isolated one is isolated no more, and a later finding about it is no concern.
    #[test]
    fn what_was_moved_or_isolated_is_released(world in world(), finding in finding_about()) {
        let mut world = world;
        let repaired = !plan(&world, &finding).is_empty();
        let record = repair(&mut world, &finding);
        let moved = world.clone();
        let Ok(Release::Steps(steps)) = ordered(&world, &finding, &record) else { return Ok(()) };
        prop_assert!(repaired && steps.len() == 1);
        world.apply(&steps[0]).unwrap();
        prop_assert_eq!(&world.quarantine, &moved.quarantine);
        prop_assert!(versions(&moved).iter().all(|kept| versions(&world).contains(kept)));
        let released = match &steps[0] {
            Step::LiftIsolation { object, .. } => object.version_id.clone().unwrap_or_else(|| NULL_VERSION.to_owned()),
            _ => world.stack[0].id.clone(),
        };
        let Ok(Release::Done(known)) = ordered(&world, &finding, &record) else { panic!("not done") };
        prop_assert_eq!(subject(&world.observe(&rules(), &later(&world, &released))), Some(known.clone()));
        prop_assert!(known.len() == 64 && known.bytes().all(|byte| byte.is_ascii_hexdigit()));
        // The finding itself is settled, or leads to what was released.
        let left = plan(&world, &finding);
        prop_assert!(left.is_empty() || subject(&world.observe(&rules(), &finding)) == Some(known), "{:?}", left);
    }

    /// Something else is put there before the release is ordered, or after it was planned.
    #[test]
    fn nothing_newer_is_hidden_or_replaced(world in world(), finding in finding_about(), put in stored()) {
        let mut world = world;
        let record = repair(&mut world, &finding);
        let planned = ordered(&world, &finding, &record);
        let id = if world.versioning == Versioning::Enabled { "version-late" } else { NULL_VERSION };
        world.stack.retain(|stored| stored.id != id);
        world.stack.insert(0, Stored { id: id.to_owned(), bytes: Some(7), ..put });
        for release in [planned, ordered(&world, &finding, &record)] {
            let Ok(Release::Steps(steps)) = release else { continue };
            for step in steps {
                let _ = world.apply(&step);
            }
            prop_assert!(world.stack[0].bytes == Some(7));
        }
    }

    /// Whatever record an order names: at worst it is refused.
    #[test]
    fn a_record_of_something_else_changes_no_bytes(world in world(), live in world(), finding in finding_about(), other in finding_about()) {
        let (mut world, mut live) = (world, live);
        let record = repair(&mut world, &finding);
        let before = versions(&live);
        match ordered(&live, &other, &record) {
            Ok(Release::Steps(steps)) => {
                prop_assert_eq!(&finding.object, &other.object);
                steps.iter().for_each(|step| drop(live.apply(step)));
                prop_assert_eq!(versions(&live), before);
            }
            Ok(Release::Done(_)) => prop_assert_eq!(&finding.object, &other.object),
            Err(_) => {}
        }
    }
}

fn moved(versioning: Versioning, id: &str) -> (World, Finding, (Value, Value)) {
    let mut world = World::new(versioning, vec![Stored::new(id, 1, 1000)]);
    let version = (versioning != Versioning::Never).then_some(id);
    let finding = finding(1, version, Some(1000));
    let record = repair(&mut world, &finding);
    (world, finding, record)
}

#[test]
fn a_copy_is_brought_back_in_one_request_or_in_parts() {
    for (versioning, id) in [(Versioning::Never, "null"), (Versioning::Enabled, "v1"), (Versioning::Suspended, "null")]
    {
        let (mut world, finding, record) = moved(versioning, id);
        let Ok(Release::Steps(steps)) = ordered(&world, &finding, &record) else { panic!("{versioning:?}") };
        assert!(matches!(steps.as_slice(), [Step::BringBack { home, .. }] if home.versioning == versioning));
        world.apply(&steps[0]).unwrap();
        assert!(matches!(ordered(&world, &finding, &record), Ok(Release::Done(_))));
    }
    let large = Stored { size: MAX_WHOLE_COPY + 1, ..Stored::new("v1", 1, 1000) };
    let (mut world, finding) = (World::new(Versioning::Enabled, vec![large]), finding(1, Some("v1"), Some(1000)));
    let record = repair(&mut world, &finding);
    let Ok(Release::Steps(steps)) = ordered(&world, &finding, &record) else { panic!("refused") };
    assert!(matches!(steps.as_slice(), [Step::BringBackInParts { .. }]));
}

#[test]
fn an_isolated_object_keeps_its_other_tags() {
    let theirs = Tag { key: "owner".to_owned().into(), value: "billing".to_owned().into() };
    let stored = Stored { locked: true, tags: vec![theirs.clone()], ..Stored::new("v1", 1, 1000) };
    let (mut world, finding) = (World::new(Versioning::Enabled, vec![stored]), finding(1, Some("v1"), Some(1000)));
    let record = repair(&mut world, &finding);
    assert_eq!(world.stack[0].tags.len(), 2);
    let Ok(Release::Steps(steps)) = ordered(&world, &finding, &record) else { panic!("refused") };
    assert!(matches!(steps.as_slice(), [Step::LiftIsolation { .. }]));
    world.apply(&steps[0]).unwrap();
    assert_eq!(world.stack[0].tags, [theirs]);
    let known = subject(&world.observe(&rules(), &finding)).unwrap();
    assert_eq!(ordered(&world, &finding, &record), Ok(Release::Done(known)));
}

#[test]
fn what_can_not_be_released_is_refused_with_its_reason() {
    let (world, named, record) = moved(Versioning::Enabled, "v1");
    let check = |world: &World, finding: &Finding, record: &(Value, Value), word: &str| {
        let refused = ordered(world, finding, record).unwrap_err();
        assert!(refused.contains(word), "{word}: {refused}");
    };
    let changed = |change: &dyn Fn(&mut World)| {
        let mut world = world.clone();
        change(&mut world);
        world
    };
    let put = |world: &mut World| world.stack.insert(0, Stored::new("v2", 2, 2000));
    check(&changed(&put), &named, &record, "newer object");
    check(&changed(&|world| world.quarantine.clear()), &named, &record, "not in its place");
    let another = |world: &mut World| world.quarantine.values_mut().for_each(|copy| *copy = copied(2));
    check(&changed(&another), &named, &record, "not equal");
    let archived = |world: &mut World| world.quarantine.values_mut().for_each(|copy| copy.archived = true);
    check(&changed(&archived), &named, &record, "archive storage class");
    let beneath = |world: &mut World| {
        world.versioning = Versioning::Suspended;
        world.stack.push(Stored::new("null", 2, 0));
    };
    check(&changed(&beneath), &named, &record, "suspended");
    check(&world, &Finding { dismissed: true, ..named.clone() }, &record, "archived in Macie");
    check(&world, &finding(1, Some("v9"), Some(1000)), &record, "another object");
    let mut inside = named.clone();
    inside.object.as_mut().unwrap().bucket = "phi-records".to_owned();
    check(&world, &inside, &record, "in a set");
    check(&world, &named, &(Value::Null, Value::Null), "does not hold an object");
    let stuck = Stored { locked: true, ..Stored::new("v1", 1, 1000) };
    let mut world = World::new(Versioning::Enabled, vec![stuck]);
    let record = repair(&mut world, &named);
    world.stack[0].locked = false;
    check(&world, &named, &record, "can be moved by now");
}

#[test]
fn a_refusal_names_no_object() {
    let (mut world, finding, record) = moved(Versioning::Enabled, "v1");
    let planned = format!("{:?}", ordered(&world, &finding, &record));
    world.quarantine.clear();
    let refused = format!("{:?}", ordered(&world, &finding, &record));
    assert!([planned, refused].iter().all(|text| !text.contains("jane") && !text.contains("4711")));
}
