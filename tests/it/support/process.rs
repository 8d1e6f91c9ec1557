//! The real command, as a process of its own.

use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStderr, Command, Stdio};

use tonic::transport::Channel;

/// The real command, as a process of its own.
pub(crate) struct Process {
    child: Child,
    /// What it says on standard error after it serves.
    pub(crate) lines: Lines<BufReader<ChildStderr>>,
    address: String,
}

impl Process {
    /// Starts it, with settings of its own.
    pub(crate) fn start(database: &str, settings: &[(&str, &str)]) -> Self {
        Self::spawn(Command::new(env!("CARGO_BIN_EXE_ropa")), database, settings)
    }

    /// Starts it so that writing beyond a limit is an error, and does not end it.
    pub(crate) fn start_limited(database: &str) -> Self {
        let mut command = Command::new("sh");
        command.args([
            "-c",
            "trap '' XFSZ; exec \"$0\" \"$@\"",
            env!("CARGO_BIN_EXE_ropa"),
        ]);
        Self::spawn(command, database, &[])
    }

    /// Limits the bytes of each file it writes, or lifts the limit.
    pub(crate) fn limit(&self, bytes: Option<u64>) {
        let bytes = bytes.map_or_else(|| "unlimited".to_owned(), |bytes| bytes.to_string());
        let id = self.child.id().to_string();
        let limited = Command::new("prlimit")
            .args(["--pid", &id, &format!("--fsize={bytes}:unlimited")])
            .status();
        assert!(limited.unwrap().success());
    }

    fn spawn(mut command: Command, database: &str, settings: &[(&str, &str)]) -> Self {
        let mut child = command
            .args(["serve", "--listen", "127.0.0.1:0", "--database", database])
            .env("ROPA_LOG__LEVEL", "error")
            .envs(settings.iter().copied())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = lines
            .find_map(|line| {
                line.unwrap()
                    .strip_prefix("ropa: serving on ")
                    .map(ToOwned::to_owned)
            })
            .expect("it says where it serves");
        Self {
            child,
            lines,
            address,
        }
    }

    /// A connection to it.
    pub(crate) async fn channel(&self) -> Channel {
        Channel::from_shared(format!("http://{}", self.address))
            .unwrap()
            .connect()
            .await
            .unwrap()
    }

    /// SIGKILL.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, or another.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status();
        assert!(sent.unwrap().success());
    }

    /// Waits for its end.
    pub(crate) fn wait(mut self) -> (Option<i32>, String) {
        let told: Vec<_> = self.lines.by_ref().map(Result::unwrap).collect();
        (self.child.wait().unwrap().code(), told.join("\n"))
    }
}

/// A test that fails leaves none behind.
impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
