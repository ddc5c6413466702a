//! The readiness report: what was found out ([`findings`]), how each box of the checklist is answered from it, and the
//! report in its two forms, JSON and HTML.

pub mod findings;
