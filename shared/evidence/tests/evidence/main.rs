//! The evidence as an auditor meets it: records sealed, bundled, checked, and held against their schema.

mod altered;
mod bundles;
mod folder;
mod schema;
mod verify;
