//! Asking before processing, by a client that fails closed: whatever is no readable permit is a "no".
//!
//! ```no_run
//! use ropa_proto::client::{Client, Settings};
//! use ropa_proto::v1 as pb;
//!
//! # async fn mail(client: &Client) {
//! let question = pb::Processing {
//!     target: Some(pb::processing::Target::Activity("satisfaction-surveys".to_owned())),
//!     operations: vec![pb::Operation::Use.into()],
//!     data: vec![pb::DataItem { category: "contact.email".to_owned(), ..Default::default() }],
//!     subject: Some(pb::Subject { category: "customers".to_owned(), ..Default::default() }),
//!     ..Default::default()
//! };
//! // The mail has a link to object: say so, or the permit is not had.
//! match client.check(question).await.permit(&["OFFER_OBJECTION"]) {
//!     Ok(permit) => println!("send; keep {} in the log", permit.decision_id()),
//!     Err(no) => println!("do not send: {no}"),
//! }
//! # }
//! # async fn start() -> Result<Client, tonic::transport::Error> {
//! // One for the whole process: its clones share the connection and what is kept.
//! Client::connect("http://localhost:7421", &Settings::default()).await
//! # }
//! ```
//!
//! `docs/ASKING.md` says how to ask, and what to do with each kind of answer.

mod answer;
mod cache;
mod moment;
mod no;
mod question;

use std::sync::Arc;
use std::time::Duration;

use tonic::transport::{Channel, Endpoint, Error};
use tonic::{Code, Request, Status};
use tonic_types::StatusExt;

pub use self::answer::{Answer, Decided, Permit};
use self::cache::{Cache, Entry, Key};
use self::moment::Moment;
pub use self::no::No;
use crate::v1 as pb;
use crate::v1::decision_service_client::DecisionServiceClient;

/// The longest pause before the second try, where the service does not say how long it should be.
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

/// How to ask.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How long a check may take, the second try and all waiting included; then it is a "no".
    pub deadline: Duration,
    /// How long it may take to connect.
    pub connect_timeout: Duration,
    /// How often the service is asked whether it is still there, also while nothing is checked: a connection
    /// that died silently is noticed before a check waits for it.
    pub keepalive: Duration,
    /// How long it may take to say so.
    pub keepalive_timeout: Duration,
    /// The most answers that are kept. 0 keeps none: then the service sees every check.
    pub cache: usize,
    /// How long the newest known revision is taken for the newest there is. This bounds how late a change
    /// of the inventory is noticed; longer costs less and is later.
    pub max_age: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            deadline: Duration::from_millis(250),
            connect_timeout: Duration::from_secs(2),
            keepalive: Duration::from_secs(30),
            keepalive_timeout: Duration::from_secs(20),
            cache: 1_000,
            max_age: Duration::from_secs(5),
        }
    }
}

/// Asks. Clones are cheap, and share the connection and what is kept.
#[derive(Clone, Debug)]
pub struct Client {
    service: DecisionServiceClient<Channel>,
    deadline: Duration,
    cache: Arc<Cache>,
}

