//! A real service for a test: its own database, its own port, gone with the test.

pub(crate) mod file;

use std::future::Future;

use ropa::config::{Config, Flags};
use ropa::server;
use ropa_proto::v1 as pb;
use ropa_proto::v1::inventory_service_client::InventoryServiceClient;
use tonic::transport::Channel;

/// A service that runs in this process.
pub(crate) struct Service {
    /// Its address, for the command line.
    pub(crate) address: String,
    /// A connection to it.
    pub(crate) channel: Channel,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    serving: tokio::task::JoinHandle<()>,
    _folder: tempfile::TempDir,
}

impl Service {
    /// Starts one with an empty inventory on embedded SQLite.
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let flags = Flags {
            listen: Some("127.0.0.1:0".to_owned()),
            database_url: Some(format!(
                "sqlite://{}",
                folder.path().join("ropa.db").display()
            )),
            ..Flags::default()
        };
        let config = Config::load(None, &flags).expect("a configuration");
        let listening = server::listen(&config.server.listen).await.expect("a port");
        let registry = server::open(&config).await.expect("a registry");
        let address = format!("http://{}", listening.address);
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let serving = tokio::spawn(async move {
            let until = async {
                let _ = stopped.await;
            };
            server::serve(listening, registry, &config, until)
                .await
                .expect("it serves");
        });
        let channel = Channel::from_shared(address.clone())
            .expect("an address")
            .connect()
            .await
            .expect("it listens");
        Self {
            address,
            channel,
            stop: Some(stop),
            serving,
            _folder: folder,
        }
    }

    /// Puts records, as one change.
    pub(crate) async fn import(
        &self,
        records: Vec<pb::Record>,
    ) -> Result<pb::ImportRecordsResponse, tonic::Status> {
        use pb::import_records_request::Part;
        let header = Part::Header(pb::TransferHeader {
            reason: "test".to_owned(),
            ..Default::default()
        });
        let parts = std::iter::once(header).chain(records.into_iter().map(Part::Record));
        let messages: Vec<_> = parts
            .map(|part| pb::ImportRecordsRequest { part: Some(part) })
            .collect();
        let mut client = InventoryServiceClient::new(self.channel.clone());
        client
            .import_records(tokio_stream::iter(messages))
            .await
            .map(tonic::Response::into_inner)
    }

    /// Stops it, and waits until it has.
    pub(crate) async fn stop(mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        drop(self.channel);
        self.serving.await.expect("it stopped");
    }
}

/// Runs a test that waits.
pub(crate) fn run<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(test)
}
