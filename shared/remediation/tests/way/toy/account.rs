//! What lies outside the process: the evidence bucket, the ledger's table, the event bus.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use aws_sdk_eventbridge::operation::put_events::PutEventsOutput;
use aws_sdk_eventbridge::types::PutEventsResultEntry;
use aws_sdk_s3::operation::get_object::GetObjectOutput;
use aws_sdk_s3::operation::put_object::PutObjectOutput;
use aws_smithy_mocks::{MockResponse, RuleMode, mock, mock_client};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use futures_util::future::LocalBoxFuture;
use remediation::AwsError;
use remediation::journal::Lines;
use remediation::ledger::{Item, Key, Table, Write, Written};

#[derive(Default)]
pub(crate) struct Account {
    /// Keys and bodies, in the order in which they were written.
    pub(crate) records: Mutex<Vec<(String, Vec<u8>)>>,
    pub(crate) items: Mutex<BTreeMap<Key, Item>>,
    pub(crate) events: Mutex<Vec<serde_json::Value>>,
    pub(crate) evidence_fails: Arc<AtomicBool>,
    /// The next record is taken, but the answer is lost, so that the SDK sends it again.
    pub(crate) answer_is_lost: AtomicBool,
    pub(crate) ledger_fails: AtomicBool,
    /// Whoever asks it waits for ever.
    pub(crate) ledger_hangs: AtomicBool,
    /// Lines, in the order in which they were written.
    pub(crate) journal: Mutex<Vec<serde_json::Value>>,
    pub(crate) journal_fails: AtomicBool,
    pub(crate) bus_refuses: AtomicBool,
}

fn http(status: u16, code: &str) -> HttpResponse {
    let body = format!("<Error><Code>{code}</Code></Error>");
    HttpResponse::new(status.try_into().unwrap(), body.into())
}

impl Account {
    fn holds(&self, key: &str) -> Option<Vec<u8>> {
        self.records.lock().unwrap().iter().find(|(there, _)| there == key).map(|(_, body)| body.clone())
    }

    pub(super) fn s3(self: &Arc<Self>) -> aws_sdk_s3::Client {
        let account = Arc::clone(self);
        let put = mock!(aws_sdk_s3::Client::put_object).match_requests(|_| true).then_compute_response(move |input| {
            assert_eq!(input.if_none_match(), Some("*"));
            assert_eq!(input.expected_bucket_owner(), Some("000000000000"));
            if account.evidence_fails.load(Ordering::Relaxed) {
                return MockResponse::Http(http(403, "AccessDenied"));
            }
            let key = input.key().unwrap();
            if account.holds(key).is_some() {
                return MockResponse::Http(http(412, "PreconditionFailed"));
            }
            account.records.lock().unwrap().push((key.to_owned(), input.body().bytes().unwrap().to_vec()));
            if account.answer_is_lost.swap(false, Ordering::Relaxed) {
                return MockResponse::Http(http(412, "PreconditionFailed"));
            }
            MockResponse::Output(PutObjectOutput::builder().build())
        });
        let account = Arc::clone(self);
        let get = mock!(aws_sdk_s3::Client::get_object).match_requests(|_| true).then_compute_response(move |input| {
            assert_eq!(input.expected_bucket_owner(), Some("000000000000"));
            match account.holds(input.key().unwrap()) {
                Some(body) => MockResponse::Output(GetObjectOutput::builder().body(body.into()).build()),
                None => MockResponse::Http(http(404, "NoSuchKey")),
            }
        });
        mock_client!(aws_sdk_s3, RuleMode::MatchAny, &[&put, &get])
    }

    pub(super) fn event_bridge(self: &Arc<Self>) -> aws_sdk_eventbridge::Client {
        let account = Arc::clone(self);
        let rule = mock!(aws_sdk_eventbridge::Client::put_events).match_requests(|_| true).then_compute_output(
            move |request| {
                let entry = &request.entries()[0];
                assert_eq!(entry.source(), Some("phiward"));
                let refuses = account.bus_refuses.load(Ordering::Relaxed);
                let result = PutEventsResultEntry::builder();
                let result = if refuses {
                    result.error_code("ThrottlingException")
                } else {
                    let detail = serde_json::from_str(entry.detail().unwrap()).unwrap();
                    account.events.lock().unwrap().push(detail);
                    result.event_id("1")
                };
                PutEventsOutput::builder().failed_entry_count(i32::from(refuses)).entries(result.build()).build()
            },
        );
        mock_client!(aws_sdk_eventbridge, RuleMode::MatchAny, &[&rule])
    }
}

/// The journal's lines go into the account.
pub(super) struct AccountLines(pub(super) Arc<Account>);

impl Lines for AccountLines {
    fn put(&self, line: String) -> LocalBoxFuture<'_, Result<(), AwsError>> {
        Box::pin(async move {
            if self.0.journal_fails.load(Ordering::Relaxed) {
                let code = "ResourceNotFoundException".to_owned();
                return Err(AwsError { operation: "toy:Write", code, status: Some(400), request_id: None });
            }
            self.0.journal.lock().unwrap().push(serde_json::from_str(&line).unwrap());
            Ok(())
        })
    }
}

/// A table that is as consistent as DynamoDB's transactions are.
pub(crate) struct MemoryTable(pub(super) Arc<Account>);

impl MemoryTable {
    /// Others have their turn, as they have while a request is under way.
    async fn reach(&self) -> Result<(), AwsError> {
        tokio::task::yield_now().await;
        if self.0.ledger_hangs.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
        if self.0.ledger_fails.load(Ordering::Relaxed) {
            let code = "InternalServerError".to_owned();
            return Err(AwsError { operation: "dynamodb (ledger)", code, status: Some(500), request_id: None });
        }
        Ok(())
    }
}

impl Table for MemoryTable {
    async fn get(&self, keys: Vec<Key>) -> Result<Vec<Option<Item>>, AwsError> {
        self.reach().await?;
        let different: BTreeSet<&Key> = keys.iter().collect();
        assert_eq!(different.len(), keys.len(), "DynamoDB refuses to read one item twice");
        let items = self.0.items.lock().unwrap();
        Ok(keys.iter().map(|key| items.get(key).cloned()).collect())
    }

    async fn query(&self, partition: String) -> Result<Vec<(String, Item)>, AwsError> {
        self.reach().await?;
        let items = self.0.items.lock().unwrap();
        let found = items.iter().filter(|(key, _)| key.partition == partition);
        Ok(found.map(|(key, item)| (key.sort.clone(), item.clone())).collect())
    }

    async fn write(&self, writes: Vec<Write>) -> Result<Written, AwsError> {
        self.reach().await?;
        let keys: BTreeSet<&Key> =
            writes.iter().map(|(Write::Put { key, .. } | Write::Delete { key, .. })| key).collect();
        assert_eq!(keys.len(), writes.len(), "DynamoDB refuses a transaction with two writes of one item");
        let mut items = self.0.items.lock().unwrap();
        let matches = |write: &Write| {
            let (Write::Put { key, expected, .. } | Write::Delete { key, expected }) = write;
            items.get(key).map(|item| item.revision) == *expected
        };
        if !writes.iter().all(matches) {
            return Ok(Written::Conflict);
        }
        for write in writes {
            match write {
                Write::Put { key, body, expected } => {
                    items.insert(key, Item { body, revision: expected.unwrap_or(0) + 1 });
                }
                Write::Delete { key, .. } => {
                    items.remove(&key);
                }
            }
        }
        Ok(Written::Done)
    }
}
