//! What a key policy says of the account and of a role of it. A Deny counts before any Allow; what hangs on conditions is not known.

use policy::policy_document::{PolicyDocument, covers_action, is_allow, principals, strings};
use serde_json::{Map, Value};

/// Whether somebody may do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Leave {
    Yes,
    No,
    /// A Deny may apply: it has conditions, or is for all but some.
    UnlessDenied,
    /// Every Allow has conditions.
    WithConditions,
}

/// The account itself, by which IAM's policies count: by its root's ARN, its number, or everybody.
pub(crate) fn of_account(policy: &PolicyDocument, action: &str, root: &str) -> Leave {
    let named = |name: &str| is_account(name, root);
    let allows = |each: &&Map<String, Value>| {
        is_allow(each) && covers_action(each, action) && principals(each, "AWS").any(named) && !of_somebody(each)
    };
    let conditional: Vec<bool> = policy.statements().filter(allows).map(has_conditions).collect();
    let allowed = match conditional.as_slice() {
        [] => Leave::No,
        some if some.contains(&false) => Leave::Yes,
        _ => Leave::WithConditions,
    };
    unless_denied(policy, action, named, allowed)
}

/// For everybody, if it is somebody whom a condition names: not the account's.
fn of_somebody(statement: &Map<String, Value>) -> bool {
    let operators = statement.get("Condition").and_then(Value::as_object).into_iter().flatten();
    let mut keys = operators.filter_map(|(_, keys)| keys.as_object()).flatten();
    principals(statement, "AWS").all(|name| name == "*")
        && keys.any(|(key, _)| key.eq_ignore_ascii_case("aws:PrincipalArn"))
}

/// A role of the account.
pub(crate) fn of_role(policy: &PolicyDocument, action: &str, role: &str, root: &str) -> Leave {
    let allows = |each: &Map<String, Value>| is_allow(each) && covers_action(each, action) && names_role(each, role);
    let allowed = if policy.statements().any(allows) { Leave::Yes } else { Leave::No };
    unless_denied(policy, action, |name| name == role || is_account(name, root), allowed)
}

/// `arn:aws:iam::111122223333:root`, `111122223333`, `*`.
fn is_account(name: &str, root: &str) -> bool {
    name == "*" || name == root || root.split(':').nth(4) == Some(name)
}

fn unless_denied(policy: &PolicyDocument, action: &str, named: impl Fn(&str) -> bool, allowed: Leave) -> Leave {
    // NotAction and NotPrincipal are not read further: they may mean it.
    let may_mean = |each: &&Map<String, Value>| {
        !is_allow(each)
            && (covers_action(each, action) || each.contains_key("NotAction"))
            && (principals(each, "AWS").any(&named) || each.contains_key("NotPrincipal"))
    };
    let means = |each: &Map<String, Value>| {
        !has_conditions(each) && !each.contains_key("NotAction") && !each.contains_key("NotPrincipal")
    };
    let denies: Vec<bool> = policy.statements().filter(may_mean).map(means).collect();
    match allowed {
        _ if denies.contains(&true) => Leave::No,
        Leave::Yes if !denies.is_empty() => Leave::UnlessDenied,
        other => other,
    }
}

fn has_conditions(statement: &Map<String, Value>) -> bool {
    match statement.get("Condition") {
        None | Some(Value::Null) => false,
        Some(Value::Object(operators)) => !operators.is_empty(),
        Some(_) => true,
    }
}

/// By its ARN as the principal, or, as KMS refuses a role that is not there yet, by a condition for everybody.
fn names_role(statement: &Map<String, Value>, role: &str) -> bool {
    let operators = statement.get("Condition").and_then(Value::as_object).into_iter().flatten();
    let positive = operators.filter(|(operator, _)| {
        let operator = operator.strip_suffix("IfExists").unwrap_or(operator);
        matches!(operator, "StringEquals" | "StringLike" | "ArnEquals" | "ArnLike")
    });
    let mut keys = positive.filter_map(|(_, keys)| keys.as_object()).flatten();
    let by_condition = keys.any(|(key, value)| {
        key.eq_ignore_ascii_case("aws:PrincipalArn") && strings(Some(value)).any(|arn| arn == role)
    });
    principals(statement, "AWS").any(|named| named == role || (named == "*" && by_condition))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ROOT: &str = "arn:aws:iam::111122223333:root";
    const ROLE: &str = "arn:aws:iam::111122223333:role/macie";

    fn policy(statements: &[Value]) -> PolicyDocument {
        PolicyDocument::parse(&json!({ "Statement": statements }).to_string()).unwrap()
    }

    fn statement(effect: &str, principal: &str, condition: &Value) -> Value {
        json!({"Effect": effect, "Principal": {"AWS": principal}, "Action": "kms:*", "Resource": "*", "Condition": condition})
    }

    #[test]
    fn a_deny_counts_before_an_allow_and_conditions_are_not_known() {
        let (always, if_tls) = (json!({}), json!({"Bool": {"aws:SecureTransport": "false"}}));
        let allow = || statement("Allow", ROOT, &always);
        let mut all_but = statement("Deny", "*", &always);
        all_but["NotAction"] = json!("kms:Get*");
        let other = statement("Deny", "arn:aws:iam::111122223333:user/jane", &always);
        for (statements, expected) in [
            (vec![], Leave::No),
            (vec![allow()], Leave::Yes),
            (vec![statement("Allow", "111122223333", &always)], Leave::Yes),
            (vec![statement("Allow", "444455556666", &always)], Leave::No),
            (vec![statement("Allow", ROOT, &if_tls)], Leave::WithConditions),
            (vec![statement("Allow", ROOT, &if_tls), allow()], Leave::Yes),
            (vec![allow(), statement("Deny", "*", &always)], Leave::No),
            (vec![allow(), statement("Deny", ROOT, &always)], Leave::No),
            (vec![allow(), statement("Deny", "*", &if_tls)], Leave::UnlessDenied),
            (vec![allow(), all_but], Leave::UnlessDenied),
            (vec![allow(), other], Leave::Yes),
        ] {
            assert_eq!(of_account(&policy(&statements), "kms:Decrypt", ROOT), expected, "{statements:?}");
        }
    }

    #[test]
    fn a_role_is_named_by_operators_that_ask_for_it() {
        let asked = |statements: &[Value]| of_role(&policy(statements), "kms:Decrypt", ROLE, ROOT);
        let by = |operator: &str| statement("Allow", "*", &json!({operator: {"aws:PrincipalArn": ROLE}}));
        for operator in ["StringEquals", "StringLike", "ArnEquals", "ArnLike", "StringEqualsIfExists"] {
            assert_eq!(asked(&[by(operator)]), Leave::Yes, "{operator}");
        }
        for operator in ["StringNotEquals", "StringNotLike", "ArnNotEquals", "ArnNotLike", "Null"] {
            assert_eq!(asked(&[by(operator)]), Leave::No, "{operator}");
        }
        let named = || statement("Allow", ROLE, &json!({}));
        assert_eq!(asked(&[named()]), Leave::Yes);
        assert_eq!(asked(&[named(), statement("Deny", ROLE, &json!({}))]), Leave::No);
        let unless = statement("Deny", "*", &json!({"StringNotEquals": {"aws:PrincipalArn": ROLE}}));
        assert_eq!(asked(&[named(), unless]), Leave::UnlessDenied);
    }
}
