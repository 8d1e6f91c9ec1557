//! Who asks, before the service knows its callers: the name a client gives, which nobody verifies.

use tonic::Status;
use tonic::metadata::MetadataMap;

use super::status;
use crate::domain::shape::Text;
use crate::wire::reference::Reference;

/// The header in which a client may name itself.
pub(super) const HEADER: &str = "ropa-actor";

/// The name a client gives; empty if it gives none. One that cannot be kept is refused, and not dropped.
pub(super) fn actor(metadata: &MetadataMap) -> Result<String, Status> {
    let Some(said) = metadata.get(HEADER) else {
        return Ok(String::new());
    };
    let name = said.to_str().ok().and_then(Reference::parse);
    name.map(|name| name.text()).ok_or_else(|| {
        let message = "is malformed: name yourself in key syntax, like `dpo` or `eve.adams`";
        status::refused("FIELD_INVALID", HEADER, message)
    })
}
