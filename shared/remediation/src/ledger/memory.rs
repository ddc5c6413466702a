//! What the ledger remembers of one resource, read before a decision and written after it.

use std::collections::BTreeMap;

use evidence::Stream;
use policy::memory::{BreakerState, Budget, Pause, Repaired, Reservation, ResourceState, Told};
use policy::{Exemption, Millis};

use super::keys::Key;
use super::lease::Lease;
use super::table::{Table, Write, Written};
use super::wake::Wake;
use super::{Ledger, Patience, decode, encode};
use crate::error::AwsError;

/// What is remembered.
#[derive(Debug, Default)]
pub struct Memory {
    /// By control.
    pub states: BTreeMap<&'static str, ResourceState>,
    /// All repairs are stopped.
    pub pause: Option<Pause>,
    /// All exemptions, ended ones too.
    pub exemptions: Vec<Exemption>,
}

/// What a run has to remember of one control.
#[derive(Debug, Clone)]
pub struct Change {
    /// The control.
    pub control: &'static str,
    /// The number of the chain's last record, and its digest.
    pub head: (u64, String),
    /// A verified repair.
    pub repaired: Option<Repaired>,
    /// Nothing is written until then.
    pub escalated_until: Option<Millis>,
    /// What was told.
    pub told: Option<Told>,
}

impl Memory {
    /// With what has been done but is not written yet.
    pub fn with(mut self, changes: &[Change], budget: Budget) -> Self {
        for change in changes {
            change.apply(self.states.entry(change.control).or_default(), budget);
        }
        self
    }
}

impl Change {
    fn apply(&self, state: &mut ResourceState, budget: Budget) {
        (state.sequence, state.sha256) = (self.head.0, Some(self.head.1.clone()));
        if let Some(repaired) = &self.repaired {
            state.remember(repaired.clone(), budget);
        }
        if self.escalated_until.is_some() {
            state.escalated_until = self.escalated_until;
        }
        if self.told.is_some() {
            state.again = 0;
            state.told.clone_from(&self.told);
        }
    }
}

impl<T: Table> Ledger<T> {
    /// What is remembered of these controls for a resource.
    ///
    /// # Errors
    /// When anything of it can't be read; then nothing may be changed.
    pub async fn recall(&self, controls: &[&'static str], resource: &str) -> Result<Memory, AwsError> {
        let mut keys: Vec<Key> = controls.iter().map(|control| Key::state(control, resource)).collect();
        keys.push(Key::pause());
        let (items, exemptions) =
            futures_util::future::try_join(self.table.get(keys), self.table.query(Key::exemptions())).await?;
        let mut items = items.into_iter();
        let mut memory = Memory::default();
        for control in controls {
            let state = items.next().flatten().map(|item| decode(&item)).transpose()?;
            memory.states.insert(control, state.map(|state| state.body).unwrap_or_default());
        }
        memory.pause = items.next().flatten().map(|item| decode(&item)).transpose()?.map(|pause| pause.body);
        memory.exemptions =
            exemptions.iter().map(|(_, item)| Ok(decode(item)?.body)).collect::<Result<_, AwsError>>()?;
        Ok(memory)
    }

    /// Takes a place in a control's breaker.
    ///
    /// # Errors
    /// When the ledger fails.
    pub async fn reserve(
        &self,
        control: &str,
        resource: &str,
        most: u32,
        now: Millis,
    ) -> Result<Reservation, AwsError> {
        let name = Stream::of(control, resource).to_string();
        let name = name.rsplit('/').next().unwrap_or(&name).to_owned();
        self.update(Key::breaker(control), |state: &mut BreakerState| {
            let before = state.clone();
            let reservation = state.reserve(&name, most, now);
            let changed = *state != before;
            (reservation, changed)
        })
        .await
    }

    /// Remembers what a run did, and ends its lease; what it announced and did not finish stays for whoever comes next.
    ///
    /// # Errors
    /// When the ledger fails, or another run has taken the lease.
    pub async fn close(
        &self,
        lease: Lease,
        resource: &str,
        changes: &[Change],
        budget: Budget,
        wake: Option<(&str, Wake)>,
    ) -> Result<(), AwsError> {
        // A run that was cut off and the one that follows it may both change one control: one item, one write.
        let mut by_control: BTreeMap<&str, Vec<&Change>> = BTreeMap::new();
        for change in changes {
            by_control.entry(change.control).or_default().push(change);
        }
        let mut patience = Patience::default();
        loop {
            let mut keys: Vec<Key> = by_control.keys().map(|control| Key::state(control, resource)).collect();
            keys.extend(wake.iter().map(|(duty, _)| Key::wake(duty, resource)));
            let items = if keys.is_empty() { Vec::new() } else { self.table.get(keys.clone()).await? };
            let mut writes = lease.ending()?;
            let mut found = keys.into_iter().zip(items);
            for (changes, (key, item)) in by_control.values().zip(&mut found) {
                let state = item.map(|item| decode::<ResourceState>(&item)).transpose()?;
                let (mut state, expected) = state.map_or_else(Default::default, |state| (state.body, state.revision));
                changes.iter().for_each(|change| change.apply(&mut state, budget));
                writes.push(Write::Put { key, body: encode(&state)?, expected });
            }
            for ((_, wake), (key, item)) in wake.iter().zip(found) {
                writes.push(Write::Put { key, body: encode(wake)?, expected: item.map(|item| item.revision) });
            }
            if self.table.write(writes).await? == Written::Done {
                return Ok(());
            }
            // An operator has changed a state meanwhile, or the lease is lost; that, patience ends.
            patience.wait().await?;
        }
    }
}
