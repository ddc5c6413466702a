//! The readiness report: what was found out ([`findings`]), how each box of the checklist is answered from it, and the
//! report in its two forms, JSON and HTML.
//!
//! [`report`](report()) judges, [`html`](html()) shows; the JSON form is what serde makes of a [`Report`].

pub mod answers;
pub mod checklist;
pub mod findings;
mod html;
pub mod moment;
mod report;

pub use html::{HtmlError, html};
pub use report::{
    Answered, Attested, Change, Changes, Counts, Exempt, Gap, Group, Holding, Made, Open, Reader, Repair, RepairCount,
    Repairs, Report, SCHEMA, Section, SourceAsked, Standing, Totals, Unreadable, Verdict, report, schema,
};
