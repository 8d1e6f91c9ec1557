//! The real command, as a process of its own, and all that it says.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use tonic::transport::Channel;

/// A service in a process of its own.
pub(crate) struct Process {
    child: Child,
    address: String,
    /// The port for those who run it, if it has one.
    pub(crate) ops: Option<String>,
    /// What it says on standard error from when it serves, line by line.
    lines: Receiver<String>,
    saying: Option<[JoinHandle<String>; 2]>,
}

/// The line that tells where it serves.
const SERVING: &str = "ropa: serving on ";
/// The line before it that tells where it is looked at.
const OPS: &str = "ropa: ops on ";

impl Process {
    /// Starts one on a database, with these variables, and waits until it serves.
    pub(crate) fn start(database: &str, variables: &[(&str, &str)]) -> Self {
        Self::spawn(
            Command::new(env!("CARGO_BIN_EXE_ropa")),
            database,
            variables,
        )
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
        assert!(limited.expect("prlimit is there").success());
    }

    fn spawn(mut command: Command, database: &str, variables: &[(&str, &str)]) -> Self {
        let mut child = command
            .args(["serve", "--listen", "127.0.0.1:0", "--database", database])
            // An inventory of a test holds what the test puts there.
            .env("ROPA_REFERENCE__LOAD", "false")
            .env("ROPA_LOG__LEVEL", "error")
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let (telling, lines) = channel();
        let saying = [
            keep(child.stdout.take().expect("piped"), None),
            keep(child.stderr.take().expect("piped"), Some(telling)),
        ];
        let mut ops = None;
        let told = lines.iter().find_map(|line| {
            let at = line.strip_prefix(OPS).map(ToOwned::to_owned);
            ops = ops.take().or(at);
            line.strip_prefix(SERVING).map(ToOwned::to_owned)
        });
        let Some(address) = told else {
            let said = saying.map(|saying| saying.join().expect("it is read"));
            panic!("it does not serve: {said:?}");
        };
        Self {
            child,
            address,
            ops,
            lines,
            saying: Some(saying),
        }
    }

    /// A connection to it.
    pub(crate) async fn channel(&self) -> Channel {
        Channel::from_shared(format!("http://{}", self.address))
            .expect("an address")
            .connect()
            .await
            .expect("it listens")
    }

    /// Waits until it says something on standard error; whether it did before its end.
    pub(crate) fn says(&self, what: &str) -> bool {
        self.lines.iter().any(|line| line.contains(what))
    }

    /// SIGKILL.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ended");
    }

    /// SIGTERM, or another.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status();
        assert!(sent.expect("kill is there").success());
    }

    /// Waits for its end: with which code, and all that it said.
    pub(crate) fn wait(mut self) -> (Option<i32>, String) {
        let ended = self.child.wait().expect("it ended");
        let saying = self.saying.take().into_iter().flatten();
        let said = saying.map(|saying| saying.join().expect("it is read"));
        (ended.code(), said.collect())
    }

    /// SIGTERM; all that it said, once it has ended well.
    pub(crate) fn stop(self) -> String {
        self.signal("TERM");
        let (code, said) = self.wait();
        assert_eq!(code, Some(0), "{said}");
        said
    }
}

/// A test that fails leaves none behind.
impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Keeps what is said to its end, and tells each line.
fn keep(from: impl Read + Send + 'static, telling: Option<Sender<String>>) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut said = String::new();
        for line in BufReader::new(from).lines() {
            let line = line.expect("it is text");
            if let Some(telling) = &telling {
                let _ = telling.send(line.clone());
            }
            said.push_str(&line);
            said.push('\n');
        }
        said
    })
}
