//! May I deploy: IAM simulates what CloudFormation will do with these credentials. Nothing is tried.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_iam::Client;
use aws_sdk_iam::types::{ContextEntry, ContextKeyTypeEnum, EvaluationResult, PolicyEvaluationDecisionType};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use remediation::AwsError;

use crate::caller::Caller;
use crate::item::{Item, State};
use crate::permissions::{self, Needed};

const ID: &str = "deploy";
/// IAM throttles early.
const AT_ONCE: usize = 4;

/// What the simulation says of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    Allowed,
    /// No policy allows it.
    NotAllowed,
    /// A policy denies it.
    Denied,
    /// The permissions boundary does not allow it.
    Boundary,
    /// A policy of the organization does not allow it.
    Organization,
    /// It hangs on conditions that can't be simulated; so does an allowance, as what denies may have them.
    Conditional,
}

impl Verdict {
    const fn why(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::NotAllowed => "no policy allows",
            Self::Denied => "a policy denies",
            Self::Boundary => "the permissions boundary does not allow",
            Self::Organization => "the organization (service control policy) does not allow",
            Self::Conditional => "conditions decide, which can't be simulated, about",
        }
    }
}

/// Asks IAM.
pub(crate) async fn ask(caller: &Caller, stack: &str) -> Item {
    let iam = Client::new(&caller.sdk);
    let source = match policy_source(&iam, caller).await {
        Ok(source) => source,
        Err(item) => return item,
    };
    let all = stream::iter(permissions::of_template().map(|needed| simulated(&iam, &source, needed, caller, stack)));
    match all.buffer_unordered(AT_ONCE).try_collect::<Vec<_>>().await {
        Ok(verdicts) => {
            let item = judged(verdicts.into_iter().flatten().collect(), &source);
            item.facts(of_session(caller)).facts(besides())
        }
        Err(error) => Item::unread(ID, "what you may do", &error)
            .fix("or find out by deploying: CloudFormation takes everything back at the first refusal"),
    }
}

/// What IAM can't know of a session.
fn of_session(caller: &Caller) -> Option<String> {
    let fact = "not asked for: a session policy, which can take from what the role may, is not simulated";
    caller.name().starts_with("assumed-role/").then(|| fact.to_owned())
}

/// What is taken by parameters that are not set unless somebody wants them.
fn besides() -> impl Iterator<Item = String> {
    permissions::OPTIONAL.iter().map(|optional| {
        let actions = optional.actions.join(", ");
        format!("not asked for: with {} ({}) it takes {actions} besides", optional.parameter, optional.kind)
    })
}

/// Whose policies are simulated: a user's, or those of the role that a session is of.
async fn policy_source(iam: &Client, caller: &Caller) -> Result<String, Item> {
    let mut parts = caller.name().split('/');
    match (parts.next(), parts.next()) {
        (Some("user"), _) => Ok(caller.arn.clone()),
        (Some("assumed-role"), Some(role)) => {
            // The session's ARN leaves the role's path out, and IAM Identity Center's roles have one.
            let answer = iam.get_role().role_name(role).send().await;
            let answer = answer.map_err(|error| {
                let error = AwsError::new("iam:GetRole", &error);
                Item::unread(ID, "the role whose session this is", &error)
            })?;
            let arn = answer.role.map(|role| role.arn).filter(|arn| !arn.is_empty());
            arn.ok_or_else(|| {
                Item::new(ID, State::Unknown, "IAM does not tell the ARN of the role whose session this is")
            })
        }
        (kind, _) => {
            let kind = kind.unwrap_or_default();
            Err(Item::new(ID, State::Unknown, format!("IAM can't simulate for a caller of this kind ({kind})"))
                .fix("ask with the role or user that is to deploy"))
        }
    }
}

/// What the simulation says of one action for one resource.
#[derive(Debug)]
struct Judged {
    action: String,
    verdict: Verdict,
    /// Condition keys of which only a real request has values.
    keys: BTreeSet<String>,
}

