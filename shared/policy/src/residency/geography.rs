//! The Regions in which inference may run.

use std::fmt;

/// The Regions in which inference may run: those that the deployment names, and its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Geography {
    regions: Vec<String>,
}

impl Geography {
    /// Regions separated by commas, and the one in which the function runs.
    ///
    /// # Errors
    /// When an item could not be a Region: the item.
    pub fn parse(list: &str, home: &str) -> Result<Self, String> {
        let mut regions: Vec<String> = list.split(',').map(|each| each.trim().to_owned()).collect();
        if let Some(bad) = regions.iter().find(|each| !is_region(each)) {
            return Err(bad.clone());
        }
        regions.push(home.to_owned());
        regions.sort();
        regions.dedup();
        Ok(Self { regions })
    }

    /// Whether inference may run there.
    #[must_use]
    pub fn holds(&self, region: &str) -> bool {
        self.regions.iter().any(|each| each == region)
    }
}

impl fmt::Display for Geography {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.regions.join(", "))
    }
}

/// Whether it has the form of a Region's name: `us-east-1`, `us-gov-west-1`.
#[must_use]
pub fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let word = |part: &&str| !part.is_empty() && part.len() <= 12 && part.bytes().all(|byte| byte.is_ascii_lowercase());
    match parts.split_last() {
        Some((number, words)) => {
            (2..=4).contains(&words.len())
                && words.iter().all(word)
                && (1..=2).contains(&number.len())
                && number.bytes().all(|byte| byte.is_ascii_digit())
        }
        None => false,
    }
}
