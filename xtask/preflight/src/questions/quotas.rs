//! Does the account have room for what the deploy makes: by the template, by the account's own figures and limits.

use std::fmt;

use aws_sdk_iam::types::SummaryKeyType;
use remediation::AwsError;

use super::Read;
use super::dead_trail::Rule;
use crate::caller::Caller;
use crate::item::{Item, State};
use crate::refusal;
use crate::template::{self, FUNCTION, MANAGED_POLICY, ROLE, RULE};

const ID: &str = "quotas";
/// CloudFormation User Guide, "Understand CloudFormation quotas": resources in a template, which nobody can raise.
const STACK_RESOURCES: u64 = 500;
/// IAM's summary calls it so: managed policies that can be attached to a role.
const PER_ROLE: &str = "AttachedPoliciesPerRoleQuota";

/// A quota in Service Quotas: service, code.
const CONCURRENCY: (&str, &str) = ("lambda", "L-B99A9384");
const RULES_PER_BUS: (&str, &str) = ("events", "L-244521F2");

/// How to get more.
#[derive(Clone, Copy, Debug)]
enum More {
    Step(&'static str),
    /// The increase of a quota, to this value, for the Region.
    Raise((&'static str, &'static str), u32),
}

/// One limit. Numbers of resources, or of executions at a time.
#[derive(Debug)]
struct Room {
    what: &'static str,
    used: Read<u64>,
    needed: u64,
    limit: Read<u64>,
    more: More,
}

impl Room {
    /// Whether there is enough; nothing: not known.
    fn enough(&self) -> Option<bool> {
        let (Ok(used), Ok(limit)) = (&self.used, &self.limit) else { return None };
        Some(used.saturating_add(self.needed) <= *limit)
    }
}

impl fmt::Display for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = |read: &Read<u64>| read.as_ref().map_or_else(|_| "?".to_owned(), ToString::to_string);
        write!(f, "{}: {} used + {} needed of {}", self.what, said(&self.used), self.needed, said(&self.limit))
    }
}

pub(crate) async fn ask(caller: &Caller, rules: &Read<Vec<Rule>>) -> Item {
    let iam = aws_sdk_iam::Client::new(&caller.sdk);
    let quotas = aws_sdk_servicequotas::Client::new(&caller.sdk);
    let (summary, concurrency, rule_limit) =
        tokio::join!(summary(&iam), quota(&quotas, CONCURRENCY), quota(&quotas, RULES_PER_BUS));
    let rules = rules.as_ref().map(|rules| u64::try_from(rules.len()).unwrap_or(u64::MAX)).map_err(Clone::clone);
    judged(&rooms(&summary, concurrency, rules, rule_limit), &caller.region)
}

type Summary = Read<Box<dyn Fn(&str) -> Read<u64> + Send + Sync>>;

async fn summary(iam: &aws_sdk_iam::Client) -> Summary {
    const OPERATION: &str = "iam:GetAccountSummary";
    let answer = iam.get_account_summary().send().await.map_err(|error| AwsError::new(OPERATION, &error))?;
    Ok(Box::new(move |name| {
        let found = answer.summary_map().and_then(|map| map.get(&SummaryKeyType::from(name)));
        let absent =
            || AwsError { operation: OPERATION, code: "Unreadable".to_owned(), status: None, request_id: None };
        found.and_then(|number| u64::try_from(*number).ok()).ok_or_else(absent)
    }))
}

async fn quota(quotas: &aws_sdk_servicequotas::Client, (service, code): (&str, &str)) -> Read<u64> {
    const OPERATION: &str = "servicequotas:GetServiceQuota";
    let answer = quotas.get_service_quota().service_code(service).quota_code(code).send().await;
    let answer = answer.map_err(|error| AwsError::new(OPERATION, &error))?;
    let value = answer.quota().and_then(|quota| quota.value()).filter(|value| value.is_finite() && *value >= 0.0);
    let absent = || AwsError { operation: OPERATION, code: "Unreadable".to_owned(), status: None, request_id: None };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count, checked to be one")]
    value.map(|value| value as u64).ok_or_else(absent)
}

fn rooms(summary: &Summary, concurrency: Read<u64>, rules: Read<u64>, rule_limit: Read<u64>) -> Vec<Room> {
    let made = template::resources();
    let needed = |kind: &str| made.get(kind).copied().unwrap_or_default();
    let of_iam = |name: &str| match summary {
        Ok(read) => read(name),
        Err(error) => Err(error.clone()),
    };
    const RAISE_IAM: More = More::Step(
        "console: Service Quotas in us-east-1, AWS services, IAM: request an increase, or delete what is unused",
    );
    vec![
        Room {
            what: "IAM roles",
            used: of_iam("Roles"),
            needed: needed(ROLE),
            limit: of_iam("RolesQuota"),
            more: RAISE_IAM,
        },
        Room {
            what: "IAM customer managed policies",
            used: of_iam("Policies"),
            needed: needed(MANAGED_POLICY),
            limit: of_iam("PoliciesQuota"),
            more: RAISE_IAM,
        },
        Room { what: "managed policies of one role", used: Ok(0), needed: 1, limit: of_iam(PER_ROLE), more: RAISE_IAM },
        Room {
            // The end of the deploy starts each function's first sweep.
            what: "Lambda concurrent executions (right after the deploy all functions run at once)",
            used: Ok(0),
            needed: needed(FUNCTION),
            limit: concurrency,
            more: More::Raise(CONCURRENCY, 1000),
        },
        Room {
            what: "EventBridge rules on the default bus",
            used: rules,
            needed: needed(RULE),
            limit: rule_limit,
            more: More::Raise(RULES_PER_BUS, 500),
        },
        Room {
            what: "CloudFormation resources of one stack",
            used: Ok(0),
            needed: made.values().sum(),
            limit: Ok(STACK_RESOURCES),
            more: More::Step("the template is too large: report this"),
        },
    ]
}

