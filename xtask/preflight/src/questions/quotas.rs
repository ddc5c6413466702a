//! Does the account have room for what the deploy makes: by the template, by the account's own figures and limits.

use std::fmt;

use super::Read;
use super::dead_trail::Rule;
use super::figures::{CONCURRENCY, Figures, RULES_PER_BUS};
use crate::caller::Caller;
use crate::item::{Item, State};
use crate::refusal;
use crate::template::{self, FUNCTION, MANAGED_POLICY, ROLE, RULE};

const ID: &str = "quotas";
/// CloudFormation User Guide, "Understand CloudFormation quotas": resources in a template, which nobody can raise.
const STACK_RESOURCES: u64 = 500;
/// Increases are asked for in hundreds.
const STEP: u64 = 100;
/// IAM's summary calls it so: managed policies that can be attached to a role.
const PER_ROLE: &str = "AttachedPoliciesPerRoleQuota";

/// How to get more.
#[derive(Clone, Copy, Debug)]
enum More {
    Step(&'static str),
    /// The increase of a quota of the Region, at least to AWS's default.
    Raise((&'static str, &'static str), u64),
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

    /// What to ask for: enough, in round figures.
    fn wanted(&self, default: u64) -> u64 {
        let wanted = self.used.as_ref().copied().unwrap_or_default().saturating_add(self.needed);
        wanted.checked_next_multiple_of(STEP).unwrap_or(u64::MAX).max(default)
    }
}

impl fmt::Display for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = |read: &Read<u64>| read.as_ref().map_or_else(|_| "?".to_owned(), ToString::to_string);
        write!(f, "{}: {} used + {} needed of {}", self.what, said(&self.used), self.needed, said(&self.limit))
    }
}

pub(crate) async fn ask(caller: &Caller, rules: &Read<Vec<Rule>>) -> Item {
    judged(&rooms(&Figures::read(caller, rules).await), &caller.region)
}

fn rooms(figures: &Figures) -> Vec<Room> {
    let made = template::resources();
    let needed = |kind: &str| made.get(kind).copied().unwrap_or_default();
    let of_iam = |name: &str| figures.of_iam(name);
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
        Room { what: "managed policies of one role", used: Ok(0), needed: 2, limit: of_iam(PER_ROLE), more: RAISE_IAM },
        Room {
            // The end of the deploy starts each function's first sweep.
            what: "Lambda executions at a time (the most of the last day)",
            used: figures.running.clone(),
            needed: needed(FUNCTION),
            limit: figures.concurrency.clone(),
            more: More::Raise(CONCURRENCY, 1000),
        },
        Room {
            what: "EventBridge rules on the default bus",
            used: figures.rules.clone(),
            needed: needed(RULE),
            limit: figures.rules_per_bus.clone(),
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
        More::Raise((service, code), default) => item.run(format!(
            "aws service-quotas request-service-quota-increase --service-code {service} --quota-code {code} --desired-value {} \
             --region {region}",
            room.wanted(default)
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
    use remediation::AwsError;

    use super::*;

    fn figures(roles: u64, concurrency: u64, rules: u64) -> Figures {
        let summary =
            [("Roles", roles), ("RolesQuota", 1000), ("Policies", 10), ("PoliciesQuota", 1500), (PER_ROLE, 10)];
        Figures {
            summary: Ok(summary.map(|(name, number)| (name.to_owned(), number)).into_iter().collect()),
            concurrency: Ok(concurrency),
            running: Ok(7),
            rules: Ok(rules),
            rules_per_bus: Ok(300),
        }
    }

    fn asked(figures: &Figures) -> Item {
        judged(&rooms(figures), "eu-west-1")
    }

    fn refused(operation: &'static str) -> AwsError {
        AwsError { operation, code: "AccessDenied".to_owned(), status: Some(403), request_id: None }
    }

    #[test]
    fn each_limit_is_told_in_numbers_and_one_that_is_too_low_with_how_to_raise_it() {
        let fine = asked(&figures(100, 1000, 20));
        assert_eq!((fine.state, fine.facts.len(), fine.fixes.len()), (State::Ok, 6, 0), "{fine:?}");
        let functions = template::resources()[FUNCTION];
        assert!(fine.facts.contains(&format!("IAM roles: 100 used + {functions} needed of 1000")), "{:?}", fine.facts);
        for (figures, fix) in [
            (figures(1000 - functions + 1, 1000, 20), "IAM: request an increase"),
            (figures(1, functions + 6, 20), "L-B99A9384"),
            (figures(1, functions + 7, 290), "L-244521F2"),
        ] {
            let item = asked(&figures);
            assert_eq!((item.state, item.fixes.len()), (State::Missing, 1), "{fix}");
            assert!(item.fixed().contains(fix), "{:?}", item.fixes);
        }
    }

    #[test]
    fn what_is_asked_for_is_enough_and_never_less_than_the_default() {
        let functions = template::resources()[FUNCTION];
        for (running, limit, wanted) in [(7, 10, 1000), (1000 - functions, 900, 1000), (990, 1000, 1100)] {
            let item = asked(&Figures { running: Ok(running), ..figures(1, limit, 20) });
            assert!(item.fixed().contains(&format!("--desired-value {wanted} ")), "{:?}", item.fixes);
        }
    }

    #[test]
    fn what_could_not_be_read_is_no_room() {
        let item = asked(&Figures { summary: Err(refused("iam:GetAccountSummary")), ..figures(1, 1000, 20) });
        assert_eq!(item.state, State::Unknown);
        assert!(item.facts.iter().any(|fact| fact.starts_with("IAM roles: ? used")), "{:?}", item.facts);
        assert_eq!(item.fixes.len(), 1, "{:?}", item.fixes);
        assert!(item.fixed().contains("iam:GetAccountSummary"));
        let limit = Err(refused("servicequotas:GetServiceQuota"));
        let item = asked(&Figures { concurrency: limit, ..figures(1, 1000, 299) });
        assert_eq!(item.state, State::Missing, "what is known to be short is not hidden by what is unknown");
        let left_out = asked(&Figures { summary: Ok(std::collections::BTreeMap::new()), ..figures(1, 1000, 20) });
        assert_eq!(left_out.state, State::Unknown, "a figure that IAM leaves out is no zero");
    }

    #[test]
    fn a_role_of_the_template_has_one_managed_policy_and_the_stack_fits() {
        let role = template::resource("RetentionRole");
        assert!(role.contains("ManagedPolicyArns: [!Ref RetentionPolicy]"), "{role}");
        assert!(template::resources().values().sum::<u64>() <= STACK_RESOURCES);
    }
}
