//! What the account has before Phiward is deployed: buckets and people. `tests/demo/account.py` makes them.

use serde_json::{Map, Value};

use super::server::Hello;
use super::state::Slot;
use crate::failure::Failure;
use crate::process;
use crate::progress::Step;
use crate::python::Venv;
use crate::stack;
use crate::workplace::Workplace;

pub(crate) fn prepare(
    workplace: &Workplace,
    venv: &Venv,
    slot: &Slot,
    hello: &Hello,
) -> Result<Map<String, Value>, Failure> {
    let step = Step::begin("make the account's buckets and people");
    let mut python = stack::client(workplace, venv, &hello.endpoint, "python");
    python.args(["-m", "demo.account"]);
    let said = process::quietly(python, "making the account's buckets and people", &slot.log_of("account"), &step)?;
    step.done();
    stack::last_line(&said, &slot.log_of("account"))
}
