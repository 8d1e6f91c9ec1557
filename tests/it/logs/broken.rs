//! A database that is not as it should be, and what the service says of it.

use ropa_proto::v1 as pb;
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection};

use super::asked::{Clients, told, with};
use super::refused::Refused;
use super::{KEY, secret};
use crate::support::Database;
use crate::support::given::purpose;

/// Refusals of a database that is not as it should be: at the end, for it stays so.
pub(super) async fn break_down(clients: &mut Clients, database: &Database, refused: &mut Refused) {
    let mut options = ConnectOptions::new(&database.url);
    options.max_connections(1);
    let db = sea_orm::Database::connect(options).await.unwrap();
    let on_postgres = database.url.starts_with("postgres");
    // The database refuses a record for what stands in it, and says so in its own words.
    let refuse = if on_postgres {
        "ALTER TABLE purpose ADD CONSTRAINT none CHECK (statement NOT LIKE '%refused%') NOT VALID"
    } else {
        "CREATE TRIGGER none BEFORE INSERT ON purpose WHEN NEW.statement LIKE '%refused%'
            BEGIN SELECT RAISE(ABORT, 'none'); END"
    };
    db.execute_unprepared(refuse).await.unwrap();
    let record = purpose(&format!("{KEY}-refused"), &secret("refused"));
    refused.add("INTERNAL", clients.put(record).await);
    // What history holds is no record.
    db.execute_unprepared(if on_postgres {
        "UPDATE change SET after = 'zqsecret'::bytea"
    } else {
        "UPDATE change SET after = CAST('zqsecret' AS BLOB)"
    })
    .await
    .unwrap();
    let request = with(pb::ListChangesRequest::default());
    let came = clients.history.list_changes(request).await;
    refused.add("INTERNAL", came);
    // What a record holds is no state, and another replica is said to have written it.
    db.execute_unprepared("UPDATE record SET state = 'zqsecret'")
        .await
        .unwrap();
    db.execute_unprepared("UPDATE registry_head SET number = number + 1")
        .await
        .unwrap();
    refused.add("INTERNAL", clients.put(told("p")).await);
    // The database goes away, or somebody else holds it for too long.
    let holder = if on_postgres {
        go_away(db).await
    } else {
        for mend in [
            "UPDATE record SET state = 'ACTIVE'",
            "UPDATE registry_head SET number = number - 1",
        ] {
            db.execute_unprepared(mend).await.unwrap();
        }
        db.execute_unprepared("BEGIN IMMEDIATE").await.unwrap();
        db
    };
    refused.add("STORE_UNAVAILABLE", clients.put(told("p")).await);
    holder.close().await.unwrap();
}

/// Throws everybody out of a database, and lets nobody in.
async fn go_away(db: DatabaseConnection) -> DatabaseConnection {
    let name = db
        .query_one_raw(sea_orm::Statement::from_string(
            db.get_database_backend(),
            "SELECT current_database()::text AS name",
        ))
        .await
        .unwrap()
        .unwrap();
    let name: String = name.try_get("", "name").unwrap();
    db.close().await.unwrap();
    let cluster = std::env::var("ROPA_TEST_POSTGRES").unwrap();
    let cluster = sea_orm::Database::connect(cluster).await.unwrap();
    for statement in [
        format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"),
        format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"),
    ] {
        cluster.execute_unprepared(&statement).await.unwrap();
    }
    cluster
}
