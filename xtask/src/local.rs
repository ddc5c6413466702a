//! `cargo xtask local`: a local AWS with Phiward deployed.

pub(crate) mod account;
mod calls;
mod controls;
mod emit;
mod faults;
pub(crate) mod server;
pub(crate) mod state;
pub(crate) mod up;

use crate::cli::LocalCommand;
use crate::console;
use crate::failure::Failure;
use crate::workplace::Workplace;

pub(crate) use controls::Controls;
use state::{Slot, State};

pub(crate) fn run(workplace: &Workplace, command: LocalCommand) -> Result<(), Failure> {
    let slot = Slot::play(workplace);
    match command {
        LocalCommand::Up(options) => {
            let running = up::up(workplace, &slot, &options)?;
            let line = running.state().summary();
            console::note(&format!("for `sam` and `cargo lambda`: PATH={}:$PATH", running.state().programs()));
            running.keep();
            console::result(&line);
            Ok(())
        }
        LocalCommand::Down => down(&slot),
        LocalCommand::Status => status(&slot),
        LocalCommand::Emit { files } => emit::run(&controls(&slot)?, &files),
        LocalCommand::Calls { since } => calls::run(&controls(&slot)?, since.as_deref()),
        LocalCommand::Faults { command } => faults::run(&controls(&slot)?, command),
    }
}

fn down(slot: &Slot) -> Result<(), Failure> {
    let Some(state) = slot.live()? else {
        console::note("no local AWS is up");
        return slot.clear();
    };
    server::stop(&state);
    slot.clear()?;
    console::note(&format!("stopped the local AWS at {}", state.endpoint));
    Ok(())
}

fn status(slot: &Slot) -> Result<(), Failure> {
    let state = slot.live()?.ok_or(Failure::Down)?;
    console::result(&state.summary());
    console::note(&format!("up (process {}), mode {}; its log: {}", state.pid, state.mode, slot.log().display()));
    Ok(())
}

fn controls(slot: &Slot) -> Result<Controls, Failure> {
    let state: State = slot.live()?.ok_or(Failure::Down)?;
    Ok(Controls::at(&state.endpoint))
}
