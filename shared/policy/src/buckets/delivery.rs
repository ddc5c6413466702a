//! Bedrock may write invocation logs to the buckets that the deployment names for them (45 CFR 164.312(b)).

use super::assess::Desired;
use super::observation::BucketObservation;
use super::step::Step;
use super::tls::{MAX_POLICY_BYTES, with_tls_only};
use crate::control::BUCKETS_LOG_DELIVERY;
use crate::decision::Violation;
use crate::policy_document::PolicyDocument;

pub(super) fn assess(desired: &Desired<'_>, seen: &BucketObservation) -> Vec<Violation<Step>> {
    let person = |advice: &str| vec![Violation::person(&BUCKETS_LOG_DELIVERY, advice)];
    let policy = match &seen.policy {
        None => PolicyDocument::empty(),
        Some(text) => match PolicyDocument::parse(text.expose()) {
            Ok(policy) => policy,
            Err(_) if desired.deliveries.is_empty() => return Vec::new(),
            Err(_) => return person("the bucket policy can't be understood, so Bedrock was not let in: repair it"),
        },
    };
    let missing: Vec<_> = desired.deliveries.iter().filter(|delivery| !delivery.admitted(&policy)).collect();
    if missing.is_empty() {
        return Vec::new();
    }
    if seen.policy_is_public == Some(true) {
        return person(
            "the bucket policy grants public access, which S3 does not let be written again: remove that statement, then \
             Bedrock is let in",
        );
    }
    let statements: Vec<_> = missing.iter().map(|delivery| delivery.statement()).collect();
    // The rule for TLS may add its statement before.
    let base = with_tls_only(&policy, desired.partition, desired.bucket);
    let merged = statements.iter().fold(base, |merged, statement| merged.with(statement.clone()));
    if !missing.iter().all(|delivery| delivery.admitted(&merged)) {
        return person("a statement of the bucket policy keeps Bedrock from writing invocation logs: take it away");
    }
    if merged.to_text().len() > MAX_POLICY_BYTES {
        return person(
            "the bucket policy has no room for the statement that lets Bedrock in: shorten it (S3 takes 20 KB)",
        );
    }
    let steps = statements.into_iter().map(|statement| Step::AddStatement { statement }).collect();
    vec![Violation::steps(&BUCKETS_LOG_DELIVERY, steps)]
}

/// A bucket that invocation logs go to, but that is in no set, so that nothing protects it.
pub(super) fn undeclared(desired: &Desired<'_>) -> Option<Violation<Step>> {
    let advice = "invocation logs, which hold PHI, are to go to this bucket, but it is in no set of the deployment, so nothing \
                  protects it: name it in LogDestinations";
    (!desired.deliveries.is_empty()).then(|| Violation::person(&BUCKETS_LOG_DELIVERY, advice))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::convergence::{apply, baseline, desired, drifted};
    use super::*;
    use crate::decision::Remedy;
    use crate::invocation_logging::Delivery;
    use crate::redacted::Redacted;
    use crate::sets::BucketSet;

    fn delivery(prefix: &str) -> Delivery<'_> {
        Delivery { bucket: "logs-a", prefix, partition: "aws", region: "us-east-1", account: "000000000000" }
    }

    fn of(policy: Option<&Value>) -> BucketObservation {
        BucketObservation { policy: policy.map(|policy| Redacted::new(policy.to_string())), ..drifted() }
    }

    fn judged(seen: &BucketObservation, deliveries: &[Delivery<'_>]) -> Vec<Violation<Step>> {
        let baseline = baseline(None);
        assess(&Desired { deliveries: deliveries.to_vec(), ..desired(&baseline) }, seen)
    }

    fn advice(seen: &BucketObservation) -> String {
        match judged(seen, &[delivery("")]).as_slice() {
            [Violation { remedy: Remedy::Person(advice), .. }] => advice.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_statement_is_for_this_account_and_region_alone() {
        let statement = Value::Object(delivery("bedrock").statement());
        let expected = json!({
            "Sid": "PhiwardInvocationLogs", "Effect": "Allow", "Principal": {"Service": "bedrock.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::logs-a/bedrock/AWSLogs/000000000000/BedrockModelInvocationLogs/*",
            "Condition": {"StringEquals": {"aws:SourceAccount": "000000000000"},
                          "ArnLike": {"aws:SourceArn": "arn:aws:bedrock:us-east-1:000000000000:*"}},
        });
        assert_eq!(statement, expected);
        let whole = delivery("").statement();
        assert_eq!(whole["Resource"], "arn:aws:s3:::logs-a/AWSLogs/000000000000/BedrockModelInvocationLogs/*");
    }

    #[test]
    fn only_what_is_missing_is_added_behind_what_is_there() {
        let theirs = json!({"Version": "2012-10-17", "Statement": [{"Sid": "PhiwardInvocationLogs", "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::000000000000:role/reader"}, "Action": "s3:GetObject", "Resource": "*"}]});
        let mut seen = of(Some(&theirs));
        let deliveries = [delivery("bedrock"), delivery("large")];
        for violation in judged(&seen, &deliveries) {
            let Remedy::Steps(steps) = violation.remedy else { panic!("{violation:?}") };
            steps.iter().for_each(|step| apply(&mut seen, step));
        }
        let after: Value = serde_json::from_str(seen.policy.as_ref().unwrap().expose()).unwrap();
        assert_eq!(after["Statement"][0], theirs["Statement"][0]);
        let sids: Vec<_> = after["Statement"].as_array().unwrap().iter().map(|each| each["Sid"].clone()).collect();
        assert_eq!(sids, ["PhiwardInvocationLogs", "PhiwardInvocationLogs2", "PhiwardInvocationLogs3"]);
        assert_eq!(judged(&seen, &deliveries), vec![]);
        assert_eq!(judged(&of(None), &[]), vec![]);
    }

    #[test]
    fn what_a_statement_can_not_mend_is_for_a_person() {
        let denied =
            json!({"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": "*"}]});
        assert!(advice(&of(Some(&denied))).contains("keeps Bedrock from writing"));
        let public = BucketObservation { policy_is_public: Some(true), ..of(None) };
        assert!(advice(&public).contains("grants public access"));
        let long = json!({"Statement": [{"Sid": "x".repeat(MAX_POLICY_BYTES - 500), "Effect": "Deny"}]});
        assert!(advice(&of(Some(&long))).contains("no room"));
        let unreadable = BucketObservation { policy: Some(Redacted::new("{".to_owned())), ..drifted() };
        assert!(advice(&unreadable).contains("can't be understood"));
        assert_eq!(judged(&unreadable, &[]), vec![]);
    }

    #[test]
    fn a_destination_in_no_set_is_told_and_not_changed() {
        let baseline = baseline(None);
        let seen = BucketObservation { set: BucketSet::Undeclared, ..drifted() };
        let told =
            |deliveries: Vec<Delivery<'_>>| super::super::assess(&Desired { deliveries, ..desired(&baseline) }, &seen);
        assert_eq!(told(Vec::new()), vec![]);
        assert!(matches!(told(vec![delivery("")]).as_slice(), [Violation { remedy: Remedy::Person(advice), .. }]
            if advice.contains("name it in LogDestinations")));
    }
}
