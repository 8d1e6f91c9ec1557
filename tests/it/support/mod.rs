//! A real service for a test: its own database, its own port, gone with the test.

pub(crate) mod collector;
pub(crate) mod described;
pub(crate) mod fake;
pub(crate) mod file;
pub(crate) mod foreign;
pub(crate) mod generated;
pub(crate) mod given;
pub(crate) mod http;
pub(crate) mod line;
pub(crate) mod process;
pub(crate) mod proxy;
pub(crate) mod raw;

use std::future::Future;

use ropa::config::{Config, Flags};
use ropa::server;
use ropa_proto::v1 as pb;
use ropa_proto::v1::inventory_service_client::InventoryServiceClient;
use tonic::transport::Channel;

/// The databases that everything works on alike.
#[derive(Clone, Copy, Debug)]
pub(crate) enum On {
    /// A file.
    Sqlite,
    /// The throw-away cluster that `make test` starts.
    Postgres,
}

/// A database of its own for a test.
pub(crate) struct Database {
    /// Its URL.
    pub(crate) url: String,
    _folder: tempfile::TempDir,
}

impl Database {
    /// Makes one.
    pub(crate) async fn new(on: On) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = match on {
            On::Sqlite => format!("sqlite://{}", folder.path().join("ropa.db").display()),
            On::Postgres => {
                let cluster = std::env::var("ROPA_TEST_POSTGRES")
                    .expect("run the tests with `make test`, which starts PostgreSQL");
                let name = format!("t{}", uuid::Uuid::new_v4().simple());
                let admin = sea_orm::Database::connect(&cluster)
                    .await
                    .expect("the cluster answers");
                let create = format!("CREATE DATABASE {name}");
                sea_orm::ConnectionTrait::execute_unprepared(&admin, &create)
                    .await
                    .expect("a database");
                admin.close().await.expect("it closes");
                cluster.replace("/postgres?", &format!("/{name}?"))
            }
        };
        Self {
            url,
            _folder: folder,
        }
    }

    /// Does to it what no service would.
    pub(crate) async fn execute(&self, statement: &str) {
        let connection = sea_orm::Database::connect(&self.url)
            .await
            .expect("it answers");
        sea_orm::ConnectionTrait::execute_unprepared(&connection, statement)
            .await
            .expect("the statement is right");
        connection.close().await.expect("it closes");
    }
}

/// A service that runs in this process.
pub(crate) struct Service {
    /// Its address, for the command line.
    pub(crate) address: String,
    /// A connection to it.
    pub(crate) channel: Channel,
    /// The port for those who run it, if it has one.
    pub(crate) ops: Option<String>,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    serving: tokio::task::JoinHandle<()>,
    database: Option<Database>,
}

impl Service {
    /// Starts one with an empty inventory on embedded SQLite.
    pub(crate) async fn start() -> Self {
        let database = Database::new(On::Sqlite).await;
        Self {
            database: None,
            ..Self::on(&database).await
        }
        .keeping(database)
    }

    /// Starts one on a database that outlives it.
    pub(crate) async fn on(database: &Database) -> Self {
        Self::with(database, |_| {}).await
    }

    /// Starts one as it starts by itself, with the reference pack.
    pub(crate) async fn with_reference(database: &Database) -> Self {
        Self::with(database, |config| config.reference.load = true).await
    }

    /// Why none starts on a database.
    pub(crate) async fn refused(database: &Database) -> String {
        let flags = Flags {
            database_url: Some(database.url.clone()),
            ..Flags::default()
        };
        let mut config = Config::load(None, &flags).expect("a configuration");
        config.reference.load = false;
        let refused = server::open(&config).await.expect_err("it does not start");
        refused.to_string()
    }

    /// Starts one with settings of its own.
    pub(crate) async fn with(database: &Database, set: impl FnOnce(&mut Config)) -> Self {
        let flags = Flags {
            listen: Some("127.0.0.1:0".to_owned()),
            database_url: Some(database.url.clone()),
            ..Flags::default()
        };
        let mut config = Config::load(None, &flags).expect("a configuration");
        // Nobody balances load between services of a test.
        config.server.grace_ms = 0;
        // An inventory of a test holds what the test puts there.
        config.reference.load = false;
        set(&mut config);
        let listening = server::listen(&config).await.expect("a port");
        let ops = listening.ops.as_ref().map(|ops| ops.address.to_string());
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
            ops,
            stop: Some(stop),
            serving,
            database: None,
        }
    }

    fn keeping(mut self, database: Database) -> Self {
        self.database = Some(database);
        self
    }

    /// Puts records, as one change.
    pub(crate) async fn import(
        &self,
        records: Vec<pb::Record>,
    ) -> Result<pb::ImportRecordsResponse, tonic::Status> {
        let header = pb::TransferHeader {
            reason: "test".to_owned(),
            ..Default::default()
        };
        self.import_as(header, records).await
    }

    /// Imports under a header.
    pub(crate) async fn import_as(
        &self,
        header: pb::TransferHeader,
        records: Vec<pb::Record>,
    ) -> Result<pb::ImportRecordsResponse, tonic::Status> {
        use pb::import_records_request::Part;
        let trailer = pb::TransferTrailer {
            count: records.len() as u64,
            digest: String::new(),
        };
        let parts = std::iter::once(Part::Header(header))
            .chain(records.into_iter().map(Part::Record))
            .chain([Part::Trailer(trailer)]);
        let messages: Vec<_> = parts
            .map(|part| pb::ImportRecordsRequest { part: Some(part) })
            .collect();
        let mut client = InventoryServiceClient::new(self.channel.clone());
        client
            .import_records(tokio_stream::iter(messages))
            .await
            .map(tonic::Response::into_inner)
    }

    /// The whole inventory, and what its trailer says of it.
    pub(crate) async fn export(&self) -> (Vec<pb::Record>, pb::TransferTrailer) {
        use pb::export_records_response::Part;
        let mut client = InventoryServiceClient::new(self.channel.clone());
        let mut parts = client
            .export_records(pb::ExportRecordsRequest {})
            .await
            .expect("an export")
            .into_inner();
        let (mut records, mut last) = (Vec::new(), None);
        while let Some(message) = parts.message().await.expect("it goes on") {
            match message.part {
                Some(Part::Record(record)) => records.push(record),
                Some(Part::Trailer(trailer)) => last = Some(trailer),
                _ => {}
            }
        }
        (records, last.expect("a trailer"))
    }

    /// Tells it to stop.
    pub(crate) fn tell_to_stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }

    /// Stops it, and waits until it has.
    pub(crate) async fn stop(mut self) {
        self.tell_to_stop();
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

/// The same fact on both databases.
macro_rules! on_both {
    ($($(#[$doc:meta])* $fact:ident)*) => {
        mod sqlite {
            $($(#[$doc])* #[test] fn $fact() { crate::support::run(super::$fact(crate::support::On::Sqlite)); })*
        }
        mod postgres {
            $($(#[$doc])* #[test] fn $fact() { crate::support::run(super::$fact(crate::support::On::Postgres)); })*
        }
    };
}
pub(crate) use on_both;
