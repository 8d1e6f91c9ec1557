//! Stands between a service and PostgreSQL, and can misbehave.

use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, UnixStream};
use tokio::sync::watch;

use super::Database;

/// What becomes of what is sent through it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// It arrives.
    Open,
    /// Connections end, and none begins.
    Cut,
    /// It is lost, in both directions, and nobody is told.
    Lost,
    /// As `Lost`, once a transaction was committed.
    LostFromCommit,
}

/// Stands between.
pub(crate) struct Proxy {
    /// The database through it.
    pub(crate) database: Database,
    way: Arc<watch::Sender<Way>>,
}

impl Proxy {
    /// Stands before a database of the throw-away cluster, which listens on a socket.
    pub(crate) async fn before(direct: &Database) -> Self {
        let (url, folder) = direct.url.split_once("?host=").expect("a socket");
        let socket = format!("{folder}/.s.PGSQL.5432");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let way = Arc::new(watch::Sender::new(Way::Open));
        let ways = Arc::clone(&way);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if *ways.borrow() == Way::Cut {
                    continue;
                }
                let server = UnixStream::connect(&socket).await.expect("it answers");
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = server.into_split();
                tokio::spawn(pass(from_client, to_server, Arc::clone(&ways)));
                tokio::spawn(pass(from_server, to_client, Arc::clone(&ways)));
            }
        });
        Self {
            database: Database {
                url: url.replace("@localhost/", &format!("@127.0.0.1:{port}/")),
                _folder: tempfile::tempdir().expect("a folder"),
            },
            way,
        }
    }

    /// From now on.
    pub(crate) fn set(&self, way: Way) {
        self.way.send_replace(way);
    }

    /// Waits until it is so.
    pub(crate) async fn reached(&self, way: Way) {
        let mut ways = self.way.subscribe();
        ways.wait_for(|now| *now == way).await.expect("it stands");
    }
}

async fn pass(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    way: Arc<watch::Sender<Way>>,
) {
    let mut ways = way.subscribe();
    let mut buffer = vec![0; 65_536];
    loop {
        let read = tokio::select! {
            read = from.read(&mut buffer) => read.unwrap_or_default(),
            _ = ways.wait_for(|way| *way == Way::Cut) => return,
        };
        if read == 0 {
            return;
        }
        let bytes = &buffer[..read];
        let now = *way.borrow();
        let commit = now == Way::LostFromCommit && bytes.windows(6).any(|part| part == b"COMMIT");
        if commit {
            way.send_replace(Way::Lost);
        }
        if (now != Way::Lost || commit) && to.write_all(bytes).await.is_err() {
            return;
        }
    }
}
