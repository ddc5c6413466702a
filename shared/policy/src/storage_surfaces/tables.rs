//! Each rule, by examples.

use serde_json::json;

use super::*;
use crate::baseline::{Baseline, Repairable, StorageSurfaces};
use crate::data_key::{KeyObservation, usable};
use crate::decision::{Remedy, Violation};
use crate::globs::{Glob, STORE};

pub(super) const KEY: &str = "arn:aws:kms:us-east-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const OTHER: &str = "arn:aws:kms:us-east-1:000000000000:key/mrk-99998888777766665555444433332222";
const ARN: &str = "arn:aws:bedrock:us-east-1:000000000000:agent/AGENT12345";
pub(super) const SURFACES: [Surface; 4] = [Surface::Agent, Surface::DataSource, Surface::Flow, Surface::Prompt];

pub(super) fn baseline() -> StorageSurfaces {
    Baseline::parse(include_str!("../../../../baseline.toml")).unwrap().storage_surfaces
}

pub(super) fn desired(baseline: &StorageSurfaces) -> Desired<'_> {
    Desired { resource: ARN, partition: "aws", region: "us-east-1", account: "000000000000", key_arn: KEY, baseline }
}

/// A key whose policy lets Bedrock use it, for each kind under its own encryption context.
pub(super) fn key() -> KeyObservation {
    let statement = |name: &str| {
        json!({"Effect": "Allow", "Principal": {"Service": "bedrock.amazonaws.com"}, "Resource": "*",
            "Action": ["kms:GenerateDataKey", "kms:Decrypt"],
            "Condition": {"ArnLike": {name: "arn:aws:bedrock:us-east-1:000000000000:*"}}})
    };
    let names = SURFACES.into_iter().filter_map(Surface::encryption_context);
    usable(&json!({ "Statement": names.map(statement).collect::<Vec<_>>() }).to_string())
}

/// One without a key, that can be written again.
pub(super) fn keyless() -> Writable {
    Writable {
        key_arn: None,
        preparation: None,
        rest: Rest::Sha256("ab".repeat(32)),
        versions: 0,
        key: Some(key()),
        left_unprepared: false,
        altered: false,
    }
}

fn found(surface: Surface, seen: Writable) -> Vec<Violation<Step>> {
    assess(&desired(&baseline()), surface, &Observation::Writable(seen))
}

fn person(found: Vec<Violation<Step>>) -> String {
    match found.into_iter().next().unwrap().remedy {
        Remedy::Person(advice) => advice,
        Remedy::Steps(steps) => panic!("{steps:?}"),
    }
}

fn steps(found: &[Violation<Step>]) -> Vec<Step> {
    match &found[0].remedy {
        Remedy::Steps(steps) => steps.clone(),
        Remedy::Person(advice) => panic!("{advice}"),
    }
}

fn give() -> Step {
    Step::GiveKey { key_arn: KEY.to_owned(), rest_sha256: "ab".repeat(32) }
}

#[test]
fn what_has_a_key_of_this_account_is_left_alone() {
    for key in [KEY, OTHER] {
        for surface in SURFACES {
            let seen = Writable { key_arn: Some(key.to_owned()), key: None, ..keyless() };
            assert_eq!(found(surface, seen), [], "{surface} {key}");
        }
    }
    for named in [KEY, OTHER, "1234abcd-12ab-34cd-56ef-1234567890ab"] {
        let seen = Observation::Fixed { key: Some(named.to_owned()) };
        assert_eq!(assess(&desired(&baseline()), Surface::EvaluationJob, &seen), []);
    }
}

#[test]
fn another_s_key_is_told_and_never_replaced() {
    for key in [
        "arn:aws:kms:us-east-1:111122223333:key/1234",
        "arn:aws:kms:eu-west-1:000000000000:key/1234",
        "arn:aws:kms:us-east-1:000000000000:alias/mine",
        "arn:aws:kms:us-east-1:000000000000:key/a/b",
        "alias/mine",
        "",
    ] {
        let seen = Writable { key_arn: Some(key.to_owned()), ..keyless() };
        assert!(person(found(Surface::Agent, seen)).contains("not known to be one of this account"), "{key}");
        let seen = Observation::Fixed { key: Some(key.to_owned()) };
        let told = person(assess(&desired(&baseline()), Surface::CustomModel, &seen));
        assert!(told.contains("not known to be one of this account"), "{key}");
    }
}

