//! Ids of models: the planes of Bedrock name one model with and without its version.

/// An id without its version: `amazon.nova-pro-v1:0` and `amazon.nova-pro` are one model. Whatever else follows a name is part of
/// it: to take one model's modes for another's would let it pass.
#[must_use]
pub fn without_version(id: &str) -> &str {
    let name = id.split_once(':').map_or(id, |(name, _)| name);
    match name.rsplit_once("-v") {
        Some((model, digits)) if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => model,
        _ => name,
    }
}

/// Whether two ids name one model. Two versions are two models.
#[must_use]
pub fn is_same(one: &str, other: &str) -> bool {
    one == other || one == without_version(other) || without_version(one) == other
}
