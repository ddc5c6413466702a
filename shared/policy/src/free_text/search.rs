//! The search: every text against every pattern.

use crate::baseline::FreeText;

use super::{Finding, Place, Sign, Tag, Texts};

impl FreeText {
    /// What looks like PHI among the texts: in order, nothing twice.
    #[must_use]
    pub fn search(&self, texts: &Texts) -> Vec<Finding> {
        let labels = texts.labels.iter().flat_map(|(place, text)| self.in_text(*place, text.expose()));
        let tags = texts.tags.iter().flat_map(|tag| self.in_tag(tag));
        let mut found: Vec<Finding> = labels.chain(tags).collect();
        found.sort();
        found.dedup();
        found
    }

    /// Whether nothing in the text looks like PHI.
    #[must_use]
    pub fn is_clean(&self, text: &str) -> bool {
        self.patterns.iter().all(|pattern| !pattern.regex.is_match(text))
    }

    fn in_text(&self, place: Place, text: &str) -> impl Iterator<Item = Finding> {
        let matching = self.patterns.iter().filter(move |pattern| pattern.regex.is_match(text));
        matching.map(move |pattern| Finding { place, sign: Sign::Pattern(pattern.name.clone()) })
    }

    fn in_tag(&self, tag: &Tag) -> Vec<Finding> {
        let (key, value) = (tag.key.expose(), tag.value.expose());
        let mut found: Vec<Finding> = self.in_text(Place::TagKey, key).collect();
        // `PatientMRN` and `4711008` are nothing each, and a record number together.
        let together = format!("{key}={value}");
        found.extend(
            self.patterns
                .iter()
                .filter(|pattern| {
                    let in_value = pattern.regex.is_match(value);
                    in_value || (!pattern.regex.is_match(key) && pattern.regex.is_match(&together))
                })
                .map(|pattern| Finding { place: Place::TagValue, sign: Sign::Pattern(pattern.name.clone()) }),
        );
        if let Some(announcing) = self.announcing(key)
            && !self.tells_of_nobody(value)
        {
            found.push(Finding { place: Place::TagValue, sign: Sign::Announced(announcing.to_owned()) });
        }
        found
    }
}
