//! How the answers are printed: ASCII, at most a hundred columns but for commands, the state first.

use serde::Serialize;

use crate::caller::Caller;
use crate::item::{Fix, Item, State};

const WIDTH: usize = 100;
/// The state, the id, and a blank behind each.
const INDENT: usize = 23;

/// What programs read. The members that are there stay as they are.
#[derive(Debug, Serialize)]
struct Report<'a> {
    caller: &'a Caller,
    ok: bool,
    items: &'a [Item],
}

/// One JSON object.
pub(crate) fn json(caller: &Caller, items: &[Item]) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(&Report { caller, ok: all_ok(items), items })
}

/// For people.
pub(crate) fn text(items: &[Item]) -> String {
    let mut lines = Vec::new();
    for item in items {
        let head = format!("{:<9}  {:<10}  ", item.state.word(), item.id);
        lines.extend(wrapped(&head, &item.answer));
        for fact in &item.facts {
            lines.extend(wrapped(&format!("{:INDENT$}- ", ""), fact));
        }
        for fix in &item.fixes {
            match fix {
                Fix::Step(step) => lines.extend(wrapped(&format!("{:INDENT$}fix: ", ""), step)),
                // In one line, however long, so that it can be copied.
                Fix::Command(command) => lines.push(format!("{:INDENT$}run: {command}", "")),
            }
        }
    }
    lines.push(String::new());
    lines.extend(wrapped("", &summary(items)));
    lines.join("\n")
}

/// Whether nothing is left to do.
pub(crate) fn all_ok(items: &[Item]) -> bool {
    items.iter().all(|item| item.state == State::Ok)
}

fn summary(items: &[Item]) -> String {
    let count = |state: State| items.iter().filter(|item| item.state == state).count();
    let states = [State::Ok, State::Attention, State::Missing, State::Unknown];
    let counts: Vec<String> = states.iter().map(|state| format!("{} {}", count(*state), state.word())).collect();
    let verdict = if all_ok(items) { "ready for the first deploy" } else { "not ready, or not known to be" };
    format!("{verdict}: {} (nothing was changed)", counts.join(", "))
}

/// Words in lines, the first behind `head`, the others under it.
pub(crate) fn wrapped(head: &str, text: &str) -> Vec<String> {
    let indent = " ".repeat(head.len());
    let mut lines = Vec::new();
    let mut line = head.to_owned();
    for word in text.split(' ') {
        let begun = line.len() > indent.len();
        if begun && line.len() + 1 + word.len() > WIDTH {
            lines.push(std::mem::replace(&mut line, format!("{indent}{word}")));
        } else {
            if begun {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_has_its_state_its_facts_and_its_fix() {
        let items = [
            Item::new("who", State::Ok, "jane"),
            Item::new("trail", State::Missing, "none ".repeat(40).trim())
                .fact("a fact")
                .fix("start it")
                .run("aws cloudtrail start-logging"),
        ];
        let text = text(&items);
        assert!(text.is_ascii() && text.lines().all(|line| line.len() <= WIDTH), "{text}");
        assert!(text.starts_with("ok         who         jane\nmissing    trail       none none"), "{text}");
        let under = " ".repeat(INDENT);
        assert!(
            text.contains(&format!(
                "\n{under}- a fact\n{under}fix: start it\n{under}run: aws cloudtrail start-logging\n"
            )),
            "{text}"
        );
        let last = text.lines().last().unwrap();
        assert_eq!(
            last,
            "not ready, or not known to be: 1 ok, 0 attention, 1 missing, 0 unknown (nothing was changed)"
        );
    }

    #[test]
    fn a_word_that_is_too_long_stays_whole() {
        let arn = "x".repeat(120);
        assert_eq!(wrapped("- ", &format!("a {arn} b")), ["- a".to_owned(), format!("  {arn}"), "  b".to_owned()]);
    }

    #[test]
    fn ready_is_said_only_if_all_is_ok() {
        assert!(summary(&[Item::new("who", State::Ok, "x")]).starts_with("ready"));
        for state in [State::Attention, State::Missing, State::Unknown] {
            assert!(summary(&[Item::new("who", state, "x")]).starts_with("not ready"), "{state:?}");
        }
    }
}
