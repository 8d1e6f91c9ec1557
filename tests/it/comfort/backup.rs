//! Copies of the database: taken while it is served, whole or not at all, and put back only if whole.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ropa::store::backup::{Held, Taken};
use ropa::store::connect::Store;
use ropa_proto::v1 as pb;
use ropa_proto::v1::admin_service_client::AdminServiceClient;
use ropa_proto::v1::change_service_client::ChangeServiceClient;
use ropa_proto::v1::inventory_service_client::InventoryServiceClient;
use sea_orm::ConnectionTrait;
use tonic::transport::Channel;

use super::{ropa, told};
use crate::support::given::{changes, delete, operator, purpose, put};
use crate::support::process::Process;
use crate::support::{Database, On, Service, run};

/// A folder, and files in it.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// What is in it.
    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

fn url(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}

fn backup(from: &str, target: &Path) -> (Option<i32>, String) {
    let target = target.to_str().unwrap();
    told(ropa(&["backup", "--database", from, target]))
}

fn restore(source: &Path, to: &Path, words: &[&str]) -> (Option<i32>, String) {
    let (source, url) = (source.to_str().unwrap(), url(to));
    let asked = ["restore", source, "--database", &url];
    told(ropa(&[asked.as_slice(), words].concat()))
}

/// The hash and the revision of each change set, by its number: none is missing, and none is half there.
async fn history(channel: Channel) -> BTreeMap<u64, (String, String)> {
    let mut client = ChangeServiceClient::new(channel);
    let (mut sets, mut page_token) = (BTreeMap::new(), String::new());
    loop {
        let request = pb::ListChangesRequest {
            page_size: 1_000,
            page_token,
            ..Default::default()
        };
        let page = client.list_changes(request).await.unwrap().into_inner();
        for set in page.change_sets {
            assert_eq!(set.changes.len(), 2, "#{} is half there", set.number);
            sets.insert(set.number, (set.hash, set.revision));
        }
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    let numbers: Vec<u64> = sets.keys().copied().collect();
    assert_eq!(numbers, (1..=sets.len() as u64).collect::<Vec<_>>());
    sets
}

/// What came to stand in the place meanwhile stays.
#[test]
fn a_copy_takes_no_place_that_is_taken() {
    use ropa::store::file::Coming;
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("ropa.db");
    let coming = Coming::to(&place, "one");
    coming.begin().unwrap();
    std::fs::write(&place, "somebody's").unwrap();
    let refused = coming.arrive_new(folder.path()).unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::AlreadyExists);
    assert_eq!(std::fs::read_to_string(&place).unwrap(), "somebody's");
}

#[test]
fn a_backup_under_a_stream_of_writes_restores_to_a_revision_that_existed() {
    run(async {
        let folder = Folder::new();
        let original = url(&folder.file("ropa.db"));
        let process = Process::start(&original, &[("ROPA_LOG__LEVEL", "error")]);
        let channel = process.channel().await;
        let (tell, mut acknowledged) = tokio::sync::watch::channel(0_u64);
        let (stop, mut stopped) = tokio::sync::oneshot::channel::<()>();
        let writing = tokio::spawn({
            let mut client = InventoryServiceClient::new(channel.clone());
            async move {
                for number in 1.. {
                    if stopped.try_recv().is_ok() {
                        break;
                    }
                    let (one, two) = (format!("w{number}-one"), format!("w{number}-two"));
                    let request = changes(vec![put(purpose(&one, "")), put(purpose(&two, ""))]);
                    client.apply_changes(request).await.unwrap();
                    tell.send_replace(number);
                }
            }
        });

        let mut backups = Vec::new();
        for round in 1..=4_u64 {
            // Each begins after some more writes, and in the midst of others.
            acknowledged
                .wait_for(|number| *number >= round * 5)
                .await
                .unwrap();
            let before = *acknowledged.borrow_and_update();
            let (from, target) = (original.clone(), folder.file(&format!("{round}.db")));
            let path = target.clone();
            let (exit, said) = tokio::task::spawn_blocking(move || backup(&from, &path))
                .await
                .unwrap();
            assert_eq!(exit, Some(0), "{said}");
            backups.push((before, target, said));
        }
        // Writes went on, too.
        let last = *acknowledged.borrow_and_update();
        acknowledged
            .wait_for(|number| *number > last)
            .await
            .unwrap();
        stop.send(()).unwrap();
        writing.await.unwrap();
        let of_original = history(channel).await;
        process.stop();

        for (before, target, said) in backups {
            let elsewhere = Folder::new();
            let file = elsewhere.file("restored.db");
            let (exit, told) = restore(&target, &file, &[]);
            assert_eq!(exit, Some(0), "{told}");
            let process = Process::start(&url(&file), &[("ROPA_LOG__LEVEL", "error")]);
            let channel = process.channel().await;
            let restored = history(channel.clone()).await;
            let (newest, (_, revision)) = restored.last_key_value().unwrap();
            assert!(*newest >= before, "#{before} was acknowledged and is lost");
            for (number, set) in &restored {
                assert_eq!(Some(set), of_original.get(number), "#{number}");
            }
            for told in [said, told] {
                assert!(
                    told.contains(&format!("#{newest}, revision {revision}")),
                    "{told}"
                );
            }
            // The records are those of that revision, and it goes on from there.
            let mut client = InventoryServiceClient::new(channel);
            let request = changes(vec![put(purpose("more", ""))]);
            let request = pb::ApplyChangesRequest {
                expected_revision: revision.clone(),
                ..request
            };
            client.apply_changes(request).await.unwrap();
            let info = AdminServiceClient::new(process.channel().await)
                .get_server_info(pb::GetServerInfoRequest {})
                .await
                .unwrap();
            assert_eq!(info.into_inner().record_count, newest * 2 + 1);
            process.stop();
        }
    });
}

