//! Look-ups: plain questions to the register, a page at a time, all pages of one revision and one instant.

use std::sync::Arc;

use prost::Message;
use ropa_proto::v1 as pb;
use tonic::{Response, Status};

use super::decision::Decisions;
use super::status;
use crate::clock::Deadline;
use crate::domain::activity::Activity;
use crate::domain::date::Instant;
use crate::domain::key::{
    ActivityKey, DataCategoryKey, DataSubjectCategoryKey, Key, PurposeKey, RecordName, TypedKey,
};
use crate::domain::shape::Text;
use crate::engine::decide::decide;
use crate::engine::decision::Effect;
use crate::engine::lookup;
use crate::engine::query::{Processing, Target};
use crate::engine::snapshot::{Node, Snapshot};
use crate::registry::live::Live;
use crate::wire::decision::{read_instant, read_lookup, say};
use crate::wire::limits::{LOOKUP_CANDIDATES, PAGE_BYTES};
use crate::wire::lookup::{read_filter, say_description, say_use};
use crate::wire::page::{self, Page};
use crate::wire::shape::SayOne;

/// Where a look-up stands: of which snapshot and instant it is, and what was told last.
struct Place {
    live: Arc<Live>,
    at: Instant,
    after: Option<String>,
    size: usize,
}

impl Decisions {
    /// The place that a token names, or the beginning.
    fn place(
        &self,
        question: &[&str],
        evaluation_time: Option<prost_types::Timestamp>,
        page_size: i32,
        page_token: &str,
    ) -> Result<Place, Status> {
        let size = page::size(page_size)?;
        let page = Page::parse(page_token, question)?;
        let live = self.pages.of(page.as_ref(), &self.registry)?;
        let Some(page) = page else {
            let at = read_instant(evaluation_time, self.clock.now()).map_err(status::fields)?;
            return Ok(Place {
                live,
                at,
                after: None,
                size,
            });
        };
        // The first page says for which instant all are.
        let (at, after) = page.after.split_once('|').ok_or_else(page::invalid)?;
        let at = at.parse().ok().and_then(Instant::from_micros);
        let at = at.filter(|at| read_instant(Some(at.say_one()), *at).is_ok());
        Ok(Place {
            live,
            at: at.ok_or_else(page::invalid)?,
            after: Some(after.to_owned()),
            size,
        })
    }

    /// The token of the page after `last`.
    fn next(&self, place: &Place, last: Option<String>, question: &[&str]) -> String {
        let after = last.map(|last| format!("{}|{last}", place.at.micros()));
        self.pages.token(after, &place.live, question)
    }

    pub(super) fn look_up_activities(
        &self,
        said: pb::LookupActivitiesRequest,
        deadline: Option<Deadline>,
    ) -> Result<Response<pb::LookupActivitiesResponse>, Status> {
        let question = digest("activities", said.processing.as_ref());
        let question = [question.as_str()];
        let place = self.place(
            &question,
            said.evaluation_time,
            said.page_size,
            &said.page_token,
        )?;
        let query = read_lookup(said.processing).map_err(status::fields)?;
        if query.target.is_some() {
            let message = "must be left out: it is what is looked for";
            return Err(status::refused(
                "FIELD_INVALID",
                "processing.activity",
                message,
            ));
        }
        complete(&query, &["operations", "data", "subject"])?;
        known(&place.live.snapshot, &query)?;
        let asked = lookup::activities(&place.live.snapshot, &query);
        few(asked.len())?;
        let asked = asked.into_iter().filter_map(|one| {
            let Some(Target::Activity(key)) = &one.target else {
                return None;
            };
            Some((key.key().clone(), one))
        });
        let (found, last) = permitted(&place, asked, deadline)?;
        Ok(Response::new(pb::LookupActivitiesResponse {
            decisions: found.into_iter().map(|(_, decision)| decision).collect(),
            next_page_token: self.next(&place, last, &question),
            snapshot: Some(self.snapshot_info(&place.live)),
        }))
    }

