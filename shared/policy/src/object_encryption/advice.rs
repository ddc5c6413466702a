//! What a person is told who has to act; free of keys of objects.

/// An object that only its uploader can read.
pub(super) const SEALED: &str = "the object is encrypted with a key that its uploader sends (SSE-C), so nobody else can read \
     or re-encrypt it: have it written again without such a key, and block SSE-C in the bucket's encryption";

/// An object under Object Lock.
pub(super) const LOCKED: &str = "the object is locked (a retention period, a legal hold or an event hold), and S3 changes \
     no encryption of what is locked: it stays as it is; when the lock has ended, use UpdateObjectEncryption or S3 Batch \
     Operations, and have its uploader name the data key from now on";

/// An encryption that this version doesn't know.
pub(super) const UNKNOWN: &str = "the object is encrypted in a way that Phiward doesn't know, and so can't tell to be as \
     strong: look at it, and have it written with SSE-KMS and the data key";

/// A version that lies beneath a newer one.
pub(super) const BENEATH: &str = "S3 can't re-encrypt this version where it lies (dual-layer, no encryption, or a key of another \
     account), and it is not the current one, so that a copy would hide a newer version: it stays with its old encryption; \
     delete the version when nobody needs it any more";

/// An object that is too large for a copy in one request.
pub(super) const TOO_LARGE: &str = "S3 can't re-encrypt this object where it lies (dual-layer, no encryption, or a key of \
     another account), and it is above 5 GB, too large for a copy in one request: unless a newer version lies above it, copy it \
     onto itself in parts, with the data key";

/// An object whose data is archived.
pub(super) const ARCHIVED: &str = "S3 can't re-encrypt this object where it lies (dual-layer, no encryption, or a key of \
     another account), and its data is archived: unless a newer version lies above it, restore it, then copy it onto itself \
     with the data key";

/// What an assessment needs that was not read.
pub(super) const UNREAD: &str = "what a re-encryption depends on was not read, so nothing was changed";
