//! A Terraform command while it runs.

use std::io::Read;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::output::Output;

/// No command of a test takes this long, not even with hundreds of resources on a busy machine; one that does hangs.
const PATIENCE: Duration = Duration::from_secs(600);
const PAUSE: Duration = Duration::from_millis(10);

/// A command in a process group of its own, with the providers it started. Dropping it kills the group.
pub struct Running {
    child: Child,
    command: String,
    stdout: Pipe,
    stderr: Pipe,
    deadline: Instant,
}

impl Running {
    pub(super) fn start(mut command: Command, shown: String) -> Self {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{shown} can't be started: {error}"));
        Self {
            stdout: Pipe::read(child.stdout.take().expect("stdout is piped")),
            stderr: Pipe::read(child.stderr.take().expect("stderr is piped")),
            child,
            command: shown,
            deadline: Instant::now() + PATIENCE,
        }
    }

    /// The id of Terraform's process, which is its group's, too.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends the whole group SIGINT, as a terminal does on Ctrl-C.
    #[cfg(unix)]
    pub fn interrupt(&self) {
        self.signal(rustix::process::Signal::INT);
    }

    /// Sends the whole group a signal.
    ///
    /// # Panics
    ///
    /// If the group has ended.
    #[cfg(unix)]
    pub fn signal(&self, signal: rustix::process::Signal) {
        rustix::process::kill_process_group(self.group(), signal)
            .unwrap_or_else(|error| panic!("{} can't be signalled: {error}", self.command));
    }

    #[cfg(unix)]
    fn group(&self) -> rustix::process::Pid {
        rustix::process::Pid::from_child(&self.child)
    }

    /// Waits until the command has printed the text, on either stream.
    ///
    /// # Panics
    ///
    /// If the command ends without it, or hangs.
    #[track_caller]
    pub fn wait_for(&mut self, text: &str) {
        loop {
            // In this order, or what it printed last could be missed.
            let ended = self.ended();
            if self.stdout.so_far().contains(text) || self.stderr.so_far().contains(text) {
                return;
            }
            if ended.is_some() {
                panic!("no {text:?} in {}", self.output(ended));
            }
            self.pause();
        }
    }

    /// What it has printed so far, on stdout.
    pub fn printed(&self) -> String {
        self.stdout.so_far()
    }

    /// Waits for the end of the command.
    ///
    /// # Panics
    ///
    /// If it hangs: it is killed then.
    #[track_caller]
    pub fn wait(mut self) -> Output {
        loop {
            let ended = self.ended();
            if ended.is_some() {
                return self.output(ended);
            }
            self.pause();
        }
    }

    fn ended(&mut self) -> Option<ExitStatus> {
        self.child
            .try_wait()
            .expect("the command can be waited for")
    }

    #[track_caller]
    fn pause(&mut self) {
        if Instant::now() > self.deadline {
            panic!("killed after {PATIENCE:?}: {}", self.output(None));
        }
        thread::sleep(PAUSE);
    }

    fn output(&mut self, ended: Option<ExitStatus>) -> Output {
        // Whoever is left would hold the pipes open.
        self.kill();
        Output {
            command: self.command.clone(),
            code: ended.and_then(|status| status.code()),
            stdout: self.stdout.all(),
            stderr: self.stderr.all(),
        }
    }

    /// Kills the group: the providers, which would outlive Terraform, with it.
    fn kill(&mut self) {
        // Either fails only if there is nothing left to kill.
        #[cfg(unix)]
        let _ = rustix::process::kill_process_group(self.group(), rustix::process::Signal::KILL);
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A pipe read as fast as it is filled, so that the command never blocks on it.
struct Pipe {
    text: Arc<Mutex<Vec<u8>>>,
    reader: Option<JoinHandle<()>>,
}

impl Pipe {
    fn read(mut pipe: impl Read + Send + 'static) -> Self {
        let text = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&text);
        let reader = thread::spawn(move || {
            let mut chunk = [0; 8 << 10];
            while let Ok(read @ 1..) = pipe.read(&mut chunk) {
                sink.lock()
                    .expect("no reader panics")
                    .extend_from_slice(&chunk[..read]);
            }
        });
        Self {
            text,
            reader: Some(reader),
        }
    }

    fn so_far(&self) -> String {
        String::from_utf8_lossy(&self.text.lock().expect("no reader panics")).into_owned()
    }

    /// Everything, once nobody writes any more.
    fn all(&mut self) -> String {
        if let Some(reader) = self.reader.take() {
            reader.join().expect("no reader panics");
        }
        self.so_far()
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Running {
        // Whoever runs these tests in the background has SIGINT ignored, and a shell can't undo that itself.
        let mut command = Command::new("env");
        command.args(["--default-signal=INT", "sh"]);
        command.args(["-c", script]);
        Running::start(command, format!("sh -c {script:?}"))
    }

    #[test]
    fn both_streams_and_the_exit_code_are_kept_apart() {
        let output = shell("echo out; echo err >&2; exit 3").wait();
        assert_eq!(
            (output.code, &*output.stdout, &*output.stderr),
            (Some(3), "out\n", "err\n")
        );
    }

    #[test]
    fn an_interrupt_reaches_the_whole_group() {
        let mut running = shell("trap 'echo caught' INT; echo ready; sleep 60; exit 0");
        running.wait_for("ready");
        running.interrupt();
        running.wait().ok().says("caught");
    }

    #[test]
    fn a_command_that_a_signal_ended_has_no_code() {
        let mut running = shell("echo ready; exec sleep 60");
        running.wait_for("ready");
        running.signal(rustix::process::Signal::TERM);
        assert_eq!(running.wait().code, None);
    }

    #[test]
    fn a_dropped_command_takes_its_children_along() {
        let mut running = shell("sleep 60 & echo \"child $!\"; wait");
        running.wait_for("\n");
        let text = running.stdout.so_far();
        let child: i32 = text.trim().trim_start_matches("child ").parse().unwrap();
        let child = rustix::process::Pid::from_raw(child).unwrap();
        drop(running);
        // The system may need a moment to reap it.
        let deadline = Instant::now() + PATIENCE;
        while rustix::process::test_kill_process(child).is_ok() {
            assert!(Instant::now() < deadline, "the child lives on");
            thread::sleep(PAUSE);
        }
    }

    #[test]
    #[should_panic(expected = "no \"ready\" in sh -c")]
    fn waiting_for_what_is_never_said_ends_with_the_command() {
        shell("echo done").wait_for("ready");
    }
}
