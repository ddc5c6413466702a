//! What is due: runs that were cut off, holds and exemptions that have ended. No event tells of them.

use evidence::Function;
use policy::{Exemption, Millis};
use remediation::bus::Notice;
use remediation::ledger::{Run, Wake};
use remediation::{AwsError, Key, engine};
use serde_json::json;

use crate::{Operate, duties};

impl Operate {
    /// Wakes the duties for what is due; how much there was.
    pub(super) async fn do_what_is_due(&self, function: &Function) -> Result<u32, AwsError> {
        let now = engine::now().timestamp_millis();
        let mut due = 0;
        for duty in duties() {
            for (resource, run) in self.ledger.read_all::<Run>(&Key::runs(duty)).await? {
                if run.body.until <= now {
                    self.bus.wake(duty, Some(&resource), false).await?;
                    due += 1;
                }
            }
            for (resource, wake) in self.ledger.read_all::<Wake>(&Key::wakes(duty)).await? {
                if wake.body.at <= now {
                    self.bus.wake(duty, Some(&resource), false).await?;
                    self.ledger.remove(Key::wake(duty, &resource)).await?;
                    due += 1;
                }
            }
        }
        for (_, exemption) in self.ledger.read_all::<Exemption>(&Key::exemptions()).await? {
            if exemption.body.expires <= now {
                self.end(&exemption.body, now, function).await?;
                due += 1;
            }
        }
        Ok(due)
    }

    /// An exemption has ended: on record, told, and looked at again.
    async fn end(&self, exemption: &Exemption, now: Millis, function: &Function) -> Result<(), AwsError> {
        let Exemption { control, resource, owner, .. } = exemption;
        let request = json!({"control": control, "resource": resource, "at": now});
        self.record("expire", "phiward", request, Some(json!(exemption)), function).await?;
        let about = format!("{control}: {resource}");
        let person =
            [format!("the exemption of {owner} has ended: what drifts is repaired again; `exempt` it anew if need be")];
        self.bus.notice(&Notice { notice: "exemption-expired", about: &about, person: &person }).await?;
        self.ledger.remove(Key::exemption(control, resource)).await?;
        self.look_again(control, resource).await
    }
}
