//! What a person must do, free of PHI: which object is meant stands in the finding and in the evidence.

/// PHI where it belongs.
pub(super) const INSIDE: &str = "PHI that Macie found is recorded; it is expected in this bucket";

/// A finding that names no object.
pub(super) const UNLOCATED: &str =
    "the finding tells of PHI but not of the object: look at it in Macie, and move the object out of reach by hand";

/// A finding without a version where several could be meant.
pub(super) const AMBIGUOUS: &str = "the finding names no version and several hold the bytes that were scanned: let Macie scan the bucket again, and \
     remove the versions that hold PHI by hand";

/// Nothing is left to do but what a person must do.
pub(super) const ISOLATED: &str =
    "the object is isolated: until its tag is taken away, only Macie and Phiward can read it";

/// Tags or policy can't be read.
pub(super) const ISOLATION_UNREADABLE: &str = "it can't be isolated either, as Phiward may not read the object's tags or the bucket's policy: restrict access to \
     the bucket by hand";

/// No room for the tag.
pub(super) const TAGS_FULL: &str = "it can't be isolated either, as the object has ten tags already: remove one, or restrict access to the object by hand";

/// No room for the statement.
pub(super) const POLICY_FULL: &str = "it can't be isolated either, as the bucket's policy has no room for a statement: shorten the policy, or restrict \
     access to the object by hand";

/// Why a version can't be moved safely. It is isolated, and a person does the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Obstacle {
    /// Other bytes are in its place.
    Changed,
    /// It can't be read.
    Unreadable,
    /// Nothing to compare a copy by.
    NoChecksum,
    /// It may not be deleted yet.
    Locked,
    /// It can't be copied before it is restored.
    Archived,
    /// Deleting takes a second factor.
    MfaDelete,
    /// The bucket's versioning is suspended in a way that a delete could hit another version.
    Suspended,
    /// What lies in its place in the quarantine bucket is something else.
    CopyDiffers,
}

impl Obstacle {
    /// What is wrong and what to do.
    pub(super) const fn advice(self) -> &'static str {
        match self {
            Self::Changed => {
                "it can't be moved safely: other bytes than those that Macie scanned are in the object's place; let Macie scan \
                 it again and, if the object is clean, release it, then archive this finding"
            }
            Self::Unreadable => {
                "it can't be moved safely: a key or the bucket's policy keeps Phiward from reading the object (a key that its \
                 uploader holds, a disabled key, a deny); give Phiward's role access, or remove the object by hand"
            }
            Self::NoChecksum => {
                "it can't be moved safely: S3 stores no checksum of the whole object, so a copy could not be compared; copy \
                 the object onto itself with a checksum algorithm and let Macie scan it again, or remove it by hand"
            }
            Self::Locked => {
                "it can't be moved safely: Object Lock forbids to delete this version; it is moved when its retention or hold \
                 has ended"
            }
            Self::Archived => {
                "it can't be moved safely: the object is in an archive storage class; restore it, and it is moved then"
            }
            Self::MfaDelete => {
                "it can't be moved safely: the bucket asks for a second factor to delete a version; delete it with one, or \
                 switch MFA delete off, and it is moved then"
            }
            Self::Suspended => {
                "it can't be moved safely: the bucket's versioning is suspended, and removing this version could remove \
                 another one too; enable versioning, and it is moved then"
            }
            Self::CopyDiffers => {
                "it can't be moved safely: what lies in its place in the quarantine bucket is not equal to it; find out who \
                 wrote there"
            }
        }
    }
}

/// Older versions are not the finding's, but may well hold the same.
pub(super) fn older_versions(count: usize) -> String {
    let (versions, remain) = if count == 1 { ("version", "remains") } else { ("versions", "remain") };
    format!(
        "{count} older {versions} of the same key {remain}; Macie scans only current versions: look at what they hold, and \
         remove those with PHI"
    )
}
