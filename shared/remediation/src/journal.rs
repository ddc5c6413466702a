//! Where the repair of Phiward's own key is written down: evidence and ledger are encrypted with that key, so neither can be
//! written while it is disabled, and nothing is changed that is not on record first. A CloudWatch log group without a
//! customer's key takes the same records, a line each.

use std::sync::atomic::{AtomicBool, Ordering};

use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::types::InputLogEvent;
use evidence::{Body, Function, Record, Stream};
use futures_util::future::LocalBoxFuture;

use crate::engine::now;
use crate::error::AwsError;
use crate::serve::Parts;
use crate::settings::SettingError;
use crate::store::{Head, Stored};

const CREATE: &str = "logs:CreateLogStream (journal)";
const WRITE: &str = "logs:PutLogEvents (journal)";

/// A journal; see [`Repair::journal`](crate::Repair::journal).
pub struct Journal {
    // Boxed, so that only a function that makes a journal is linked with the client of CloudWatch Logs.
    lines: Box<dyn Lines>,
    /// The ARN of its log stream.
    place: String,
}

/// What takes lines.
pub trait Lines {
    /// Writes one; when this has ended well, it is there.
    fn put(&self, line: String) -> LocalBoxFuture<'_, Result<(), AwsError>>;
}

impl Journal {
    /// The journal of a function, in the log group that `PHIWARD_JOURNAL_LOG_GROUP` names, with a log stream for each process.
    ///
    /// # Errors
    /// When the variable is not set.
    pub fn new(parts: &Parts<'_>) -> Result<Self, SettingError> {
        let group = parts.environment.required("PHIWARD_JOURNAL_LOG_GROUP")?;
        let settings = parts.settings;
        let stream = format!("{}/{}/{}", settings.function_name, settings.function_version, uuid::Uuid::new_v4());
        let place = format!(
            "arn:{}:logs:{}:{}:log-group:{group}:log-stream:{stream}",
            settings.partition, settings.region, settings.account
        );
        let config = aws_sdk_cloudwatchlogs::config::Builder::from(parts.sdk).interceptor(parts.calls.clone());
        Ok(Self::to(place, LogStream::new(Client::from_conf(config.build()), group, stream)))
    }

    /// A journal somewhere else.
    pub fn to(place: String, lines: impl Lines + 'static) -> Self {
        Self { lines: Box::new(lines), place }
    }

    pub(crate) async fn append(
        &self,
        stream: &Stream,
        head: Head,
        body: Body,
        function: &Function,
    ) -> Result<Stored, AwsError> {
        let record = Record::new(stream, head.sequence + 1, head.sha256, body, function.clone());
        let sealed = record.seal().map_err(|_| broken("Unserializable"))?;
        let line = String::from_utf8(sealed.bytes).map_err(|_| broken("Unserializable"))?;
        self.lines.put(line).await?;
        Ok(Stored { record, key: self.place.clone(), sha256: sealed.sha256 })
    }
}

/// A log stream, made when the first line is written.
pub struct LogStream {
    client: Client,
    group: String,
    stream: String,
    made: AtomicBool,
}

impl LogStream {
    /// A log stream that need not be there yet.
    #[must_use]
    pub const fn new(client: Client, group: String, stream: String) -> Self {
        Self { client, group, stream, made: AtomicBool::new(false) }
    }

    async fn make(&self) -> Result<(), AwsError> {
        let request = self.client.create_log_stream().log_group_name(&self.group).log_stream_name(&self.stream);
        match request.send().await {
            Ok(_) => Ok(()),
            Err(error)
                if error.as_service_error().is_some_and(|error| error.is_resource_already_exists_exception()) =>
            {
                Ok(())
            }
            Err(error) => Err(AwsError::new(CREATE, &error)),
        }
    }

    async fn write(&self, line: String) -> Result<(), AwsError> {
        let event = InputLogEvent::builder().timestamp(now().timestamp_millis()).message(line).build();
        let event = event.map_err(|_| broken("InvalidRequest"))?;
        let request = self.client.put_log_events().log_group_name(&self.group).log_stream_name(&self.stream);
        let answer = request.log_events(event).send().await.map_err(|error| AwsError::new(WRITE, &error))?;
        // PutLogEvents answers 200 also when it did not take an event.
        if answer.rejected_log_events_info().is_some() { Err(broken("Rejected")) } else { Ok(()) }
    }
}

impl Lines for LogStream {
    fn put(&self, line: String) -> LocalBoxFuture<'_, Result<(), AwsError>> {
        Box::pin(async move {
            if !self.made.load(Ordering::Relaxed) {
                self.make().await?;
            }
            let written = self.write(line).await;
            // If somebody has deleted it, the next line makes it anew.
            self.made.store(written.is_ok(), Ordering::Relaxed);
            written
        })
    }
}

fn broken(code: &str) -> AwsError {
    AwsError { operation: WRITE, code: code.to_owned(), status: None, request_id: None }
}