    pub(super) fn look_up_categories(
        &self,
        said: pb::LookupDataCategoriesRequest,
        deadline: Option<Deadline>,
    ) -> Result<Response<pb::LookupDataCategoriesResponse>, Status> {
        let question = digest("categories", said.processing.as_ref());
        let question = [question.as_str()];
        let place = self.place(
            &question,
            said.evaluation_time,
            said.page_size,
            &said.page_token,
        )?;
        let query = read_lookup(said.processing).map_err(status::fields)?;
        if query.data.len() > 1 || query.data.iter().any(|item| item.category.is_some()) {
            let message = "must name no category: it is what is looked for";
            return Err(status::refused("FIELD_INVALID", "processing.data", message));
        }
        complete(&query, &["operations", "target", "subject"])?;
        known(&place.live.snapshot, &query)?;
        let asked = lookup::categories(&place.live.snapshot, &query, place.at);
        few(asked.len())?;
        let (found, last) = permitted(&place, asked.into_iter(), deadline)?;
        let categories = found
            .into_iter()
            .map(|(category, decision)| pb::CategoryDecision {
                category: category.to_string(),
                decision: Some(decision),
            });
        Ok(Response::new(pb::LookupDataCategoriesResponse {
            categories: categories.collect(),
            next_page_token: self.next(&place, last, &question),
            snapshot: Some(self.snapshot_info(&place.live)),
        }))
    }

    pub(super) fn look_up_recipients(
        &self,
        said: pb::LookupRecipientsRequest,
        deadline: Option<Deadline>,
    ) -> Result<Response<pb::LookupRecipientsResponse>, Status> {
        let asked = pb::LookupRecipientsRequest {
            page_size: 0,
            page_token: String::new(),
            ..said.clone()
        };
        let question = digest("recipients", Some(&asked));
        let question = [question.as_str()];
        let place = self.place(
            &question,
            said.evaluation_time,
            said.page_size,
            &said.page_token,
        )?;
        let filter = read_filter(said).map_err(status::fields)?;
        let snapshot = &place.live.snapshot;
        if let Some(name) = lookup::unregistered(snapshot, &filter) {
            return Err(status::not_found(&name, snapshot));
        }
        let activities = lookup::activities_of(snapshot, &filter);
        few(activities.len())?;
        let (uses, last) = uses(&place, &filter, &activities, deadline)?;
        Ok(Response::new(pb::LookupRecipientsResponse {
            uses,
            next_page_token: self.next(&place, last, &question),
            snapshot: Some(self.snapshot_info(&place.live)),
        }))
    }

    pub(super) fn describe(
        &self,
        said: pb::DescribeActivityRequest,
    ) -> Result<Response<pb::DescribeActivityResponse>, Status> {
        let pb::DescribeActivityRequest {
            activity,
            evaluation_time,
        } = said;
        let at = read_instant(evaluation_time, self.clock.now()).map_err(status::fields)?;
        let key = ActivityKey::parse(&activity).ok_or_else(|| {
            let message = format!("is malformed: write {}", ActivityKey::FORM);
            status::refused("FIELD_INVALID", "activity", &message)
        })?;
        let live = self.registry.live();
        let found = live.snapshot.activity(&key).ok_or_else(|| {
            let name = RecordName::new(ActivityKey::KIND, key.key().clone());
            status::not_found(&name, &live.snapshot)
        })?;
        let description = lookup::describe(&live.snapshot, found, at);
        let snapshot = self.snapshot_info(&live);
        Ok(Response::new(say_description(&description, snapshot)))
    }
}

