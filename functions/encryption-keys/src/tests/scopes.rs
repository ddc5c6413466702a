//! Which keys are named, and which of them an event is about.

use futures_util::TryStreamExt;
use remediation::event::{Event, Home};
use remediation::{Duty, Scope};
use serde_json::{Value, json};

use super::*;

#[test]
fn only_keys_of_this_account_and_region_can_be_named() {
    for bad in [
        "arn:aws:kms:us-east-1:444455556666:key/1234",
        "arn:aws:kms:eu-west-1:111122223333:key/1234",
        "arn:aws-cn:kms:us-east-1:111122223333:key/1234",
        "arn:aws:kms:us-east-1:111122223333:alias/records",
        "arn:aws:kms:us-east-1:111122223333:key/",
        "arn:aws:kms:us-east-1:111122223333:key/*",
        "1234",
    ] {
        let named = format!("{RECORDS},{bad}");
        let error = keys(&named).map(drop).unwrap_err().to_string();
        assert!(error.contains("PHIWARD_KEY_ARNS") && error.contains("111122223333 in us-east-1"), "{bad}: {error}");
    }
}

#[tokio::test]
async fn each_key_is_listed_once_in_order() {
    let mut duty = duty(&[]);
    duty.keys = keys(&format!(" {RECORDS} , {DATA},")).unwrap();
    let listed: Vec<String> = duty.list().map_ok(|key| key.to_string()).try_collect().await.unwrap();
    assert_eq!(listed, [OWN, DATA, RECORDS]);
    for arn in listed {
        assert_eq!(duty.resource(&arn).unwrap().to_string(), arn);
    }
    assert_eq!(duty.resource("arn:aws:kms:us-east-1:111122223333:key/other"), None);
    let [own, data] = [OWN, DATA].map(|arn| duty.keys.find(arn).unwrap());
    assert!(duty.keys.is_own(own) && !duty.keys.is_own(data));
}

fn scope(name: &str, parameters: Value, response: Value) -> Scope<Key> {
    let source = if name == "PutBucketPolicy" { "s3.amazonaws.com" } else { "kms.amazonaws.com" };
    let detail = json!({"eventSource": source, "eventName": name, "requestParameters": parameters, "responseElements": response});
    let payload = json!({"id": "1", "detail-type": "AWS API Call via CloudTrail", "source": "aws.kms", "detail": detail,
        "account": "111122223333", "region": "us-east-1", "time": "2026-01-01T00:00:00Z", "resources": []});
    let home = Home { duty: "encryption-keys", account: "111122223333", region: "us-east-1" };
    duty(&[]).scope(&Event::parse(payload, home).unwrap().signal)
}

#[test]
fn an_event_names_a_key_by_its_id_or_arn_or_by_an_alias() {
    let these = || Scope::These(vec![at()]);
    let null = Value::Null;
    assert_eq!(scope("PutKeyPolicy", json!({"keyId": RECORDS}), null.clone()), these());
    assert_eq!(scope("EnableKeyRotation", json!({"keyId": "mrk-records"}), null.clone()), these());
    assert_eq!(scope("DisableKey", json!({"keyId": "alias/records"}), json!({"keyId": RECORDS})), these());
    let alias = "arn:aws:kms:us-east-1:111122223333:alias/records";
    assert_eq!(scope("DisableKeyRotation", json!({"keyId": alias}), null.clone()), Scope::All);
    assert_eq!(scope("DisableKeyRotation", null.clone(), null.clone()), Scope::All);
    for foreign in ["5678", "records", "arn:aws:kms:us-east-1:444455556666:key/mrk-records"] {
        let found = scope("DisableKey", json!({"keyId": foreign}), null.clone());
        assert!(matches!(found, Scope::Nothing(_)), "{foreign}: {found:?}");
    }
    assert!(matches!(scope("PutBucketPolicy", json!({"keyId": RECORDS}), null), Scope::Nothing(_)));
}