async fn simulated(
    iam: &Client,
    source: &str,
    needed: &Needed,
    caller: &Caller,
    stack: &str,
) -> Result<Vec<Judged>, AwsError> {
    let resource = needed.resource.replace("{partition}", caller.partition()).replace("{region}", &caller.region);
    let resource = resource.replace("{account}", &caller.account).replace("{stack}", stack);
    let context = [("aws:RequestedRegion", caller.region.as_str()), ("iam:PassedToService", "lambda.amazonaws.com")];
    let entry = |(name, value)| {
        let entry = ContextEntry::builder().context_key_name(name).context_key_values(value);
        entry.context_key_type(ContextKeyTypeEnum::String).build()
    };
    let pages = iam
        .simulate_principal_policy()
        .policy_source_arn(source)
        .set_action_names(Some(needed.actions.iter().map(|action| (*action).to_owned()).collect()))
        .resource_arns(resource)
        .set_context_entries(Some(context.into_iter().map(entry).collect()))
        .into_paginator()
        .send();
    let pages = pages.collect::<Result<Vec<_>, _>>().await;
    let pages = pages.map_err(|error| AwsError::new("iam:SimulatePrincipalPolicy", &error))?;
    let found = pages.iter().flat_map(|page| page.evaluation_results());
    let mut found: Vec<Judged> = found
        .map(|each| {
            let keys = keys(each).map(str::to_owned).collect();
            Judged { action: each.eval_action_name().to_owned(), verdict: verdict(each), keys }
        })
        .collect();
    // What IAM leaves out is no leave.
    let left_out = needed.actions.iter().filter(|action| !found.iter().any(|each| each.action == **action));
    let left_out: Vec<Judged> = left_out
        .map(|action| Judged { action: (*action).to_owned(), verdict: Verdict::Conditional, keys: BTreeSet::new() })
        .collect();
    found.extend(left_out);
    Ok(found)
}

/// The condition keys that it lacks: IAM tells them by resource where it was given one.
fn keys(result: &EvaluationResult) -> impl Iterator<Item = &str> {
    let by_resource = result.resource_specific_results().iter().flat_map(|each| each.missing_context_values());
    result.missing_context_values().iter().chain(by_resource).map(String::as_str)
}

fn verdict(result: &EvaluationResult) -> Verdict {
    use PolicyEvaluationDecisionType as Decision;
    let by_organization = result.organizations_decision_detail().map(|detail| detail.allowed_by_organizations());
    let by_boundary =
        result.permissions_boundary_decision_detail().map(|detail| detail.allowed_by_permissions_boundary());
    match result.eval_decision() {
        Decision::Allowed if keys(result).next().is_none() => Verdict::Allowed,
        Decision::Allowed => Verdict::Conditional,
        _ if by_organization == Some(false) => Verdict::Organization,
        _ if by_boundary == Some(false) => Verdict::Boundary,
        _ if keys(result).next().is_some() => Verdict::Conditional,
        Decision::ExplicitDeny => Verdict::Denied,
        _ => Verdict::NotAllowed,
    }
}

