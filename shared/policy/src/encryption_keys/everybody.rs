//! Key policies that admit everybody.
//!
//! KMS developer guide, "Key policies in AWS KMS" (`"AWS": "*"` is everybody in every account); IAM user guide, "Condition
//! operators" (`…IfExists` and `ForAllValues:` are also true when the key is absent) and "Global condition context keys".

use serde_json::{Map, Value};

use crate::policy_document::{PolicyDocument, strings};

/// The numbers of the statements that admit everybody, the first being 1.
pub(super) fn statements(policy: &PolicyDocument) -> impl Iterator<Item = usize> {
    (1..).zip(policy.statements()).filter(|(_, statement)| admits_everybody(statement)).map(|(number, _)| number)
}

/// An effect that is not known is taken for one that allows.
fn admits_everybody(statement: &Map<String, Value>) -> bool {
    statement.get("Effect").and_then(Value::as_str) != Some("Deny")
        && names_everybody(statement)
        && !is_narrowed(statement)
}

fn names_everybody(statement: &Map<String, Value>) -> bool {
    if statement.contains_key("NotPrincipal") {
        return true;
    }
    match statement.get("Principal") {
        Some(Value::Object(kinds)) => kinds.values().any(|named| strings(Some(named)).any(|one| one.contains('*'))),
        Some(all) => strings(Some(all)).any(|one| one.contains('*')),
        None => true,
    }
}

/// Conditions hold together, so one that narrows is enough. A statement whose condition is not understood counts as open.
fn is_narrowed(statement: &Map<String, Value>) -> bool {
    let Some(operators) = statement.get("Condition").and_then(Value::as_object) else { return false };
    operators.iter().any(|(operator, keys)| {
        let narrows = |(key, value): (&String, &Value)| {
            let values: Vec<&str> = strings(Some(value)).collect();
            !values.is_empty() && values.iter().all(|value| names_somebody(operator, key, value))
        };
        keys.as_object().is_some_and(|keys| keys.iter().any(narrows))
    })
}

/// Whether such a condition is met by one account, one organization, or one AWS service only.
fn names_somebody(operator: &str, key: &str, value: &str) -> bool {
    let operator = operator.to_ascii_lowercase();
    let (any_of, operator) = match operator.strip_prefix("foranyvalue:") {
        Some(rest) => (true, rest),
        None => (false, operator.as_str()),
    };
    let equals = !any_of && matches!(operator, "stringequals" | "stringlike");
    let arn = !any_of && matches!(operator, "stringequals" | "stringlike" | "arnequals" | "arnlike");
    match key.to_ascii_lowercase().as_str() {
        "aws:principalarn" | "aws:sourcearn" => arn && is_of_one_account(value),
        "aws:principalaccount" | "aws:sourceaccount" | "kms:calleraccount" => equals && is_account(value),
        "aws:principalorgid" | "aws:sourceorgid" => equals && is_organization(value),
        "aws:principalorgpaths" | "aws:sourceorgpaths" => {
            let like = matches!(operator, "stringequals" | "stringlike");
            like && value.split_once('/').is_some_and(|(organization, _)| is_organization(organization))
        }
        "aws:principalservicename" => equals && value.contains(".amazonaws.com") && !has_wildcard(value),
        _ => false,
    }
}

