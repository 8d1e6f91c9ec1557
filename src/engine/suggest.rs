//! For a key that is not registered: the nearest ones that are.

use fst::automaton::Levenshtein;
use fst::{IntoStreamer, Set, Streamer};

use super::decision::Reason;
use super::snapshot::Snapshot;
use crate::domain::key::{Key, Kind};

/// How many are told.
const MOST: usize = 3;
/// How many unknown keys of a question are helped with: to compare costs more than to decide.
const HELPED: usize = 5;
/// How many letters they may differ by.
const DISTANCE: u32 = 2;
/// Longer keys are not compared: the automaton would grow too large.
const LONGEST: usize = 40;

/// An index of keys that can be searched by likeness.
#[derive(Debug, Default)]
pub(super) struct Keys(Option<Set<Vec<u8>>>);

impl Keys {
    /// Of keys in their order.
    pub(super) fn new<'a>(keys: impl Iterator<Item = &'a Key>) -> Self {
        Self(Set::from_iter(keys.map(Key::as_str)).ok())
    }
}

/// Tells with the first reasons the nearest keys, where they are about one that is not registered: one slip of the pen is
/// helped with, and not hundreds.
pub(super) fn suggest(snapshot: &Snapshot, reasons: &mut [Reason]) {
    let unknown = reasons
        .iter_mut()
        .filter_map(|reason| Some((reason.fired.unknown.take()?, reason)));
    for ((kind, key), reason) in unknown.take(HELPED) {
        reason.fired.suggestions = nearest(snapshot, kind, &key);
    }
}

/// The registered keys of a kind nearest to one that is not: those that differ by few letters, then
/// those with the same parent.
pub fn nearest(snapshot: &Snapshot, kind: Kind, key: &Key) -> Vec<String> {
    let Some(Keys(Some(keys))) = snapshot.keys(kind) else {
        return Vec::new();
    };
    let mut near = Vec::new();
    if key.as_str().len() <= LONGEST
        && let Ok(alike) = Levenshtein::new(key.as_str(), DISTANCE)
    {
        let mut found = keys.search(alike).into_stream();
        while let Some(bytes) = found.next() {
            near.extend(String::from_utf8(bytes.to_vec()));
            if near.len() == MOST {
                return near;
            }
        }
    }
    if let Some(parent) = key.parent() {
        let from = format!("{parent}.");
        let mut found = keys.range().ge(&from).into_stream();
        while let Some(bytes) = found.next() {
            let Ok(sibling) = String::from_utf8(bytes.to_vec()) else {
                break;
            };
            if !sibling.starts_with(&from) || near.len() == MOST {
                break;
            }
            if !near.contains(&sibling) && sibling.rfind('.') == Some(parent.as_str().len()) {
                near.push(sibling);
            }
        }
    }
    near
}
