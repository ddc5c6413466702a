//! What holds for every plan, from any state of the object.

use proptest::collection::vec;
use proptest::prelude::*;

use super::model::*;
use super::*;
use crate::Violation;
use crate::decision::Remedy;

pub(super) fn stored() -> impl Strategy<Value = Stored> {
    let flags =
        (prop::bool::weighted(0.85), prop::bool::weighted(0.1), prop::bool::weighted(0.1), prop::bool::weighted(0.9));
    let size = prop_oneof![4 => Just(1_u64), 1 => Just(MAX_WHOLE_COPY + 1)];
    let tags = prop_oneof![3 => Just(0_usize), 1 => Just(9), 1 => Just(10)];
    (prop::option::weighted(0.8, 0..3_u8), 0..3_i64, flags, size, tags).prop_map(
        |(bytes, second, flags, size, tags)| {
            let (whole_checksum, locked, archived, readable) = flags;
            let tag = |at: usize| Tag { key: format!("key-{at}").into(), value: "value".to_owned().into() };
            let tags = (0..tags).map(tag).collect();
            let base = Stored::new("", bytes.unwrap_or(0), second * 1000);
            Stored { bytes, size, whole_checksum, locked, archived, readable, tags, ..base }
        },
    )
}

pub(super) fn world() -> impl Strategy<Value = World> {
    let versioning = prop_oneof![Just(Versioning::Never), Just(Versioning::Enabled), Just(Versioning::Suspended)];
    let policy = prop::option::of(Just(r#"{"Version":"2012-10-17","Statement":{"Sid":"Theirs","Effect":"Deny"}}"#));
    (versioning, vec(stored(), 0..5), prop::option::of(0..5_usize), prop::bool::weighted(0.1), policy).prop_map(
        |(versioning, mut stack, null_at, mfa_delete, policy)| {
            if versioning == Versioning::Never {
                stack.truncate(1);
                stack.retain(|stored| stored.bytes.is_some());
            }
            for (at, stored) in stack.iter_mut().enumerate() {
                let null = versioning == Versioning::Never || Some(at) == null_at;
                stored.id = if null { NULL_VERSION.to_owned() } else { format!("version-{at}") };
            }
            World { mfa_delete, policy: policy.map(str::to_owned), ..World::new(versioning, stack) }
        },
    )
}

pub(super) fn finding_about() -> impl Strategy<Value = Finding> {
    let version = prop_oneof![
        Just(None),
        (0..5_usize).prop_map(|at| Some(format!("version-{at}"))),
        Just(Some("null".to_owned()))
    ];
    (0..3_u8, version, prop::option::weighted(0.8, 0..3_i64))
        .prop_map(|(bytes, version, second)| finding(bytes, version.as_deref(), second.map(|second| second * 1000)))
}

/// A copy that is there already: equal, or something else in its place.
fn planted() -> impl Strategy<Value = Option<bool>> {
    prop_oneof![4 => Just(None), 1 => Just(Some(true)), 1 => Just(Some(false))]
}

fn plant(world: &mut World, finding: &Finding, equal: Option<bool>) {
    let seen = world.observe(&rules(), finding);
    let (State::Outside(object), Some(equal)) = (seen.state, equal) else { return };
    let Head::Read(facts) = object.source else { return };
    let size = if equal { facts.size } else { facts.size + 1 };
    world.quarantine.insert(object.copy_place.key, Facts { size, ..facts });
}

pub(super) fn plan(world: &World, finding: &Finding) -> Vec<Step> {
    let steps = |violation: Violation<Step>| match violation.remedy {
        Remedy::Steps(steps) => steps,
        Remedy::Person(_) => Vec::new(),
    };
    assess(&rules(), &world.observe(&rules(), finding)).into_iter().flat_map(steps).collect()
}

/// What the plan may not touch: versions with other bytes than the scanned ones.
fn others(world: &World, finding: &Finding) -> Vec<Stored> {
    let flagged = finding.object.as_ref().map(|object| object.etag.clone());
    let tagged = |stored: &Stored| Stored { tags: Vec::new(), ..stored.clone() };
    let other = |stored: &&Stored| stored.bytes.is_some() && stored.bytes.map(etag) != flagged;
    world.stack.iter().filter(other).map(tagged).collect()
}

/// What readers of the key get.
fn visible(world: &World) -> Option<&str> {
    world.stack.first().filter(|stored| stored.bytes.is_some()).map(|stored| stored.id.as_str())
}

/// Applies a step and checks what must hold after every one.
fn apply(world: &mut World, finding: &Finding, step: &Step) -> Result<(), TestCaseError> {
    let before = world.clone();
    prop_assert_eq!(world.apply(step), Ok(()), "{:?}", step);
    prop_assert_eq!(others(world, finding), others(&before, finding), "other bytes were touched by {:?}", step);
    let (now, then) = (visible(world), visible(&before));
    prop_assert!(now.is_none() || now == then, "{:?} made an older version visible", step);
    let lost = before
        .stack
        .iter()
        .filter(|stored| stored.bytes.is_some() && !world.stack.iter().any(|kept| kept.id == stored.id));
    for stored in lost {
        let equal = |copy: &Facts| {
            copy.size == stored.size
                && stored.bytes.map(|bytes| copied(bytes).checksums) == Some(copy.checksums.clone())
        };
        prop_assert!(world.quarantine.values().any(equal), "{:?} lost bytes", step);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2048, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_pass_leaves_nothing_but_what_a_person_must_do(world in world(), finding in finding_about(), planted in planted()) {
        let mut world = world;
        plant(&mut world, &finding, planted);
        for step in plan(&world, &finding) {
            apply(&mut world, &finding, &step)?;
        }
        prop_assert_eq!(plan(&world, &finding), Vec::new());
    }

    #[test]
    fn a_killed_run_is_completed_by_the_next(world in world(), finding in finding_about(), killed_after in 0..4_usize) {
        let mut world = world;
        let mut whole = world.clone();
        for step in plan(&whole, &finding) {
            apply(&mut whole, &finding, &step)?;
        }
        for step in plan(&world, &finding).iter().take(killed_after) {
            apply(&mut world, &finding, step)?;
        }
        for step in plan(&world, &finding) {
            apply(&mut world, &finding, &step)?;
        }
        prop_assert_eq!(world, whole);
    }

    #[test]
    fn a_plan_that_comes_too_late_destroys_nothing(world in world(), finding in finding_about(), put in stored()) {
        let mut world = world;
        let steps = plan(&world, &finding);
        let id = if world.versioning == Versioning::Enabled { "version-late" } else { NULL_VERSION };
        world.stack.retain(|stored| stored.id != id);
        world.stack.insert(0, Stored { id: id.to_owned(), bytes: Some(7), ..put });
        for step in steps {
            let _ = world.apply(&step);
        }
        prop_assert!(world.stack.iter().any(|stored| stored.bytes == Some(7)));
    }
}
