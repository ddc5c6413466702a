//! The table in DynamoDB. Every write is a transaction, also of one item: its token makes the SDK's retries safe.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, Delete, Get, Put, TransactGetItem, TransactWriteItem};

use super::keys::Key;
use super::table::{Item, Table, Write, Written};
use super::{OPERATION, broken};
use crate::clients::CallCounter;
use crate::error::AwsError;

/// How often a transaction is tried again that met another one.
const TRIES: u32 = 8;

/// A table in DynamoDB with the keys `pk` and `sk`, both text.
#[derive(Debug, Clone)]
pub struct DynamoTable {
    /// The client.
    pub client: aws_sdk_dynamodb::Client,
    /// The table's name.
    pub name: String,
}

/// A DynamoDB client.
#[must_use]
pub fn client(config: &SdkConfig, calls: &CallCounter) -> aws_sdk_dynamodb::Client {
    let builder = aws_sdk_dynamodb::config::Builder::from(config).interceptor(calls.clone());
    aws_sdk_dynamodb::Client::from_conf(builder.build())
}

type Attributes = std::collections::HashMap<String, AttributeValue>;

fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

fn item(attributes: &Attributes) -> Result<(String, Item), AwsError> {
    let read = || {
        let body = attributes.get("body")?.as_s().ok()?.clone();
        let revision = attributes.get("revision")?.as_n().ok()?.parse().ok()?;
        let sort = attributes.get("sk")?.as_s().ok()?.clone();
        Some((sort, Item { body, revision }))
    };
    read().ok_or_else(|| broken("UnreadableItem"))
}

fn built<T>(result: Result<T, aws_sdk_dynamodb::error::BuildError>) -> Result<T, AwsError> {
    result.map_err(|_| broken("InvalidRequest"))
}

const IS_NEW: &str = "attribute_not_exists(pk)";
const IS_SAME: &str = "revision = :expected";

fn number(revision: u64) -> AttributeValue {
    AttributeValue::N(revision.to_string())
}

impl DynamoTable {
    fn transaction(&self, write: Write) -> Result<TransactWriteItem, AwsError> {
        Ok(match write {
            Write::Put { key, body, expected } => {
                let put = Put::builder()
                    .table_name(&self.name)
                    .item("pk", text(key.partition))
                    .item("sk", text(key.sort))
                    .item("body", text(body))
                    .item("revision", number(expected.unwrap_or(0) + 1));
                let put = match expected {
                    None => put.condition_expression(IS_NEW),
                    Some(at) => put.condition_expression(IS_SAME).expression_attribute_values(":expected", number(at)),
                };
                TransactWriteItem::builder().put(built(put.build())?).build()
            }
            Write::Delete { key, expected } => {
                let delete =
                    Delete::builder().table_name(&self.name).key("pk", text(key.partition)).key("sk", text(key.sort));
                let delete = match expected {
                    None => delete.condition_expression(IS_NEW),
                    Some(at) => {
                        delete.condition_expression(IS_SAME).expression_attribute_values(":expected", number(at))
                    }
                };
                TransactWriteItem::builder().delete(built(delete.build())?).build()
            }
        })
    }
}

/// Why a transaction was not made.
enum Cancelled {
    /// A condition was not met.
    Condition,
    /// It met another transaction.
    Met,
    /// Something else.
    Other,
}

fn cancelled(error: &TransactWriteItemsError) -> Cancelled {
    let TransactWriteItemsError::TransactionCanceledException(cancelled) = error else {
        return match error.code() {
            Some("TransactionConflictException" | "TransactionInProgressException") => Cancelled::Met,
            _ => Cancelled::Other,
        };
    };
    let said = |word: &str| cancelled.cancellation_reasons().iter().any(|reason| reason.code() == Some(word));
    if said("ConditionalCheckFailed") {
        Cancelled::Condition
    } else if said("TransactionConflict") {
        Cancelled::Met
    } else {
        Cancelled::Other
    }
}

impl Table for DynamoTable {
    async fn get(&self, keys: Vec<Key>) -> Result<Vec<Option<Item>>, AwsError> {
        let gets = keys.into_iter().map(|key| {
            let get = Get::builder().table_name(&self.name).key("pk", text(key.partition)).key("sk", text(key.sort));
            Ok(TransactGetItem::builder().get(built(get.build())?).build())
        });
        let gets = gets.collect::<Result<Vec<_>, AwsError>>()?;
        let mut tries = 0;
        let answer = loop {
            match self.client.transact_get_items().set_transact_items(Some(gets.clone())).send().await {
                Ok(answer) => break answer,
                Err(error) if tries < TRIES && meets(&error) => {
                    tries += 1;
                    tokio::time::sleep(Duration::from_millis(u64::from(tries) * 10)).await;
                }
                Err(error) => return Err(AwsError::new(OPERATION, &error)),
            }
        };
        let found = answer.responses().iter().map(|response| {
            response.item().filter(|attributes| !attributes.is_empty()).map(|found| Ok(item(found)?.1)).transpose()
        });
        found.collect()
    }

    async fn query(&self, partition: String) -> Result<Vec<(String, Item)>, AwsError> {
        let mut found = Vec::new();
        let mut from: Option<Attributes> = None;
        loop {
            let request = self.client.query().table_name(&self.name).consistent_read(true);
            let request = request
                .key_condition_expression("pk = :partition")
                .expression_attribute_values(":partition", text(&partition))
                .set_exclusive_start_key(from.take());
            let answer = request.send().await.map_err(|error| AwsError::new(OPERATION, &error))?;
            for attributes in answer.items() {
                found.push(item(attributes)?);
            }
            from = answer.last_evaluated_key().filter(|key| !key.is_empty()).cloned();
            if from.is_none() {
                return Ok(found);
            }
        }
    }

    async fn write(&self, writes: Vec<Write>) -> Result<Written, AwsError> {
        let writes = writes.into_iter().map(|write| self.transaction(write)).collect::<Result<Vec<_>, _>>()?;
        let mut tries = 0;
        loop {
            let sent = self.client.transact_write_items().set_transact_items(Some(writes.clone())).send().await;
            let error = match sent {
                Ok(_) => return Ok(Written::Done),
                Err(error) => error,
            };
            match error.as_service_error().map_or(Cancelled::Other, cancelled) {
                Cancelled::Condition => return Ok(Written::Conflict),
                Cancelled::Met if tries < TRIES => {
                    tries += 1;
                    tokio::time::sleep(Duration::from_millis(u64::from(tries) * 10)).await;
                }
                Cancelled::Met | Cancelled::Other => return Err(AwsError::new(OPERATION, &error)),
            }
        }
    }
}

fn meets<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    // A read has no condition: whatever cancels it is another transaction, or a throttle.
    matches!(error.code(), Some("TransactionCanceledException" | "TransactionConflictException"))
}