/// A database at rest, with a history of updates and deletions.
async fn at_rest(folder: &Folder) -> PathBuf {
    let file = folder.file("ropa.db");
    let process = Process::start(&url(&file), &[("ROPA_LOG__LEVEL", "error")]);
    let mut client = InventoryServiceClient::new(process.channel().await);
    let draft = pb::Record {
        state: pb::RecordState::Draft.into(),
        ..purpose("draft", "")
    };
    for made in [
        operator().into_iter().map(put).collect(),
        vec![put(purpose("one", "One")), put(draft)],
        vec![put(purpose("one", "Two")), delete("purposes/draft")],
    ] {
        client.apply_changes(changes(made)).await.unwrap();
    }
    process.stop();
    file
}

#[test]
fn what_is_there_is_not_overwritten_unless_it_is_said() {
    run(async {
        let folder = Folder::new();
        let file = at_rest(&folder).await;
        let target = folder.file("backup.db");
        let (exit, said) = backup(&url(&file), &target);
        assert_eq!(exit, Some(0), "{said}");
        assert_eq!(folder.names(), ["backup.db", "ropa.db"]);
        let bytes = std::fs::read(&target).unwrap();
        let (exit, said) = backup(&url(&file), &target);
        assert_eq!(exit, Some(1), "{said}");
        assert_eq!(std::fs::read(&target).unwrap(), bytes);

        let (exit, said) = restore(&target, &file, &[]);
        assert_eq!(exit, Some(1), "{said}");
        assert!(said.contains("--force"), "{said}");
        for there in ["what was there", "nothing"] {
            if there == "nothing" {
                // The reason to restore, mostly: the database is damaged. So is what lies beside it.
                std::fs::write(&file, vec![7; 20_000]).unwrap();
                std::fs::write(folder.file("ropa.db-wal"), vec![7; 20_000]).unwrap();
            }
            let (exit, said) = restore(&target, &file, &["--force"]);
            assert_eq!(exit, Some(0), "{there}: {said}");
            assert_eq!(folder.names(), ["backup.db", "ropa.db"]);
            let copy = folder.file("copy.db");
            let (exit, said) = backup(&url(&file), &copy);
            assert_eq!(exit, Some(0), "{said}");
            std::fs::remove_file(copy).unwrap();
        }
    });
}

#[test]
fn a_restore_that_fails_leaves_what_was_there() {
    run(async {
        let folder = Folder::new();
        let file = at_rest(&folder).await;
        let bad = folder.file("bad.db");
        std::fs::write(&bad, "no database").unwrap();
        let (exit, said) = restore(&bad, &file, &["--force"]);
        assert_eq!(exit, Some(1), "{said}");
        assert_eq!(folder.names(), ["bad.db", "ropa.db"]);
        let (exit, said) = backup(&url(&file), &folder.file("backup.db"));
        assert_eq!(exit, Some(0), "{said}");
        assert!(said.contains("at #3"), "{said}");
    });
}

/// The link stays one, and the file behind it is replaced, with the rights it had.
#[test]
fn a_database_behind_a_link_is_replaced_where_it_stands() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    run(async {
        let (folder, links) = (Folder::new(), Folder::new());
        let file = at_rest(&folder).await;
        let link = links.file("link.db");
        symlink(&file, &link).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
        let target = folder.file("backup.db");
        let (exit, said) = backup(&url(&link), &target);
        assert_eq!(exit, Some(0), "{said}");
        let (exit, said) = restore(&target, &link, &["--force"]);
        assert_eq!(exit, Some(0), "{said}");
        assert!(link.is_symlink());
        assert_eq!(links.names(), ["link.db"]);
        for file in [file, target] {
            let mode = file.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o640);
        }
    });
}

