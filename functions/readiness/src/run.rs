//! One report, from its first invocation to its last.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::StreamExt;
use futures_util::stream;
use policy::Exemption;
use remediation::bus::{Notice, ReportDetail};
use remediation::engine::now;
use remediation::event::Sweep;
use remediation::ledger::Reviewed;
use remediation::survey::Page;
use remediation::{AwsError, Key};
use report::findings::{Answer, Findings, Previous, Run, Said, Surveyed};
use report::{Report, report};
use serde::{Deserialize, Serialize};

use crate::account::Asked;
use crate::failure::Failure;
use crate::gather::{self, Decided};
use crate::{NAME, Readiness, Reply};

/// How many duties are asked at once.
const CONCURRENCY: usize = 4;
/// No further page is asked for when less time is left: a duty may take five minutes for one, and the rest takes its own.
const RESERVE: Duration = Duration::from_secs(420);
/// A report takes no more invocations than this.
const MAX_HOPS: u32 = 200;

/// What was found out so far, carried from one invocation to the next.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Progress {
    run: Run,
    duties: BTreeMap<String, Surveyed>,
    /// The duties that have not told all, with the id of the last resource that they told of.
    pending: BTreeMap<String, Option<String>>,
    previous: Answer<Option<Previous>>,
}

impl Readiness {
    pub(crate) async fn begin(&self, request_id: &str, deadline: Instant) -> Result<Reply, Failure> {
        let began = now();
        let previous = self.previous(began).await;
        let since = match &previous.said {
            Said::Known(Some(previous)) => previous.began,
            Said::Known(None) | Said::Unknown(_) => began - TimeDelta::days(1),
        };
        let id = format!("{}-{}", began.format("%Y-%m-%dT%H-%M-%SZ"), request_id.chars().take(8).collect::<String>());
        let run = Run {
            id,
            account: self.settings.account.clone(),
            region: self.settings.region.clone(),
            stack: self.own.stack.clone(),
            mode: self.settings.mode,
            baseline: self.baseline.digest.clone(),
            baseline_source: self.baseline_source.clone(),
            began,
            since,
        };
        let pending = self.duties.names().map(|duty| (duty.to_owned(), None)).collect();
        self.proceed(Progress { run, duties: BTreeMap::new(), pending, previous }, 0, deadline).await
    }

