//! Who may, and who may not.

use super::*;
use serde_json::json;

const GROUP: &str = "arn:aws:logs:us-east-1:000000000000:log-group:/aws/bedrock/a";

fn question(resources: &[&str]) -> Question {
    let forms = |arn: &&str| vec![(*arn).to_owned(), format!("{arn}:log-stream:*")];
    Question { action: "logs:Unmask".to_owned(), resources: resources.iter().map(forms).collect() }
}

fn access(statements: &Value) -> Access {
    let document = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
    together([document.as_str()].into_iter(), &question(&[GROUP])).access()
}

fn allow(change: &Value) -> Value {
    let mut statement = json!({"Effect": "Allow", "Action": "logs:Unmask", "Resource": "*"});
    for (name, value) in change.as_object().into_iter().flatten() {
        if value.is_null() {
            statement.as_object_mut().unwrap().shift_remove(name);
        } else {
            statement[name] = value.clone();
        }
    }
    statement
}

#[test]
fn what_one_statement_allows() {
    let cases = [
        (json!({}), Access::Yes),
        (json!({"Action": "*"}), Access::Yes),
        (json!({"Action": ["s3:*", "LOGS:unm?sk"]}), Access::Yes),
        (json!({"Action": "logs:Get*"}), Access::No),
        (json!({"Action": "iam:*"}), Access::No),
        (json!({"Action": null, "NotAction": "iam:*"}), Access::Yes),
        (json!({"Action": null, "NotAction": ["logs:*", "iam:*"]}), Access::No),
        (json!({"Resource": GROUP}), Access::Yes),
        (json!({"Resource": format!("{GROUP}:*")}), Access::Yes),
        (json!({"Resource": format!("{GROUP}:log-stream:x")}), Access::Yes),
        (json!({"Resource": "arn:aws:logs:*:*:log-group:/aws/*"}), Access::Yes),
        (json!({"Resource": format!("{GROUP}-other")}), Access::No),
        (json!({"Resource": "arn:aws:s3:::*"}), Access::No),
        (json!({"Resource": "arn:aws:logs:*:*:log-group:/other/*"}), Access::No),
        (json!({"Resource": "arn:aws:logs:*:*:log-group:${aws:PrincipalTag/team}"}), Access::Yes),
        (json!({"Resource": null, "NotResource": "arn:aws:s3:::*"}), Access::Yes),
        (json!({"Resource": null, "NotResource": "arn:aws:logs:*"}), Access::No),
        (json!({"Resource": null, "NotResource": GROUP}), Access::Yes),
        (json!({"Resource": null, "NotResource": "arn:aws:logs:*${aws:username}*"}), Access::Yes),
        (json!({"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}), Access::Perhaps),
        (json!({"Condition": {}}), Access::Yes),
        (json!({"Effect": "Perchance"}), Access::No),
    ];
    for (change, expected) in cases {
        assert_eq!(access(&json!([allow(&change)])), expected, "{change}");
        assert_eq!(access(&allow(&change)), expected, "a single statement: {change}");
    }
}

#[test]
fn only_a_denial_of_everything_that_is_asked_counts() {
    let cases = [
        (json!({}), Access::No),
        (json!({"Action": "logs:*", "Resource": "arn:aws:logs:*"}), Access::No),
        (json!({"Action": null, "NotAction": "s3:*"}), Access::No),
        (json!({"Action": null, "NotAction": "logs:*"}), Access::Yes),
        (json!({"Resource": [GROUP, format!("{GROUP}:*")]}), Access::No),
        (json!({"Resource": GROUP}), Access::Yes),
        (json!({"Resource": "arn:aws:logs:us-east-1:000000000000:log-group:${aws:username}*"}), Access::Yes),
        (json!({"Resource": null, "NotResource": "arn:aws:s3:::*"}), Access::No),
        (json!({"Resource": null, "NotResource": GROUP}), Access::Yes),
        (json!({"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}}), Access::Yes),
    ];
    for (change, expected) in cases {
        let mut denial = allow(&change);
        denial["Effect"] = json!("Deny");
        assert_eq!(access(&json!([denial, allow(&json!({}))])), expected, "{change}");
    }
}

#[test]
fn a_policy_that_can_t_be_read_may_allow_anything() {
    for text in ["", "[]", r#"{"Statement": "?"}"#] {
        assert_eq!(together([text].into_iter(), &question(&[GROUP])).access(), Access::Perhaps, "{text}");
    }
}

#[test]
fn each_resource_is_judged_by_itself_and_one_that_is_open_is_enough() {
    let other = "arn:aws:logs:us-east-1:000000000000:log-group:other-*";
    let document = json!({"Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": "logs:Unmask", "Resource": "arn:aws:logs:*:*:log-group:other-*"},
    ]})
    .to_string();
    let asked = |resources: &[&str]| together([document.as_str()].into_iter(), &question(resources)).access();
    assert_eq!((asked(&[other]), asked(&[other, GROUP]), asked(&[])), (Access::No, Access::Yes, Access::No));
}

#[test]
fn policies_of_groups_and_managed_ones_count() {
    let asked = question(&[GROUP]);
    let says = |statements: Value| Grants::of(&json!({ "Statement": statements }).to_string(), &asked);
    let (nothing, allows) = (says(json!([])), says(json!([allow(&json!({}))])));
    let denies = says(json!([allow(&json!({"Effect": "Deny"}))]));
    let holder = |own: &Grants, attached: &[&str], groups: &[&str]| Holder {
        own: own.clone(),
        attached: attached.iter().map(|each| (*each).to_owned()).collect(),
        groups: groups.iter().map(|each| (*each).to_owned()).collect(),
    };
    let account = Account {
        principals: BTreeMap::from([
            ("a-own".to_owned(), holder(&allows, &[], &[])),
            ("b-attached".to_owned(), holder(&nothing, &["allows"], &[])),
            ("c-of-a-group".to_owned(), holder(&nothing, &[], &["own"])),
            ("d-of-a-group-with-an-attached-one".to_owned(), holder(&nothing, &[], &["attached"])),
            ("e-of-a-policy-that-was-not-told".to_owned(), holder(&nothing, &["unheard"], &[])),
            ("f-of-a-group-that-was-not-told".to_owned(), holder(&nothing, &[], &["unheard"])),
            ("x-denied".to_owned(), holder(&allows, &["denies"], &[])),
            ("y-denied-by-a-group".to_owned(), holder(&allows, &[], &["own", "denying"])),
            ("z-nothing".to_owned(), holder(&nothing, &[], &[])),
        ]),
        groups: BTreeMap::from([
            ("own".to_owned(), holder(&allows, &[], &[])),
            ("attached".to_owned(), holder(&nothing, &["allows"], &[])),
            ("denying".to_owned(), holder(&nothing, &["denies"], &[])),
        ]),
        managed: BTreeMap::from([("allows".to_owned(), allows.clone()), ("denies".to_owned(), denies.clone())]),
    };
    let found: Vec<_> = account.who(&asked).into_iter().map(|each| (each.arn, each.access)).collect();
    let expected = [
        ("a-own", Access::Yes),
        ("b-attached", Access::Yes),
        ("c-of-a-group", Access::Yes),
        ("d-of-a-group-with-an-attached-one", Access::Yes),
        ("e-of-a-policy-that-was-not-told", Access::Perhaps),
        ("f-of-a-group-that-was-not-told", Access::Perhaps),
    ];
    assert_eq!(found, expected.map(|(arn, access)| (arn.to_owned(), access)));
}
