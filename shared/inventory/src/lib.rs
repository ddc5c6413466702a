//! What there is: Bedrock's resources and the buckets of an account and Region, with what their lists show of them, and which
//! of them an event tells of.
//!
//! Knows nothing of what is looked for: several duties go through the same lists for different reasons.

mod address;
mod agents;
mod bedrock;
mod buckets;
mod kind;
mod pointer;
mod tags;

use policy::Redacted;
use policy::free_text::{Place, Tag};
use policy::sets::BucketSets;
use remediation::{AwsError, Parts, ReadError};

pub use address::{Address, Home};
pub use kind::{Kind, TagPlane};
pub use pointer::Pointer;

/// The clients, and whose resources they list.
pub struct Inventory {
    /// Of Bedrock's control plane.
    pub bedrock: aws_sdk_bedrock::Client,
    /// Of its plane for agents.
    pub agents: aws_sdk_bedrockagent::Client,
    /// Of the buckets.
    pub s3: aws_sdk_s3::Client,
    /// Whose resources.
    pub home: Home,
    /// Which buckets.
    pub sets: BucketSets,
}

/// A resource as its list shows it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Where it is.
    pub address: Address,
    /// What the list shows.
    pub labels: Labels,
}

/// What a list shows of a resource.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    /// Names and descriptions.
    pub texts: Vec<(Place, Redacted<String>)>,
    /// Tags, where the list shows them.
    pub tags: Vec<Tag>,
}

impl Inventory {
    /// That of the deployment's account and Region.
    #[must_use]
    pub fn new(parts: &Parts<'_>, sets: BucketSets) -> Self {
        let bedrock = aws_sdk_bedrock::config::Builder::from(parts.sdk).interceptor(parts.calls.clone()).build();
        let agents = aws_sdk_bedrockagent::config::Builder::from(parts.sdk).interceptor(parts.calls.clone()).build();
        let home = Home {
            partition: parts.settings.partition.clone(),
            region: parts.settings.region.clone(),
            account: parts.settings.account.clone(),
        };
        Self {
            bedrock: aws_sdk_bedrock::Client::from_conf(bedrock),
            agents: aws_sdk_bedrockagent::Client::from_conf(agents),
            s3: parts.s3.clone(),
            home,
            sets,
        }
    }

    /// Every resource of a kind.
    ///
    /// # Errors
    /// When it can't be listed.
    pub async fn of(&self, kind: Kind) -> Result<Vec<Listed>, ReadError> {
        match kind {
            Kind::Bucket => self.buckets().await,
            Kind::Agent | Kind::KnowledgeBase | Kind::Flow | Kind::Prompt => self.agents_plane(kind).await,
            Kind::AgentAlias => self.nested(kind, Kind::Agent).await,
            Kind::DataSource => self.nested(kind, Kind::KnowledgeBase).await,
            Kind::FlowAlias => self.nested(kind, Kind::Flow).await,
            _ => self.bedrock_plane(kind).await,
        }
    }

    /// One resource, found in the shortest list that shows it.
    ///
    /// # Errors
    /// When it can't be listed.
    pub async fn find(&self, address: &Address) -> Result<Option<Listed>, ReadError> {
        let listed = match address.parent() {
            Some(parent) => self.children(address.kind, parent).await?,
            None => self.of(address.kind).await?,
        };
        Ok(listed.into_iter().find(|each| each.address == *address))
    }

    async fn nested(&self, kind: Kind, parents: Kind) -> Result<Vec<Listed>, ReadError> {
        let mut found = Vec::new();
        for parent in self.agents_plane(parents).await? {
            if let Some((_, id)) = parent.address.own_part().split_once('/') {
                found.extend(self.children(kind, id).await?);
            }
        }
        Ok(found)
    }

    /// A resource that an answer names by its ARN.
    fn by_arn<const N: usize>(
        &self,
        operation: &'static str,
        arn: &str,
        texts: [(Place, Option<&str>); N],
    ) -> Result<Listed, ReadError> {
        let address = self.home.address(arn);
        let address = address.ok_or(ReadError::Answer { operation, what: "an ARN is not of the known form" })?;
        Ok(Listed { address, labels: labels(texts) })
    }

    /// A resource that an answer names by its id.
    fn by_id<const N: usize>(
        &self,
        operation: &'static str,
        kind: Kind,
        id: &str,
        texts: [(Place, Option<&str>); N],
    ) -> Result<Listed, ReadError> {
        let address = self.home.address_of(kind, id);
        let address = address.ok_or(ReadError::Answer { operation, what: "an id is not of the known form" })?;
        Ok(Listed { address, labels: labels(texts) })
    }
}

fn labels<const N: usize>(texts: [(Place, Option<&str>); N]) -> Labels {
    let texts = texts.into_iter().filter_map(|(place, text)| Some((place, Redacted::new(text?.to_owned()))));
    Labels { texts: texts.collect(), tags: Vec::new() }
}

/// Whether the service has no endpoint here, or its endpoint doesn't know the call.
#[must_use]
pub fn is_not_offered(error: &ReadError) -> bool {
    const CODES: [&str; 2] = ["Unreachable", "UnknownOperationException"];
    matches!(error, ReadError::Aws(AwsError { code, .. }) if CODES.contains(&code.as_str()))
}

/// All items of all pages.
macro_rules! pages {
    ($operation:ident, $request:expr) => {{
        let items = $request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
        items.map_err(|error| remediation::AwsError::new($operation, &error))?
    }};
}
use pages;
