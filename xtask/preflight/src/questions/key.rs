//! Is the key usable that the deploy is to be given as `DataKeyArn`.
//!
//! Conditions of its policy are held against this account; what else they ask for is left to the services, which try the key
//! themselves. So a policy that passes here may still refuse; one that is missing something surely refuses. Of the account and of
//! Macie's role a condition leaves it unknown.

use std::fmt;

use aws_sdk_kms::Client;
use aws_sdk_kms::types::KeyManagerType;
use policy::data_key::KeyObservation;
use policy::policy_document::PolicyDocument;
use policy::service_access::{Wish, admits};
use remediation::{AwsError, DataKeyReader};

use super::key_policy::{self, Leave};
use crate::caller::Caller;
use crate::item::{Item, State};

const ID: &str = "key";

/// Who has to be able to use it, for what: as the template allows it for the key that the stack makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct User {
    /// `{region}` and `{suffix}` stand for the Region and the partition's domain.
    service: &'static str,
    actions: &'static [&'static str],
    what_for: &'static str,
}

const USERS: [User; 3] = [
    User {
        service: "bedrock.amazonaws.com",
        actions: &["kms:GenerateDataKey", "kms:Decrypt"],
        what_for: "invocation logs, agents, flows and prompts",
    },
    User {
        service: "cloudtrail.amazonaws.com",
        actions: &["kms:GenerateDataKey", "kms:Decrypt", "kms:DescribeKey"],
        what_for: "the trail's files",
    },
    User {
        service: "logs.{region}.{suffix}",
        actions: &[
            "kms:Encrypt",
            "kms:Decrypt",
            "kms:ReEncryptFrom",
            "kms:ReEncryptTo",
            "kms:GenerateDataKey",
            "kms:DescribeKey",
        ],
        what_for: "invocation-log groups",
    },
];
/// What the functions' roles do with it; they are allowed it by IAM, which counts only where the key policy says so.
const OF_ROLES: [&str; 4] = ["kms:DescribeKey", "kms:GetKeyPolicy", "kms:GenerateDataKey", "kms:Decrypt"];
const DECRYPT: &str = "kms:Decrypt";
const MACIE: &str = "role/aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie";

/// Somebody who can't use it, or of whom that is not known.
#[derive(Debug, PartialEq, Eq)]
struct Lack {
    who: String,
    leave: Leave,
    actions: Vec<&'static str>,
    what_for: &'static str,
}

impl fmt::Display for Lack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { who, leave, actions, what_for } = self;
        let actions = actions.join(", ");
        match leave {
            Leave::Yes | Leave::No => write!(f, "{who} lacks {actions} ({what_for})"),
            Leave::UnlessDenied => write!(f, "{who} may lack {actions} ({what_for}) by a Deny with conditions"),
            Leave::WithConditions => write!(f, "{who} has {actions} ({what_for}) with conditions only"),
        }
    }
}

pub(crate) async fn ask(caller: &Caller, arn: Option<&str>) -> Item {
    let Some(arn) = arn else {
        return Item::new(ID, State::Ok, "not looked at: without --data-key ARN the stack makes a key of its own");
    };
    let own = format!("arn:{}:kms:{}:{}:key/", caller.partition(), caller.region, caller.account);
    if !arn.starts_with(&own) {
        return Item::new(ID, State::Missing, format!("{arn} is not the ARN of a key of this account and Region")).fix(
            format!("name one as {own}ID (not an alias, which can be pointed elsewhere), or let the stack make one"),
        );
    }
    let kms = Client::new(&caller.sdk);
    match manager(&kms, arn).await {
        Ok(Some(KeyManagerType::Aws)) => {
            return Item::new(ID, State::Missing, format!("{arn} is AWS's own key, whose policy nobody can change"))
                .fix("name a customer managed key, or let the stack make one");
        }
        Ok(_) => {}
        Err(error) if error.code == "NotFoundException" => {
            return Item::new(ID, State::Missing, format!("{arn} is not there"))
                .fix("name one that is there, or let the stack make one")
                .run(format!("aws kms list-keys --region {}", caller.region));
        }
        Err(error) => return Item::unread(ID, "the key", &error),
    }
    match DataKeyReader::with(arn, kms).observe().await {
        // Said in its state, as a duty repairs everything else all the same; here it is no answer.
        Ok(key) if key.described.state.contains("denied") => {
            Item::new(ID, State::Unknown, format!("{arn} is {}", key.described.state.replace("Phiward", "this caller")))
                .fix("allow kms:DescribeKey and kms:GetKeyPolicy on the key to this caller, or ask with one who may")
        }
        Ok(key) => judged(&key, arn, caller),
        Err(error) => Item::not_read(ID, "the key", &error),
    }
}

