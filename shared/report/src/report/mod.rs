//! The report: what was found out, judged by the checklist, in the form that is kept and shown.

mod boxes;
mod changes;
mod gaps;
mod inventory;
mod memory;
mod people;
mod repairs;
mod schema;
mod totals;
mod verdict;

use chrono::{DateTime, Utc};
use policy::Baseline;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answers::Facts;
use crate::checklist::SIGN_OFF;
use crate::findings::{Answer, Findings, OpenDrift, Previous, Said};
use crate::moment::Moment;

pub use boxes::{Answered, Group};
pub use changes::{Change, Changes};
pub use gaps::Gap;
pub use inventory::Holding;
pub use memory::{Exempt, Open};
pub use people::{Attested, Reader, Standing};
pub use repairs::{Repair, RepairCount, Repairs};
pub use schema::schema;
pub use totals::{SourceAsked, Totals, Unreadable};
pub use verdict::{Counts, Verdict};

/// The form of this report.
pub const SCHEMA: &str = "phiward-readiness/1";

/// The readiness of one account and Region at one time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Report {
    /// The form of this report: `phiward-readiness/1`.
    #[schemars(extend("const" = SCHEMA))]
    pub schema: String,
    /// Whether the account is ready.
    pub verdict: Verdict,
    /// Which run this is about, and what it was held against.
    pub run: Made,
    /// The boxes, by group, in the order of the checklist.
    pub groups: Vec<Group>,
    /// What is another since the last report.
    pub changes: Changes,
    /// What is not right and was told of, the oldest first.
    pub open_drift: Section<Vec<Open>>,
    /// What was repaired in the period.
    pub repairs: Section<Repairs>,
    /// The exemptions that stand, those that end first before the others.
    pub exemptions: Section<Vec<Exempt>>,
    /// What people attest, those that end first before the others.
    pub attestations: Vec<Attested>,
    /// What is known not to be covered.
    pub gaps: Vec<Gap>,
    /// Who may read what invocation logs hold.
    pub log_readers: Section<Vec<Reader>>,
    /// What holds PHI, or may.
    pub inventory: Vec<Holding>,
    /// How much was looked at.
    pub totals: Totals,
    /// Every source, and when it was asked.
    pub sources: Vec<SourceAsked>,
    /// What is signed.
    pub sign_off: String,
}

/// A part of the report that comes from one source.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Section<T> {
    /// When it was asked.
    pub at: Option<Moment>,
    /// Why nothing is known, and what to do; `null`: `found` is all.
    pub unknown: Option<String>,
    /// What was found.
    pub found: T,
}

impl<T> Section<T> {
    fn of<A>(answer: &Answer<A>, found: impl FnOnce(&A) -> T) -> Self
    where
        T: Default,
    {
        let at = Some(Moment(answer.at));
        match &answer.said {
            Said::Known(known) => Self { at, unknown: None, found: found(known) },
            Said::Unknown(why) => Self { at, unknown: Some(why.clone()), found: T::default() },
        }
    }
}

/// Which run a report is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Made {
    /// The run, whose name the report has.
    pub id: String,
    /// The AWS account.
    pub account: String,
    /// The Region: each Region in use has a deployment, and a report, of its own.
    pub region: String,
    /// What the deployment is called.
    pub stack: String,
    /// The deployment's mode.
    #[schemars(with = "String", extend("enum" = ["off", "detect", "enforce"]))]
    pub mode: policy::Mode,
    /// SHA-256 of the baseline.
    pub baseline_sha256: String,
    /// `compiled`, or the URI of the object.
    pub baseline_source: String,
    /// The begin of the period that it tells of.
    pub since: Moment,
    /// When the sweep began.
    pub began: Moment,
    /// When the report was made.
    pub made: Moment,
    /// Since when all repairs are paused; `null`: they are not, or that is not known.
    pub paused_since: Option<Moment>,
}

/// Judges what was found out.
#[must_use]
pub fn report(findings: &Findings, baseline: &Baseline, now: DateTime<Utc>) -> Report {
    let facts = Facts { findings, baseline, now };
    let groups = boxes::groups(facts);
    let verdict = verdict::of(&groups, findings);
    let run = &findings.run;
    Report {
        schema: SCHEMA.to_owned(),
        changes: changes::since(&findings.previous, &groups, verdict.ready),
        verdict,
        run: Made {
            id: run.id.clone(),
            account: run.account.clone(),
            region: run.region.clone(),
            stack: run.stack.clone(),
            mode: run.mode,
            baseline_sha256: run.baseline.clone(),
            baseline_source: run.baseline_source.clone(),
            since: Moment(run.since),
            began: Moment(run.began),
            made: Moment(now),
            paused_since: memory::paused(findings),
        },
        groups,
        open_drift: memory::open(facts),
        repairs: repairs::repairs(facts),
        exemptions: memory::exemptions(facts),
        attestations: people::attested(facts),
        gaps: gaps::all(),
        log_readers: people::readers(facts),
        inventory: inventory::of(findings),
        totals: totals::of(findings),
        sources: totals::sources(findings),
        sign_off: SIGN_OFF.to_owned(),
    }
}

impl Report {
    /// What the next report compares itself with.
    #[must_use]
    pub fn as_previous(&self) -> Previous {
        let boxes = self.boxes().map(|each| (each.id.clone(), each.answer.as_str().to_owned()));
        let open = self.open_drift.found.iter().map(|each| OpenDrift {
            control: each.control.clone(),
            resource: each.resource.clone(),
            outcome: each.outcome.clone(),
            since: each.since.0,
        });
        Previous {
            id: self.run.id.clone(),
            began: self.run.began.0,
            ready: self.verdict.ready,
            boxes: boxes.collect(),
            open: open.collect(),
        }
    }

    /// Every box, in order.
    pub fn boxes(&self) -> impl Iterator<Item = &Answered> {
        self.groups.iter().flat_map(|group| &group.boxes)
    }
}