#[test]
fn what_has_none_is_given_the_data_key_under_its_own_control() {
    for (surface, control) in SURFACES.into_iter().zip([
        "storage-surfaces.agents",
        "storage-surfaces.data-sources",
        "storage-surfaces.flows",
        "storage-surfaces.prompts",
    ]) {
        let found = found(surface, keyless());
        assert_eq!((found.len(), found[0].control.id), (1, control));
        assert_eq!(steps(&found), [give()]);
        assert_eq!(found[0].losses.len(), 0);
    }
}

#[test]
fn what_was_prepared_is_prepared_again_and_nothing_else() {
    for (preparation, expected) in [
        (Some(Preparation::Done), vec![give(), Step::Prepare]),
        (Some(Preparation::Going), vec![give(), Step::Prepare]),
        (Some(Preparation::No), vec![give()]),
        (None, vec![give()]),
    ] {
        assert_eq!(steps(&found(Surface::Agent, Writable { preparation, ..keyless() })), expected);
    }
    let written = |preparation, left_unprepared| {
        found(Surface::Flow, Writable { key_arn: Some(KEY.to_owned()), preparation, left_unprepared, ..keyless() })
    };
    for preparation in [Preparation::No, Preparation::Going] {
        assert_eq!(steps(&written(Some(preparation), true)), [Step::Prepare]);
        assert_eq!(written(Some(preparation), false), [], "somebody is at work on it");
    }
    assert_eq!(written(Some(Preparation::Done), true), []);
}

#[test]
fn versions_that_keep_their_old_key_are_told() {
    let losses = |versions| found(Surface::Prompt, Writable { versions, ..keyless() })[0].losses.concat();
    assert_eq!(losses(0), "");
    assert!(losses(1).starts_with("one version that was published before"), "{}", losses(1));
    assert!(losses(3).starts_with("3 versions that were published before"), "{}", losses(3));
}

