//! From nothing to a local AWS with Phiward deployed and its first sweep over.

use std::path::Path;

use super::state::{Slot, State};
use super::{Controls, account, server};
use crate::cli::UpOptions;
use crate::failure::Failure;
use crate::functions;
use crate::process::Group;
use crate::progress::Step;
use crate::python::Venv;
use crate::stack::{self, Stack};
use crate::workplace::Workplace;

/// A local AWS that is stopped when this is dropped, unless it is kept.
pub(crate) struct Running<'a> {
    group: Option<Group>,
    slot: &'a Slot,
    state: State,
}

impl Running<'_> {
    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    pub(crate) fn keep(mut self) {
        if let Some(group) = self.group.take() {
            group.let_go();
        }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if let Some(mut group) = self.group.take() {
            group.stop();
            // It is down either way; a state file that stays is seen to be stale.
            let _ = self.slot.clear();
        }
    }
}

pub(crate) fn up<'a>(workplace: &Workplace, slot: &'a Slot, options: &UpOptions) -> Result<Running<'a>, Failure> {
    check_free(slot)?;
    let venv = Venv::ready(workplace)?;
    let template = functions::build(workplace, &venv)?;
    deployed(workplace, &venv, slot, &template, options)
}

fn check_free(slot: &Slot) -> Result<(), Failure> {
    match slot.live()? {
        Some(state) => Err(Failure::AlreadyUp { endpoint: state.endpoint }),
        None => slot.clear(),
    }
}

/// From a built template.
pub(crate) fn deployed<'a>(
    workplace: &Workplace,
    venv: &Venv,
    slot: &'a Slot,
    template: &Path,
    options: &UpOptions,
) -> Result<Running<'a>, Failure> {
    check_free(slot)?;
    let step = Step::begin("start the local AWS");
    let (group, hello) = server::start(workplace, venv, slot, options.port)?;
    step.done();
    let state = State {
        pid: group.id(),
        endpoint: hello.endpoint.clone(),
        region: hello.region.clone(),
        account: hello.account.clone(),
        stack: stack::NAME.to_owned(),
        mode: options.mode.name().to_owned(),
        found: serde_json::Map::new(),
    };
    let mut running = Running { group: Some(group), slot, state };

    running.state.found = account::prepare(workplace, venv, slot, &hello)?;
    let stack = Stack { workplace, venv, endpoint: &hello.endpoint, account: &hello.account, slot };
    stack.deploy(template, options.mode, options.schedule.as_deref(), &running.state.keys())?;
    running.state.found.extend(stack.describe()?);
    let programs = venv.programs().display().to_string();
    running.state.found.insert("programs".into(), programs.into());
    slot.save(&running.state)?;
    stack::await_first_sweep(&Controls::at(&hello.endpoint), &running.state)?;
    Ok(running)
}
