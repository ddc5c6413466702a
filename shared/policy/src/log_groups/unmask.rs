//! Who sees what is masked (45 CFR 164.308(a)(4)(ii)(B)). Never changed: who may do what is for people to decide.

use super::step::Step;
use crate::control::LOG_GROUPS_UNMASK;
use crate::decision::Violation;
use crate::globs::Glob;
use crate::principals::{Access, Principal, Question};

/// How many are named; all of them are in the evidence.
const NAMED: usize = 20;

/// Who may unmask the events of any of these groups?
#[must_use]
pub fn question(groups: &[Glob], partition: &str, region: &str, account: &str) -> Question {
    let forms = |group: &Glob| {
        let arn = format!("arn:{partition}:logs:{region}:{account}:log-group:{group}");
        vec![format!("{arn}:log-stream:*"), arn]
    };
    Question { action: "logs:Unmask".to_owned(), resources: groups.iter().map(forms).collect() }
}

/// The violation, if somebody may whom the baseline does not name.
#[must_use]
pub fn assess(principals: &[Principal], may_unmask: &[Glob]) -> Vec<Violation<Step>> {
    let named = |principal: &&Principal| !may_unmask.iter().any(|glob| glob.matches(&principal.arn));
    let others: Vec<&Principal> = principals.iter().filter(named).collect();
    if others.is_empty() {
        return Vec::new();
    }
    let show = |principal: &&Principal| match principal.access {
        Access::Perhaps => format!("{} (perhaps)", principal.arn),
        Access::Yes | Access::No => principal.arn.clone(),
    };
    let mut shown: Vec<String> = others.iter().take(NAMED).map(show).collect();
    if others.len() > NAMED {
        shown.push(format!("and {} more", others.len() - NAMED));
    }
    let advice = format!(
        "{} may see what the log groups mask (logs:Unmask) and {} not named in the baseline's may_unmask: {}. Deny it to them, \
         or name them. Boundaries and service control policies, which may take it from them, are not looked at; \"perhaps\": under \
         a condition, or by a policy that could not be read",
        others.len(),
        if others.len() == 1 { "is" } else { "are" },
        shown.join(", ")
    );
    vec![Violation::person(&LOG_GROUPS_UNMASK, advice)]
}
