//! A look at every resource of a duty, in as many invocations as it takes.

use std::pin::pin;
use std::time::Instant;

use futures_util::StreamExt;

use crate::context::{Context, MARGIN};
use crate::duty::Repair;
use crate::engine::{Engine, Invocation, Summary};
use crate::error::Failure;
use crate::event::Sweep;
use crate::failures::Failures;
use crate::ledger::Table;

/// How many resources a sweep looks at at once.
pub(crate) const CONCURRENCY: usize = 8;
/// A sweep takes no more invocations than this.
const MAX_HOPS: u32 = 200;

impl<D: Repair, T: Table> Engine<D, T> {
    /// Looks at every resource; one that fails does not keep the others from being looked at.
    pub(crate) async fn sweep(
        &self,
        from: Sweep,
        context: &Context,
        invocation: &Invocation,
    ) -> Result<Summary, Failure> {
        let mut summary = Summary::default();
        let mut failures = Failures::earlier(from.failed);
        let mut last = from.after.clone();
        // The resources come in the order of their ids, so what was looked at already is skipped, also when the one
        // that the last invocation stopped at is gone by now.
        let listed = self.duty.list().filter(|item| {
            let seen = matches!((item, &from.after), (Ok(resource), Some(after)) if resource.to_string() <= *after);
            std::future::ready(!seen)
        });
        let mut chunks = pin!(listed.chunks(CONCURRENCY));
        while let Some(chunk) = chunks.next().await {
            let mut resources = Vec::with_capacity(chunk.len());
            for item in chunk {
                match item {
                    Ok(resource) => resources.push(resource),
                    Err(error) => failures.note(Failure::List(error, D::NAME)),
                }
            }
            self.each(&resources, context, &mut summary, &mut failures).await;
            last = resources.last().map(ToString::to_string).or(last);
            if invocation.deadline.saturating_duration_since(Instant::now()) < MARGIN && from.hop < MAX_HOPS {
                let rest = Sweep { after: last, hop: from.hop + 1, failed: failures.count };
                tracing::info!(
                    duty = D::NAME,
                    checked = summary.checked,
                    hop = rest.hop,
                    "the sweep goes on in a further invocation"
                );
                let sent = self.bus.go_on(D::NAME, &rest).await;
                // Failures are counted on, and told by the sweep's last invocation: were this one to fail, Lambda's
                // retries would multiply the sweep.
                return match sent {
                    Ok(()) => Ok(summary),
                    Err(source) => {
                        Err(Failure::Notice { duty: D::NAME, resource: "the sweep".to_owned(), source: source.into() })
                    }
                };
            }
        }
        // Last, as it needs the ledger, which a key in the list may have to be repaired for.
        self.finish_cut_off_runs(&[], context, &mut failures).await;
        tracing::info!(duty = D::NAME, checked = summary.checked, failed = failures.count, "sweep ended");
        failures.into_result::<D>(summary)
    }
}