async fn manager(kms: &Client, arn: &str) -> Result<Option<KeyManagerType>, AwsError> {
    let answer = kms.describe_key().key_id(arn).send().await;
    let answer = answer.map_err(|error| AwsError::new("kms:DescribeKey", &error))?;
    Ok(answer.key_metadata.and_then(|metadata| metadata.key_manager))
}

fn judged(key: &KeyObservation, arn: &str, caller: &Caller) -> Item {
    let policy = match key.usable(arn, &caller.region) {
        Ok(policy) => policy,
        Err(problem) => {
            // `the baseline's key ARN is …: what to do`
            let (problem, fix) =
                problem.split_once(": ").filter(|(said, _)| !said.ends_with("arn")).unwrap_or((&problem, ""));
            let item = Item::new(ID, State::Missing, problem.replace("the baseline's key", "the key"));
            let fix = if fix.is_empty() { "name another key, or let the stack make one" } else { fix };
            return item.fix(fix).run(format!("aws kms describe-key --key-id {arn} --region {}", caller.region));
        }
    };
    let lacks = lacks(&policy, arn, caller);
    if lacks.is_empty() {
        return Item::new(ID, State::Ok, format!("{arn} is enabled, and its policy admits whoever needs it"));
    }
    let facts = lacks.iter().map(ToString::to_string);
    if lacks.iter().all(|lack| lack.leave != Leave::No) {
        let answer =
            format!("{arn} is enabled, but whether its policy admits everybody who needs it hangs on conditions");
        return Item::new(ID, State::Unknown, answer)
            .facts(facts)
            .fix("look yourself whether these statements stand in the way, or let the stack make a key")
            .run(format!("aws kms get-key-policy --key-id {arn} --policy-name default --region {}", caller.region));
    }
    let answer = format!("{arn} is enabled, but its policy does not admit everybody who needs it");
    Item::new(ID, State::Missing, answer).facts(facts)
        .fix(
            "add statements for them, as DataKey in template.yaml has them, to what get-key-policy shows (it is replaced whole); or \
             let the stack make a key",
        )
        .run(format!(
            "aws kms put-key-policy --key-id {arn} --policy-name default --policy file://policy.json --region {}",
            caller.region
        ))
}

fn lacks(policy: &PolicyDocument, arn: &str, caller: &Caller) -> Vec<Lack> {
    let suffix = if caller.partition() == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" };
    let mut found = Vec::new();
    for User { service, actions, what_for } in USERS {
        let service = service.replace("{region}", &caller.region).replace("{suffix}", suffix);
        let context =
            vec![("aws:sourceaccount", caller.account.as_str()), ("kms:calleraccount", caller.account.as_str())];
        let lacks = |action: &str| {
            !admits(policy, &Wish { service: &service, action, resource: arn.to_owned(), context: context.clone() })
        };
        let actions: Vec<&str> = actions.iter().copied().filter(|action| lacks(action)).collect();
        if !actions.is_empty() {
            found.push(Lack { who: service, leave: Leave::No, actions, what_for });
        }
    }
    let root = format!("arn:{}:iam::{}:root", caller.partition(), caller.account);
    for leave in [Leave::No, Leave::UnlessDenied, Leave::WithConditions] {
        let is_so = |action: &&str| key_policy::of_account(policy, action, &root) == leave;
        let actions: Vec<&str> = OF_ROLES.into_iter().filter(is_so).collect();
        if !actions.is_empty() {
            let who = format!("the account ({root}), and with it Phiward's roles,");
            found.push(Lack { who, leave, actions, what_for: "settings and objects of log and PHI buckets" });
        }
    }
    let macie = format!("arn:{}:iam::{}:{MACIE}", caller.partition(), caller.account);
    let leave = key_policy::of_role(policy, DECRYPT, &macie, &root);
    if leave != Leave::Yes {
        found.push(Lack { who: macie, leave, actions: vec![DECRYPT], what_for: "Macie looking into these buckets" });
    }
    found
}

#[cfg(test)]
mod tests {
    use policy::Redacted;
    use policy::data_key::DataKey;
    use serde_json::{Value, json};

    use super::*;
    use crate::tests::caller;

    const ARN: &str = "arn:aws:kms:eu-west-1:111122223333:key/1234";

    fn jane() -> Caller {
        caller("arn:aws:iam::111122223333:user/jane")
    }

