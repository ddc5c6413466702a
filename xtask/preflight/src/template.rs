//! What the deploy makes, read from the project's own template: by type, as SAM transforms it.

use std::collections::BTreeMap;

/// The template that is deployed from this clone.
const TEMPLATE: &str = include_str!("../../../template.yaml");

pub(crate) const FUNCTION: &str = "AWS::Lambda::Function";
pub(crate) const MANAGED_POLICY: &str = "AWS::IAM::ManagedPolicy";
pub(crate) const ROLE: &str = "AWS::IAM::Role";
pub(crate) const RULE: &str = "AWS::Events::Rule";

const SAM_FUNCTION: &str = "AWS::Serverless::Function";
/// What SAM makes of each function that has an alias and settings for asynchronous invocation, as all have here.
const OF_FUNCTION: [&str; 4] =
    [FUNCTION, "AWS::Lambda::Version", "AWS::Lambda::Alias", "AWS::Lambda::EventInvokeConfig"];
/// What it makes of each event: a rule, and the leave for it to start the function.
const OF_EVENT: [&str; 2] = [RULE, "AWS::Lambda::Permission"];

/// How many resources of each type. Those that hang on a parameter count too, so it is never too few.
pub(crate) fn resources() -> BTreeMap<String, u64> {
    counted(TEMPLATE)
}

/// Reads it line by line: the template is the project's own, indented by two, so no reader of YAML has to be built.
fn counted(template: &str) -> BTreeMap<String, u64> {
    let mut found = BTreeMap::new();
    let mut add = |kind: &str| *found.entry(kind.to_owned()).or_insert(0) += 1;
    let after = template.lines().skip_while(|line| *line != "Resources:").skip(1);
    let within = after.take_while(|line| line.is_empty() || line.starts_with([' ', '#']));
    for line in within {
        if let Some(kind) = line.strip_prefix("    Type: ") {
            match kind.trim() {
                SAM_FUNCTION => OF_FUNCTION.into_iter().for_each(&mut add),
                other => add(other),
            }
        } else if matches!(line, "          Type: EventBridgeRule" | "          Type: Schedule") {
            OF_EVENT.into_iter().for_each(&mut add);
        } else if line == "      FunctionUrlConfig:" {
            add("AWS::Lambda::Url");
        }
    }
    found
}

/// What a resource of the template says, by its name.
#[cfg(test)]
pub(crate) fn resource(name: &str) -> String {
    let head = format!("  {name}:");
    let after = TEMPLATE.lines().skip_while(|line| *line != head).skip(1);
    after.take_while(|line| line.is_empty() || line.starts_with("    ")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_and_its_events_become_what_sam_makes_of_them() {
        let found = counted(
            "Parameters:\n  A:\n    Type: String\nResources:\n  Topic:\n    Type: AWS::SNS::Topic\n# why\n\n  Duty:\n    Type: \
             AWS::Serverless::Function\n    Properties:\n      FunctionUrlConfig:\n        AuthType: AWS_IAM\n      Events:\n        \
             Change:\n          Type: EventBridgeRule\n        Sweep:\n          Type: Schedule\nOutputs:\n  B:\n    Type: no\n",
        );
        let expected = [
            (FUNCTION, 1),
            ("AWS::Events::Rule", 2),
            ("AWS::Lambda::Alias", 1),
            ("AWS::Lambda::EventInvokeConfig", 1),
            ("AWS::Lambda::Permission", 2),
            ("AWS::Lambda::Url", 1),
            ("AWS::Lambda::Version", 1),
            ("AWS::SNS::Topic", 1),
        ];
        assert_eq!(found, expected.map(|(kind, count)| (kind.to_owned(), count)).into_iter().collect());
    }

    #[test]
    fn the_projects_template_is_read() {
        let found = resources();
        assert_eq!(found[ROLE], found[FUNCTION], "each function has a role of its own");
        assert!(!found.contains_key(SAM_FUNCTION) && found[RULE] > found[FUNCTION]);
        for (name, kind) in [("EvidenceBucket", "AWS::S3::Bucket"), ("PhiwardKey", "AWS::KMS::Key")] {
            assert!(resource(name).contains(kind) && found.contains_key(kind), "{name}");
        }
    }
}
