//! Answers that still hold.
//!
//! The same question gets the same answer as long as the revision is the same and no boundary of time is
//! passed. So an answer is kept until
//!
//! - an answer names another revision: then everything is dropped, and what came is the first of the new;
//! - no answer named this revision for `max_age`: only asking can tell that the inventory did not change;
//! - its `valid_until_time`, if it was asked of the present. How long that is, is what the service says
//!   between the instant it judged and that one, counted from when the question was put: the clock of this
//!   machine may be wrong, and nothing depends on it;
//! - [`LONGEST`]: a new version of the service may decide otherwise by the same inventory.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use prost::Message;
use prost_types::Timestamp;

use super::answer::Decided;
use super::moment::Moment;
use super::question::may_be_kept;
use crate::v1::CheckRequest;

/// The longest that an answer is kept, whatever it says itself.
const LONGEST: Duration = Duration::from_mins(10);
/// The longest question whose answer is kept, in bytes; those of services are a few hundred.
const QUESTION_BYTES: usize = 4_096;

/// A question, as its bytes: the same question is the same bytes, for maps are written in order.
pub(super) type Key = Arc<[u8]>;

/// An answer that is kept.
#[derive(Debug)]
pub(super) struct Entry {
    decided: Arc<Decided>,
    asked: Moment,
    /// How long it holds, from when it was asked.
    lasts: Duration,
}

impl Entry {
    /// An answer to a question that was put at `asked`, of the present or of an instant of its own.
    pub(super) fn new(decided: Arc<Decided>, asked: Moment, of_the_present: bool) -> Self {
        let lasts = if of_the_present {
            let decision = &decided.decision;
            match (&decision.evaluated_time, &decision.valid_until_time) {
                (_, None) => LONGEST,
                (Some(evaluated), Some(until)) => between(evaluated, until).min(LONGEST),
                (None, Some(_)) => Duration::ZERO,
            }
        } else {
            LONGEST
        };
        Self {
            decided,
            asked,
            lasts,
        }
    }
}

/// From one instant to a later one; nothing if it is not later.
fn between(from: &Timestamp, to: &Timestamp) -> Duration {
    let nanos =
        |time: &Timestamp| i128::from(time.seconds) * 1_000_000_000 + i128::from(time.nanos);
    u64::try_from((nanos(to) - nanos(from)).max(0)).map_or(LONGEST, Duration::from_nanos)
}

/// The answers that are kept.
#[derive(Debug)]
pub(super) struct Cache {
    most: usize,
    max_age: Duration,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    /// The revision of all entries, and when the last question was put whose answer named it.
    newest: Option<(String, Moment)>,
    entries: HashMap<Key, Entry>,
    /// The questions in the order in which they came.
    order: VecDeque<Key>,
}

impl Cache {
    /// Keeps so many, and takes a revision for the newest for so long.
    pub(super) fn new(most: usize, max_age: Duration) -> Self {
        Self {
            most,
            max_age,
            held: Mutex::default(),
        }
    }

    /// The key of a question, if its answer may be kept at all.
    pub(super) fn key(&self, question: &CheckRequest) -> Option<Key> {
        let wanted = self.most > 0 && !self.max_age.is_zero();
        let fits = || question.encoded_len() <= QUESTION_BYTES;
        (wanted && may_be_kept(question) && fits()).then(|| question.encode_to_vec().into())
    }

    /// The answer that still holds.
    pub(super) fn get(&self, key: &Key, now: Moment) -> Option<Arc<Decided>> {
        let held = self.held();
        let (_, confirmed) = held.newest.as_ref()?;
        let entry = held.entries.get(key)?;
        let holds = now.since(*confirmed) < self.max_age && now.since(entry.asked) < entry.lasts;
        holds.then(|| Arc::clone(&entry.decided))
    }