fn has_wildcard(text: &str) -> bool {
    text.contains(['*', '?', '$'])
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_organization(text: &str) -> bool {
    let id = text.strip_prefix("o-").unwrap_or_default();
    (10..=32).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

/// `arn:partition:service:region:account:…`: all is literal up to the account, as `*` also stands for colons.
fn is_of_one_account(arn: &str) -> bool {
    let mut fields = arn.splitn(6, ':');
    let before: Vec<&str> = fields.by_ref().take(4).collect();
    let account = fields.next().unwrap_or_default();
    before.first() == Some(&"arn") && !before.iter().any(|field| has_wildcard(field)) && is_account(account)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn open(statements: Value) -> Vec<usize> {
        let policy = PolicyDocument::parse(&json!({ "Statement": statements }).to_string()).unwrap();
        super::statements(&policy).collect()
    }

    fn with(condition: Value) -> Value {
        json!({"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:Decrypt", "Resource": "*", "Condition": condition})
    }

    #[test]
    fn everybody_is_found_in_every_form() {
        let mut allow = json!({"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"});
        for principal in [
            json!("*"),
            json!({"AWS": "*"}),
            json!({"AWS": ["arn:aws:iam::111122223333:root", "*"]}),
            json!({"Federated": "*"}),
        ] {
            allow["Principal"] = principal.clone();
            assert_eq!(open(json!([{"Effect": "Deny", "Principal": "*", "Action": "*"}, allow])), [2], "{principal}");
            assert_eq!(open(allow.clone()), [1], "a statement without a list");
        }
        let others =
            json!({"Effect": "Allow", "NotPrincipal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*"});
        assert_eq!(open(others), [1], "everybody but one");
        assert_eq!(open(json!({"Effect": "Allow", "Action": "kms:*"})), [1], "nobody named");
        assert_eq!(open(json!({"Effect": "allow", "Principal": "*", "Action": "kms:*"})), [1], "an unknown effect");
    }

    #[test]
    fn who_is_named_is_not_everybody() {
        for principal in [
            json!({"AWS": "arn:aws:iam::111122223333:root"}),
            json!({"AWS": ["111122223333", "arn:aws:iam::444455556666:role/backup"]}),
            json!({"Service": ["events.amazonaws.com", "cloudwatch.amazonaws.com"]}),
        ] {
            assert!(
                open(json!({"Effect": "Allow", "Principal": principal, "Action": "kms:*"})).is_empty(),
                "{principal}"
            );
        }
    }

    #[test]
    fn a_condition_on_who_asks_narrows() {
        let role = "arn:aws:iam::111122223333:role/aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie";
        for condition in [
            json!({"StringEquals": {"aws:PrincipalArn": role}}),
            json!({"ArnLike": {"AWS:principalarn": ["arn:aws:iam::111122223333:role/*", role]}}),
            json!({"StringEquals": {"kms:CallerAccount": "111122223333", "kms:ViaService": "s3.us-east-1.amazonaws.com"}}),
            json!({"StringLike": {"aws:SourceAccount": ["111122223333", "444455556666"]}}),
            json!({"ArnLike": {"aws:SourceArn": "arn:aws:cloudtrail:us-east-1:111122223333:trail/*"}}),
            json!({"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}),
            json!({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/*"}}),
            json!({"StringEquals": {"aws:PrincipalServiceName": "backup.amazonaws.com"}}),
            json!({"Bool": {"kms:GrantIsForAWSResource": "true"}, "StringEquals": {"kms:CallerAccount": "111122223333"}}),
        ] {
            assert!(open(with(condition.clone())).is_empty(), "{condition}");
        }
    }

    #[test]
    fn no_other_condition_does() {
        for condition in [
            json!({}),
            json!(null),
            json!("x"),
            json!({"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}),
            json!({"StringEqualsIfExists": {"kms:CallerAccount": "111122223333"}}),
            json!({"ForAllValues:StringEquals": {"kms:CallerAccount": "111122223333"}}),
            json!({"ForAllValues:StringLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/*"}}),
            json!({"StringNotEquals": {"kms:CallerAccount": "111122223333"}}),
            json!({"StringEquals": {"kms:CallerAccount": []}}),
            json!({"StringEquals": {"kms:CallerAccount": ["111122223333", "*"]}}),
            json!({"StringLike": {"kms:CallerAccount": "1111222233*"}}),
            json!({"StringEquals": {"kms:CallerAccount": "${aws:PrincipalAccount}"}}),
            json!({"StringLike": {"aws:PrincipalArn": "*"}}),
            json!({"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/admin"}}),
            json!({"StringLike": {"aws:PrincipalArn": "arn:*::111122223333:role/x"}}),
            json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333*"}}),
            json!({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::bucket"}}),
            json!({"StringLike": {"aws:PrincipalOrgID": "o-*"}}),
            json!({"StringLike": {"aws:PrincipalServiceName": "*.amazonaws.com"}}),
            json!({"Bool": {"aws:PrincipalIsAWSService": "true"}}),
            json!({"StringEquals": {"aws:PrincipalTag/team": "oncology"}}),
            json!({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}),
            json!({"StringEquals": {"aws:SourceVpce": "vpce-1234"}}),
            json!({"StringEquals": {"kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::bucket"}}),
        ] {
            assert_eq!(open(with(condition.clone())), [1], "{condition}");
        }
    }
}
