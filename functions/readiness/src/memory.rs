//! What has been since the last report: from the ledger, and from the ends of the evidence chains that it knows. What was open then is
//! not read back again.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use evidence::{Body, Decided, Stream};
use futures_util::StreamExt;
use futures_util::stream;
use policy::memory::{Pause, ResourceState};
use policy::{Exemption, Outcome, control};
use remediation::engine::now;
use remediation::{AwsError, Key};
use report::findings::{
    Answer, Exempted, KEPT_REPAIRS, Memory, OpenDrift, Previous, RepairDone, Run, Said, Surveyed, TOLD_BY_EVENTS,
    TOLD_FOR,
};

use crate::Readiness;

/// How many chains are read at once.
const CONCURRENCY: usize = 8;
/// How far back a chain is read.
const LONGEST: u64 = 400;
/// What lasts is told again each day; a longer silence means that it had ended meanwhile.
const SILENCE: TimeDelta = TimeDelta::days(3);

/// The end of a chain, as the ledger knows it.
struct End {
    control: &'static str,
    resource: String,
    sequence: u64,
}

impl Readiness {
    pub(crate) async fn recall(
        &self,
        run: &Run,
        duties: &BTreeMap<String, Surveyed>,
        exemptions: Result<Vec<Exemption>, AwsError>,
        previous: &Answer<Option<Previous>>,
    ) -> Answer<Memory> {
        let at = now();
        let before = match &previous.said {
            Said::Known(before) => before.as_ref(),
            Said::Unknown(_) => None,
        };
        let said = match self.remember(run, duties, exemptions, before).await {
            Ok(memory) => Said::Known(memory),
            Err(error) => Said::Unknown(format!("{}: {}", error.operation, error.code)),
        };
        Answer { at, said }
    }

    async fn remember(
        &self,
        run: &Run,
        duties: &BTreeMap<String, Surveyed>,
        exemptions: Result<Vec<Exemption>, AwsError>,
        before: Option<&Previous>,
    ) -> Result<Memory, AwsError> {
        let exemptions = exemptions?;
        let now = now().timestamp_millis();
        let mut open = self.open(duties, before).await?;
        let (repairs, repaired, over) = self.since_then(run, before).await?;
        open.extend(over.into_iter().filter(|drift| {
            !exemptions.iter().any(|exemption| exemption.covers(&drift.control, &drift.resource, now))
        }));
        open.sort_by_key(|each| each.since);
        let pause = self.ledger.read::<Pause>(Key::pause()).await?.map(|item| item.body);
        let standing = exemptions.into_iter().filter(|each| now < each.expires).filter_map(|each| {
            let expires = Utc.timestamp_millis_opt(each.expires).single()?;
            let Exemption { control, resource, reason, owner, .. } = each;
            Some(Exempted { control, resource, reason, owner, expires })
        });
        Ok(Memory {
            open,
            repairs,
            repaired,
            exemptions: standing.collect(),
            paused_since: pause.and_then(|pause| Utc.timestamp_millis_opt(pause.at).single()),
        })
    }

    /// Since when that which is wrong now has been told of.
    async fn open(
        &self,
        duties: &BTreeMap<String, Surveyed>,
        before: Option<&Previous>,
    ) -> Result<Vec<OpenDrift>, AwsError> {
        let seen = duties.values().flat_map(|duty| &duty.controls);
        let wrong = seen.flat_map(|(control, seen)| {
            let control = control::by_id(control).map(|control| control.id);
            seen.first.iter().filter_map(move |first| Some((control?, first.resource.clone())))
        });
        let wrong: Vec<_> = wrong.collect();
        let read =
            stream::iter(wrong).map(|(control, resource)| self.since(control, resource, before)).buffered(CONCURRENCY);
        let found: Vec<_> = read.collect().await;
        let mut open = found.into_iter().filter_map(Result::transpose).collect::<Result<Vec<_>, _>>()?;
        open.sort_by_key(|each| each.since);
        Ok(open)
    }

    async fn since(
        &self,
        control: &'static str,
        resource: String,
        before: Option<&Previous>,
    ) -> Result<Option<OpenDrift>, AwsError> {
        let Some(state) = self.ledger.read::<ResourceState>(Key::state(control, &resource)).await? else {
            return Ok(None);
        };
        let end = End { control, resource, sequence: state.body.sequence };
        let mut open: Option<OpenDrift> = None;
        let known = before.and_then(|before| {
            let known = before.open.iter().find(|each| each.control == control && each.resource == end.resource)?;
            Some((before.began, known.since))
        });
        self.back(&end, |decided, _| {
            let Some(outcome) = decided.outcome else { return true };
            let at = decided.times.recorded;
            if let (Some((began, since)), Some(open)) = (known, &mut open)
                && at < began
            {
                open.since = since;
                return false;
            }
            let lasts = !ends_well(outcome) && open.as_ref().is_none_or(|open| open.since - at < SILENCE);
            if lasts {
                let last = open.take().map_or_else(|| outcome.as_str().to_owned(), |open| open.outcome);
                let (control, resource) = (control.to_owned(), end.resource.clone());
                open = Some(OpenDrift { control, resource, outcome: last, since: decided.times.seen });
            }
            lasts
        })
        .await?;
        Ok(open)
    }

