//! Every action leaves a record, before it takes effect.

use chrono::Utc;
use evidence::{Body, Function, Operation, OperationTimes, Stream};
use policy::memory::ResourceState;
use remediation::store::Head;
use remediation::{AwsError, Key, engine};
use serde_json::Value;

use crate::Operate;

impl Operate {
    /// Writes the record of an action into the operators' chain; its key.
    pub(crate) async fn record(
        &self,
        action: &str,
        actor: &str,
        request: Value,
        before: Option<Value>,
        function: &Function,
    ) -> Result<String, AwsError> {
        let times = OperationTimes { recorded: engine::now().with_timezone(&Utc) };
        let operation = Operation { action: action.to_owned(), actor: actor.to_owned(), request, before, times };
        let known = self.ledger.read::<ResourceState>(Key::operations()).await?;
        let head = known.map(|known| Head::from(&known.body)).unwrap_or_default();
        let stored = self.evidence.append(&Stream::operations(), head, Body::Operation(operation), function).await?;
        let (sequence, sha256) = (stored.record.chain.sequence, stored.sha256);
        self.ledger
            .update(Key::operations(), |state: &mut ResourceState| {
                let newer = state.sequence < sequence;
                if newer {
                    (state.sequence, state.sha256) = (sequence, Some(sha256.clone()));
                }
                ((), newer)
            })
            .await?;
        tracing::info!(action, actor, evidence = stored.key, "an operator's action");
        Ok(stored.key)
    }
}
