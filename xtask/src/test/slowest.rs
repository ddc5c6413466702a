//! The slowest tests of all files, from what pytest prints with `--durations`.

use crate::console;

/// How many pytest is asked for, and how many are shown.
pub(super) const SHOWN: usize = 15;

/// The lines of one run's list, as (seconds, what and where).
pub(super) fn listed(output: &str) -> Vec<(f64, String)> {
    output.lines().filter_map(line).collect()
}

/// As in `1.23s call     tests/test_buckets.py::test_name[a case]`.
fn line(text: &str) -> Option<(f64, String)> {
    let (seconds, rest) = text.trim_start().split_once("s ")?;
    let phase = ["call ", "setup ", "teardown "].into_iter().find(|phase| rest.starts_with(phase))?;
    let test = rest.strip_prefix(phase)?.trim_start();
    Some((seconds.parse().ok()?, format!("{phase:<9}{test}")))
}

pub(super) fn show(mut all: Vec<(f64, String)>) {
    all.sort_by(|one, other| other.0.total_cmp(&one.0));
    if !all.is_empty() {
        console::note(&format!("\n== the slowest {SHOWN}"));
    }
    for (seconds, what) in all.into_iter().take(SHOWN) {
        console::note(&format!("{seconds:>7.1} s  {what}"));
    }
}

#[cfg(test)]
mod tests {
    use super::listed;

    #[test]
    fn only_the_lines_of_the_list_are_read() {
        let output = "==== slowest 15 durations ====\n1.50s call     tests/test_a.py::test_b[a move]\n\
                      0.20s setup    tests/test_a.py::test_c\n(4 durations < 0.005s hidden.)\n3 passed in 2.00s call it a day\n";
        let expected = [
            (1.5, "call     tests/test_a.py::test_b[a move]".to_owned()),
            (0.2, "setup    tests/test_a.py::test_c".to_owned()),
        ];
        assert_eq!(listed(output), expected);
    }
}
