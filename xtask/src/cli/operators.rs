//! What an operator or an auditor can ask for.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Which account.
#[derive(Debug, Args)]
pub(crate) struct Account {
    /// The profile of the AWS CLI's configuration; else what the environment says.
    #[arg(long, global = true)]
    pub(crate) profile: Option<String>,
    /// The Region; else the profile's or the environment's.
    #[arg(long, global = true)]
    pub(crate) region: Option<String>,
    /// The local AWS of `cargo xtask local up`.
    #[arg(long, global = true, conflicts_with_all = ["profile", "region"])]
    pub(crate) local: bool,
}

impl Account {
    /// That of the local AWS.
    pub(crate) fn local() -> Self {
        Self { profile: None, region: None, local: true }
    }
}

impl Deployed {
    /// The stack on the local AWS.
    pub(crate) fn local() -> Self {
        Self { account: Account::local(), stack: crate::stack::NAME.to_owned() }
    }
}

/// Which stack.
#[derive(Debug, Args)]
pub(crate) struct Deployed {
    #[command(flatten)]
    pub(crate) account: Account,
    /// The name of Phiward's stack.
    #[arg(long, global = true, value_name = "NAME", default_value = "phiward")]
    pub(crate) stack: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum EvidenceCommand {
    /// Check every record: exit 0 if all is sound, 1 if there are defects, 2 if it can't be checked.
    Verify {
        /// A folder that `export` has made, or `s3://BUCKET[/PREFIX]`.
        #[arg(value_name = "FOLDER | S3 URI")]
        bundle: String,
        #[command(flatten)]
        account: Account,
    },
    /// Write all records and the heads of their chains, as the ledger knows them, into a folder.
    Export {
        /// A new or empty folder. Records hold before-states: keep it as safe as the bucket.
        folder: PathBuf,
        #[command(flatten)]
        from: Deployed,
    },
}

#[derive(Debug, Args)]
pub(crate) struct DeadLetters {
    #[command(subcommand)]
    pub(crate) command: DeadLettersCommand,
    #[command(flatten)]
    pub(crate) at: Deployed,
    /// No more messages than that.
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) max: Option<u32>,
}

#[derive(Debug, Clone, Copy, Subcommand)]
pub(crate) enum DeadLettersCommand {
    /// A line for each: when, function, error, event's detail-type and id. Never its content, which may be PHI.
    List,
    /// Hand each event to its function again, and delete the message once Lambda has it. Put the cause right first.
    Replay,
}

impl DeadLettersCommand {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Replay => "replay",
        }
    }
}
