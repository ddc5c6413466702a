//! One pass: from an event to its record.

use std::sync::atomic::Ordering::Relaxed;

use crate::toy::{self, Lamp, World};
use policy::Outcome;
use policy::control::{BUCKETS_TLS_ONLY, BUCKETS_VERSIONING};
use serde_json::json;

#[tokio::test]
async fn compliant_is_quiet() {
    let world = World::new("enforce").with("a", Lamp::on());
    let summary = world.handle(toy::touched("a")).await.unwrap();
    assert_eq!((summary.checked, summary.outcomes.len()), (1, 0));
    assert_eq!(world.reads(), 1);
    assert!(world.records().is_empty() && world.events().is_empty() && world.writes().is_empty());
}

#[tokio::test]
async fn drift_is_repaired_read_back_and_recorded() {
    let world = World::new("enforce").with("a", Lamp::off());
    let summary = world.handle(toy::touched("a")).await.unwrap();
    assert_eq!(summary.outcomes[0].outcome, Outcome::Remediated);
    let records = world.records();
    assert_eq!(records.len(), 2);
    let (intent, outcome) = (&records[0], &records[1]);
    assert_eq!((&intent["kind"], &intent["outcome"]), (&json!("intent"), &json!(null)));
    assert_eq!(outcome["intent_id"], intent["record_id"]);
    assert_eq!(outcome["outcome"], "remediated");
    assert_eq!(outcome["chain"]["previous"], intent["sha256"]);
    assert_eq!(world.verify().defects, []);
    assert_eq!(outcome["before"]["on"], false);
    assert_eq!(outcome["after"]["on"], true);
    assert_eq!(outcome["control"]["citation"], BUCKETS_TLS_ONLY.citation);
    assert_eq!(outcome["event"]["actor"], "arn:aws:iam::000000000000:user/somebody");
    assert_eq!(outcome["baseline"]["digest"].as_str().unwrap().len(), 64);
    assert!(outcome["times"]["repaired"].is_string());
    let events = world.events();
    assert_eq!((&events[0]["outcome"], &events[0]["notice"]), (&json!("remediated"), &json!(true)));
}

/// Invariant "Evidence before change".
#[tokio::test]
async fn without_an_intent_on_record_nothing_is_changed() {
    let world = World::new("enforce").with("a", Lamp::off());
    world.account.evidence_fails.store(true, Relaxed);
    let failure = world.handle(toy::touched("a")).await.unwrap_err();
    assert_eq!(failure.kind(), "EvidenceError");
    assert!(failure.to_string().contains("(intent): s3:PutObject (evidence) failed: AccessDenied"), "{failure}");
    assert!(world.writes().is_empty() && world.events().is_empty());
}

/// Invariant "Verified or not fixed".
#[tokio::test(start_paused = true)]
async fn a_write_without_effect_is_failed_and_fails_the_invocation() {
    let world = World::new("enforce").with("a", Lamp { stuck: true, ..Lamp::off() });
    let failure = world.handle(toy::touched("a")).await.unwrap_err();
    assert_eq!(failure.kind(), "UnrepairedError");
    assert_eq!(world.records().last().unwrap()["outcome"], "failed");
    assert_eq!(world.records().last().unwrap()["error"]["code"], "Unverified");
    assert!(world.reads() > 5, "read back with patience");
}

#[tokio::test(start_paused = true)]
async fn an_effect_that_shows_late_is_remediated() {
    let world = World::new("enforce").with("a", Lamp { shows_after_reads: 6, ..Lamp::off() });
    let summary = world.handle(toy::touched("a")).await.unwrap();
    assert_eq!(summary.outcomes[0].outcome, Outcome::Remediated);
}

#[tokio::test]
async fn a_write_that_errs_but_took_effect_is_remediated_and_one_that_did_not_is_failed() {
    let world = World::new("enforce").with("a", Lamp { answer: Some("InternalError"), ..Lamp::off() });
    assert_eq!(world.handle(toy::touched("a")).await.unwrap().outcomes[0].outcome, Outcome::Remediated);

    let world = World::new("enforce").with("a", Lamp { answer: Some("AccessDenied"), stuck: true, ..Lamp::off() });
    let failure = world.handle(toy::touched("a")).await.unwrap_err().to_string();
    assert!(failure.contains("toy:Switch failed: AccessDenied"), "{failure}");
    assert_eq!(world.records().last().unwrap()["error"]["code"], "AccessDenied");
}

#[tokio::test]
async fn what_aws_refuses_for_good_is_reported_and_does_not_fail() {
    let world = World::new("enforce").with("a", Lamp { refuses: true, ..Lamp::off() });
    let summary = world.handle(toy::touched("a")).await.unwrap();
    assert_eq!(summary.outcomes[0].outcome, Outcome::Reported);
    assert_eq!(world.records().last().unwrap()["person"], json!(["screw it in"]));
}

