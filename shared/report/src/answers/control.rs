//! What a duty answers of one of its controls.

use policy::control::{self, Mode, Severity};

use super::{Facts, Part, Word};
use crate::findings::{Exempted, Names, OpenDrift, Said, Seen, Surveyed, TOLD_BY_EVENTS, TOLD_FOR, Violating};
use crate::moment::Moment;

/// How many resources and exemptions a sentence names.
const NAMED: usize = 3;

pub(super) fn answer(id: &'static str, facts: Facts<'_>) -> Part {
    let duty = id.split_once('.').map_or(id, |(duty, _)| duty);
    let title = control::by_id(id).map_or(id, |control| control.title);
    let part = Part::new(&format!("Duty {duty}"), id, title);
    let Some(surveyed) = facts.findings.duties.get(duty) else {
        return part.say(Word::Unknown, format!("The duty `{duty}` was not asked. Run the sweep again."));
    };
    let part = part.asked(surveyed.at);
    let Some(seen) = surveyed.controls.get(id) else {
        return part.say(
            Word::Unknown,
            format!("The duty `{duty}` said nothing of this control. Deploy the same version of all."),
        );
    };
    let part = Part { exempt: seen.exempt, ..part };
    // What is only to be on record is nothing to mend.
    let mends = control::by_id(id).is_none_or(|control| control.severity != Severity::Informational);
    if seen.violating > 0 && mends {
        return violated(part, seen, surveyed);
    }
    let told = TOLD_BY_EVENTS.contains(&id);
    let open = if told { open_of(id, facts) } else { Vec::new() };
    if !open.is_empty() {
        return fail_of(part, &open);
    }
    if seen.mode == Mode::Off {
        return part
            .say(Word::Unknown, "The control is switched off, so nobody looks. Set its mode to detect or enforce.");
    }
    if let Some(gap) = gap(surveyed) {
        return part.say(Word::Unknown, gap);
    }
    if let Some(why) = surveyed.unwatched.get(id) {
        return part.say(Word::Unknown, format!("{why}, so nobody looks."));
    }
    if let Some((service, parameter)) = service(id)
        && !surveyed.resources.first.iter().any(|resource| resource == service)
    {
        let says = format!("The deployment did not opt into it ({parameter}), so nobody looks.");
        return part.say(Word::Unknown, says);
    }
    if told {
        return none_told(part, facts);
    }
    if surveyed.resources.count == 0 {
        let (word, says) = without_resources(duty);
        return part.say(word, says);
    }
    if seen.exempt > 0 {
        return exempt(part, id, seen.exempt, surveyed.resources.count, facts);
    }
    let many = surveyed.resources.count;
    let says = if seen.violating > 0 {
        format!("{} on record, as it has to be.", seen.violating)
    } else {
        format!("{many} looked at, none violates it.")
    };
    part.say(Word::Pass, says)
}

fn violated(part: Part, seen: &Seen, surveyed: &Surveyed) -> Part {
    let says = format!(
        "{} {} it{}.{}",
        seen.violating,
        if seen.violating == 1 { "resource violates" } else { "resources violate" },
        if seen.exempt > 0 { format!(", beside {} that are exempt", seen.exempt) } else { String::new() },
        gap(surveyed).map(|gap| format!(" There may be more: {gap}")).unwrap_or_default(),
    );
    part.say(Word::Fail, says).violated(seen.violating, seen.first.clone())
}

/// Why not everything is known of the resources of a control's duty.
pub(super) fn gap_of(id: &str, facts: Facts<'_>) -> Option<String> {
    let (duty, _) = id.split_once('.')?;
    facts.findings.duties.get(duty).and_then(gap)
}

fn gap(surveyed: &Surveyed) -> Option<String> {
    if let Some(why) = &surveyed.failed {
        return Some(format!("The duty could not be asked: {why}"));
    }
    if surveyed.unread.count > 0 {
        return Some(format!("{} could not be read: {}.", surveyed.unread.count, first(&surveyed.unread)));
    }
    (!surveyed.complete).then(|| {
        format!("Not everything has been looked at: {} so far. Run the sweep again.", surveyed.resources.count)
    })
}

fn first(names: &Names) -> String {
    let shown: Vec<_> = names.first.iter().take(NAMED).map(String::as_str).collect();
    let more = names.count.saturating_sub(u64::try_from(shown.len()).unwrap_or(u64::MAX));
    if more == 0 { shown.join("; ") } else { format!("{}; and {more} more", shown.join("; ")) }
}

