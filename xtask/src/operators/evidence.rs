//! `evidence verify` and `evidence export`.

use std::path::Path;

use ::evidence::bundle::Bundle;
use ::evidence::verify::{Note, Report, verify};

use crate::cli::{Account, EvidenceCommand};
use crate::console;
use crate::failure::Failure;
use crate::workplace::Workplace;

pub(crate) fn run(workplace: &Workplace, command: EvidenceCommand) -> Result<(), Failure> {
    match command {
        EvidenceCommand::Verify { bundle, account } => check(workplace, &bundle, &account),
        EvidenceCommand::Export { folder, from } => {
            let mut python = super::at(workplace, &from, "export")?;
            python.arg("--").arg(folder);
            super::through(python)
        }
    }
}

fn check(workplace: &Workplace, bundle: &str, account: &Account) -> Result<(), Failure> {
    let unusable = |error: &dyn std::fmt::Display| Failure::Unusable(error.to_string());
    let read = if bundle.starts_with("s3://") {
        // Gone when this ends; nobody else can read it meanwhile.
        let folder = tempfile::tempdir().map_err(|error| unusable(&error))?;
        let mut python = super::of(workplace, account, "fetch").map_err(|failure| unusable(&failure))?;
        python.arg("--").arg(bundle).arg(folder.path());
        super::through(python).map_err(|failure| match failure {
            Failure::Interrupted => failure,
            _ => Failure::Unusable(format!("{bundle} could not be read")),
        })?;
        Bundle::read(folder.path()).map_err(|error| {
            let text = error.to_string();
            text.replace(&folder.path().display().to_string(), bundle.trim_end_matches('/'))
        })
    } else {
        Bundle::read(Path::new(bundle)).map_err(|error| error.to_string())
    };
    let bundle = read.map_err(Failure::Unusable)?;
    let exported = bundle.heads.as_ref().map(|heads| heads.exported.as_str());
    let report = verify(&bundle);
    told(&report, exported).iter().for_each(|line| console::result(line));
    if report.defects.is_empty() { Ok(()) } else { Err(Failure::Reported) }
}

/// Notes, defects, and at the end what was checked and what no check of this bundle could prove.
fn told(report: &Report, exported: Option<&str>) -> Vec<String> {
    let notes = report.notes.iter().filter(|note| !matches!(note, Note::TailUnproven));
    let notes = notes.map(|note| format!("note: {note}"));
    let defects = report.defects.iter().map(|defect| format!("defect: {defect}"));
    let verdict = match report.defects.len() {
        0 => "sound".to_owned(),
        1 => "1 defect".to_owned(),
        several => format!("{several} defects"),
    };
    let records = if report.records == 1 { "record" } else { "records" };
    let chains = if report.chains == 1 { "chain" } else { "chains" };
    let (heads, unproven) = match exported {
        Some(exported) => (
            format!(", and the ends of all chains against heads.json, exported {exported}"),
            "that heads.json is what the ledger said, and that no chain unknown to it was removed",
        ),
        None => (
            String::new(),
            "for want of heads.json, that no record is missing or replaced at the end of a chain, no whole chain is missing, and \
             none was written anew from its beginning",
        ),
    };
    let last = format!(
        "{verdict}: {} {records} in {} {chains}. Checked: every record's bytes against its digest, its place, its link to the \
         record before it, every intent's outcome{heads}. Not proven: {unproven}.",
        report.records, report.chains
    );
    notes.chain(defects).chain([last]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::evidence::verify::Defect;

    #[test]
    fn each_defect_has_a_line_with_its_key_and_the_last_line_says_what_is_unproven() {
        let defects = vec![Defect::Altered("evidence/a".into()), Defect::Broken("evidence/b".into())];
        let lines = told(&Report { records: 3, chains: 1, defects, notes: vec![Note::TailUnproven] }, None);
        assert_eq!(lines.len(), 3);
        assert!(lines[0].starts_with("defect: altered") && lines[0].ends_with(": evidence/a"), "{lines:?}");
        assert!(lines[1].ends_with(": evidence/b"), "{lines:?}");
        assert!(
            lines[2].starts_with("2 defects: 3 records in 1 chain.") && lines[2].contains("for want of heads.json")
        );
        let notes = vec![Note::AfterHead("evidence/c".into())];
        let lines = told(&Report { records: 3, chains: 1, defects: vec![], notes }, Some("2026-01-01T00:00:00Z"));
        assert!(lines[0].starts_with("note: ") && lines[1].starts_with("sound: "), "{lines:?}");
        assert!(lines[1].contains("heads.json, exported 2026-01-01T00:00:00Z"), "{lines:?}");
    }
}
