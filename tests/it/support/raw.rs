//! Calls that no client of the API would make.

use tonic::transport::Channel;

/// Sends bytes as they are.
pub(crate) async fn send(channel: Channel, path: &'static str, bytes: Vec<u8>) -> tonic::Status {
    let mut client = tonic::client::Grpc::new(channel);
    client.ready().await.expect("it listens");
    let codec = tonic_prost::ProstCodec::<Raw, Raw>::default();
    client
        .unary(
            tonic::Request::new(Raw(bytes)),
            path.parse().expect("a path"),
            codec,
        )
        .await
        .expect_err("it is refused")
}

/// Bytes that claim to be a message.
#[derive(Clone, Debug, Default)]
struct Raw(Vec<u8>);

impl prost::Message for Raw {
    fn encode_raw(&self, buffer: &mut impl prost::bytes::BufMut) {
        buffer.put_slice(&self.0);
    }

    fn merge_field(
        &mut self,
        tag: u32,
        wire_type: prost::encoding::WireType,
        buffer: &mut impl prost::bytes::Buf,
        context: prost::encoding::DecodeContext,
    ) -> Result<(), prost::DecodeError> {
        prost::encoding::skip_field(wire_type, tag, buffer, context)
    }

    fn encoded_len(&self) -> usize {
        self.0.len()
    }

    fn clear(&mut self) {
        self.0.clear();
    }
}
