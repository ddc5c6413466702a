//! Where a resource is: its ARN, or what stands for one where AWS has none.

use policy::Redacted;

use super::Kind;

/// The account and Region whose resources are looked at.
#[derive(Clone, Debug)]
pub struct Home {
    /// `aws`.
    pub partition: String,
    /// `us-east-1`.
    pub region: String,
    /// Twelve digits.
    pub account: String,
}

/// An ARN of a kind that is looked at; a data source has none, so its is `data-source/KNOWLEDGE_BASE/ID`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// What it is.
    pub kind: Kind,
    /// The ARN itself.
    pub text: Redacted<String>,
}

impl Address {
    /// What follows the account: all of it that somebody may have chosen.
    #[must_use]
    pub fn own_part(&self) -> &str {
        let text = self.text.expose();
        if self.kind == Kind::DataSource { text } else { text.splitn(6, ':').last().unwrap_or(text) }
    }

    /// The agent, flow or knowledge base that it belongs to.
    #[must_use]
    pub fn parent(&self) -> Option<&str> {
        let nested = matches!(self.kind, Kind::AgentAlias | Kind::DataSource | Kind::FlowAlias);
        self.own_part().split('/').nth(1).filter(|_| nested)
    }

    /// A bucket's name.
    #[must_use]
    pub fn bucket(&self) -> Option<&str> {
        (self.kind == Kind::Bucket).then(|| self.own_part())
    }
}

impl Home {
    /// What an ARN or the like is the address of; nothing for another account, Region or kind.
    #[must_use]
    pub fn address(&self, text: &str) -> Option<Address> {
        let address = |kind| Address { kind, text: Redacted::new(text.to_owned()) };
        if let Some(rest) = text.strip_prefix("data-source/") {
            return ids(rest, 2).then(|| address(Kind::DataSource));
        }
        let mut parts = text.splitn(6, ':');
        let mut next = || parts.next().unwrap_or_default();
        let ("arn", partition, service, region, account, own) = (next(), next(), next(), next(), next(), next()) else {
            return None;
        };
        if partition != self.partition {
            return None;
        }
        if service == "s3" {
            let bucket = !own.is_empty() && !own.contains(['/', ':']) && region.is_empty() && account.is_empty();
            return bucket.then(|| address(Kind::Bucket));
        }
        if region != self.region || account != self.account {
            return None;
        }
        let (word, rest) = own.split_once('/')?;
        let kind = match (service, word, Kind::named(word)?) {
            ("sagemaker", _, Kind::MarketplaceEndpoint) => Kind::MarketplaceEndpoint,
            ("bedrock", "flow", _) if rest.contains("/alias/") => Kind::FlowAlias,
            ("bedrock", _, kind) if kind != Kind::MarketplaceEndpoint => kind,
            _ => return None,
        };
        let whole = match kind {
            Kind::AgentAlias => ids(rest, 2),
            // The base model's name stands between.
            Kind::CustomModel | Kind::CustomizationJob => !rest.is_empty(),
            Kind::FlowAlias => rest.split_once("/alias/").is_some_and(|(flow, alias)| ids(flow, 1) && ids(alias, 1)),
            Kind::MarketplaceEndpoint => ids(rest, 1),
            // No ARN has these words.
            Kind::Bucket | Kind::DataSource => false,
            _ => ids(rest, 1),
        };
        whole.then(|| address(kind))
    }

    /// The address of what an answer or an event names by its id alone.
    #[must_use]
    pub fn address_of(&self, kind: Kind, id: &str) -> Option<Address> {
        let Self { partition, region, account } = self;
        let text = match kind {
            Kind::Bucket => format!("arn:{partition}:s3:::{id}"),
            Kind::DataSource => format!("data-source/{id}"),
            _ => format!("arn:{partition}:bedrock:{region}:{account}:{kind}/{id}"),
        };
        self.address(&text)
    }
}

/// So many ids, a slash between each two. A version (`prompt/ID:3`) is none.
fn ids(text: &str, count: usize) -> bool {
    let plain =
        |id: &str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    text.split('/').count() == count && text.split('/').all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_lead_to_their_kinds_and_foreign_ones_nowhere() {
        let home =
            Home { partition: "aws".to_owned(), region: "us-east-1".to_owned(), account: "000000000000".to_owned() };
        let kind = |text: &str| home.address(text).map(|address| address.kind);
        let ours = |service: &str, own: &str| kind(&format!("arn:aws:{service}:us-east-1:000000000000:{own}"));
        for (own, expected) in [
            ("guardrail/a1b2c3", Kind::Guardrail),
            ("application-inference-profile/a1b2", Kind::InferenceProfile),
            ("custom-model/amazon.titan-text-lite-v1:0:4k/abc", Kind::CustomModel),
            ("model-customization-job/cohere.command-text-v14:7:4k/q4ad8z8tioq8", Kind::CustomizationJob),
            ("agent/AGENT12345", Kind::Agent),
            ("agent-alias/AGENT12345/ALIAS12345", Kind::AgentAlias),
            ("flow/FLOW123456", Kind::Flow),
            ("flow/FLOW123456/alias/ALIAS12345", Kind::FlowAlias),
            ("prompt/PROMPT1234", Kind::Prompt),
        ] {
            assert_eq!(ours("bedrock", own), Some(expected), "{own}");
        }
        assert_eq!(ours("sagemaker", "endpoint/x"), Some(Kind::MarketplaceEndpoint));
        assert_eq!(kind("arn:aws:s3:::a-bucket"), Some(Kind::Bucket));
        assert_eq!(kind("data-source/KB12345678/DS12345678"), Some(Kind::DataSource));
        for own in [
            "prompt/PROMPT1234:3",
            "default-prompt-router/a",
            "inference-profile/us.x",
            "bucket/x",
            "data-source/a/b",
            "flow-alias/a",
            "guardrail/",
            "guardrail",
            "agent-alias/A",
            "flow/F/alias/",
            "endpoint/x",
        ] {
            assert_eq!(ours("bedrock", own), None, "{own}");
        }
        assert_eq!(ours("sagemaker", "guardrail/a1"), None);
        for foreign in [
            "",
            "x",
            "data-source/KB",
            "arn:aws:s3:::a/b",
            "arn:aws:s3:us-east-1::x",
            "arn:aws:bedrock:eu-west-1:000000000000:guardrail/a1",
            "arn:aws:bedrock:us-east-1:111122223333:guardrail/a1",
            "arn:aws-cn:bedrock:us-east-1:000000000000:guardrail/a1",
        ] {
            assert_eq!(kind(foreign), None, "{foreign}");
        }
    }
}
