//! What has been since the last report: from the ledger, and from the ends of the evidence chains that it knows.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use evidence::{Body, Decided, Stream};
use futures_util::StreamExt;
use futures_util::stream;
use policy::memory::{Pause, ResourceState};
use policy::{Exemption, Outcome, control};
use remediation::engine::now;
use remediation::{AwsError, Key};
use report::findings::{Answer, Exempted, KEPT_REPAIRS, Memory, OpenDrift, RepairDone, Run, Said, Surveyed};

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
    ) -> Answer<Memory> {
        let at = now();
        let said = match self.remember(run, duties, exemptions).await {
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
    ) -> Result<Memory, AwsError> {
        let (open, (repairs, repaired)) = (self.open(duties).await?, self.repairs(run.since).await?);
        let pause = self.ledger.read::<Pause>(Key::pause()).await?.map(|item| item.body);
        let now = now().timestamp_millis();
        let standing = exemptions?.into_iter().filter(|each| now < each.expires).filter_map(|each| {
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
    async fn open(&self, duties: &BTreeMap<String, Surveyed>) -> Result<Vec<OpenDrift>, AwsError> {
        let seen = duties.values().flat_map(|duty| &duty.controls);
        let wrong = seen.flat_map(|(control, seen)| {
            let control = control::by_id(control).map(|control| control.id);
            seen.first.iter().filter_map(move |first| Some((control?, first.resource.clone())))
        });
        let wrong: Vec<_> = wrong.collect();
        let read = stream::iter(wrong).map(|(control, resource)| self.since(control, resource)).buffered(CONCURRENCY);
        let found: Vec<_> = read.collect().await;
        let mut open = found.into_iter().filter_map(Result::transpose).collect::<Result<Vec<_>, _>>()?;
        open.sort_by_key(|each| each.since);
        Ok(open)
    }

    async fn since(&self, control: &'static str, resource: String) -> Result<Option<OpenDrift>, AwsError> {
        let Some(state) = self.ledger.read::<ResourceState>(Key::state(control, &resource)).await? else {
            return Ok(None);
        };
        let end = End { control, resource, sequence: state.body.sequence };
        let mut open: Option<OpenDrift> = None;
        self.back(&end, |decided, _| {
            let Some(outcome) = decided.outcome else { return true };
            let at = decided.times.recorded;
            let lasts = !matches!(outcome, Outcome::Remediated | Outcome::Compliant | Outcome::Exempt)
                && open.as_ref().is_none_or(|open| open.since - at < SILENCE);
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

    /// The repairs since then, the oldest first, and how many there were.
    async fn repairs(&self, since: DateTime<Utc>) -> Result<(Vec<RepairDone>, u64), AwsError> {
        let mut repairs = Vec::new();
        let mut count = 0;
        for control in control::ALL {
            let states = self.ledger.read_all::<ResourceState>(&format!("state#{}", control.id)).await?;
            let moved = states
                .into_iter()
                .filter(|(_, state)| state.body.told.as_ref().is_some_and(|told| told.at >= since.timestamp_millis()));
            let ends =
                moved.map(|(resource, state)| End { control: control.id, resource, sequence: state.body.sequence });
            let ends: Vec<_> = ends.collect();
            let mut read = stream::iter(&ends).map(|end| self.repairs_of(end, since)).buffered(CONCURRENCY);
            while let Some(found) = read.next().await {
                let found = found?;
                count += found.len() as u64;
                repairs.extend(found);
            }
            // The newest are kept, whatever there was.
            repairs.sort_by_key(|repair| repair.at);
            let surplus = repairs.len().saturating_sub(KEPT_REPAIRS);
            repairs.drain(..surplus);
        }
        Ok((repairs, count))
    }

    async fn repairs_of(&self, end: &End, since: DateTime<Utc>) -> Result<Vec<RepairDone>, AwsError> {
        let mut found = Vec::new();
        self.back(end, |decided, evidence| {
            if decided.times.recorded < since {
                return false;
            }
            if decided.outcome == Some(Outcome::Remediated)
                && let Some(at) = decided.times.repaired
            {
                found.push(RepairDone {
                    control: end.control.to_owned(),
                    resource: end.resource.clone(),
                    actor: decided.event.actor.clone(),
                    at,
                    milliseconds: u64::try_from((at - decided.times.event).num_milliseconds()).ok(),
                    evidence: evidence.to_owned(),
                });
            }
            true
        })
        .await?;
        Ok(found)
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
