//! Exemptions: a person's decision that a control does not hold for a resource until a day.

use serde::{Deserialize, Serialize};

use crate::baseline::Exemptions;
use crate::control;
use crate::globs;

/// Milliseconds since 1970, UTC.
pub type Millis = i64;

/// A day.
pub const DAY: Millis = 24 * 60 * 60 * 1000;
const MAX_RESOURCE: usize = 256;
const MAX_TEXT: usize = 500;

/// One exemption.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exemption {
    /// The control's id.
    pub control: String,
    /// The resource's id, or a pattern in which `*` stands for any run of characters.
    pub resource: String,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// The ARN of who made it.
    pub by: String,
    /// When it was made.
    pub made: Millis,
    /// When it ends. From that moment on it counts no more.
    pub expires: Millis,
}

/// Why an exemption is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExemptionError {
    /// No such control.
    #[error("there is no control `{0}`; the README lists them all")]
    UnknownControl(String),
    /// The baseline forbids it.
    #[error("the baseline allows no exemption from `{0}` (exemptions.never)")]
    Never(&'static str),
    /// A text is missing, or too long.
    #[error("`{field}` must have 1 to {most} characters")]
    Text {
        /// The member.
        field: &'static str,
        /// The longest.
        most: usize,
    },
    /// It has ended already.
    #[error("`expires` is in the past")]
    Past,
    /// It lasts too long.
    #[error("`expires` is too far away: the baseline allows {0} days (exemptions.longest_days)")]
    TooLong(u32),
}

impl Exemption {
    /// Checks it against the baseline.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn check(&self, rules: &Exemptions, now: Millis) -> Result<(), ExemptionError> {
        let control =
            control::by_id(&self.control).ok_or_else(|| ExemptionError::UnknownControl(self.control.clone()))?;
        if rules.never.iter().any(|id| id == control.id) {
            return Err(ExemptionError::Never(control.id));
        }
        for (field, value, most) in [
            ("resource", &self.resource, MAX_RESOURCE),
            ("reason", &self.reason, MAX_TEXT),
            ("owner", &self.owner, MAX_TEXT),
        ] {
            if value.trim().is_empty() || value.chars().count() > most {
                return Err(ExemptionError::Text { field, most });
            }
        }
        if self.expires <= now {
            return Err(ExemptionError::Past);
        }
        if self.expires > now + i64::from(rules.longest_days) * DAY {
            return Err(ExemptionError::TooLong(rules.longest_days));
        }
        Ok(())
    }

    /// Whether it stands for that control of that resource at that moment.
    #[must_use]
    pub fn covers(&self, control: &str, resource: &str, now: Millis) -> bool {
        // `?` is an ordinary character here: only `*` is a wildcard.
        let literal = |text: &str| text.replace('?', "\u{1}");
        self.control == control
            && now < self.expires
            && globs::matches(literal(&self.resource).as_bytes(), literal(resource).as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exemption() -> Exemption {
        Exemption {
            control: "buckets.tls-only".to_owned(),
            resource: "logs-*".to_owned(),
            reason: "old scanner".to_owned(),
            owner: "radiology".to_owned(),
            by: "arn".to_owned(),
            made: 0,
            expires: 10 * DAY,
        }
    }

    fn rules() -> Exemptions {
        Exemptions { longest_days: 30, never: vec!["retention.control-plane".to_owned()] }
    }

    #[test]
    fn it_covers_what_it_names_until_the_moment_it_ends() {
        let exemption = exemption();
        assert!(exemption.covers("buckets.tls-only", "logs-a", 10 * DAY - 1));
        assert!(!exemption.covers("buckets.tls-only", "logs-a", 10 * DAY));
        assert!(!exemption.covers("buckets.tls-only", "phi-a", 0));
        assert!(!exemption.covers("buckets.versioning", "logs-a", 0));
        let exact = Exemption { resource: "logs-?".to_owned(), ..exemption };
        assert!(!exact.covers("buckets.tls-only", "logs-a", 0));
    }

    #[test]
    fn what_the_baseline_does_not_allow_is_refused_with_the_reason() {
        let good = exemption();
        assert_eq!(good.check(&rules(), 0), Ok(()));
        let cases = [
            (Exemption { control: "buckets.tls".to_owned(), ..good.clone() }, "there is no control `buckets.tls`"),
            (Exemption { control: "retention.control-plane".to_owned(), ..good.clone() }, "exemptions.never"),
            (Exemption { reason: " ".to_owned(), ..good.clone() }, "`reason` must have"),
            (Exemption { owner: "x".repeat(501), ..good.clone() }, "`owner` must have"),
            (Exemption { resource: String::new(), ..good.clone() }, "`resource` must have"),
            (Exemption { expires: 0, ..good.clone() }, "in the past"),
            (Exemption { expires: 30 * DAY + 1, ..good }, "30 days"),
        ];
        for (exemption, expected) in cases {
            let error = exemption.check(&rules(), 0).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
