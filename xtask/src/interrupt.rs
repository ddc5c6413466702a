//! Ctrl-C, SIGTERM and SIGHUP: remembered once something has been started, so that whoever waits can stop it first.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use crate::failure::Failure;

static FLAG: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// From now on these signals end no process by themselves, however often they come.
pub(crate) fn watch() -> Result<(), Failure> {
    if FLAG.get().is_some() {
        return Ok(());
    }
    let flag = FLAG.get_or_init(|| Arc::new(AtomicBool::new(false)));
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        signal_hook::flag::register(signal, Arc::clone(flag))
            .map_err(|source| Failure::Other(format!("cannot watch for Ctrl-C: {source}")))?;
    }
    Ok(())
}

/// Fails when a signal has come.
pub(crate) fn check() -> Result<(), Failure> {
    match FLAG.get() {
        Some(flag) if flag.load(Ordering::Relaxed) => Err(Failure::Interrupted),
        _ => Ok(()),
    }
}

/// Sleeps, unless a signal comes.
pub(crate) fn pause(time: Duration) -> Result<(), Failure> {
    let until = Instant::now() + time;
    loop {
        check()?;
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(());
        }
        std::thread::sleep(left.min(Duration::from_millis(50)));
    }
}
