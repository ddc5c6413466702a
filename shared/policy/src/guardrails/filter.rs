//! The sensitive-information filter: what the baseline asks for merged into what is there.
//!
//! What is stricter, and what the baseline doesn't speak of, stays as it is, byte for byte. An action that is not known is
//! neither taken for strict nor overwritten.

use serde_json::{Map, Value, json};

use crate::baseline::{self, Action, MAX_REGEXES};

/// What is asked for of one entry.
#[derive(Clone, Copy, Debug)]
pub(super) struct Demand {
    pub(super) input: Action,
    pub(super) output: Action,
}

impl Demand {
    /// Only as far as it masks.
    fn masked(self) -> Self {
        Self { input: self.input.min(Action::Anonymize), output: self.output.min(Action::Anonymize) }
    }
}

/// Why nothing can be merged; for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Obstacle {
    /// More regexes than a guardrail has room for.
    NoRoom,
    /// An entry of this name has an action that is not known, or is none.
    Unknown(String),
}

/// A filter that holds what was asked for.
#[derive(Clone, Debug)]
pub(super) struct Merged {
    /// In GetGuardrail's form.
    pub(super) policy: Value,
    /// Whether it differs from what was there.
    pub(super) changed: bool,
}

/// What of the baseline this filter does not do, by name, and whether only because it masks instead of blocking.
pub(super) struct Gaps {
    pub(super) weak: Vec<String>,
    pub(super) masks_only: Vec<String>,
}

pub(super) fn merge(policy: Option<&Value>, wanted: &baseline::Guardrails, block: bool) -> Result<Merged, Obstacle> {
    let limit = |demand: Demand| if block { demand } else { demand.masked() };
    let mut merged = policy.and_then(Value::as_object).cloned().unwrap_or_default();
    for each in &wanted.pii {
        let demand = limit(Demand { input: each.input, output: each.output });
        let fresh = || Map::from_iter([("type".to_owned(), json!(each.kind))]);
        raise(&mut merged, "piiEntities", &each.kind, demand, |entry| text(entry, "type") == Some(&each.kind), fresh)?;
    }
    for each in &wanted.regexes {
        let demand = limit(Demand { input: each.input, output: each.output });
        let free = free_name(&merged, &each.name);
        let fresh = || Map::from_iter([("name".to_owned(), json!(free)), ("pattern".to_owned(), json!(each.pattern))]);
        let is = |entry: &Value| text(entry, "pattern") == Some(&each.pattern);
        raise(&mut merged, "regexes", &each.name, demand, is, fresh)?;
    }
    let merged = Value::Object(merged);
    let changed = policy.cloned().unwrap_or_else(|| json!({})) != merged;
    if changed && entries(Some(&merged), "regexes").len() > MAX_REGEXES {
        return Err(Obstacle::NoRoom);
    }
    Ok(Merged { policy: merged, changed })
}

/// What is not done; nothing: the filter does all that is asked for.
pub(super) fn gaps(policy: Option<&Value>, wanted: &baseline::Guardrails) -> Gaps {
    let mut gaps = Gaps { weak: Vec::new(), masks_only: Vec::new() };
    let mut judge = |name: &str, demand: Demand, found: Vec<&Value>| {
        let does = |demand: Demand| !found.is_empty() && found.iter().all(|entry| meets(entry, demand));
        let asked = demand.input.max(demand.output) > Action::None;
        if asked && !does(demand.masked()) {
            gaps.weak.push(name.to_owned());
        } else if asked && !does(demand) {
            gaps.masks_only.push(name.to_owned());
        }
    };
    for each in &wanted.pii {
        let found = entries(policy, "piiEntities").iter().filter(|entry| text(entry, "type") == Some(&each.kind));
        judge(&each.kind, Demand { input: each.input, output: each.output }, found.collect());
    }
    for each in &wanted.regexes {
        let found = entries(policy, "regexes").iter().filter(|entry| text(entry, "pattern") == Some(&each.pattern));
        judge(&each.name, Demand { input: each.input, output: each.output }, found.collect());
    }
    gaps
}

