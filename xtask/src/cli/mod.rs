//! What can be typed after `cargo xtask`.

mod operate;
mod operators;
mod words;

use std::ffi::OsString;
use std::path::PathBuf;

pub(crate) use operate::{Operate, OperateAction};
pub(crate) use operators::{Account, DeadLetters, Deployed, EvidenceCommand};

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Phiward's commands for contributors.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Deploy to a local AWS, make real drift, and show each repair with its evidence.
    Demo(DemoOptions),
    /// Run every test: the workspace's, the local AWS's own, and end to end.
    Test(TestOptions),
    /// Check every SAM template (`sam validate --lint`).
    Validate,
    /// A local AWS with Phiward deployed, to play with.
    Local {
        #[command(subcommand)]
        command: LocalCommand,
    },
    /// Ask, with your own credentials, what an account lacks before the first deploy; reads only.
    #[command(disable_help_flag = true)]
    Preflight(Preflight),
    /// Export the evidence, and check it.
    Evidence {
        #[command(subcommand)]
        command: EvidenceCommand,
    },
    /// Tell a deployed Phiward something: exempt, undo, release, pause...
    Operate(Operate),
    /// What could not be handled, and handling it again.
    DeadLetters(DeadLetters),
}

#[derive(Debug, Args)]
pub(crate) struct DemoOptions {
    /// Show the plans without repairing anything (deploys in mode `detect`).
    #[arg(long)]
    pub(crate) detect: bool,
    /// Leave the local AWS running at the end.
    #[arg(long)]
    pub(crate) keep: bool,
}

#[derive(Debug, Args)]
pub(crate) struct TestOptions {
    /// Divide the end-to-end tests among so many local AWSs; three or four, as there are cores, if not given.
    #[arg(long, value_name = "N")]
    pub(crate) stacks: Option<usize>,
    /// Handed to pytest for the end-to-end tests; the other tests are then left out.
    #[arg(last = true)]
    pub(crate) pytest: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Preflight {
    /// `--profile NAME`, `--region REGION`, `--data-key ARN`, `--format json`...: `--help` tells all.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "OPTIONS")]
    pub(crate) arguments: Vec<OsString>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum LocalCommand {
    /// Start it and deploy; the last line of the output is one JSON object.
    Up(UpOptions),
    /// Stop it and every function process.
    Down,
    /// Say whether it is up, and where.
    Status,
    /// Put saved events on the bus; a JSON line for each tells what the functions did.
    Emit {
        /// EventBridge envelopes, or bare CloudTrail records.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// List the API calls made, as JSON lines.
    Calls {
        /// Only from then on: RFC 3339, or seconds since 1970.
        #[arg(long, value_name = "TIME")]
        since: Option<String>,
    },
    /// Make API calls fail.
    Faults {
        #[command(subcommand)]
        command: FaultsCommand,
    },
}

#[derive(Debug, Args)]
pub(crate) struct UpOptions {
    /// Listen there; a free port if not given.
    #[arg(long, value_name = "N")]
    pub(crate) port: Option<u16>,
    /// What the functions do about drift.
    #[arg(long, value_enum, default_value_t = Mode::Enforce)]
    pub(crate) mode: Mode,
    /// The schedule of every duty, as `rate(1 minute)`; the template's own if not given.
    #[arg(long, value_name = "EXPRESSION")]
    pub(crate) schedule: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum FaultsCommand {
    /// Let the next calls of one operation fail.
    Add {
        /// As in the AWS CLI: `s3`, `bedrock`...
        #[arg(long)]
        service: String,
        /// The API's name: `PutBucketEncryption`.
        #[arg(long)]
        operation: String,
        /// The error's code: `SlowDown`, `AccessDenied`...
        #[arg(long)]
        error: String,
        /// How many calls; all of them if not given.
        #[arg(long)]
        count: Option<u32>,
    },
    /// Remove all faults.
    Clear,
    /// Show the faults that remain, as JSON lines.
    List,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mode {
    Off,
    Detect,
    Enforce,
}

impl Mode {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Detect => "detect",
            Self::Enforce => "enforce",
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, Parser as _};

    use super::{Cli, Command, LocalCommand, Mode};

    #[test]
    fn the_commands_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn local_up_enforces_unless_told_otherwise() {
        let mode = |words: &[&str]| match Cli::try_parse_from(words).unwrap().command {
            Command::Local { command: LocalCommand::Up(options) } => options.mode,
            other => panic!("{other:?}"),
        };
        assert_eq!(mode(&["xtask", "local", "up"]), Mode::Enforce);
        assert_eq!(mode(&["xtask", "local", "up", "--mode", "detect"]), Mode::Detect);
    }

    #[test]
    fn the_words_after_preflight_are_for_it_alone() {
        let words = ["--profile", "clinic", "--help", "--region=eu-west-1"];
        let Command::Preflight(options) =
            Cli::try_parse_from(["xtask", "preflight"].into_iter().chain(words)).unwrap().command
        else {
            panic!("not the command `preflight`");
        };
        assert_eq!(options.arguments, words);
    }

    #[test]
    fn words_after_two_dashes_are_for_pytest() {
        let Command::Test(options) = Cli::try_parse_from(["xtask", "test", "--", "-k", "buckets"]).unwrap().command
        else {
            panic!("not the command `test`");
        };
        assert_eq!(options.pytest, ["-k", "buckets"]);
    }
}