fn judged(verdicts: Vec<Judged>, source: &str) -> Item {
    // An action is asked for several resources; the worst counts.
    let mut actions: BTreeMap<String, Verdict> = BTreeMap::new();
    let mut keys = BTreeSet::new();
    for Judged { action, verdict, keys: lacked } in verdicts {
        if verdict == Verdict::Conditional {
            keys.extend(lacked);
        }
        let known = actions.entry(action).or_insert(verdict);
        *known = (*known).max(verdict);
    }
    let mut refused: BTreeMap<Verdict, Vec<&str>> = BTreeMap::new();
    for (action, verdict) in actions.iter().filter(|(_, verdict)| **verdict != Verdict::Allowed) {
        refused.entry(*verdict).or_default().push(action);
    }
    let all = actions.len();
    if refused.is_empty() {
        return Item::new(
            ID,
            State::Ok,
            format!("all {all} actions that `sam deploy` takes are allowed, as IAM simulates them"),
        );
    }
    let count: usize = refused.values().map(Vec::len).sum();
    let facts = refused.iter().map(|(verdict, actions)| format!("{} {}", verdict.why(), actions.join(", ")));
    let certain = refused.keys().any(|verdict| *verdict != Verdict::Conditional);
    let (state, answer) = if certain {
        (State::Missing, format!("{count} of the {all} actions that `sam deploy` takes are not allowed to {source}"))
    } else {
        (
            State::Unknown,
            format!("whether {count} of the {all} actions that `sam deploy` takes are allowed is not certain"),
        )
    };
    let mut item = Item::new(ID, state, answer).facts(facts);
    if !keys.is_empty() {
        let keys: Vec<String> = keys.into_iter().collect();
        item = item.fact(format!("the conditions are on {}", keys.join(", ")));
    }
    if certain {
        item.fix("have these actions allowed to it, or deploy with a role that may (--profile)")
    } else {
        item.fix(
            "look at the conditions of its policies, or find out by deploying: CloudFormation takes everything back",
        )
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_iam::operation::get_role::GetRoleOutput;
    use aws_sdk_iam::types::{
        OrganizationsDecisionDetail, PermissionsBoundaryDecisionDetail, ResourceSpecificResult, Role,
    };
    use aws_smithy_mocks::{RuleMode, mock, mock_client};

    use super::*;
    use crate::tests::caller;

    fn result(decision: &str) -> aws_sdk_iam::types::builders::EvaluationResultBuilder {
        EvaluationResult::builder().eval_action_name("s3:CreateBucket").eval_decision(decision.into())
    }

    #[test]
    fn why_an_action_is_refused() {
        let organization = OrganizationsDecisionDetail::builder().allowed_by_organizations(false).build();
        let boundary = PermissionsBoundaryDecisionDetail::builder().allowed_by_permissions_boundary(false).build();
        let of_resource =
            ResourceSpecificResult::builder().eval_resource_name("*").eval_resource_decision("allowed".into());
        let of_resource = of_resource.missing_context_values("aws:SourceVpc").build().unwrap();
        for (seen, expected) in [
            (result("allowed"), Verdict::Allowed),
            (result("allowed").missing_context_values("aws:SourceVpc"), Verdict::Conditional),
            (result("allowed").resource_specific_results(of_resource), Verdict::Conditional),
            (result("implicitDeny"), Verdict::NotAllowed),
            (result("explicitDeny"), Verdict::Denied),
            (result("a new word"), Verdict::NotAllowed),
            (result("implicitDeny").organizations_decision_detail(organization), Verdict::Organization),
            (result("implicitDeny").permissions_boundary_decision_detail(boundary), Verdict::Boundary),
            (result("implicitDeny").missing_context_values("aws:SourceVpc"), Verdict::Conditional),
        ] {
            assert_eq!(verdict(&seen.build().unwrap()), expected);
        }
    }

    #[test]
    fn the_worst_of_an_action_counts_and_what_is_uncertain_is_no_pass() {
        let judge = |verdicts: &[(&str, Verdict)]| {
            let keys = || BTreeSet::from(["aws:SourceVpc".to_owned()]);
            let made = |(action, verdict): &(&str, Verdict)| Judged {
                action: (*action).to_owned(),
                verdict: *verdict,
                keys: keys(),
            };
            judged(verdicts.iter().map(made).collect(), "arn:role")
        };
        let fine = judge(&[("a:A", Verdict::Allowed), ("a:B", Verdict::Allowed)]);
        assert_eq!((fine.state, fine.fixes.len()), (State::Ok, 0));
        let twice = judge(&[("a:A", Verdict::NotAllowed), ("a:A", Verdict::Allowed), ("a:B", Verdict::Denied)]);
        assert_eq!(twice.state, State::Missing);
        assert!(
            twice.answer.starts_with("2 of the 2") && twice.facts == ["no policy allows a:A", "a policy denies a:B"]
        );
        let unsure = judge(&[("a:A", Verdict::Conditional), ("a:B", Verdict::Allowed)]);
        assert_eq!(unsure.state, State::Unknown);
        assert!(unsure.facts.iter().any(|fact| fact == "the conditions are on aws:SourceVpc"), "{:?}", unsure.facts);
        assert!(judge(&[("a:A", Verdict::Conditional), ("a:B", Verdict::Denied)]).state == State::Missing);
    }

    #[test]
    fn of_a_session_it_is_said_that_its_policy_is_not_asked_for() {
        assert!(of_session(&caller("arn:aws:sts::111122223333:assumed-role/Deploy/jane")).is_some());
        assert!(of_session(&caller("arn:aws:iam::111122223333:user/jane")).is_none());
    }

    #[tokio::test]
    async fn of_a_session_the_role_is_simulated_with_its_path() {
        let path = "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/Deploy";
        let role = Role::builder().path("/").role_name("Deploy").role_id("r").arn(path);
        let role = role.create_date(aws_smithy_types::DateTime::from_secs(0)).build().unwrap();
        let there = mock!(Client::get_role).then_output(move || GetRoleOutput::builder().role(role.clone()).build());
        let iam = mock_client!(aws_sdk_iam, RuleMode::MatchAny, [&there]);
        let session = caller("arn:aws:sts::111122223333:assumed-role/Deploy/jane");
        assert_eq!(policy_source(&iam, &session).await, Ok(path.to_owned()));
        let user = caller("arn:aws:iam::111122223333:user/jane");
        assert_eq!(policy_source(&iam, &user).await, Ok(user.arn.clone()));
        let federated = caller("arn:aws:sts::111122223333:federated-user/jane");
        assert_eq!(policy_source(&iam, &federated).await.unwrap_err().state, State::Unknown);
    }

    #[tokio::test]
    async fn a_role_that_may_not_be_looked_at_is_unknown_with_its_fix() {
        let body = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>jane</Message></Error></ErrorResponse>";
        let refused = mock!(Client::get_role).sequence().http_status(403, Some(body.to_owned())).build();
        let iam = mock_client!(aws_sdk_iam, RuleMode::Sequential, [&refused]);
        let item =
            policy_source(&iam, &caller("arn:aws:sts::111122223333:assumed-role/Deploy/jane")).await.unwrap_err();
        assert_eq!(item.state, State::Unknown);
        assert!(item.answer.contains("iam:GetRole failed: AccessDenied") && item.fixed().contains("iam:GetRole"));
        assert!(!format!("{item:?}").contains("jane"), "AWS's own words are not repeated");
    }
}
