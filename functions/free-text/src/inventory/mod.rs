//! What there is: the resources of an account and Region that have free texts, with what their lists show of them.
//!
//! Knows nothing of what is looked for; whoever needs the same lists for another reason can take this module whole.

mod address;
mod agents;
mod bedrock;
mod buckets;
mod kind;
mod tags;

use policy::Redacted;
use policy::free_text::{Place, Tag};
use policy::sets::BucketSets;
use remediation::{AwsError, ReadError};

pub(crate) use address::{Address, Home};
pub(crate) use kind::{Kind, TagPlane};

/// The clients, and whose resources they list.
pub(crate) struct Inventory {
    pub(crate) bedrock: aws_sdk_bedrock::Client,
    pub(crate) agents: aws_sdk_bedrockagent::Client,
    pub(crate) s3: aws_sdk_s3::Client,
    pub(crate) home: Home,
    pub(crate) sets: BucketSets,
}

/// A resource as its list shows it.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    pub(crate) address: Address,
    pub(crate) labels: Labels,
}

/// What a list shows of a resource.
#[derive(Clone, Debug, Default)]
pub(crate) struct Labels {
    pub(crate) texts: Vec<(Place, Redacted<String>)>,
    /// Tags, where the list shows them.
    pub(crate) tags: Vec<Tag>,
}

impl Inventory {
    /// Every resource of a kind.
    pub(crate) async fn of(&self, kind: Kind) -> Result<Vec<Listed>, ReadError> {
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
    pub(crate) async fn find(&self, address: &Address) -> Result<Option<Listed>, ReadError> {
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
pub(crate) fn is_not_offered(error: &ReadError) -> bool {
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
