//! What an operator has ordered a duty to do. The order is in the ledger, where only `operate` may put it; the event that
//! wakes the duty only says where to look.

use policy::Millis;
use serde::{Deserialize, Serialize};

/// What is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OrderAction {
    /// Restore the before-state of a record.
    Undo,
    /// Bring a quarantined version back.
    Release,
}

/// An order, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// What.
    pub action: OrderAction,
    /// The control.
    pub control: String,
    /// The key of the record that it is about.
    pub evidence: String,
    /// The digest of that record, as `operate` read it.
    pub sha256: String,
    /// The ARN of who ordered it.
    pub by: String,
    /// When.
    pub at: Millis,
    /// How it ended; absent: it waits to be done.
    pub result: Option<OrderResult>,
}

/// How an order ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderResult {
    /// Whether it was done and read back.
    pub done: bool,
    /// What happened, and what to do.
    pub message: String,
    /// The key of its record.
    pub evidence: Option<String>,
}

/// What a person has looked at and found right: the next finding on it is no concern.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reviewed {
    /// The ARN of who released it.
    pub by: String,
    /// When.
    pub at: Millis,
}
