//! `cargo xtask validate`: every SAM template of the repository, without credentials or network.

use crate::failure::Failure;
use crate::functions;
use crate::process;
use crate::progress::Step;
use crate::python::Venv;
use crate::workplace::Workplace;

pub(crate) fn run(workplace: &Workplace) -> Result<(), Failure> {
    let venv = Venv::ready(workplace)?;
    for template in templates(workplace)? {
        let step = Step::begin(format!("sam validate --lint {template}"));
        let mut sam = functions::command(workplace, &venv, "sam");
        sam.args(["validate", "--lint", "--template-file", &template]);
        process::quietly(
            sam,
            &format!("sam validate --lint of `{template}`"),
            &workplace.state().join("logs/validate.log"),
            &step,
        )?;
        step.done();
    }
    Ok(())
}

/// The tracked YAML files that CloudFormation would read.
fn templates(workplace: &Workplace) -> Result<Vec<String>, Failure> {
    let listed = std::process::Command::new("git")
        .current_dir(&workplace.root)
        .args(["ls-files", "*.yaml", "*.yml"])
        .output()
        .map_err(|source| Failure::Start { program: "git".into(), source })?;
    let names = String::from_utf8_lossy(&listed.stdout);
    let found: Vec<String> = names
        .lines()
        .filter(|name| {
            std::fs::read_to_string(workplace.root.join(name))
                .is_ok_and(|text| text.contains("AWSTemplateFormatVersion"))
        })
        .map(str::to_owned)
        .collect();
    if found.is_empty() {
        return Err(Failure::Other("no template found: is this a clone with `template.yaml` in it?".into()));
    }
    Ok(found)
}