/// The detective service of a control, as the duty `detectors` calls it, with the parameter that opts into it.
fn service(id: &str) -> Option<(&'static str, &'static str)> {
    match id.strip_prefix("detectors.")? {
        name if name.starts_with("macie") => Some(("macie", "KeepMacieOn")),
        name if name.starts_with("config") => Some(("config-recorder", "KeepConfigRecorderOn")),
        _ => Some(("guardduty", "KeepGuardDutyOn")),
    }
}

/// What it means that a duty has nothing to look after. Where the deployment names what is looked after, it has named nothing,
/// and there may be something: that is unknown. Where the duty lists what is there, there is nothing.
fn without_resources(duty: &str) -> (Word, &'static str) {
    match duty {
        "audit-trail" => (Word::Unknown, "The deployment names no trail (TrailName), so nobody looks."),
        "encryption-keys" => (Word::Unknown, "The deployment names no KMS key (DataKeyArn, KeyArns), so nobody looks."),
        "guardrails" => (Word::Unknown, "The deployment names no guardrail (GuardrailIds), so nobody looks."),
        "invocation-logging" => (
            Word::Unknown,
            "The deployment names no destination (InvocationLogBucket, InvocationLogGroup), so nobody looks whether \
             invocation logging is on, and where it goes.",
        ),
        "log-groups" => {
            (Word::NotApplicable, "The deployment names no log group for invocation logs (InvocationLogGroups).")
        }
        "buckets" => (Word::NotApplicable, "No bucket is there."),
        "free-text" => (Word::NotApplicable, "Nothing is there that has a name or a tag."),
        "quarantine" => (Word::Pass, "Macie has no finding of PHI."),
        "residency" => {
            (Word::NotApplicable, "No application inference profile is there, and no model is in use or approved.")
        }
        "storage-surfaces" => (Word::NotApplicable, "Nothing is stored with Bedrock."),
        _ => (Word::Unknown, "The duty has looked at nothing. Run the sweep again."),
    }
}

fn open_of<'a>(id: &str, facts: Facts<'a>) -> Vec<&'a OpenDrift> {
    match &facts.findings.memory.said {
        Said::Known(memory) => memory.open.iter().filter(|drift| drift.control == id).collect(),
        Said::Unknown(_) => Vec::new(),
    }
}

fn fail_of(part: Part, open: &[&OpenDrift]) -> Part {
    let violations = open.iter().take(crate::findings::KEPT).map(|drift| Violating {
        resource: drift.resource.clone(),
        says: format!("{} since {}", drift.outcome, Moment(drift.since)),
    });
    let violations = violations.collect();
    let count = u64::try_from(open.len()).unwrap_or(u64::MAX);
    let says = format!(
        "{count} told of by events, and not settled. What is over and dealt with can be exempt until a day \
         (cargo xtask operate exempt)."
    );
    part.say(Word::Fail, says).violated(count, violations)
}

fn none_told(part: Part, facts: Facts<'_>) -> Part {
    match &facts.findings.memory.said {
        Said::Known(_) => {
            let days = TOLD_FOR.num_days();
            part.say(
                Word::Pass,
                format!("Told of by events only: of what was told in the last {days} days none is open."),
            )
        }
        Said::Unknown(why) => {
            part.say(Word::Unknown, format!("Told of by events only, and what they told could not be read: {why}"))
        }
    }
}

/// An exemption is not a failure, as a person answers for it until a day; but only if it is known who, and until when.
fn exempt(part: Part, id: &str, many: u64, looked_at: u64, facts: Facts<'_>) -> Part {
    let memory = match &facts.findings.memory.said {
        Said::Known(memory) => memory,
        Said::Unknown(why) => {
            let says = format!("{many} exempt, but who answers for it, and until when, could not be read: {why}");
            return part.say(Word::Unknown, says);
        }
    };
    let standing: Vec<_> =
        memory.exemptions.iter().filter(|each| each.control == id && each.expires > facts.now).collect();
    if standing.is_empty() {
        let says = format!("{many} exempt, but no exemption from this control stands any more. Run the sweep again.");
        return part.say(Word::Unknown, says);
    }
    let named = |each: &&&Exempted| format!("`{}` until {} ({})", each.resource, Moment(each.expires), each.owner);
    let named: Vec<_> = standing.iter().take(NAMED).map(|each| named(&each)).collect();
    let more = if standing.len() > NAMED { format!(" and {} more", standing.len() - NAMED) } else { String::new() };
    let says = format!("{looked_at} looked at, none violates it but {many} exempt: {}{more}.", named.join(", "));
    part.say(Word::Pass, says)
}
