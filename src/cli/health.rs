//! `ropa health`.

use clap::Args;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use super::{Exit, Failure, Remote};

/// Asks whether the service serves.
#[derive(Debug, Args)]
pub(super) struct Health {
    #[command(flatten)]
    remote: Remote,
}

impl Health {
    pub(super) async fn run(self) -> Result<Exit, Failure> {
        let mut client = HealthClient::new(self.remote.connect().await?);
        // The empty name is the whole service.
        let answer = client
            .check(self.remote.request(HealthCheckRequest::default()))
            .await?
            .into_inner();
        if answer.status() == ServingStatus::Serving {
            Ok(Exit::Ok)
        } else {
            Err(Failure::failed("it does not serve"))
        }
    }
}
