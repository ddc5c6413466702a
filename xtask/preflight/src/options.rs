//! What can be said on the command line.

use clap::{Parser, ValueEnum};

/// Asks, with your own credentials, what the account lacks before Phiward's first deploy. Reads only.
#[derive(Debug, Parser)]
#[command(name = "preflight", bin_name = "cargo xtask preflight")]
pub(crate) struct Options {
    /// The profile of the AWS CLI's configuration, SSO and roles included; else what the environment says.
    #[arg(long)]
    pub(crate) profile: Option<String>,
    /// The Region of the deploy; else the profile's or the environment's.
    #[arg(long)]
    pub(crate) region: Option<String>,
    /// The key that the deploy is to be given as `DataKeyArn`, if it is not to make one.
    #[arg(long, value_name = "ARN")]
    pub(crate) data_key: Option<String>,
    /// The name that the stack is to have.
    #[arg(long, value_name = "NAME", default_value = "phiward")]
    pub(crate) stack: String,
    /// As the deploy's `MantleSigningName`: `bedrock-mantle` or `bedrock`.
    #[arg(long, value_name = "NAME", default_value = "bedrock-mantle")]
    pub(crate) mantle_signing_name: String,
    /// For people, or one JSON object for programs.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

/// How the answers are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
}