    pub(crate) async fn go_on(&self, run: &str, hop: u32, deadline: Instant) -> Result<Reply, Failure> {
        // It becomes part of a key: nothing but what `begin` makes.
        if !run.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            return Ok(Reply::Ignored { ignored: "the continuation of a report that nobody has begun" });
        }
        let progress = self.reports.recall(&progress_key(run, hop)).await;
        match progress.map_err(|source| Failure::Store { run: run.to_owned(), source })? {
            Some(progress) => self.proceed(progress, hop, deadline).await,
            None => Ok(Reply::Ignored { ignored: "the continuation of a report that nobody has begun" }),
        }
    }

    async fn previous(&self, at: DateTime<Utc>) -> Answer<Option<Previous>> {
        let said = match self.reports.last().await {
            Ok(found) => Said::Known(found),
            Err(error) => Said::Unknown(format!("{}: {}", error.operation, error.code)),
        };
        Answer { at, said }
    }

    async fn proceed(&self, mut progress: Progress, hop: u32, deadline: Instant) -> Result<Reply, Failure> {
        let run = progress.run.id.clone();
        let exemptions = self.ledger.read_all::<Exemption>(&Key::exemptions()).await;
        let exemptions = exemptions.map(|found| found.into_iter().map(|(_, item)| item.body).collect::<Vec<_>>());
        let asks = !progress.pending.is_empty();
        self.ask_the_duties(&mut progress, exemptions.as_deref(), deadline).await;
        // The rest needs time of its own.
        let late = asks && deadline.saturating_duration_since(Instant::now()) < RESERVE;
        if (late || !progress.pending.is_empty()) && hop < MAX_HOPS {
            let next = hop + 1;
            let kept = self.reports.keep(&progress_key(&run, next), &progress).await;
            kept.map_err(|source| Failure::Store { run: run.clone(), source })?;
            let rest = Sweep { after: Some(run.clone()), hop: next, failed: 0 };
            let sent = self.bus.go_on(NAME, &rest).await;
            sent.map_err(|source| Failure::Bus { run: run.clone(), source })?;
            let looked_at = progress.duties.values().map(|duty| duty.resources.count).sum();
            tracing::info!(run, hop = next, looked_at, "the report goes on in a further invocation");
            return Ok(Reply::GoesOn { run, hop: next, looked_at });
        }
        let findings = self.rest(progress, exemptions).await;
        let made = report(&findings, &self.baseline, now());
        self.publish(&findings, &made).await
    }

    /// Asks until all have told all, or time runs out; each at least once.
    async fn ask_the_duties(
        &self,
        progress: &mut Progress,
        exemptions: Result<&[Exemption], &AwsError>,
        deadline: Instant,
    ) {
        let pending = std::mem::take(&mut progress.pending);
        let begun = pending.into_iter().map(|(duty, after)| {
            let seen = progress.duties.remove(&duty).unwrap_or_default();
            (duty, after, seen)
        });
        let begun: Vec<_> = begun.collect();
        let asked = stream::iter(begun).map(|(duty, after, seen)| async move {
            let (seen, after) = self.ask(&duty, after, seen, exemptions.unwrap_or_default(), deadline).await;
            (duty, seen, after)
        });
        let mut asked = std::pin::pin!(asked.buffer_unordered(CONCURRENCY));
        while let Some((duty, seen, after)) = asked.next().await {
            tracing::info!(duty, looked_at = seen.resources.count, complete = seen.complete, "asked");
            if let Some(after) = after {
                progress.pending.insert(duty.clone(), Some(after));
            }
            progress.duties.insert(duty, seen);
        }
    }

    /// All pages of one duty, or those for which there is time; then also where to go on.
    async fn ask(
        &self,
        duty: &str,
        mut after: Option<String>,
        mut seen: Surveyed,
        exemptions: &[Exemption],
        deadline: Instant,
    ) -> (Surveyed, Option<String>) {
        loop {
            let page = match self.duties.ask(duty, after.as_deref(), deadline).await {
                Ok(page) if page.baseline == self.baseline.digest => page,
                Ok(_) => {
                    let why = "its function goes by another baseline than this report; its processes read the new one when \
                               they start: ask again in some hours, or deploy";
                    seen.failed = Some(why.to_owned());
                    return (seen, None);
                }
                Err(why) => {
                    seen.failed = Some(why);
                    return (seen, None);
                }
            };
            let reviewed = match self.reviewed(duty, &page).await {
                Ok(reviewed) => reviewed,
                Err(error) => {
                    seen.failed = Some(format!("what was released can't be read: {}", error.code));
                    return (seen, None);
                }
            };
            after.clone_from(&page.next);
            let decided = Decided { exemptions, reviewed: &reviewed, now: now().timestamp_millis() };
            gather::add(&mut seen, page, &decided);
            if after.is_none() || deadline.saturating_duration_since(Instant::now()) < RESERVE {
                return (seen, after);
            }
        }
    }

    /// What of a page a person has released.
    async fn reviewed(&self, duty: &str, page: &Page) -> Result<Vec<String>, AwsError> {
        let mut found = Vec::new();
        for subject in page.violations.iter().filter_map(|violated| violated.subject.as_ref()) {
            if self.ledger.read::<Reviewed>(Key::reviewed(duty, subject)).await?.is_some() {
                found.push(subject.clone());
            }
        }
        Ok(found)
    }

    /// What no duty looks after.
    async fn rest(&self, progress: Progress, exemptions: Result<Vec<Exemption>, AwsError>) -> Findings {
        let Progress { run, mut duties, previous, .. } = progress;
        for (duty, seen) in &mut duties {
            let of_duty = self.own.unwatched.iter().filter(|(control, _)| control.split('.').next() == Some(duty));
            seen.unwatched = of_duty.cloned().collect();
        }
        let models = &self.baseline.residency.approved_models;
        let asked = Asked { models, stored: duties.get("storage-surfaces") };
        let account = self.account.look(&asked).await;
        let canary = match &self.canary {
            Some(canary) => Some(canary.ask(models, &self.metrics).await),
            None => None,
        };
        let memory = self.recall(&run, &duties, exemptions, &previous).await;
        account.with(run, duties, canary, memory, previous)
    }

    async fn publish(&self, findings: &Findings, made: &Report) -> Result<Reply, Failure> {
        let run = &findings.run.id;
        let form = |form| Failure::Form { run: run.clone(), form };
        let store = |source| Failure::Store { run: run.clone(), source };
        let json = serde_json::to_vec_pretty(made).map_err(|_| form("JSON"))?;
        let html = report::html(made).map_err(|_| form("HTML"))?;
        let key = |name: &str| format!("readiness/{run}/{name}");
        self.reports.keep(&key("findings.json"), findings).await.map_err(store)?;
        self.reports.put(&key("report.json"), "application/json", json).await.map_err(store)?;
        self.reports.put(&key("report.html"), "text/html; charset=utf-8", html.into_bytes()).await.map_err(store)?;
        let latest = made.as_previous();
        self.reports.sum_up(&latest).await.map_err(store)?;
        let place = format!("s3://{}/{}", self.reports.bucket, key("report.html"));
        let mut boxes = BTreeMap::new();
        for answer in latest.boxes.values() {
            *boxes.entry(answer.clone()).or_insert(0) += 1;
        }
        let count = |answer: &str| boxes.get(answer).copied().unwrap_or_default() as u64;
        self.metrics.readiness(latest.ready, count("fail"), count("unknown"));
        let detail = ReportDetail { run, ready: latest.ready, boxes: &boxes, report: &place };
        let told = async {
            self.bus.report(&detail).await?;
            self.tell(findings, &latest, &place).await
        };
        told.await.map_err(|source| Failure::Bus { run: run.clone(), source })?;
        tracing::info!(run, ready = latest.ready, report = place, "reported");
        Ok(Reply::Reported { run: run.clone(), ready: latest.ready, boxes, report: place })
    }

    /// People are told when the verdict is another one than the last time, or there was none.
    async fn tell(&self, findings: &Findings, latest: &Previous, place: &str) -> Result<(), AwsError> {
        let before = match &findings.previous.said {
            Said::Known(previous) => previous.as_ref().map(|previous| previous.ready),
            Said::Unknown(_) => None,
        };
        if before == Some(latest.ready) {
            return Ok(());
        }
        let about = if latest.ready { "the account is ready" } else { "the account is not ready" };
        let person = [format!("read the report: {place}")];
        self.bus.notice(&Notice { notice: "readiness", about, person: &person }).await
    }
}

fn progress_key(run: &str, hop: u32) -> String {
    format!("readiness/{run}/progress-{hop}.json")
}
