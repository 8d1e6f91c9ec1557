//! Of several categories or recipients, those that alone would pass: for who can do with less.

use super::{Working, judge_all};
use crate::domain::date::Instant;
use crate::domain::key::TypedKey;
use crate::engine::decision::{Decision, Effect};
use crate::engine::query::Processing;
use crate::engine::snapshot::Snapshot;

/// Of how many items and recipients together it is told.
const MOST: usize = 24;

pub(super) fn permitted(
    snapshot: &Snapshot,
    query: &Processing,
    at: Instant,
    decision: &mut Decision,
) {
    // Each is judged alone, so that many of them would cost as much as many questions.
    if query.data.len() + query.recipients.len() > MOST {
        return;
    }
    let passes = |alone: &Processing| {
        judge_all(snapshot, alone, at, Working::Dropped).0.effect == Effect::Permit
    };
    if query.data.len() > 1 {
        let mut alone = Processing {
            data: Vec::new(),
            ..query.clone()
        };
        for item in &query.data {
            alone.data = vec![item.clone()];
            if let Some(category) = item.category.as_ref().filter(|_| passes(&alone)) {
                let key = category.key().to_string();
                decision.permitted_categories.push(key);
            }
        }
    }
    if query.recipients.len() > 1 {
        let mut alone = query.clone();
        for disclosure in &query.recipients {
            alone.recipients = vec![disclosure.clone()];
            if let Some(recipient) = disclosure.recipient.as_ref().filter(|_| passes(&alone)) {
                let key = recipient.key().to_string();
                decision.permitted_recipients.push(key);
            }
        }
    }
}
