//! `cargo xtask demo`: real drift through real API calls, repaired by the real functions, read back, and put on record.

use crate::cli::{Account, DemoOptions, Deployed, EvidenceCommand, Mode, UpOptions};
use crate::console;
use crate::failure::Failure;
use crate::local::state::Slot;
use crate::local::up;
use crate::operators;
use crate::process;
use crate::python::Venv;
use crate::stack;
use crate::workplace::Workplace;

pub(crate) fn run(workplace: &Workplace, options: &DemoOptions) -> Result<(), Failure> {
    let slot = Slot::play(workplace);
    let mode = if options.detect { Mode::Detect } else { Mode::Enforce };
    let running = up::up(workplace, &slot, &UpOptions { port: None, mode, schedule: None })?;

    let venv = Venv::ready(workplace)?;
    let mut stories = stack::client(workplace, &venv, &running.state().endpoint, "python");
    stories.args(["-m", "demo"]).arg(slot.file());
    let status = process::openly(stories)?;
    let evidence = check_evidence(workplace);

    if options.keep {
        let endpoint = running.state().endpoint.clone();
        running.keep();
        console::note(&format!("The local AWS is still up at {endpoint}. Go on with"));
        console::note("    cargo xtask local calls            what was called, and by whom");
        console::note("    cargo xtask local emit FILE...     replay a saved event");
        console::note("    AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID=test, AWS_SECRET_ACCESS_KEY=test: any AWS client");
        console::note("    cargo xtask local down             stop it");
    }
    if status.success() { evidence } else { Err(Failure::Reported) }
}

/// Takes the evidence away and checks it, as an auditor would.
fn check_evidence(workplace: &Workplace) -> Result<(), Failure> {
    let folder = workplace.state().join("evidence");
    match std::fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(Failure::file("delete", &folder)(error));
        }
        _ => {}
    }
    console::note(
        "\nThe evidence, taken away with the heads of its chains (cargo xtask evidence export) and checked offline:",
    );
    operators::evidence(workplace, EvidenceCommand::Export { folder: folder.clone(), from: Deployed::local() })?;
    let bundle = folder.display().to_string();
    operators::evidence(workplace, EvidenceCommand::Verify { bundle, account: Account::local() })
}