    /// The repairs since the last report, the oldest first, and how many there were; and what was over when it was told, and did not
    /// end well.
    async fn since_then(
        &self,
        run: &Run,
        before: Option<&Previous>,
    ) -> Result<(Vec<RepairDone>, u64, Vec<OpenDrift>), AwsError> {
        let (mut repairs, mut count, mut over) = (Vec::new(), 0, Vec::new());
        for control in control::ALL {
            let told = TOLD_BY_EVENTS.contains(&control.id);
            // A report that is asked for soon after another one must not forget what is open. It is not read again, but there may
            // have been more than the last report kept.
            let open: Option<Vec<_>> = before.map(|before| still_open(before, control.id, run).collect());
            let open = open.filter(|open| open.len() < KEPT_REPAIRS);
            let since = if told && open.is_none() { run.since.min(run.began - TOLD_FOR) } else { run.since };
            let states = self.ledger.read_all::<ResourceState>(&format!("state#{}", control.id)).await?;
            let moved = states
                .into_iter()
                .filter(|(_, state)| state.body.told.as_ref().is_some_and(|told| told.at >= since.timestamp_millis()));
            let ends =
                moved.map(|(resource, state)| End { control: control.id, resource, sequence: state.body.sequence });
            let ends: Vec<_> = ends.collect();
            let told_anew = |drift: &OpenDrift| ends.iter().any(|end| end.resource == drift.resource);
            let mut here: Vec<OpenDrift> =
                open.into_iter().flatten().filter(|drift| told && !told_anew(drift)).cloned().collect();
            let mut read = stream::iter(&ends).map(|end| self.ended(end, run.since)).buffered(CONCURRENCY);
            while let Some(ended) = read.next().await {
                let (repaired, last) = ended?;
                count += repaired.len() as u64;
                repairs.extend(repaired);
                here.extend(last.filter(|_| told && here.len() < KEPT_REPAIRS));
            }
            over.extend(here);
            // The newest are kept, whatever there was.
            repairs.sort_by_key(|repair: &RepairDone| repair.at);
            let surplus = repairs.len().saturating_sub(KEPT_REPAIRS);
            repairs.drain(..surplus);
        }
        Ok((repairs, count, over))
    }

    /// The repairs of one resource since then, and how its last decision ended, if not well.
    async fn ended(&self, end: &End, since: DateTime<Utc>) -> Result<(Vec<RepairDone>, Option<OpenDrift>), AwsError> {
        let (mut repairs, mut last, mut newest) = (Vec::new(), None, true);
        self.back(end, |decided, evidence| {
            let outcome = decided.outcome.filter(|outcome| !ends_well(*outcome));
            if let Some(outcome) = outcome.filter(|_| newest) {
                last = Some(OpenDrift {
                    control: end.control.to_owned(),
                    resource: end.resource.clone(),
                    outcome: outcome.as_str().to_owned(),
                    since: decided.times.seen,
                });
            }
            newest = false;
            if decided.times.recorded < since {
                return false;
            }
            if decided.outcome == Some(Outcome::Remediated)
                && let Some(at) = decided.times.repaired
            {
                repairs.push(RepairDone {
                    control: end.control.to_owned(),
                    resource: end.resource.clone(),
                    actor: decided.event.actor.clone(),
                    at,
                    // A sweep's event tells nothing of when it drifted.
                    milliseconds: decided
                        .event
                        .actor
                        .as_ref()
                        .and_then(|_| u64::try_from((at - decided.times.event).num_milliseconds()).ok()),
                    evidence: evidence.to_owned(),
                });
            }
            true
        })
        .await?;
        Ok((repairs, last))
    }

    /// Reads a chain from its end, as long as it is wanted.
    async fn back(&self, end: &End, mut wanted: impl FnMut(&Decided, &str) -> bool) -> Result<(), AwsError> {
        let stream = Stream::of(end.control, &end.resource);
        for sequence in (1..=end.sequence).rev().take(usize::try_from(LONGEST).unwrap_or(usize::MAX)) {
            let key = stream.key(sequence);
            // The table may have been restored from an earlier day, or the record not be there yet.
            let Some(stored) = self.evidence.read(&key).await? else { continue };
            let goes_on = match &stored.record.body {
                Body::Outcome(decided) => wanted(decided, &key),
                Body::Intent(_) | Body::Operation(_) => true,
            };
            if !goes_on {
                return Ok(());
            }
        }
        Ok(())
    }
}

/// What was over when it was told, was open at the last report, and still counts.
fn still_open<'a>(before: &'a Previous, control: &'a str, run: &'a Run) -> impl Iterator<Item = &'a OpenDrift> {
    before.open.iter().filter(move |drift| drift.control == control && run.began - drift.since < TOLD_FOR)
}

/// Whether nothing is left to do.
const fn ends_well(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Remediated | Outcome::Compliant | Outcome::Exempt)
}