impl Client {
    /// Connects, so that a wrong address shows at the start. An address is `http://host:port`; an
    /// [`Endpoint`] with TLS is taken as well.
    pub async fn connect<D>(endpoint: D, settings: &Settings) -> Result<Self, Error>
    where
        D: TryInto<Endpoint>,
        D::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let channel = reach(endpoint, settings)?.connect().await?;
        Ok(Self::over(channel, settings))
    }

    /// Connects with the first check: for who must start without the service, and hear "no" until it is there.
    pub fn connect_lazy<D>(endpoint: D, settings: &Settings) -> Result<Self, Error>
    where
        D: TryInto<Endpoint>,
        D::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        Ok(Self::over(
            reach(endpoint, settings)?.connect_lazy(),
            settings,
        ))
    }

    /// Asks over a channel of your own, one that balances over replicas for instance. What the settings
    /// say of connecting is then the channel's affair.
    pub fn over(channel: Channel, settings: &Settings) -> Self {
        Self {
            service: DecisionServiceClient::new(channel),
            deadline: settings.deadline,
            cache: Arc::new(Cache::new(settings.cache, settings.max_age)),
        }
    }

    /// Asks. It never fails: where there is no answer, the answer is no.
    ///
    /// It is tried once more where the service said UNAVAILABLE and the deadline allows. That is safe: a check
    /// changes nothing.
    pub async fn check(&self, question: impl Into<pb::CheckRequest>) -> Answer {
        let question = question.into();
        let asked = Moment::now();
        let key = self.cache.key(&question);
        if let Some(decided) = key.as_ref().and_then(|key| self.cache.get(key, asked)) {
            return Answer::kept(decided);
        }
        let by_the_clock = question.evaluation_time.is_none();
        match tokio::time::timeout(self.deadline, self.ask(&question, asked)).await {
            Ok(Ok(response)) => self.read(response, key, asked, by_the_clock),
            Ok(Err(status)) => Answer::no(self.why(status, asked)),
            Err(_) => Answer::no(No::Deadline),
        }
    }

    /// Reads an answer. Its revision counts even where the rest cannot be read.
    fn read(
        &self,
        response: pb::CheckResponse,
        key: Option<Key>,
        asked: Moment,
        by_the_clock: bool,
    ) -> Answer {
        let revision = response.snapshot.as_ref().map(|at| at.revision.clone());
        let decided = Decided::read(response);
        let keep = match (key, &decided) {
            (Some(key), Ok(decided)) => {
                Some((key, Entry::new(Arc::clone(decided), asked, by_the_clock)))
            }
            _ => None,
        };
        self.cache.heard(revision.as_deref(), asked, keep);
        match decided {
            Ok(decided) => Answer::asked(decided),
            Err(no) => Answer::no(no),
        }
    }

    async fn ask(
        &self,
        question: &pb::CheckRequest,
        asked: Moment,
    ) -> Result<pb::CheckResponse, Status> {
        let status = match self.put(question, asked).await {
            Err(status) if status.code() == Code::Unavailable => status,
            done => return done,
        };
        // The service may say when it will be there again; where it does not, a little patience is better
        // than none, for the connection may just be moving to another replica.
        let pause = status
            .get_details_retry_info()
            .and_then(|info| info.retry_delay)
            .unwrap_or((self.deadline / 10).min(LONGEST_PAUSE));
        if pause >= self.left(asked) {
            return Err(status);
        }
        tokio::time::sleep(pause).await;
        self.put(question, asked).await
    }

    /// Puts the question once, and tells the service how long it is worth answering.
    async fn put(
        &self,
        question: &pb::CheckRequest,
        asked: Moment,
    ) -> Result<pb::CheckResponse, Status> {
        let mut request = Request::new(question.clone());
        request.set_timeout(self.left(asked));
        let answer = self.service.clone().check(request).await;
        answer.map(tonic::Response::into_inner)
    }

    fn left(&self, asked: Moment) -> Duration {
        self.deadline.saturating_sub(Moment::now().since(asked))
    }

    fn why(&self, status: Status, asked: Moment) -> No {
        match status.code() {
            Code::DeadlineExceeded => No::Deadline,
            // The transport has a timer for the same time, and calls it so.
            Code::Cancelled if self.left(asked).is_zero() => No::Deadline,
            _ => No::Failed(Box::new(status)),
        }
    }
}

/// How the service is reached.
fn reach<D>(endpoint: D, settings: &Settings) -> Result<Endpoint, Error>
where
    D: TryInto<Endpoint>,
    D::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    Ok(Endpoint::new(endpoint)?
        .connect_timeout(settings.connect_timeout)
        .http2_keep_alive_interval(settings.keepalive)
        .keep_alive_timeout(settings.keepalive_timeout)
        .keep_alive_while_idle(true))
}
