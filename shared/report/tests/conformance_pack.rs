//! The conformance pack that the template deploys holds exactly the rules that the checklist asks AWS Config for.
#![expect(clippy::expect_used, reason = "a helper of a test, which clippy does not take for one")]

use std::fmt::Write as _;

use report::checklist::{ConfigRule, config_rules};

/// How the template writes the pack's rules.
fn body() -> String {
    let mut text = String::from("      TemplateBody: |\n        Resources:\n");
    for rule in config_rules() {
        write_rule(&mut text, rule).expect("a string takes everything");
    }
    text
}

fn write_rule(text: &mut String, rule: &ConfigRule) -> std::fmt::Result {
    let logical: String = rule.name.split('-').map(capitalized).collect();
    writeln!(text, "          {logical}:")?;
    writeln!(text, "            Type: AWS::Config::ConfigRule")?;
    writeln!(text, "            Properties:")?;
    writeln!(text, "              ConfigRuleName: {}", rule.name)?;
    writeln!(text, "              Source: {{Owner: AWS, SourceIdentifier: {}}}", rule.identifier)?;
    if !rule.parameters.is_empty() {
        let given: Vec<String> = rule.parameters.iter().map(|(name, value)| format!("{name}: '{value}'")).collect();
        writeln!(text, "              InputParameters: {{{}}}", given.join(", "))?;
    }
    Ok(())
}

fn capitalized(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_uppercase() + rest
}

#[test]
fn the_template_deploys_the_rules_of_the_checklist_and_no_others() {
    let template = include_str!("../../../template.yaml");
    let (_, found) =
        template.split_once("Type: AWS::Config::ConformancePack").expect("the template has a conformance pack");
    let (_, found) = found.split_once("-readiness\n").expect("the pack has the stack's name");
    let (found, _) = found.split_once("\n\n").expect("the pack ends with a blank line");
    assert_eq!(format!("{found}\n"), body(), "write the rules of the checklist into template.yaml");
}
