//! Which users and roles of an account may do something, as far as their own policies say.
//!
//! IAM User Guide, "Policy evaluation logic". What is found is an upper bound: permissions boundaries, service control
//! policies, session policies and resource policies can only take away from it, and are not looked at. A condition is not
//! evaluated: what is allowed under one is allowed perhaps, what is denied under one is not taken for denied. A policy
//! that can't be read may allow anything.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::globs::{covers, matches, overlap};
use crate::policy_document::{PolicyDocument, is_allow, strings};

/// What is asked: who may do this to any of these.
#[derive(Clone, Debug)]
pub struct Question {
    /// `logs:Unmask`.
    pub action: String,
    /// Each resource, by the ARNs under which policies know it: `*` and `?` stand for any name, without colons.
    pub resources: Vec<Vec<String>>,
}

/// Whether somebody may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Nothing allows it, or something denies it whatever the request is.
    #[default]
    No,
    /// It is allowed under a condition, or by a policy that can't be read.
    Perhaps,
    /// It is allowed.
    Yes,
}

/// Somebody who may.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Principal {
    /// The ARN of a user or a role.
    pub arn: String,
    /// How surely.
    pub access: Access,
}

/// What policies say of each resource of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grants(Vec<(Access, bool)>);

impl Grants {
    fn none(question: &Question) -> Self {
        Self(vec![(Access::No, false); question.resources.len()])
    }

    /// What one policy says. One that can't be read may allow anything.
    #[must_use]
    pub fn of(document: &str, question: &Question) -> Self {
        let Ok(policy) = PolicyDocument::parse(document) else {
            return Self(vec![(Access::Perhaps, false); question.resources.len()]);
        };
        let judge = |arns: &Vec<String>| {
            policy.statements().filter(|statement| names(statement, &question.action)).fold(
                (Access::No, false),
                |(allowed, denied), statement| {
                    let surely = if has_condition(statement) { Access::Perhaps } else { Access::Yes };
                    if is_allow(statement) {
                        (if reaches(statement, arns) { allowed.max(surely) } else { allowed }, denied)
                    } else {
                        let denies = statement.get("Effect").and_then(Value::as_str) == Some("Deny");
                        (allowed, denied || (denies && surely == Access::Yes && takes_all(statement, arns)))
                    }
                },
            )
        };
        Self(question.resources.iter().map(judge).collect())
    }

    /// What both say together.
    fn add(&mut self, other: &Self) {
        for ((allowed, denied), (more, also)) in self.0.iter_mut().zip(&other.0) {
            *allowed = (*allowed).max(*more);
            *denied |= also;
        }
    }

    /// Whether any of the resources is open.
    fn access(&self) -> Access {
        let open = self.0.iter().map(|(allowed, denied)| if *denied { Access::No } else { *allowed });
        open.max().unwrap_or_default()
    }
}

/// What somebody, or a group, has: policies of its own, attached ones by ARN, and the groups that it is in by name.
#[derive(Clone, Debug)]
pub struct Holder {
    /// What its own policies say.
    pub own: Grants,
    /// The ARNs of managed policies.
    pub attached: Vec<String>,
    /// The names of groups.
    pub groups: Vec<String>,
}

/// An account's users, roles, groups and managed policies, as far as a question is about them.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// Users and roles, by ARN.
    pub principals: BTreeMap<String, Holder>,
    /// Groups, by name.
    pub groups: BTreeMap<String, Holder>,
    /// What managed policies say, by ARN.
    pub managed: BTreeMap<String, Grants>,
}

impl Account {
    /// Those who may, in the order of their ARNs.
    #[must_use]
    pub fn who(&self, question: &Question) -> Vec<Principal> {
        let unread = Grants(vec![(Access::Perhaps, false); question.resources.len()]);
        let held = |holder: &Holder| {
            let mut grants = holder.own.clone();
            for arn in &holder.attached {
                grants.add(self.managed.get(arn).unwrap_or(&unread));
            }
            grants
        };
        let judged = self.principals.iter().map(|(arn, holder)| {
            let mut grants = held(holder);
            for group in &holder.groups {
                grants.add(&self.groups.get(group).map_or_else(|| unread.clone(), held));
            }
            Principal { arn: arn.clone(), access: grants.access() }
        });
        judged.filter(|principal| principal.access != Access::No).collect()
    }
}

/// What these policies say together.
pub fn together<'a>(documents: impl Iterator<Item = &'a str>, question: &Question) -> Grants {
    documents.fold(Grants::none(question), |mut grants, document| {
        grants.add(&Grants::of(document, question));
        grants
    })
}

/// Whether the statement is about the action.
fn names(statement: &Map<String, Value>, action: &str) -> bool {
    let action = action.to_ascii_lowercase();
    let listed = |member| {
        strings(statement.get(member)).any(|each| matches(each.to_ascii_lowercase().as_bytes(), action.as_bytes()))
    };
    if statement.contains_key("NotAction") { !listed("NotAction") } else { listed("Action") }
}

/// Whether the statement may be about any of these ARNs.
fn reaches(statement: &Map<String, Value>, arns: &[String]) -> bool {
    if statement.contains_key("NotResource") {
        return !arns.iter().all(|arn| surely(statement, "NotResource", arn));
    }
    arns.iter().any(|arn| perhaps(statement, "Resource", arn))
}

/// Whether the statement is surely about all of these ARNs, whatever their wildcards stand for.
fn takes_all(statement: &Map<String, Value>, arns: &[String]) -> bool {
    if statement.contains_key("NotResource") {
        return !arns.iter().any(|arn| perhaps(statement, "NotResource", arn));
    }
    arns.iter().all(|arn| surely(statement, "Resource", arn))
}

/// Whether a pattern may have a text in common with the ARN's; a variable may be any text.
fn perhaps(statement: &Map<String, Value>, member: &str, arn: &str) -> bool {
    strings(statement.get(member)).any(|pattern| {
        let mut parts = pattern.split("${");
        let first = parts.next().unwrap_or_default().to_owned();
        let any =
            parts.fold(first, |text, part| format!("{text}*{}", part.split_once('}').map_or("", |(_, rest)| rest)));
        overlap(any.as_bytes(), arn.as_bytes())
    })
}

/// Whether a pattern takes all that the ARN stands for; a variable may come to nothing of it.
fn surely(statement: &Map<String, Value>, member: &str, arn: &str) -> bool {
    let mut fixed = strings(statement.get(member)).filter(|pattern| !pattern.contains("${"));
    fixed.any(|pattern| covers(pattern.as_bytes(), arn.as_bytes()))
}

fn has_condition(statement: &Map<String, Value>) -> bool {
    statement.get("Condition").is_some_and(|condition| condition.as_object().is_none_or(|each| !each.is_empty()))
}

#[cfg(test)]
mod tests;
