//! What a repair has left undone, until it is seen to be done: that an agent was prepared before it was written can't be seen
//! any more.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use policy::storage_surfaces::{Preparation, Rest, Writable};
use serde_json::Value;

/// For so long what differs from what was written was made so by the writing; after that by somebody.
const FRESH: Duration = Duration::from_secs(60);

/// Of one resource.
#[derive(Clone, Debug)]
struct Note {
    /// The digest of what was written besides the key.
    rest_sha256: String,
    /// Whether it has to be prepared again.
    unprepared: bool,
    written: Instant,
}

/// Of all resources that this process has written.
#[derive(Debug, Default)]
pub(crate) struct Notes(RefCell<BTreeMap<String, Note>>);

impl Notes {
    /// A resource is about to be written.
    pub(crate) fn writing(&self, id: &str, rest_sha256: &str, unprepared: bool) {
        let note = Note { rest_sha256: rest_sha256.to_owned(), unprepared, written: Instant::now() };
        self.0.borrow_mut().insert(id.to_owned(), note);
    }

    /// A run with this plan was cut off.
    pub(crate) fn resume(&self, id: &str, plan: &[Value]) {
        let is = |step: &&Value, word: &str| step.get("step").and_then(Value::as_str) == Some(word);
        let rest = plan.iter().find(|step| is(step, "give-key")).and_then(|step| step.get("rest_sha256"));
        if plan.iter().any(|step| is(&step, "prepare")) {
            self.writing(id, rest.and_then(Value::as_str).unwrap_or_default(), true);
        }
    }

    /// Adds to what is seen what is known of it besides.
    pub(crate) fn tell(&self, id: &str, seen: &mut Writable) {
        let mut notes = self.0.borrow_mut();
        let Some(note) = notes.get(id).filter(|_| seen.key_arn.is_some()) else { return };
        let same = note.rest_sha256.is_empty() || seen.rest == Rest::Sha256(note.rest_sha256.clone());
        seen.altered = !same && note.written.elapsed() < FRESH;
        seen.left_unprepared = note.unprepared;
        let done = matches!(seen.preparation, None | Some(Preparation::Done)) || !note.unprepared;
        if done && !seen.altered {
            notes.remove(id);
        }
    }
}
