//! A long step, shown while it lasts: a spinner on a terminal, plain lines elsewhere.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::console;

/// A step that has begun. Dropped without [`Step::done`], it failed.
pub(crate) struct Step {
    label: String,
    bar: Option<ProgressBar>,
    begun: Instant,
    over: bool,
}

impl Step {
    pub(crate) fn begin(label: impl Into<String>) -> Self {
        let label = label.into();
        let bar = console::draws().then(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix} {elapsed} {wide_msg:.dim}") {
                bar.set_style(style);
            }
            bar.set_prefix(label.clone());
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        if bar.is_none() {
            console::note(&format!("... {label}"));
        }
        Self { label, bar, begun: Instant::now(), over: false }
    }

    /// What is going on inside the step; shown on a terminal only.
    pub(crate) fn says(&self, line: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(line.trim().to_owned());
        }
    }

    pub(crate) fn done(mut self) {
        self.end("ok ");
    }

    fn end(&mut self, sign: &str) {
        self.over = true;
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        console::note(&format!("{sign} {} ({:.1} s)", self.label, self.begun.elapsed().as_secs_f64()));
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        if !self.over {
            self.end("FAILED");
        }
    }
}
