//! Who am I.

use crate::caller::Caller;
use crate::item::{Item, State};

/// Whoever gets here has been named by STS, and is not the root user.
pub(crate) fn answer(caller: &Caller) -> Item {
    let Caller { account, region, .. } = caller;
    let answer = format!("{} of account {account}, which the deploy would go to, in {region}", caller.name());
    Item::new("who", State::Ok, answer).facts(caller.notes.iter().cloned())
}
