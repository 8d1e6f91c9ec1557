//! The API of ropa: what its `.proto` files describe, as Rust types, and a [`client`] to
//! ask with. Start at `ropa/v1/decision.proto` (questions) and `ropa/v1/inventory.proto` (what is kept).

pub mod client;

/// Version 1 of the API.
pub mod v1 {
    #![expect(
        clippy::large_enum_variant,
        clippy::pedantic,
        clippy::allow_attributes_without_reason,
        reason = "generated; a message is as large as its largest part"
    )]
    tonic::include_proto!("ropa.v1");
}

/// The descriptors of the API with its comments, as `grpcurl describe` shows them.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptor.bin"));