    /// Hears the revision of an answer to a question put at `asked`, and keeps the answer.
    pub(super) fn heard(&self, revision: Option<&str>, asked: Moment, keep: Option<(Key, Entry)>) {
        let Some(revision) = revision.filter(|revision| !revision.is_empty()) else {
            return;
        };
        let mut held = self.held();
        match held.newest.take() {
            Some((known, confirmed)) if known == revision => {
                let later = if asked.is_before(confirmed) {
                    confirmed
                } else {
                    asked
                };
                held.newest = Some((known, later));
            }
            // Two questions crossed, and which of the two revisions is the newer cannot be told.
            Some((_, confirmed)) if asked.is_before(confirmed) => {
                held.clear();
                return;
            }
            _ => {
                held.clear();
                held.newest = Some((revision.to_owned(), asked));
            }
        }
        if let Some((key, entry)) = keep {
            held.keep(key, entry, self.most);
        }
    }

    /// No lock is held while anything waits, and nothing under it can panic.
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn clear(&mut self) {
        self.entries.clear();
        self.order.clear();
    }

    fn keep(&mut self, key: Key, entry: Entry, most: usize) {
        if self.entries.insert(Arc::clone(&key), entry).is_none() {
            self.order.push_back(key);
        }
        while self.entries.len() > most {
            let Some(oldest) = self.order.pop_front() else {
                break;
            };
            self.entries.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::expect_used, reason = "a test fails by panicking")]

    use pb::consistency::Requirement;

    use super::*;
    use crate::v1 as pb;

    const SECOND: Duration = Duration::from_secs(1);
    const MAX_AGE: Duration = Duration::from_secs(5);

    fn question(activity: &str) -> CheckRequest {
        let target = pb::processing::Target::Activity(activity.to_owned());
        pb::Processing {
            target: Some(target),
            ..Default::default()
        }
        .into()
    }

    fn timestamp(seconds: i64) -> Timestamp {
        Timestamp { seconds, nanos: 0 }
    }

    /// A permit that time alone changes after so many seconds, if at all.
    fn permit(revision: &str, until: Option<i64>) -> Arc<Decided> {
        // The service's clock is years behind that of this machine.
        let decision = pb::Decision {
            effect: pb::Effect::Permit.into(),
            evaluated_time: Some(timestamp(1_600_000_000)),
            valid_until_time: until.map(|until| timestamp(1_600_000_000 + until)),
            ..Default::default()
        };
        let snapshot = pb::SnapshotInfo {
            revision: revision.to_owned(),
            ..Default::default()
        };
        let response = pb::CheckResponse {
            decision: Some(decision),
            snapshot: Some(snapshot),
            decision_id: String::new(),
        };
        Decided::read(response).expect("a permit")
    }

    struct Kept {
        cache: Cache,
        start: Moment,
    }

    impl Kept {
        fn new(most: usize) -> Self {
            Self {
                cache: Cache::new(most, MAX_AGE),
                start: Moment::now(),
            }
        }

        fn at(&self, seconds: u32) -> Moment {
            self.start.plus(SECOND * seconds)
        }

        fn heard(&self, activity: &str, revision: &str, asked: u32, until: Option<i64>) {
            let asked = self.at(asked);
            let entry = Entry::new(permit(revision, until), asked, true);
            let key = self.cache.key(&question(activity)).expect("a key");
            self.cache.heard(Some(revision), asked, Some((key, entry)));
        }

        fn has(&self, activity: &str, at: u32) -> bool {
            let key = self.cache.key(&question(activity)).expect("a key");
            self.cache.get(&key, self.at(at)).is_some()
        }
    }

    #[test]
    fn an_answer_is_kept_as_long_as_its_revision_is_known_to_be_the_newest() {
        let kept = Kept::new(10);
        kept.heard("billing", "r1", 0, None);
        assert!(kept.has("billing", 4));
        assert!(!kept.has("billing", 5), "nobody confirmed the revision");
        kept.heard("newsletter", "r1", 5, None);
        assert!(kept.has("billing", 9), "another answer confirmed it");
        assert!(!kept.has("support", 9), "it was never asked");
    }

