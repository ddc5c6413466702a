//! Why an invocation fails, so that Lambda's retries, the failure destination and the alarm take over.

use remediation::AwsError;
use remediation::event::EventError;

/// What can't be read is an answer in the report, and no failure.
#[derive(thiserror::Error)]
pub enum Failure {
    /// The event can't be understood.
    #[error(transparent)]
    Event(#[from] EventError),
    /// A file of the report can't be written, or what an earlier invocation found out not be read.
    #[error("the report {run} can't be kept: {source}; what was found out so far stays, send the event again")]
    Store {
        /// The run.
        run: String,
        /// Why.
        source: AwsError,
    },
    /// The bus does not take an event.
    #[error("the report {run} could not be told of, or gone on with: {source}")]
    Bus {
        /// The run.
        run: String,
        /// Why.
        source: AwsError,
    },
    /// A form of the report can't be made.
    #[error("the report {run} has no {form} form; this is a defect of Phiward's, the findings are kept")]
    Form {
        /// The run.
        run: String,
        /// JSON or HTML.
        form: &'static str,
    },
}

impl Failure {
    /// The error type that Lambda records.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Event(_) => "EventError",
            Self::Store { .. } => "StoreError",
            Self::Bus { .. } => "BusError",
            Self::Form { .. } => "FormError",
        }
    }
}

impl std::fmt::Debug for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}
