//! The output of a step: all of it in a file, its end at hand for when it fails.

use std::collections::VecDeque;
use std::fs::File;
use std::io::Write as _;

use crate::console;

const KEPT: usize = 25;

pub(crate) struct Tail {
    file: File,
    last: VecDeque<String>,
}

impl Tail {
    pub(crate) fn new(file: File) -> Self {
        Self { file, last: VecDeque::with_capacity(KEPT) }
    }

    pub(crate) fn add(&mut self, line: &str) {
        // The log is for people; a full disk must not fail the step.
        let _ = self.file.write_all(line.as_bytes());
        let line = line.trim_end();
        if line.is_empty() {
            return;
        }
        if self.last.len() == KEPT {
            self.last.pop_front();
        }
        self.last.push_back(line.to_owned());
    }

    pub(crate) fn show(self) {
        for line in self.last {
            console::note(&format!("    {line}"));
        }
    }
}
