//! What an operator can tell a deployed Phiward.

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};

use super::operators::Deployed;
use super::words::{self, RecordName};

#[derive(Debug, Args)]
pub(crate) struct Operate {
    #[command(subcommand)]
    pub(crate) action: OperateAction,
    #[command(flatten)]
    pub(crate) at: Deployed,
    /// The function URL; else the stack's output `OperateUrl`.
    #[arg(long, global = true)]
    pub(crate) url: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum OperateAction {
    /// Let a resource be as it is until a day: drift from that control is recorded, not repaired.
    Exempt {
        /// The control's id, as in the README.
        #[arg(long, value_parser = words::control(), hide_possible_values = true)]
        control: String,
        /// The resource's id; `*` stands for any run of characters.
        #[arg(long, value_parser = words::resource)]
        resource: String,
        /// Why; it goes on record.
        #[arg(long, value_name = "TEXT", value_parser = words::text)]
        reason: String,
        /// Who answers for it; it goes on record.
        #[arg(long, value_name = "TEXT", value_parser = words::text)]
        owner: String,
        /// It ends after so many days.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..), required_unless_present = "expires")]
        days: Option<u16>,
        /// It ends then: RFC 3339, as 2026-01-02T00:00:00Z.
        #[arg(long, value_name = "RFC3339", value_parser = words::future, conflicts_with = "days")]
        expires: Option<DateTime<Utc>>,
    },
    /// End an exemption.
    Revoke {
        /// The control's id.
        #[arg(long, value_parser = words::control(), hide_possible_values = true)]
        control: String,
        /// The resource's id or pattern, as it was exempted.
        #[arg(long, value_parser = words::resource)]
        resource: String,
    },
    /// Restore the state from before a repair, if nobody has changed it since; exempt the resource first.
    Undo {
        /// The repair's record: its key, or its S3 URI.
        #[arg(value_parser = words::record)]
        evidence: RecordName,
    },
    /// Bring a quarantined object version back to where it lay.
    Release {
        /// The quarantine's record: its key, or its S3 URI.
        #[arg(value_parser = words::record)]
        evidence: RecordName,
    },
    /// Stop all repairs; drift is still recorded and told.
    Pause {
        /// Why; it goes on record.
        #[arg(long, value_name = "TEXT", value_parser = words::text)]
        reason: String,
    },
    /// End the pause.
    Resume,
    /// Let a control repair again at once, whose budget is spent or whose breaker is open.
    ResetBudget {
        /// The control's id.
        #[arg(long, value_parser = words::control(), hide_possible_values = true)]
        control: String,
        /// Only the budget of this resource; else the control's breaker too.
        #[arg(long, value_parser = words::resource)]
        resource: Option<String>,
    },
    /// Show what holds: pause, exemptions, budgets, orders.
    Show {
        /// Only this control.
        #[arg(long, value_parser = words::control(), hide_possible_values = true)]
        control: Option<String>,
        /// Only this resource of the control.
        #[arg(long, value_parser = words::resource, requires = "control")]
        resource: Option<String>,
    },
}
