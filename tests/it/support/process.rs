//! The real command, as a process of its own, and all that it says.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

use tonic::transport::Channel;

/// A service in a process of its own.
pub(crate) struct Process {
    child: Child,
    address: String,
    saying: [JoinHandle<String>; 2],
}

/// The line that tells where it serves.
const SERVING: &str = "ropa: serving on ";

impl Process {
    /// Starts one on a database, with these variables, and waits until it serves.
    pub(crate) fn start(database: &str, variables: &[(&str, &str)]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_ropa"))
            .args(["serve", "--listen", "127.0.0.1:0", "--database", database])
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let (serving, told) = channel();
        let saying = [
            keep(child.stdout.take().expect("piped"), None),
            keep(child.stderr.take().expect("piped"), Some(serving)),
        ];
        let Ok(address) = told.recv() else {
            let said = saying.map(|saying| saying.join().expect("it is read"));
            panic!("it does not serve: {said:?}");
        };
        Self {
            child,
            address,
            saying,
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

    /// SIGKILL.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ended");
    }

    /// SIGTERM; all that it said, once it has ended.
    pub(crate) fn stop(mut self) -> String {
        let id = self.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &id]).status();
        assert!(told.expect("kill is there").success());
        let ended = self.child.wait().expect("it ended");
        let said = self.saying.map(|saying| saying.join().expect("it is read"));
        let said = said.concat();
        assert!(ended.success(), "{said}");
        said
    }
}

/// Keeps what is said to its end, and tells where it serves.
fn keep(from: impl Read + Send + 'static, serving: Option<Sender<String>>) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut said = String::new();
        for line in BufReader::new(from).lines() {
            let line = line.expect("it is text");
            if let (Some(serving), Some(address)) = (&serving, line.strip_prefix(SERVING)) {
                let _ = serving.send(address.to_owned());
            }
            said.push_str(&line);
            said.push('\n');
        }
        said
    })
}