    fn key(state: &str, statements: &Value) -> KeyObservation {
        let [state, usage, spec] = [state, "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT"].map(str::to_owned);
        let policy = Redacted::new(json!({ "Statement": statements }).to_string());
        KeyObservation { described: DataKey { state, usage, spec }, policy }
    }

    fn account() -> Value {
        json!({"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*"})
    }

    fn service(name: &str, condition: &Value) -> Value {
        json!({"Effect": "Allow", "Principal": {"Service": name}, "Action": "kms:*", "Resource": "*", "Condition": condition})
    }

    fn macie() -> Value {
        let role = format!("arn:aws:iam::111122223333:{MACIE}");
        json!({"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:Decrypt", "Resource": "*",
               "Condition": {"StringEquals": {"aws:PrincipalArn": role}}})
    }

    fn enough() -> Vec<Value> {
        let own = json!({"StringEquals": {"aws:SourceAccount": "111122223333"}});
        let context =
            json!({"ArnLike": {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:*:111122223333:log-group:*"}});
        vec![
            account(),
            service("bedrock.amazonaws.com", &own),
            service("cloudtrail.amazonaws.com", &json!({})),
            service("logs.eu-west-1.amazonaws.com", &context),
            macie(),
        ]
    }

    #[test]
    fn a_policy_as_the_template_writes_it_is_enough_and_each_statement_is_needed() {
        let whole = enough();
        assert_eq!(judged(&key("Enabled", &json!(whole)), ARN, &jane()).state, State::Ok);
        for (left_out, who) in
            ["the account", "bedrock", "cloudtrail", "logs.eu-west-1", "Macie"].into_iter().enumerate()
        {
            let mut less = whole.clone();
            less.remove(left_out);
            let item = judged(&key("Enabled", &json!(less)), ARN, &jane());
            assert_eq!((item.state, item.facts.len()), (State::Missing, 1), "{who}: {:?}", item.facts);
            assert!(item.facts[0].contains(who) && item.fixed().contains("put-key-policy"), "{who}: {:?}", item.facts);
        }
    }

    #[test]
    fn a_condition_for_another_account_admits_nobody_here() {
        let mut statements = enough();
        statements[1] =
            service("bedrock.amazonaws.com", &json!({"StringEquals": {"aws:SourceAccount": "444455556666"}}));
        let item = judged(&key("Enabled", &json!(statements)), ARN, &jane());
        assert!(
            item.facts[0].starts_with("bedrock.amazonaws.com lacks kms:GenerateDataKey, kms:Decrypt"),
            "{:?}",
            item.facts
        );
    }

    #[test]
    fn a_denial_for_all_is_missing_and_one_with_conditions_is_unknown() {
        let denial = |condition: &Value| {
            let deny =
                json!({"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*", "Condition": condition});
            let statements: Vec<Value> = enough().into_iter().chain([deny]).collect();
            judged(&key("Enabled", &json!(statements)), ARN, &jane())
        };
        let for_all = denial(&json!({}));
        assert_eq!((for_all.state, for_all.facts.len()), (State::Missing, 5), "{:?}", for_all.facts);
        let unsure = denial(&json!({"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}));
        assert_eq!((unsure.state, unsure.facts.len()), (State::Unknown, 2), "{:?}", unsure.facts);
        assert!(unsure.facts[0].contains("Deny with conditions") && unsure.fixed().contains("get-key-policy"));
    }

    #[test]
    fn a_key_that_does_not_work_is_said_with_what_to_do() {
        let item = judged(&key("Disabled", &json!(enough())), ARN, &jane());
        assert_eq!((item.state, item.answer.clone()), (State::Missing, format!("the key {ARN} is Disabled")));
        assert!(item.fixed().contains("enable it"), "{:?}", item.fixes);
        let mut broken = key("Enabled", &json!([]));
        broken.policy = Redacted::new("?".to_owned());
        assert_eq!(judged(&broken, ARN, &jane()).state, State::Missing);
    }

    #[tokio::test]
    async fn without_a_key_none_is_looked_at_and_that_is_said() {
        let item = ask(&jane(), None).await;
        assert!(item.state == State::Ok && item.answer.starts_with("not looked at"));
    }

    #[tokio::test]
    async fn what_is_no_key_of_this_account_and_region_is_not_asked_for() {
        for arn in [
            "alias/data",
            "arn:aws:kms:eu-west-1:111122223333:alias/data",
            "arn:aws:kms:us-east-1:111122223333:key/1234",
            "arn:aws:kms:eu-west-1:444455556666:key/1234",
        ] {
            let item = ask(&jane(), Some(arn)).await;
            assert!(item.state == State::Missing && item.fixed().contains("not an alias"), "{arn}");
        }
    }
}
