//! From a duty's pages to what is kept of them: counts, and the first names.

use policy::{Exemption, Mode};
use remediation::survey::Page;
use report::findings::{KEPT, Seen, Surveyed, Violating};

/// What people have decided, which the duties' eyes don't see.
pub(crate) struct Decided<'a> {
    /// The exemptions.
    pub(crate) exemptions: &'a [Exemption],
    /// What was released, of this duty's subjects on this page.
    pub(crate) reviewed: &'a [String],
    /// Milliseconds since 1970.
    pub(crate) now: i64,
}

/// Adds a page.
pub(crate) fn add(to: &mut Surveyed, page: Page, decided: &Decided<'_>) {
    to.at = Some(page.at);
    to.complete = page.next.is_none();
    for (control, mode) in page.controls {
        to.controls.entry(control).or_insert_with(|| nothing_wrong(mode)).mode = mode;
    }
    for resource in page.resources {
        to.resources.add(resource);
    }
    for unread in page.unread {
        match unread.resource {
            Some(resource) => to.unread.add(format!("{resource}: {}", unread.error)),
            None => {
                // Each page is a list of its own, which may lack the same again.
                let lacks = format!("the list of resources: {}", unread.error);
                if !to.unread.first.contains(&lacks) {
                    to.unread.add(lacks);
                }
            }
        }
    }
    // A control of one resource may be violated in several ways: one resource all the same.
    let mut last: Option<(String, String)> = None;
    for violated in page.violations {
        if violated.subject.as_ref().is_some_and(|subject| decided.reviewed.contains(subject)) {
            continue;
        }
        let seen = to.controls.entry(violated.control.clone()).or_insert_with(|| nothing_wrong(Mode::Detect));
        let place = (violated.control, violated.resource);
        if last.as_ref() == Some(&place) {
            if let Some(first) = seen.first.last_mut().filter(|first| first.resource == place.1) {
                first.says = format!("{}; {}", first.says, violated.says);
            }
            continue;
        }
        let exempt = decided.exemptions.iter().any(|each| each.covers(&place.0, &place.1, decided.now));
        if exempt {
            seen.exempt += 1;
        } else {
            seen.violating += 1;
            if seen.first.len() < KEPT {
                seen.first.push(Violating { resource: place.1.clone(), says: violated.says });
            }
        }
        last = Some(place);
    }
}

const fn nothing_wrong(mode: Mode) -> Seen {
    Seen { mode, violating: 0, first: Vec::new(), exempt: 0 }
}