#[tokio::test]
async fn what_only_a_person_can_mend_is_reported_beside_the_repair() {
    let world = World::new("enforce").with("a", Lamp { dusty: true, ..Lamp::off() });
    let outcomes = world.handle(toy::touched("a")).await.unwrap().outcomes;
    let of = |id: &str| outcomes.iter().find(|line| line.control == id).unwrap().outcome;
    assert_eq!(of(BUCKETS_TLS_ONLY.id), Outcome::Remediated);
    assert_eq!(of(BUCKETS_VERSIONING.id), Outcome::Reported);
    assert_eq!(world.records().len(), 3);
}

#[tokio::test]
async fn mode_detect_records_the_plan_and_changes_nothing() {
    let world = World::new("detect").with("a", Lamp::off());
    let summary = world.handle(toy::touched("a")).await.unwrap();
    assert_eq!(summary.outcomes[0].outcome, Outcome::Detected);
    assert!(world.writes().is_empty());
    assert_eq!(world.records()[0]["plan"], json!([{"step": "switch-on"}]));
}

#[tokio::test]
async fn mode_off_does_not_even_record() {
    let world = World::new("off").with("a", Lamp::off());
    assert!(world.handle(toy::touched("a")).await.unwrap().outcomes.is_empty());
    assert!(world.records().is_empty() && world.writes().is_empty());
}

#[tokio::test]
async fn an_unreadable_resource_is_an_error_and_never_a_pass() {
    let world = World::new("enforce").with("a", Lamp { unreadable: true, ..Lamp::off() });
    let failure = world.handle(toy::touched("a")).await.unwrap_err();
    assert_eq!(failure.kind(), "ReadError");
    assert!(world.writes().is_empty());
}

#[tokio::test]
async fn a_resource_that_is_gone_is_nothing_to_do() {
    let world = World::new("enforce");
    assert!(world.handle(toy::touched("nowhere")).await.unwrap().outcomes.is_empty());
    assert!(world.records().is_empty());
}

#[tokio::test]
async fn a_sweep_looks_at_all_and_one_failure_does_not_hide_the_others() {
    let mut world = World::new("enforce");
    for n in 0..20 {
        world = world
            .with(&format!("lamp-{n:02}"), if n == 3 { Lamp { unreadable: true, ..Lamp::off() } } else { Lamp::off() });
    }
    let failure = world.handle(toy::scheduled()).await.unwrap_err();
    assert_eq!(failure.kind(), "ReadError");
    assert_eq!(world.writes().len(), 19);
}

#[tokio::test]
async fn a_sweep_without_time_goes_on_where_it_stopped_and_counts_failures_on() {
    let mut world = World::new("enforce").minutes_left(0);
    for n in 0..20 {
        world = world
            .with(&format!("lamp-{n:02}"), if n == 3 { Lamp { unreadable: true, ..Lamp::off() } } else { Lamp::off() });
    }
    let mut hops = 0;
    let mut event = toy::scheduled();
    let last = loop {
        let before = world.events().len();
        let result = world.handle(event).await;
        let continuation = world.events().into_iter().skip(before).find(|detail| detail.get("hop").is_some());
        match continuation {
            Some(detail) => {
                assert!(result.is_ok(), "only the last invocation tells the failure");
                event = toy::envelope("phiward", "Sweep Continuation", detail);
                hops += 1;
            }
            None => break result,
        }
        assert!(hops < 10, "a sweep ends");
    };
    assert_eq!(hops, 3);
    assert_eq!(last.unwrap_err().kind(), "SweepError");
    let mut writes = world.writes();
    writes.sort();
    let count = writes.len();
    writes.dedup();
    assert_eq!((count, writes.len()), (19, 19), "none twice, none forgotten");
}

#[tokio::test]
async fn events_for_others_are_ignored_with_a_reason() {
    let world = World::new("enforce").with("a", Lamp::off());
    let mut foreign = toy::touched("a");
    foreign["account"] = json!("111122223333");
    assert_eq!(world.handle(foreign).await.unwrap().ignored, Some("an event of another account"));
    assert_eq!(world.reads(), 0);
}

/// An answer that was lost makes the SDK send the record again; the second time S3 has it already.
#[tokio::test]
async fn a_record_that_is_there_already_is_written() {
    let world = World::new("enforce").with("a", Lamp::off());
    world.account.answer_is_lost.store(true, Relaxed);
    assert_eq!(world.handle(toy::touched("a")).await.unwrap().outcomes[0].outcome, Outcome::Remediated);
    assert_eq!(world.records().len(), 2);
    assert_eq!(world.verify().defects, []);
}

#[tokio::test]
async fn a_bus_that_takes_no_entry_fails_the_invocation_after_every_record_is_made() {
    let world = World::new("enforce").with("a", Lamp { dusty: true, ..Lamp::off() });
    world.account.bus_refuses.store(true, Relaxed);
    assert_eq!(world.handle(toy::touched("a")).await.unwrap_err().kind(), "NoticeError");
    assert_eq!(world.records().len(), 3, "an intent and an outcome for the repair, an outcome for the dust");
}
