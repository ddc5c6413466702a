//! A process with its descendants.

use std::os::unix::process::CommandExt as _;
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process_group, test_kill_process};

use crate::failure::Failure;
use crate::interrupt;

const PATIENCE: Duration = Duration::from_secs(15);
const POLL: Duration = Duration::from_millis(20);

/// Ends the whole group when dropped, unless it has been let go.
pub(crate) struct Group {
    child: Child,
    ours: bool,
}

impl Group {
    pub(crate) fn start(mut command: Command) -> Result<Self, Failure> {
        interrupt::watch()?;
        interrupt::check()?;
        let program = command.get_program().to_string_lossy().into_owned();
        let child = command
            .stdin(Stdio::null())
            .process_group(0)
            .spawn()
            .map_err(|source| Failure::Start { program, source })?;
        Ok(Self { child, ours: true })
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn take_output(&mut self) -> (Option<ChildStdout>, Option<ChildStderr>) {
        (self.child.stdout.take(), self.child.stderr.take())
    }

    /// Until it ends, or until we are interrupted: then it is stopped first.
    pub(crate) fn wait(&mut self) -> Result<ExitStatus, Failure> {
        loop {
            if let Some(status) = self.ended()? {
                self.ours = false;
                return Ok(status);
            }
            if let Err(interrupted) = interrupt::pause(POLL) {
                self.stop();
                return Err(interrupted);
            }
        }
    }

    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>, Failure> {
        self.child
            .try_wait()
            .map_err(|source| Failure::Other(format!("cannot wait for process {}: {source}", self.id())))
    }

    /// Lets it live on after us.
    pub(crate) fn let_go(mut self) {
        self.ours = false;
    }

    pub(crate) fn stop(&mut self) {
        self.ours = false;
        stop_gently(self.id(), || self.child.try_wait().is_ok_and(|status| status.is_some()));
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if self.ours {
            self.stop();
        }
    }
}

/// SIGTERM to the group of `id`, and SIGKILL if it is still there much later.
pub(crate) fn stop_gently(id: u32, mut is_gone: impl FnMut() -> bool) {
    let Some(pid) = pid(id) else { return };
    let _ = kill_process_group(pid, Signal::TERM);
    let until = Instant::now() + PATIENCE;
    while !is_gone() {
        if Instant::now() > until {
            let _ = kill_process_group(pid, Signal::KILL);
            is_gone();
            return;
        }
        std::thread::sleep(POLL);
    }
}

/// Whether a process of that id exists.
pub(crate) fn lives(id: u32) -> bool {
    pid(id).is_some_and(|pid| test_kill_process(pid) != Err(Errno::SRCH))
}

fn pid(id: u32) -> Option<Pid> {
    i32::try_from(id).ok().and_then(Pid::from_raw)
}
