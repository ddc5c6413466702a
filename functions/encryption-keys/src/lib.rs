//! The duty `encryption-keys`: the KMS keys that the deployment names stay usable.
//!
//! Guide step S5. A named key is the data key, Phiward's own, or one of the parameter `KeyArns`; no other key is looked at,
//! as its owner may well delete it on purpose. A key that is about to be deleted is taken back, one that is disabled is
//! enabled, one that doesn't rotate is made to. A key policy is judged, and never written.
//!
//! Reads of a compliant key, all at once: DescribeKey, GetKeyRotationStatus, GetKeyPolicy.
//!
//! Phiward's own key encrypts the ledger, the evidence, the dead letters and the notices. While it can't be used none of them
//! can be had, so its repair asks none of them: intent and outcome go to a log group without a customer's key. Whatever else
//! is wrong with it is repaired and recorded as with any other key.

mod apply;
mod key;
mod observe;

#[cfg(test)]
mod tests;

use std::cell::Cell;

use futures_util::stream::{self, Stream};
use policy::Violation;
use policy::encryption_keys::{Observation, Step, assess};
use remediation::journal::Journal;
use remediation::{ApiCall, Duty, Parts, ReadError, Repair, Restored, Scope, SettingError, Signal, Undo, WriteError};

pub use key::Key;
use key::Keys;

/// The duty with its clients.
pub struct EncryptionKeys {
    kms: aws_sdk_kms::Client,
    keys: Keys,
    rotation_days: u32,
    journal: Journal,
    /// Whether Phiward's own key could be used when it was looked at last; not known is no.
    own_is_usable: Cell<bool>,
}

impl EncryptionKeys {
    /// Makes the duty.
    ///
    /// # Errors
    /// When its environment is malformed.
    pub fn new(parts: &Parts<'_>) -> Result<Self, SettingError> {
        let config = aws_sdk_kms::config::Builder::from(parts.sdk).interceptor(parts.calls.clone());
        Ok(Self {
            kms: aws_sdk_kms::Client::from_conf(config.build()),
            keys: Keys::read(parts.environment, parts.settings)?,
            rotation_days: parts.baseline.encryption_keys.rotation_days,
            journal: Journal::new(parts)?,
            own_is_usable: Cell::new(false),
        })
    }

    fn scope_of(&self, call: &ApiCall) -> Scope<Key> {
        if call.source != "kms.amazonaws.com" {
            return Scope::Nothing("not a call of KMS");
        }
        // The answer has the ARN, whatever the request named; some calls answer nothing.
        let named = call.response_element("keyId").or_else(|| call.parameter("keyId"));
        match named {
            Some(alias) if alias.contains("alias/") => Scope::All,
            Some(id) => match self.keys.find(id) {
                Some(key) => Scope::These(vec![key.clone()]),
                None => Scope::Nothing("a key that the deployment does not name"),
            },
            None => Scope::All,
        }
    }
}

impl Duty for EncryptionKeys {
    const NAME: &'static str = "encryption-keys";

    type Resource = Key;
    type Observation = Observation;
    type Step = Step;

    fn resource(&self, id: &str) -> Option<Key> {
        self.keys.find(id).cloned()
    }

    fn scope(&self, signal: &Signal) -> Scope<Key> {
        match signal {
            Signal::ApiCall(call) => self.scope_of(call),
            _ => Scope::Nothing("not an event that this duty looks after"),
        }
    }

    fn list(&self) -> impl Stream<Item = Result<Key, ReadError>> {
        stream::iter(self.keys.all().iter().cloned().map(Ok))
    }

    async fn observe(&self, at: &Key) -> Result<Option<Observation>, ReadError> {
        let seen = observe::observe(&self.kms, at).await?;
        if self.keys.is_own(at) {
            self.own_is_usable.set(seen.is_usable());
        }
        Ok(Some(seen))
    }

    fn assess(&self, _: &Key, seen: &Observation) -> Vec<Violation<Step>> {
        assess(self.rotation_days, seen)
    }
}

impl Repair for EncryptionKeys {
    async fn apply(&self, at: &Key, step: &Step) -> Result<(), WriteError> {
        apply::apply(&self.kms, at, step).await
    }

    fn journal(&self, at: &Key) -> Option<&Journal> {
        (self.keys.is_own(at) && !self.own_is_usable.get()).then_some(&self.journal)
    }

    fn undo(&self, _: &Key, _: &Undo, _: &Observation) -> Restored<Step> {
        let why = "Phiward disables no key, deletes none and stops no rotation: do it in KMS, after exempting the key from \
                   the control";
        Restored::Refused(why.to_owned())
    }
}