/// Whether the filter does at least what another does.
pub(super) fn covers(new: Option<&Value>, old: Option<&Value>) -> bool {
    let kept = |member: &str, key: &str| {
        entries(old, member).iter().all(|entry| {
            let (Some(input), Some(output)) = (effective(entry, "input"), effective(entry, "output")) else {
                return entries(new, member).contains(entry);
            };
            let demand = Demand { input, output };
            let same = |other: &&Value| text(other, key).is_some() && text(other, key) == text(entry, key);
            demand.input.max(demand.output) == Action::None
                || entries(new, member).iter().filter(same).any(|other| meets(other, demand))
        })
    };
    kept("piiEntities", "type") && kept("regexes", "pattern")
}

/// Makes all entries that are meant do what is asked for, or adds one.
fn raise(
    policy: &mut Map<String, Value>,
    member: &str,
    name: &str,
    demand: Demand,
    is: impl Fn(&Value) -> bool,
    fresh: impl Fn() -> Map<String, Value>,
) -> Result<(), Obstacle> {
    if demand.input.max(demand.output) == Action::None {
        return Ok(());
    }
    let entries = policy.entry(member).or_insert_with(|| json!([]));
    let Some(entries) = entries.as_array_mut() else { return Err(Obstacle::Unknown(name.to_owned())) };
    let mut found = false;
    for entry in entries.iter_mut().filter(|entry| is(entry)) {
        found = true;
        strengthen(entry, demand).ok_or_else(|| Obstacle::Unknown(name.to_owned()))?;
    }
    if !found {
        let mut entry = fresh();
        entry.insert("action".to_owned(), json!(demand.input.max(demand.output).as_str()));
        for (direction, action) in [("input", demand.input), ("output", demand.output)] {
            entry.insert(format!("{direction}Action"), json!(action.as_str()));
            entry.insert(format!("{direction}Enabled"), json!(action > Action::None));
        }
        entries.push(Value::Object(entry));
    }
    Ok(())
}

/// Raises what is too weak; nothing for an action that is not known.
fn strengthen(entry: &mut Value, demand: Demand) -> Option<()> {
    for (direction, least) in [("input", demand.input), ("output", demand.output)] {
        if effective(entry, direction)? < least {
            let entry = entry.as_object_mut()?;
            entry.insert(format!("{direction}Action"), json!(least.as_str()));
            // Where there is no such member, it is on.
            if let Some(enabled) = entry.get_mut(&format!("{direction}Enabled")) {
                *enabled = json!(true);
            }
        }
    }
    Some(())
}

fn meets(entry: &Value, demand: Demand) -> bool {
    let does = |direction, least| effective(entry, direction).is_some_and(|action| action >= least);
    does("input", demand.input) && does("output", demand.output)
}

/// What an entry does in a direction; nothing for a word that is not known.
fn effective(entry: &Value, direction: &str) -> Option<Action> {
    let enabled = match entry.get(format!("{direction}Enabled")) {
        None | Some(Value::Null | Value::Bool(true)) => true,
        Some(Value::Bool(false)) => false,
        Some(_) => return None,
    };
    let own = entry.get(format!("{direction}Action")).filter(|action| !action.is_null());
    let action = match own.or_else(|| entry.get("action")).and_then(Value::as_str)? {
        "NONE" => Action::None,
        "ANONYMIZE" => Action::Anonymize,
        "BLOCK" => Action::Block,
        _ => return None,
    };
    Some(if enabled { action } else { Action::None })
}

/// The name under which a regex is added: another pattern that has it already keeps it.
fn free_name(policy: &Map<String, Value>, name: &str) -> String {
    let taken: Vec<&String> = policy
        .get("regexes")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|entry| text(entry, "name"))
        .collect();
    let numbered = (2..).map(|number| format!("{name}-{number}"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    names.find(|name| !taken.contains(&name)).unwrap_or_default()
}

pub(super) fn entries<'a>(policy: Option<&'a Value>, member: &str) -> &'a [Value] {
    policy.and_then(|policy| policy.get(member)).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn text<'a>(entry: &'a Value, member: &str) -> Option<&'a String> {
    match entry.get(member) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    }
}
