//! Who may read what invocation logs hold (45 CFR 164.308(a)(4)(ii)(B)): who sees what is masked, and who may use the key.

use std::collections::BTreeMap;

use policy::globs::Glob;
use policy::log_groups;
use policy::principals::Question;
use remediation::{Parts, PrincipalsReader, ReadError};
use report::findings::LogReader;

/// Who can ask.
pub(crate) struct Readers {
    principals: PrincipalsReader,
    unmask: Question,
    decrypt: Question,
}

impl Readers {
    /// Of the deployment's log groups and its data key.
    pub(crate) fn new(parts: &Parts<'_>, log_groups: &[Glob], data_key: &str) -> Self {
        let settings = parts.settings;
        Self {
            principals: PrincipalsReader::new(parts),
            unmask: log_groups::question(log_groups, &settings.partition, &settings.region, &settings.account),
            decrypt: Question { action: "kms:Decrypt".to_owned(), resources: vec![vec![data_key.to_owned()]] },
        }
    }

    /// By their own policies. Whom the key's own policy lets use it is a concern of `encryption-keys`.
    pub(crate) async fn who(&self) -> Result<Vec<LogReader>, ReadError> {
        let [unmask, decrypt] = self.principals.who([&self.unmask, &self.decrypt]).await?;
        let mut found: BTreeMap<String, (bool, bool)> = BTreeMap::new();
        for each in unmask {
            found.entry(each.arn).or_default().0 = true;
        }
        for each in decrypt {
            found.entry(each.arn).or_default().1 = true;
        }
        let readers = found.into_iter();
        Ok(readers.map(|(principal, (unmask, decrypt))| LogReader { principal, unmask, decrypt }).collect())
    }
}
