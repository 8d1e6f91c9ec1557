//! A client that knows nothing beforehand: it learns the API from the service itself, as `grpcurl` does,
//! and speaks it with messages that it describes to itself.

use std::collections::{BTreeMap, BTreeSet};

use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, MethodDescriptor};
use prost_types::{FileDescriptorProto, FileDescriptorSet};
use ropa_proto::v1 as pb;
use serde_json::Value;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::transport::Channel;
use tonic::{Request, Status, Streaming};
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;
use tonic_reflection::pb::v1::{ServerReflectionRequest, ServerReflectionResponse};

use super::Service;
use super::given::operator;

/// The client, and what it has learned.
pub(crate) struct Foreigner {
    channel: Channel,
    pool: DescriptorPool,
    services: BTreeSet<String>,
}

impl Foreigner {
    /// Learns all that the service says of itself.
    pub(crate) async fn new(channel: Channel) -> Self {
        let mut reflection = Reflection {
            client: ServerReflectionClient::new(channel.clone()),
        };
        let services = reflection.services().await;
        let mut files = BTreeMap::new();
        for service in &services {
            let found = reflection
                .files(MessageRequest::FileContainingSymbol(service.clone()))
                .await;
            reflection.gather(found, &mut files).await;
        }
        let mut pool = DescriptorPool::new();
        let file = files.into_values().collect();
        pool.add_file_descriptor_set(FileDescriptorSet { file })
            .expect("the files describe one another");
        Self {
            channel,
            pool,
            services,
        }
    }

    /// The names of the services.
    pub(crate) const fn services(&self) -> &BTreeSet<String> {
        &self.services
    }

    /// A method by its name, `ropa.v1.DecisionService/Check`.
    pub(crate) fn method(&self, name: &str) -> MethodDescriptor {
        let (service, method) = name.split_once('/').expect("a service and a method");
        self.pool
            .get_service_by_name(service)
            .and_then(|service| service.methods().find(|known| known.name() == method))
            .unwrap_or_else(|| panic!("reflection knows no `{name}`"))
    }

    /// Sends messages given as JSON, and gives what comes back as JSON. For the transport, one message is
    /// a stream of one.
    pub(crate) async fn call(&self, name: &str, sent: &[Value]) -> Result<Vec<Value>, Status> {
        let method = self.method(name);
        let messages: Vec<DynamicMessage> = sent
            .iter()
            .map(|json| {
                DynamicMessage::deserialize(method.input(), json)
                    .unwrap_or_else(|error| panic!("{name}: {json}: {error}"))
            })
            .collect();
        let mut client = tonic::client::Grpc::new(self.channel.clone());
        client.ready().await.expect("it listens");
        let path = format!("/{name}").parse().expect("a path");
        let request = Request::new(tokio_stream::iter(messages));
        let mut answers: Streaming<DynamicMessage> = client
            .streaming(request, path, Foreign(method.output()))
            .await?
            .into_inner();
        let mut came = Vec::new();
        while let Some(answer) = answers.message().await? {
            came.push(serde_json::to_value(answer).expect("an answer can be shown"));
        }
        Ok(came)
    }
}

/// What a service says of itself.
struct Reflection {
    client: ServerReflectionClient<Channel>,
}

impl Reflection {
    async fn ask(&mut self, question: MessageRequest) -> MessageResponse {
        let request = ServerReflectionRequest {
            host: String::new(),
            message_request: Some(question),
        };
        let answers = self
            .client
            .server_reflection_info(tokio_stream::iter([request]))
            .await;
        let answer: ServerReflectionResponse = answers
            .expect("it answers")
            .into_inner()
            .message()
            .await
            .expect("it answers")
            .expect("an answer a question");
        answer.message_response.expect("an answer says something")
    }

    async fn services(&mut self) -> BTreeSet<String> {
        match self.ask(MessageRequest::ListServices(String::new())).await {
            MessageResponse::ListServicesResponse(list) => {
                list.service.into_iter().map(|one| one.name).collect()
            }
            other => panic!("no list of services: {other:?}"),
        }
    }

    async fn files(&mut self, question: MessageRequest) -> Vec<FileDescriptorProto> {
        let MessageResponse::FileDescriptorResponse(found) = self.ask(question.clone()).await
        else {
            panic!("no file answers {question:?}");
        };
        let read = |bytes: &Vec<u8>| FileDescriptorProto::decode(bytes.as_slice());
        let files = found.file_descriptor_proto.iter().map(read);
        files.collect::<Result<_, _>>().expect("descriptors")
    }

    /// Takes up files, and those that they import.
    async fn gather(
        &mut self,
        mut found: Vec<FileDescriptorProto>,
        files: &mut BTreeMap<String, FileDescriptorProto>,
    ) {
        while let Some(file) = found.pop() {
            for import in &file.dependency {
                if !files.contains_key(import) {
                    found.extend(
                        self.files(MessageRequest::FileByFilename(import.clone()))
                            .await,
                    );
                }
            }
            files.insert(file.name().to_owned(), file);
        }
    }
}

/// Messages of a type that is known when it runs.
#[derive(Clone)]
struct Foreign(MessageDescriptor);

impl Codec for Foreign {
    type Encode = DynamicMessage;
    type Decode = DynamicMessage;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        self.clone()
    }

    fn decoder(&mut self) -> Self {
        self.clone()
    }
}

impl Encoder for Foreign {
    type Item = DynamicMessage;
    type Error = Status;

    fn encode(&mut self, message: DynamicMessage, into: &mut EncodeBuf<'_>) -> Result<(), Status> {
        message.encode(into).expect("there is room");
        Ok(())
    }
}

impl Decoder for Foreign {
    type Item = DynamicMessage;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<DynamicMessage>, Status> {
        let message = DynamicMessage::decode(self.0.clone(), from).expect("it is as described");
        Ok(Some(message))
    }
}

/// The example operator after an edit of its records, served, and a client that knows nothing of it.
pub(crate) async fn operating(edit: impl Fn(&mut pb::Record)) -> (Service, Foreigner) {
    let mut records = operator();
    records.iter_mut().for_each(edit);
    let service = Service::start().await;
    service.import(records).await.unwrap();
    let foreigner = Foreigner::new(service.channel.clone()).await;
    (service, foreigner)
}
