//! Where things stand in the ledger. The partition decides who may read and write them: IAM's `dynamodb:LeadingKeys`.

/// The key of an item.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The partition key, `pk`.
    pub partition: String,
    /// The sort key, `sk`.
    pub sort: String,
}

/// The sort key of a partition that holds one item.
const ONE: &str = "-";

impl Key {
    /// The state of a control for a resource.
    #[must_use]
    pub fn state(control: &str, resource: &str) -> Self {
        Self { partition: format!("state#{control}"), sort: resource.to_owned() }
    }

    /// The breaker of a control.
    #[must_use]
    pub fn breaker(control: &str) -> Self {
        Self { partition: format!("breaker#{control}"), sort: ONE.to_owned() }
    }

    /// The runs of a duty that have not ended.
    #[must_use]
    pub fn runs(duty: &str) -> String {
        format!("run#{duty}")
    }

    /// The run of a duty on a resource.
    #[must_use]
    pub fn run(duty: &str, resource: &str) -> Self {
        Self { partition: Self::runs(duty), sort: resource.to_owned() }
    }

    /// A document that several duties write.
    #[must_use]
    pub fn document(kind: &str, name: &str) -> Self {
        Self { partition: format!("document#{kind}"), sort: name.to_owned() }
    }

    /// The partition of all exemptions.
    #[must_use]
    pub fn exemptions() -> String {
        "exemption".to_owned()
    }

    /// An exemption.
    #[must_use]
    pub fn exemption(control: &str, resource: &str) -> Self {
        Self { partition: Self::exemptions(), sort: format!("{control}#{resource}") }
    }

    /// The pause.
    #[must_use]
    pub fn pause() -> Self {
        Self { partition: "pause".to_owned(), sort: ONE.to_owned() }
    }

    /// The orders for a duty.
    #[must_use]
    pub fn orders(duty: &str) -> String {
        format!("order#{duty}")
    }

    /// The order for a resource.
    #[must_use]
    pub fn order(duty: &str, resource: &str) -> Self {
        Self { partition: Self::orders(duty), sort: resource.to_owned() }
    }

    /// What a person has looked at and found right.
    #[must_use]
    pub fn reviewed(duty: &str, what: &str) -> Self {
        Self { partition: format!("reviewed#{duty}"), sort: what.to_owned() }
    }

    /// What is to be looked at again, for a duty.
    #[must_use]
    pub fn wakes(duty: &str) -> String {
        format!("wake#{duty}")
    }

    /// That a resource is to be looked at again.
    #[must_use]
    pub fn wake(duty: &str, resource: &str) -> Self {
        Self { partition: Self::wakes(duty), sort: resource.to_owned() }
    }

    /// The head of the chain of what operators do.
    #[must_use]
    pub fn operations() -> Self {
        Self { partition: "operations".to_owned(), sort: ONE.to_owned() }
    }
}