/// Who gets data of these activities, from where the page begins; and where the next one does, if there may be
/// more: an activity, and how many of it were told.
fn uses(
    place: &Place,
    filter: &lookup::Filter,
    activities: &[Node<'_, Activity>],
    deadline: Option<Deadline>,
) -> Result<(Vec<pb::RecipientUse>, Option<String>), Status> {
    let (from, skipped) = match &place.after {
        None => ("", 0),
        Some(after) => {
            let (from, told) = after.split_once(' ').ok_or_else(page::invalid)?;
            (from, told.parse::<usize>().map_err(|_| page::invalid())?)
        }
    };
    let mut page = Vec::new();
    let mut bytes = 0;
    for activity in activities {
        let key = activity.key().as_str();
        if key < from {
            continue;
        }
        if deadline.is_some_and(Deadline::has_passed) {
            return Err(status::too_slow());
        }
        let told = if key == from { skipped } else { 0 };
        let found = lookup::recipients(&place.live.snapshot, filter, *activity, place.at);
        for (index, one) in found.iter().enumerate().skip(told) {
            let said = say_use(one);
            bytes += said.encoded_len();
            if page.len() == place.size || !page.is_empty() && bytes > PAGE_BYTES {
                return Ok((page, Some(format!("{key} {index}"))));
            }
            page.push(said);
        }
    }
    Ok((page, None))
}

/// Permits with the keys they are of, and the last key told if there may be more.
type Permitted = (Vec<(Key, pb::Decision)>, Option<String>);

/// Of questions with their keys, those that are permitted, from where the page begins; and the last one told
/// if there may be more.
fn permitted(
    place: &Place,
    asked: impl Iterator<Item = (Key, Processing)>,
    deadline: Option<Deadline>,
) -> Result<Permitted, Status> {
    let mut found: Vec<(Key, pb::Decision)> = Vec::new();
    let mut bytes = 0;
    for (key, question) in asked {
        if place
            .after
            .as_ref()
            .is_some_and(|after| key.as_str() <= after.as_str())
        {
            continue;
        }
        if deadline.is_some_and(Deadline::has_passed) {
            return Err(status::too_slow());
        }
        let decision = decide(&place.live.snapshot, &question, place.at);
        if decision.effect != Effect::Permit {
            continue;
        }
        let said = say(&decision);
        bytes += said.encoded_len();
        if let Some((last, _)) = found.last()
            && (found.len() == place.size || bytes > PAGE_BYTES)
        {
            let last = last.to_string();
            return Ok((found, Some(last)));
        }
        found.push((key, said));
    }
    Ok((found, None))
}

/// A question without these would find nothing, whatever is registered.
fn complete(query: &Processing, needed: &[&str]) -> Result<(), Status> {
    let subject = query.subject.as_ref();
    let subject = subject.and_then(|subject| subject.category.as_ref());
    let categories = || query.data.iter().all(|item| item.category.is_some());
    let lacking = needed.iter().find_map(|needed| match *needed {
        "operations" if query.operations.is_empty() => Some("operations"),
        "data" if query.data.is_empty() || !categories() => Some("data[0].category"),
        "target" if query.target.is_none() => Some("activity"),
        "subject" if subject.is_none() => Some("subject.category"),
        _ => None,
    });
    lacking.map_or(Ok(()), |field| {
        let field = format!("processing.{field}");
        Err(status::refused(
            "FIELD_INVALID",
            &field,
            "must be said: without it nothing is permitted",
        ))
    })
}

/// A name that nobody registered finds nothing either, and is mistyped more often than not.
fn known(snapshot: &Snapshot, query: &Processing) -> Result<(), Status> {
    let target = query.target.as_ref().map(|target| match target {
        Target::Activity(key) => (ActivityKey::KIND, key.key()),
        Target::Purpose(key) => (PurposeKey::KIND, key.key()),
    });
    let subject = query.subject.as_ref();
    let subject = subject.and_then(|subject| subject.category.as_ref());
    let categories = query.data.iter().filter_map(|item| item.category.as_ref());
    let named = categories
        .map(|key| (DataCategoryKey::KIND, key.key()))
        .chain(target)
        .chain(subject.map(|key| (DataSubjectCategoryKey::KIND, key.key())));
    for (kind, key) in named {
        let name = RecordName::new(kind, key.clone());
        if snapshot.inventory().get(&name).is_none() {
            return Err(status::not_found(&name, snapshot));
        }
    }
    Ok(())
}

/// A question that could be about everything is to be narrowed.
fn few(candidates: usize) -> Result<(), Status> {
    if candidates <= LOOKUP_CANDIDATES {
        return Ok(());
    }
    let message = format!(
        "leaves {candidates} candidates, and at most {LOOKUP_CANDIDATES} are looked at: name a purpose, a controller or a category"
    );
    Err(status::refused("FIELD_INVALID", "processing", &message))
}

/// What binds a page token to its question.
fn digest(what: &str, question: Option<&impl Message>) -> String {
    use sha2::{Digest, Sha256};
    let bytes = question.map(Message::encode_to_vec).unwrap_or_default();
    format!("{what} {:x?}", Sha256::digest(bytes))
}
