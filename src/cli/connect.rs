//! Reaching the service.

use std::time::Duration;

use tonic::metadata::AsciiMetadataValue;
use tonic::transport::{Channel, Endpoint};

use super::{Failure, Remote};

/// How long it may take to reach the service.
const CONNECT: Duration = Duration::from_secs(5);

impl Remote {
    /// A connection to the service.
    pub(super) async fn connect(&self) -> Result<Channel, Failure> {
        let address = if self.server.contains("://") {
            self.server.clone()
        } else {
            format!("http://{}", self.server)
        };
        // The service does not speak TLS yet: an answer over plain text must not look like one over TLS.
        if address.starts_with("https://") {
            return Err(Failure::usage(
                "TLS is not spoken yet: write http://host:port, on this machine or through a tunnel",
            ));
        }
        if address.contains('@') {
            return Err(Failure::usage(
                "an address holds no user and no password: write http://host:port",
            ));
        }
        let endpoint = Endpoint::from_shared(address).map_err(|_| {
            Failure::usage(format!(
                "`{}` is no address: write http://host:port",
                self.server
            ))
        })?;
        endpoint
            .connect_timeout(CONNECT)
            .connect()
            .await
            .map_err(|_| {
                Failure::failed(format!(
                    "nothing answers at {}: start it with `ropa serve`, or say --server",
                    self.server
                ))
            })
    }

    /// A request that says who asks.
    pub(super) fn request<T>(&self, message: T) -> tonic::Request<T> {
        let mut request = tonic::Request::new(message);
        if let Some(actor) = self
            .actor
            .as_deref()
            .and_then(|actor| AsciiMetadataValue::try_from(actor).ok())
        {
            request.metadata_mut().insert("ropa-actor", actor);
        }
        request
    }
}
