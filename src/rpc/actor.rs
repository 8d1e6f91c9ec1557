//! Who asks, before the service knows its callers: the name a client gives, which nobody verifies.

use tonic::metadata::MetadataMap;

use crate::domain::shape::Text;
use crate::wire::reference::Reference;

/// The header in which a client may name itself.
pub(super) const HEADER: &str = "ropa-actor";

/// The name a client gives; empty if it gives none, or none in the form of a reference.
pub(super) fn actor(metadata: &MetadataMap) -> String {
    let said = metadata
        .get(HEADER)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    Reference::parse(said)
        .map(|name| name.text())
        .unwrap_or_default()
}