#[test]
fn a_database_that_is_served_is_not_replaced() {
    run(async {
        let folder = Folder::new();
        let file = at_rest(&folder).await;
        let target = folder.file("backup.db");
        assert_eq!(backup(&url(&file), &target).0, Some(0));
        let process = Process::start(&url(&file), &[("ROPA_LOG__LEVEL", "error")]);
        let (exit, said) = restore(&target, &file, &["--force"]);
        assert_eq!(exit, Some(1), "{said}");
        assert!(said.contains("is being served"), "{said}");
        // It goes on as before.
        let mut client = InventoryServiceClient::new(process.channel().await);
        let more = changes(vec![put(purpose("more", ""))]);
        client.apply_changes(more).await.unwrap();
        process.stop();
    });
}

#[test]
fn a_file_that_is_held_cannot_be_served() {
    run(async {
        let folder = Folder::new();
        let file = at_rest(&folder).await;
        let Taken::Held(held) = Held::take(&file).await.unwrap() else {
            panic!("nobody serves it");
        };
        let refused = match Store::connect(&url(&file)).await {
            Ok(store) => store.head().await.err(),
            Err(error) => Some(error),
        };
        assert!(refused.is_some());
        held.release().await.unwrap();
        let store = Store::connect(&url(&file)).await.unwrap();
        assert_eq!(store.head().await.unwrap().number, 3);
    });
}

/// Each as somebody might who wants another history.
#[test]
fn what_is_not_whole_is_not_restored() {
    run(async {
        let folder = Folder::new();
        let file = at_rest(&folder).await;
        let good = folder.file("good.db");
        assert_eq!(backup(&url(&file), &good).0, Some(0));
        for (done, wanted) in [
            (
                "UPDATE change_set SET reason = 'x' WHERE number = 2",
                "change set 2",
            ),
            (
                "UPDATE change SET after = NULL WHERE number = 1 AND position = 0",
                "change set 1",
            ),
            ("DELETE FROM change_set WHERE number = 1", ""),
            (
                "UPDATE registry_head SET number = 2",
                "`number` of `registry_head`",
            ),
            (
                "UPDATE registry_head SET hash = zeroblob(32)",
                "`hash` of `registry_head`",
            ),
            (
                "UPDATE purpose SET statement = 'x' WHERE record_key = 'one'",
                "`purposes/one`",
            ),
            (
                "UPDATE record SET display_name = 'x' WHERE key = 'one'",
                "`purposes/one`",
            ),
            (
                "UPDATE seaql_migrations SET version = 'm2099'",
                "newer version",
            ),
            ("DROP TABLE seaql_migrations", "no database of ropa"),
        ] {
            let bad = folder.file("bad.db");
            std::fs::copy(&good, &bad).unwrap();
            let db = sea_orm::Database::connect(url(&bad)).await.unwrap();
            db.execute_unprepared("PRAGMA foreign_keys = OFF")
                .await
                .unwrap();
            db.execute_unprepared(done).await.unwrap();
            db.close().await.unwrap();
            let place = Folder::new();
            let (exit, said) = restore(&bad, &place.file("ropa.db"), &[]);
            assert_eq!(exit, Some(1), "{done}: {said}");
            assert!(said.contains(wanted), "{done}: no {wanted} in {said}");
            assert!(place.names().is_empty(), "{done}: {:?}", place.names());
        }
        // A copy that ended early, and a file of something else.
        let bytes = std::fs::read(&good).unwrap();
        for bytes in [
            &bytes[..bytes.len() / 2],
            b"something else, and long enough to be read",
        ] {
            let bad = folder.file("bad.db");
            std::fs::write(&bad, bytes).unwrap();
            let place = Folder::new();
            let (exit, said) = restore(&bad, &place.file("ropa.db"), &[]);
            assert_eq!(exit, Some(1), "{said}");
            assert!(place.names().is_empty(), "{:?}", place.names());
        }
    });
}

#[test]
fn a_backup_of_what_is_not_there_makes_nothing() {
    let folder = Folder::new();
    let none = folder.file("none.db");
    let (exit, said) = backup(&url(&none), &folder.file("backup.db"));
    assert_eq!(exit, Some(1), "{said}");
    assert!(folder.names().is_empty());
    let (exit, said) = backup(
        "postgres://ropa@127.0.0.1:1/ropa",
        &folder.file("backup.db"),
    );
    assert_eq!(exit, Some(64), "{said}");
    assert!(said.contains("pg_dump"), "{said}");
}

/// The service in this process and the reference pack: what a first start makes is whole.
#[test]
fn a_new_registry_is_whole() {
    run(async {
        let database = Database::new(On::Sqlite).await;
        let service = Service::with_reference(&database).await;
        let folder = Folder::new();
        let (exit, said) = backup(&database.url, &folder.file("backup.db"));
        assert_eq!(exit, Some(0), "{said}");
        assert!(said.contains("at #1"), "{said}");
        service.stop().await;
    });
}
