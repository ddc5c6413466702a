//! The way of what evidence and ledger themselves depend on: Phiward's own key.
//!
//! Nothing of the bucket or the table is touched, as neither may be readable; so there is no lease (the repair of a key is
//! the same, whoever makes it and however often), no exemption, no budget, no breaker, and no silence. What is decided goes
//! to a [`Journal`]; without its confirmed intent nothing is changed.

use evidence::{Stream, Times};

use crate::admission::Admitted;
use crate::conclude::json;
use crate::draft::{self, Draft};
use crate::duty::Repair;
use crate::engine::{Engine, OutcomeLine, now};
use crate::error::Failure;
use crate::journal::Journal;
use crate::keeper::Keeper;
use crate::ledger::Table;
use crate::pass::{Done, Site};
use crate::store::Head;

impl<D: Repair, T: Table> Engine<D, T> {
    pub(crate) async fn plainly(
        &self,
        site: &Site<'_, D::Resource>,
        journal: &Journal,
    ) -> Result<Vec<OutcomeLine>, Failure> {
        let Site { at, id, context } = site;
        let Some(seen) = self.look(at, id).await? else { return Ok(Vec::new()) };
        let decisions = self.decide(at, &seen);
        if decisions.is_empty() {
            return Ok(Vec::new());
        }
        let before = json(&seen, id)?;
        let times = Times { event: context.cause.time, seen: now(), repaired: None, recorded: now() };
        let drafts = decisions.into_iter().map(|decision| {
            let each = Admitted::freely(decision);
            let plan = draft::plan(&each.decision.steps, id)?;
            let decided = draft::decided::<D>(&each, site, &before, plan, &times);
            let stream = Stream::journal(&uuid::Uuid::new_v4().to_string());
            Ok(Draft { each, decided, stream, head: Head::default(), told: None, refused: None })
        });
        let mut drafts = drafts.collect::<Result<Vec<_>, Failure>>()?;
        let keeper = Keeper::Journal(journal);
        self.mend(site, keeper, &mut drafts).await?;
        let mut done = Done::default();
        for draft in drafts {
            match self.conclude(draft, site, keeper).await {
                Ok(concluded) => concluded.keep(&mut done),
                Err(failure) => done.note(failure),
            }
        }
        done.failure.map_or(Ok(done.lines), Err)
    }
}
