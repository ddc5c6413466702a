//! The README's table of controls says what the code says.

use policy::control::ALL;

#[test]
fn the_table_of_controls_is_the_code_s() {
    let readme = include_str!("../../../README.md");
    let rows: Vec<&str> = readme.lines().filter(|line| line.starts_with("| `")).collect();
    let expected: Vec<String> = ALL
        .iter()
        .map(|control| {
            let severity = format!("{:?}", control.severity).to_lowercase();
            let paragraph = control.citation.trim_start_matches("45 CFR ");
            format!("| `{}` | {} | {} | {paragraph} | {severity} |", control.id, control.title, control.step)
        })
        .collect();
    assert_eq!(rows, expected);
}