fn judged(rooms: &[Room], region: &str) -> Item {
    let short: Vec<&Room> = rooms.iter().filter(|room| room.enough() == Some(false)).collect();
    let unknown: Vec<&Room> = rooms.iter().filter(|room| room.enough().is_none()).collect();
    let names = |rooms: &[&Room]| rooms.iter().map(|room| room.what).collect::<Vec<_>>().join("; ");
    let mut item = match (short.as_slice(), unknown.as_slice()) {
        ([], []) => Item::new(ID, State::Ok, format!("there is room for the deploy within all {} quotas", rooms.len())),
        ([], _) => {
            Item::new(ID, State::Unknown, format!("whether there is room could not be read: {}", names(&unknown)))
        }
        _ => Item::new(ID, State::Missing, format!("there is no room for the deploy: {}", names(&short))),
    };
    item = item.facts(rooms.iter().map(ToString::to_string));
    item = short.iter().fold(item, |item, room| match room.more {
        More::Step(step) => item.fix(step),
        More::Raise((service, code), value) => item.run(format!(
            "aws service-quotas request-service-quota-increase --service-code {service} --quota-code {code} --desired-value {value} \
             --region {region}"
        )),
    });
    let mut fixes: Vec<String> = unknown
        .iter()
        .flat_map(|room| [room.used.as_ref().err(), room.limit.as_ref().err()])
        .flatten()
        .map(refusal::fix)
        .collect();
    fixes.dedup();
    fixes.into_iter().fold(item, Item::fix)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(roles: u64) -> Summary {
        Ok(Box::new(move |name| {
            Ok(match name {
                "Roles" => roles,
                "RolesQuota" => 1000,
                "Policies" => 10,
                "PoliciesQuota" => 1500,
                _ => 10,
            })
        }))
    }

    fn refused(operation: &'static str) -> AwsError {
        AwsError { operation, code: "AccessDenied".to_owned(), status: Some(403), request_id: None }
    }

    #[test]
    fn each_limit_is_told_in_numbers_and_one_that_is_too_low_with_how_to_raise_it() {
        let fine = judged(&rooms(&summary(100), Ok(1000), Ok(20), Ok(300)), "eu-west-1");
        assert_eq!((fine.state, fine.facts.len(), fine.fixes.len()), (State::Ok, 6, 0), "{fine:?}");
        let functions = template::resources()[FUNCTION];
        assert!(fine.facts.contains(&format!("IAM roles: 100 used + {functions} needed of 1000")), "{:?}", fine.facts);
        for (rooms, fix) in [
            (rooms(&summary(1000 - functions + 1), Ok(1000), Ok(20), Ok(300)), "IAM: request an increase"),
            (rooms(&summary(1), Ok(functions - 1), Ok(20), Ok(300)), "L-B99A9384"),
            (rooms(&summary(1), Ok(functions), Ok(290), Ok(300)), "L-244521F2"),
        ] {
            let item = judged(&rooms, "eu-west-1");
            assert_eq!((item.state, item.fixes.len()), (State::Missing, 1), "{fix}");
            assert!(item.fixed().contains(fix), "{:?}", item.fixes);
        }
    }

    #[test]
    fn what_could_not_be_read_is_no_room() {
        let item = judged(&rooms(&Err(refused("iam:GetAccountSummary")), Ok(1000), Ok(20), Ok(300)), "eu-west-1");
        assert_eq!(item.state, State::Unknown);
        assert!(item.facts.iter().any(|fact| fact.starts_with("IAM roles: ? used")), "{:?}", item.facts);
        assert_eq!(item.fixes.len(), 1, "{:?}", item.fixes);
        assert!(item.fixed().contains("iam:GetAccountSummary"));
        let limit = Err(refused("servicequotas:GetServiceQuota"));
        let item = judged(&rooms(&summary(1), limit, Ok(299), Ok(300)), "eu-west-1");
        assert_eq!(item.state, State::Missing, "what is known to be short is not hidden by what is unknown");
    }

    #[test]
    fn a_role_of_the_template_has_one_managed_policy_and_the_stack_fits() {
        let role = template::resource("RetentionRole");
        assert!(role.contains("ManagedPolicyArns: [!Ref RetentionPolicy]"), "{role}");
        assert!(template::resources().values().sum::<u64>() <= STACK_RESOURCES);
    }
}
