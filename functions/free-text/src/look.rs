//! Looking at a resource, at all of a kind, and at all there is.

use futures_util::stream::{self, StreamExt, TryStreamExt};
use policy::free_text::{Finding, Place, Sign, Suspect, Texts};
use remediation::ReadError;

use crate::FreeText;
use crate::resource::{Resource, hash_of, id_of, is_clean};
use inventory::{Address, Kind, Labels, is_not_offered};

/// How many lists, or tags of a list's resources, are read at once.
const CONCURRENCY: usize = 4;

impl FreeText {
    /// All resources of all kinds, in the order of their ids.
    pub(crate) async fn everything(&self) -> Vec<Result<Resource, ReadError>> {
        let lists = stream::iter(Kind::ALL).map(async |kind| (kind, self.inventory.of(kind).await));
        let mut lists = lists.buffer_unordered(CONCURRENCY);
        let (mut found, mut failed) = (Vec::new(), Vec::new());
        while let Some((kind, list)) = lists.next().await {
            match list {
                Ok(list) => found
                    .extend(list.into_iter().map(|each| Resource::at(each.address, Some(each.labels), &self.patterns))),
                // Told of by the list itself: perhaps it is not offered here.
                Err(error) if is_not_offered(&error) => found.push(Resource::list(kind)),
                Err(error) => failed.push(Err(error)),
            }
        }
        found.sort_by_cached_key(ToString::to_string);
        failed.into_iter().chain(found.into_iter().map(Ok)).collect()
    }

    /// What looks like PHI in a resource; `None` when it is gone.
    async fn findings(&self, at: &Address, labels: Option<Labels>) -> Result<Option<Vec<Finding>>, ReadError> {
        let (labels, tags) = match labels {
            Some(labels) => (Some(labels), self.inventory.tags(at).await?),
            None => {
                let (listed, tags) = tokio::try_join!(self.inventory.find(at), self.inventory.tags(at))?;
                // Something new may show its tags before it is in the list.
                (listed.map(|each| each.labels), tags.filter(|tags| !tags.is_empty()))
            }
        };
        if labels.is_none() && tags.is_none() {
            return Ok(None);
        }
        let labels = labels.unwrap_or_default();
        let tags = [labels.tags, tags.unwrap_or_default()].concat();
        let mut found = self.patterns.search(&Texts { labels: labels.texts, tags });
        if !is_clean(at, &self.patterns) {
            let signs = self.patterns.patterns.iter().filter(|pattern| pattern.regex.is_match(at.own_part()));
            let of_arn = |name: &String| Finding { place: Place::Arn, sign: Sign::Pattern(name.clone()) };
            found.extend(signs.map(|pattern| of_arn(&pattern.name)));
            found.dedup();
        }
        Ok(Some(found))
    }

    pub(crate) async fn suspect(
        &self,
        at: &Address,
        labels: Option<Labels>,
    ) -> Result<Option<Vec<Suspect>>, ReadError> {
        let findings = self.findings(at, labels).await?;
        Ok(findings.map(|findings| {
            let suspect = (!findings.is_empty()).then(|| Suspect { resource: id_of(at, &self.patterns), findings });
            suspect.into_iter().collect()
        }))
    }

    pub(crate) async fn suspects_of(&self, kind: Kind) -> Result<Vec<Suspect>, ReadError> {
        let listed = stream::iter(self.inventory.of(kind).await?);
        let each = listed.map(async |each| self.suspect(&each.address, Some(each.labels)).await);
        let found: Vec<_> = each.buffer_unordered(CONCURRENCY).try_collect().await?;
        let mut found: Vec<Suspect> = found.into_iter().flatten().flatten().collect();
        found.sort();
        Ok(found)
    }

    pub(crate) async fn hashed(&self, kind: Kind, hash: &str) -> Result<Option<Vec<Suspect>>, ReadError> {
        let listed = self.inventory.of(kind).await?;
        match listed.into_iter().find(|each| hash_of(&each.address) == hash) {
            Some(each) => self.suspect(&each.address, Some(each.labels)).await,
            None => Ok(None),
        }
    }
}
