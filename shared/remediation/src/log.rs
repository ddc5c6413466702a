//! Log lines: JSON where Lambda asks for it, at the level that the deployment names.
//!
//! The level is that of Phiward's own lines. What it is built on writes whole requests and events at DEBUG and TRACE, and
//! with them object keys, tags and policies: of that no more than warnings is let through, whatever the level.

use lambda_runtime::tracing::subscriber::filter::{LevelFilter, Targets};
use lambda_runtime::tracing::subscriber::layer::SubscriberExt;
use lambda_runtime::tracing::subscriber::util::SubscriberInitExt;
use lambda_runtime::tracing::subscriber::{Layer, fmt, registry};

/// Starts the log of a function.
pub fn init(duty: &'static str) {
    let variable = |name| std::env::var(name).unwrap_or_default();
    let filter = filter(duty, &variable("AWS_LAMBDA_LOG_LEVEL"));
    // Lambda adds the time.
    let lines = fmt::layer().with_target(false).without_time();
    if variable("AWS_LAMBDA_LOG_FORMAT").eq_ignore_ascii_case("json") {
        registry().with(lines.json().with_filter(filter)).init();
    } else {
        registry().with(lines.with_filter(filter)).init();
    }
}

/// What is let through.
fn filter(duty: &'static str, wanted: &str) -> Targets {
    let level = match wanted {
        "" => LevelFilter::INFO,
        "FATAL" | "fatal" => LevelFilter::ERROR,
        other => other.parse().unwrap_or(LevelFilter::INFO),
    };
    // A crate's lines carry its name as Rust spells it.
    let own = duty.replace('-', "_");
    Targets::new()
        .with_default(level.min(LevelFilter::WARN))
        // Its span has the request's id.
        .with_target("lambda_runtime", level.min(LevelFilter::INFO))
        .with_targets([(own.as_str(), level), (env!("CARGO_CRATE_NAME"), level), ("policy", level)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracing::Level;

    #[test]
    fn only_phiwards_own_lines_follow_the_level() {
        for (wanted, own, runtime, others) in [
            ("TRACE", Level::TRACE, Level::INFO, Level::WARN),
            ("DEBUG", Level::DEBUG, Level::INFO, Level::WARN),
            ("", Level::INFO, Level::INFO, Level::WARN),
            ("loud", Level::INFO, Level::INFO, Level::WARN),
            ("ERROR", Level::ERROR, Level::ERROR, Level::ERROR),
            ("FATAL", Level::ERROR, Level::ERROR, Level::ERROR),
        ] {
            let filter = filter("log-groups", wanted);
            let loudest = |target: &str| {
                let all = [Level::TRACE, Level::DEBUG, Level::INFO, Level::WARN, Level::ERROR];
                all.into_iter().find(|level| filter.would_enable(target, level))
            };
            for target in ["log_groups::apply", "remediation::pass", "policy"] {
                assert_eq!(loudest(target), Some(own), "{wanted} {target}");
            }
            assert_eq!(loudest("lambda_runtime::layers::trace"), Some(runtime), "{wanted}");
            for target in ["aws_smithy_runtime::client", "hyper_util::client", "aws_sigv4"] {
                assert_eq!(loudest(target), Some(others), "{wanted} {target}");
            }
        }
    }
}
