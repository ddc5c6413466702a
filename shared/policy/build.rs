//! Fails the build, with line and reason, when the compiled-in baseline is not a valid one.

#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    missing_docs,
    reason = "only `Baseline::parse` of these modules is needed here"
)]

#[path = "src/baseline/mod.rs"]
mod baseline;
#[path = "src/control.rs"]
mod control;
#[path = "src/globs/mod.rs"]
mod globs;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = "../../baseline.toml";
    println!("cargo::rerun-if-changed={path}");
    if let Err(error) = baseline::Baseline::parse(&std::fs::read_to_string(path)?) {
        println!("cargo::error=baseline.toml: {error}");
    }
    Ok(())
}
