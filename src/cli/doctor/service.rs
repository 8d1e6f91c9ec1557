//! What answers: which version, to whom, how fresh, by which clock.

use std::time::Duration;

use ropa_proto::v1 as pb;
use ropa_proto::v1::admin_service_client::AdminServiceClient;
use ropa_proto::v1::decision_service_client::DecisionServiceClient;
use tonic::transport::Channel;

use super::super::kept::{Kept, kept};
use super::super::{Failure, Remote};
use super::finding::{Finding, Place};
use crate::clock::SystemClock;
use crate::domain::date::Instant;
use crate::wire::document;

/// How long the service may take for all of it.
const BOUND: Duration = Duration::from_secs(30);
/// A question about an activity that there is not: its denial tells how fresh the inventory is, and the time
/// of the service.
const QUESTION: &str = r#"{"processing": {"activity": "ropa-doctor"}}"#;
const SECOND: i64 = 1_000_000;
/// Beyond which a snapshot is old: replicas look for a newer one each second.
const OLD: i64 = 5 * SECOND;
/// Beyond which two clocks differ.
const SKEW: i64 = 2 * SECOND;
/// Beyond which it is no accident.
const FAR: i64 = 60 * SECOND;

/// Looks at the service; what it has, if it answers.
pub(super) async fn look(remote: &Remote, found: &mut Vec<Finding>) -> Option<Kept> {
    let looked = async {
        let channel = remote.connect().await?;
        info(remote, channel.clone(), found).await?;
        times(remote, channel.clone(), found).await?;
        kept(remote, channel).await
    };
    let looked: Result<Kept, Failure> = match tokio::time::timeout(BOUND, looked).await {
        Ok(looked) => looked,
        Err(_) => Err(Failure::failed(format!(
            "{} does not answer in time",
            remote.server
        ))),
    };
    match looked {
        Ok(kept) => Some(kept),
        Err(failure) => {
            found.push(Finding::wrong(
                Place::Service,
                failure.message(),
                "start it, look into its log, or say --server",
            ));
            None
        }
    }
}

async fn info(remote: &Remote, channel: Channel, found: &mut Vec<Finding>) -> Result<(), Failure> {
    let info = AdminServiceClient::new(channel)
        .get_server_info(remote.request(pb::GetServerInfoRequest {}))
        .await?
        .into_inner();
    let (own, place) = (env!("CARGO_PKG_VERSION"), Place::Service);
    let told = format!(
        "ropa {} answers at {}, with {} records in {}",
        info.version, remote.server, info.record_count, info.database
    );
    found.push(if info.version == own {
        Finding::ok(place, told)
    } else {
        Finding::warn(
            place,
            format!("{told}, and this command is {own}"),
            "use the command of the same version",
        )
    });
    found.push(if info.insecure_listen {
        Finding::warn(
            place,
            "listens beyond its machine without knowing its callers: who reaches it may read and change the inventory",
            "listen on 127.0.0.1, behind what knows the callers",
        )
    } else {
        Finding::ok(place, "listens on its own machine alone")
    });
    Ok(())
}

async fn times(remote: &Remote, channel: Channel, found: &mut Vec<Finding>) -> Result<(), Failure> {
    let question = document::read::<pb::CheckRequest>("CheckRequest", QUESTION)
        .map_err(|_| Failure::failed("the question of the doctor cannot be read"))?
        .message;
    let asked = SystemClock.now().micros();
    let answer = DecisionServiceClient::new(channel)
        .check(remote.request(question))
        .await?
        .into_inner();
    let answered = SystemClock.now().micros();
    let evaluated = answer.decision.and_then(|decision| decision.evaluated_time);
    let verified = answer.snapshot.and_then(|snapshot| snapshot.verified_time);
    let (Some(evaluated), Some(verified)) = (evaluated.and_then(micros), verified.and_then(micros))
    else {
        return Err(Failure::failed("the service tells no time"));
    };
    found.extend([age(evaluated - verified), skew(asked, evaluated, answered)]);
    Ok(())
}

/// How old the snapshot is, by the clock of the service.
fn age(age: i64) -> Finding {
    let place = Place::Service;
    if age <= OLD {
        return Finding::ok(place, "serves the newest revision");
    }
    let told = format!(
        "last saw the database {} s ago, and serves what was then",
        age / SECOND
    );
    let next = "see whether the database can be reached, and look into the log of the service";
    if age <= FAR {
        Finding::warn(place, told, next)
    } else {
        Finding::wrong(place, told, next)
    }
}

/// How far the clock of the service is from that of this machine: it answered between two looks at ours.
fn skew(asked: i64, evaluated: i64, answered: i64) -> Finding {
    let place = Place::Service;
    let skew = (asked - evaluated).max(evaluated - answered).max(0);
    if skew <= SKEW {
        return Finding::ok(place, "its clock is that of this machine");
    }
    let told = format!(
        "its clock and that of this machine are {} s apart",
        skew / SECOND
    );
    let next = "set both by a time server: what is in force is a matter of days";
    if skew <= FAR {
        Finding::warn(place, told, next)
    } else {
        Finding::wrong(place, told, next)
    }
}

fn micros(time: prost_types::Timestamp) -> Option<i64> {
    let time = jiff::Timestamp::new(time.seconds, time.nanos).ok()?;
    Instant::from_micros(time.as_microsecond()).map(Instant::micros)
}