    #[test]
    fn an_answer_ends_with_its_validity_by_the_clock_of_the_service() {
        let kept = Kept::new(10);
        kept.heard("billing", "r1", 0, Some(3));
        assert!(kept.has("billing", 2));
        assert!(!kept.has("billing", 3));
        kept.heard("billing", "r1", 3, Some(0));
        assert!(!kept.has("billing", 3));
        kept.heard("billing", "r1", 3, Some(-1));
        assert!(!kept.has("billing", 3));
    }

    #[test]
    fn an_answer_of_an_instant_of_its_own_outlasts_that_instant() {
        let kept = Kept::new(10);
        let entry = Entry::new(permit("r1", Some(1)), kept.start, false);
        let key = kept.cache.key(&question("billing")).expect("a key");
        kept.cache.heard(Some("r1"), kept.start, Some((key, entry)));
        assert!(kept.has("billing", 4));
    }

    #[test]
    fn no_answer_is_kept_for_ever() {
        let kept = Kept::new(10);
        for second in 0..=600 {
            kept.cache.heard(Some("r1"), kept.at(second), None);
            if second == 0 {
                kept.heard("billing", "r1", second, None);
            }
            assert_eq!(kept.has("billing", second), second < 600, "{second}");
        }
    }

    #[test]
    fn another_revision_drops_everything() {
        let kept = Kept::new(10);
        kept.heard("billing", "r1", 0, None);
        kept.heard("newsletter", "r2", 1, None);
        assert!(!kept.has("billing", 1));
        assert!(kept.has("newsletter", 1));
        // Also with an answer that cannot be kept.
        kept.cache.heard(Some("r3"), kept.at(2), None);
        assert!(!kept.has("newsletter", 2));
    }

    #[test]
    fn of_crossed_questions_with_different_revisions_nothing_is_kept() {
        let kept = Kept::new(10);
        kept.heard("billing", "r2", 1, None);
        kept.heard("newsletter", "r1", 0, None);
        assert!(!kept.has("billing", 1));
        assert!(!kept.has("newsletter", 1));
        kept.heard("billing", "r2", 2, None);
        assert!(kept.has("billing", 2));
    }

    #[test]
    fn a_late_answer_does_not_make_the_revision_older() {
        let kept = Kept::new(10);
        kept.heard("billing", "r1", 4, None);
        kept.heard("newsletter", "r1", 0, None);
        assert!(kept.has("billing", 8));
    }

    #[test]
    fn without_a_revision_nothing_is_kept() {
        let kept = Kept::new(10);
        kept.heard("billing", "", 0, None);
        assert!(!kept.has("billing", 0));
    }

    #[test]
    fn the_oldest_makes_room() {
        let kept = Kept::new(2);
        for activity in ["a", "b", "b", "c"] {
            kept.heard(activity, "r1", 0, None);
        }
        assert!(!kept.has("a", 0));
        assert!(kept.has("b", 0) && kept.has("c", 0));
    }

    #[test]
    fn what_must_be_fresh_is_not_kept() {
        let cache = Cache::new(10, MAX_AGE);
        let with = |requirement| CheckRequest {
            consistency: Some(pb::Consistency { requirement }),
            ..question("billing")
        };
        assert!(cache.key(&with(None)).is_some());
        let newest_here = Requirement::MinimizeLatency(true);
        assert!(cache.key(&with(Some(newest_here))).is_some());
        let fresh = Requirement::FullyConsistent(true);
        assert!(cache.key(&with(Some(fresh))).is_none());
        assert!(cache.key(&question(&"x".repeat(5_000))).is_none());
    }

    #[test]
    fn a_client_may_keep_nothing() {
        let question = question("billing");
        assert!(Cache::new(0, MAX_AGE).key(&question).is_none());
        assert!(Cache::new(10, Duration::ZERO).key(&question).is_none());
    }
}