#[test]
fn without_the_baseline_s_word_or_a_key_that_works_it_is_told() {
    let quiet = StorageSurfaces { repair: vec![Repairable::Agent], ..baseline() };
    let seen = Observation::Writable(keyless());
    assert!(matches!(assess(&desired(&quiet), Surface::Agent, &seen)[0].remedy, Remedy::Steps(_)));
    let said = person(assess(&desired(&quiet), Surface::Flow, &seen));
    assert!(said.contains("the baseline does not say") && said.contains(KEY), "{said}");

    let with = |key| person(found(Surface::Agent, Writable { key, ..keyless() }));
    assert!(with(None).contains("was not read"));
    let mut disabled = key();
    disabled.described.state = "Disabled".to_owned();
    assert!(with(Some(disabled)).contains("is Disabled"));
    let said = with(Some(usable(&key().policy.expose().replace("kms:Decrypt", "kms:Sign"))));
    assert!(
        said.contains("allow it kms:Decrypt under the condition ArnLike kms:EncryptionContext:aws:bedrock:arn"),
        "{said}"
    );
    let others = usable(&key().policy.expose().replace("bedrock:arn", "bedrock-x:arn"));
    assert!(with(Some(others)).contains("kms:GenerateDataKey, kms:Decrypt"));
    // A data source's key is used by its knowledge base's role, about which the key policy may say nothing.
    let seen = Writable { key: Some(usable(r#"{"Statement":[]}"#)), ..keyless() };
    assert_eq!(steps(&found(Surface::DataSource, seen)), [give()]);
}

#[test]
fn a_guardrail_is_given_the_key_only_where_the_baseline_asks_for_it() {
    let seen = Observation::Writable(keyless());
    assert!(person(assess(&desired(&baseline()), Surface::Guardrail, &seen)).contains("no model can be invoked"));
    let asked = StorageSurfaces { repair: vec![Repairable::Guardrail], ..baseline() };
    let found = assess(&desired(&asked), Surface::Guardrail, &seen);
    assert_eq!((found[0].control.id, steps(&found)), ("storage-surfaces.guardrails", vec![give()]));
}

#[test]
fn what_can_t_be_written_again_as_it_is_is_told() {
    let rest = Rest::Unwritable("Phiward does not know its member brandNew".to_owned());
    let said = person(found(Surface::Agent, Writable { rest, ..keyless() }));
    assert!(said.contains("brandNew") && said.contains("by hand"), "{said}");
}

#[test]
fn what_was_written_and_is_another_thing_now_is_told_and_not_called_fixed() {
    let seen = Writable { key_arn: Some(KEY.to_owned()), altered: true, ..keyless() };
    assert!(person(found(Surface::Agent, seen)).contains("is not what was written"));
}

#[test]
fn what_can_t_be_changed_is_told_with_what_it_takes() {
    for (surface, control, word) in [
        (Surface::CustomModel, "storage-surfaces.models", "CreateModelCopyJob"),
        (Surface::ImportedModel, "storage-surfaces.models", "importedModelKmsKeyId"),
        (Surface::EvaluationJob, "storage-surfaces.jobs", "BatchDeleteEvaluationJob"),
        (Surface::InvocationJob, "storage-surfaces.jobs", "StopModelInvocationJob"),
        (Surface::KnowledgeBase, "storage-surfaces.vector-stores", "knowledge base"),
    ] {
        let found = assess(&desired(&baseline()), surface, &Observation::Fixed { key: None });
        assert_eq!((found.len(), found[0].control.id), (1, control));
        assert!(person(found).contains(word), "{surface}");
    }
    let unlisted = assess(&desired(&baseline()), Surface::Prompt, &Observation::Unlisted);
    assert!(person(unlisted).contains("can't be listed here"));
}

#[test]
fn a_vector_store_is_told_until_somebody_attests_it() {
    let arn = "arn:aws:aoss:us-east-1:000000000000:collection/abc";
    let seen =
        |kind: &str, place: Option<&str>| Observation::Store { kind: kind.to_owned(), place: place.map(str::to_owned) };
    let attesting =
        |glob: &str| StorageSurfaces { attested_stores: vec![Glob::of(&STORE, glob).unwrap()], ..baseline() };
    let told =
        |baseline: &StorageSurfaces, seen: &Observation| assess(&desired(baseline), Surface::KnowledgeBase, seen);
    let collection = seen("OPENSEARCH_SERVERLESS", Some(arn));
    let said = person(told(&baseline(), &collection));
    assert!(said.contains("(OPENSEARCH_SERVERLESS)") && said.contains("encryption policy"), "{said}");
    assert_eq!(told(&attesting("arn:aws:aoss:*:collection/*"), &collection), []);
    assert_eq!(told(&attesting(arn), &seen("BRAND_NEW", Some(arn))), []);
    assert_eq!(told(&attesting("arn:aws:s3vectors:*"), &collection).len(), 1);
    assert_eq!(told(&attesting("*"), &seen("SQL", None)).len(), 1, "nobody can have looked at it");
    assert!(person(told(&baseline(), &seen("Jane Doe", None))).contains("a kind that is not known"));
}

#[test]
fn the_baseline_takes_no_kind_that_is_never_written_and_no_endless_noise() {
    let text = include_str!("../../../../baseline.toml");
    for (from, to, said) in [
        ("repair = [\"agent\",", "repair = [\"custom-model\",", "unknown variant `custom-model`"),
        ("job_days = 7", "job_days = 0", "job_days must be 1 to 90"),
        ("job_days = 7", "job_days = 91", "job_days must be 1 to 90"),
        ("attested_stores = []", "attested_stores = [\"a b\"]", "the ARN, endpoint or glob of a vector store"),
    ] {
        let error = Baseline::parse(&text.replace(from, to)).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
}
