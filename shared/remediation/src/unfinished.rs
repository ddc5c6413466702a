//! Resources that no event of AWS names: those that are woken, and those whose runs were cut off.

use std::sync::atomic::Ordering;

use crate::context::Context;
use crate::duty::Repair;
use crate::engine::{Engine, Summary};
use crate::error::Failure;
use crate::failures::Failures;
use crate::ledger::Table;

impl<D: Repair, T: Table> Engine<D, T> {
    /// Looks at one resource, whether or not something is wrong with it: a run may have been cut off after its repair.
    pub(crate) async fn woken(&self, resource: &str, context: &Context) -> Result<Summary, Failure> {
        let Some(at) = self.find(resource, &[]).await? else {
            let abandoned = self.abandon(resource, context).await?;
            let why = if abandoned { "its run had changed nothing yet" } else { "not a resource of this duty" };
            return Ok(Summary { ignored: Some(why), ..Summary::default() });
        };
        let outcomes = self.run(&at, context).await?;
        Ok(Summary { checked: 1, outcomes, ignored: None })
    }

    /// Looks at the resources whose runs were cut off: each ends in a true record.
    pub(crate) async fn finish_cut_off_runs(&self, named: &[D::Resource], context: &Context, failures: &mut Failures) {
        let listed = self.ledger.unfinished(D::NAME, &context.function.request_id).await;
        let cut_off = match listed {
            Ok(cut_off) => cut_off,
            // Whoever has to write anything will fail; what is compliant needs no ledger.
            Err(error) => {
                tracing::warn!(duty = D::NAME, %error, "the ledger can't be asked for runs that were cut off");
                return;
            }
        };
        self.unsettled.store(false, Ordering::Relaxed);
        // What has just failed is for the next invocation.
        for id in cut_off.into_iter().filter(|id| !failures.has(id)).collect::<Vec<_>>() {
            tracing::info!(duty = D::NAME, resource = id, "an earlier run was cut off");
            if let Err(failure) = self.finish(&id, named, context).await {
                failures.of(id, failure);
            }
        }
    }

    async fn finish(&self, id: &str, named: &[D::Resource], context: &Context) -> Result<(), Failure> {
        match self.find(id, named).await? {
            Some(at) => self.run(&at, context).await.map(drop),
            None => self.abandon(id, context).await.map(drop),
        }
    }
}
