//! Erasure (Art. 17): what is erased, what is kept back, and what cannot be told.

use super::asked::RightRequest;
use super::stands::{Found, act};
use super::told::{RightAct, RightAction, RightStanding};
use crate::domain::basis::Article6;
use crate::engine::case::{Case, Item};
use crate::engine::catalogue;
use crate::engine::decision::Reason;
use crate::engine::judge;
use crate::engine::query::ObjectionState;
use crate::engine::rule::{Fired, Outcome};
use crate::engine::rules::{self, Standing, State};
use crate::engine::view::{Mark, place};

/// Erasure (Art. 17), item by item: what a law, a claim or the purpose still needs is kept back.
pub(super) fn erasure(case: &Case<'_>, asked: &RightRequest) -> Found {
    let mut acts = Vec::new();
    let mut reasons = Vec::new();
    let mut undecided = false;
    // What a check of erasing would not decide is not decided here either.
    let open = open_questions(case);
    for item in &case.items {
        let kept = rules::standing(case, item);
        let stops = |acts: &mut Vec<RightAct>| {
            // Who asks to erase withdraws the consent that the data rest on.
            if case.letter() == Some(Article6::A) {
                acts.push(act(item, RightAction::Stop, "7(3)"));
            }
        };
        // What is still in use is kept in use, and not apart.
        let needed = needed(case, asked, kept.state);
        let in_use = kept.state == State::Use && matches!(needed, Need::Keep(..));
        if let Some((act, why)) = kept_back(case, item, &kept).filter(|_| !in_use) {
            reasons.extend(why);
            acts.push(act);
            stops(&mut acts);
            continue;
        }
        let category = Some(item.key().as_str());
        let own = |reason: &&Reason| reason.fired.category.as_deref() == category;
        let mut unclear = open.iter().filter(own).cloned().peekable();
        if unclear.peek().is_some() {
            undecided = true;
            reasons.extend(unclear);
            continue;
        }
        match needed {
            Need::Erase(provision) => acts.push(act(item, RightAction::Erase, provision)),
            Need::Marketing => {
                acts.push(act(item, RightAction::Erase, "17(1)(c)"));
                acts.push(act(item, RightAction::Stop, "21(2)"));
            }
            Need::Keep(provision, why) => {
                let message = format!("`{}` is still needed: {why}", item.key());
                let fired = Fired::about("request.right", message).at(case.basis_at("article"));
                reasons.push(Reason::of(rules::NOT_APPLICABLE, fired));
                let mut still = still_needed(case, asked, item, provision);
                still.until = kept.by.as_ref().and_then(|by| by.until);
                acts.push(still);
            }
            Need::Unclear(reason) => {
                undecided = true;
                reasons.push(reason);
            }
            Need::Unknown => {
                undecided = true;
                let told = kept
                    .told
                    .into_iter()
                    .filter_map(|(code, fired)| catalogue::reason(code, fired));
                reasons.extend(told);
            }
        }
    }
    let erased = acts
        .iter()
        .filter(|act| act.action == RightAction::Erase)
        .count();
    let standing = if undecided {
        RightStanding::Undecided
    } else if erased == case.items.len() {
        RightStanding::Applies
    } else if erased > 0 {
        RightStanding::InPart
    } else {
        RightStanding::Refused
    };
    let kept = |act: &&RightAct| !matches!(act.action, RightAction::Erase | RightAction::Stop);
    let decisive = acts.iter().find(kept).or(acts.first());
    Found {
        standing,
        provision: decisive.map_or("17(1)", |act| act.provision),
        reasons,
        acts,
    }
}

/// What keeps an item back, and why: what a minimum or a hold keeps is not erased, whatever the basis.
fn kept_back(
    case: &Case<'_>,
    item: &Item<'_>,
    kept: &Standing<'_>,
) -> Option<(RightAct, Option<Reason>)> {
    let why = |code, message| catalogue::reason(code, Fired::about("request.data", message));
    if let Some(floor) = &kept.floor {
        let mut apart = act(item, RightAction::KeepApart, "17(3)(b)");
        apart.until = floor.until;
        apart.law = floor
            .law
            .map(|basis| (basis.key().clone(), case.view.citations(basis.body)));
        let until = floor
            .until
            .map_or_else(|| "it ends".to_owned(), |day| day.to_string());
        let (key, rule) = (item.key(), floor.rule.key());
        let message = format!("`{key}` is kept by rule `{rule}` until {until}");
        return Some((apart, why("LEGAL_RETENTION_RUNNING", message)));
    }
    let hold = kept.holds.first()?;
    let mut apart = act(item, RightAction::KeepApart, "17(3)(e)");
    apart.hold = Some(hold.record.name.clone());
    let message = format!("`{}` falls under hold `{}`", item.key(), hold.key());
    Some((apart, why("RETENTION_LEGAL_CLAIM_HOLD", message)))
}

/// What is done with an item that is still needed.
fn still_needed(
    case: &Case<'_>,
    asked: &RightRequest,
    item: &Item<'_>,
    provision: &'static str,
) -> RightAct {
    // While the grounds of an objection are examined, the data are stored and no more.
    let examined = asked.objection == Some(ObjectionState::GroundsUnderReview)
        && matches!(case.letter(), Some(Article6::E | Article6::F));
    let mut still = if examined {
        act(item, RightAction::Restrict, "18(1)(d)")
    } else {
        act(item, RightAction::Keep, provision)
    };
    if let (Some(Article6::C), Some(basis)) = (case.letter(), case.basis) {
        still.law = Some((basis.key().clone(), case.view.citations(basis.body)));
    }
    still
}

/// Why it cannot be told whether data may be erased, each about its category: a minimum that cannot be computed, a hold
/// that nobody registered.
fn open_questions(case: &Case<'_>) -> Vec<Reason> {
    let codes = ["RETENTION_FACTS_MISSING", "RETENTION_LEGAL_CLAIM_HOLD"];
    let rules = codes.into_iter().filter_map(catalogue::rule);
    let told = rules.flat_map(|rule| match judge::outcome(rule, case) {
        Outcome::Fired(told) => told
            .into_iter()
            .map(|fired| Reason::of(rule, fired))
            .collect(),
        _ => Vec::new(),
    });
    told.collect()
}

/// Whether a purpose still needs data that no law keeps.
enum Need {
    Erase(&'static str),
    /// It is marketing: who asks to erase what that goes by objects to it, and is not to be addressed anew.
    Marketing,
    Keep(&'static str, &'static str),
    Unknown,
    Unclear(Reason),
}

fn needed(case: &Case<'_>, asked: &RightRequest, state: State) -> Need {
    let objected = matches!(asked.objection, Some(ObjectionState::Recorded));
    let marketing = case.view.direct_marketing(case.purpose).0;
    match (case.letter(), state) {
        // Who asks to erase withdraws the consent that the data rest on.
        (Some(Article6::A), _) => Need::Erase("17(1)(b)"),
        (None, _) => Need::Erase("17(1)(d)"),
        (Some(Article6::E | Article6::F), _) if marketing == Mark::Yes => Need::Marketing,
        (Some(Article6::E | Article6::F), _) if objected => Need::Erase("17(1)(c)"),
        // A duty of no law that holds is none.
        (Some(Article6::C), _) if !case.cites_law() => Need::Erase("17(1)(d)"),
        (_, State::Erase | State::Restrict) => Need::Erase("17(1)(a)"),
        (_, State::NotComputable) => Need::Unknown,
        (Some(Article6::E | Article6::F), State::Use) if marketing == Mark::Unknown => {
            let at = place(case.purpose.record, "direct_marketing");
            let fired = Fired::unstated("request.right", at, "whether it is direct marketing");
            Need::Unclear(Reason::of(rules::FACT_MISSING, fired))
        }
        (Some(Article6::C), State::Use) => {
            Need::Keep("17(3)(b)", "a legal obligation is carried out with it")
        }
        (Some(Article6::E), State::Use) => {
            Need::Keep("17(3)(b)", "a public task is carried out with it")
        }
        (Some(Article6::B), State::Use) => {
            Need::Keep("17(1)(a)", "the contract is carried out with it")
        }
        (Some(Article6::D), State::Use) => {
            Need::Keep("17(1)(a)", "vital interests are protected with it")
        }
        (Some(Article6::F), State::Use) => {
            let why = match asked.objection {
                None | Some(ObjectionState::None | ObjectionState::Recorded) => {
                    "nobody objected to the interest that it serves"
                }
                Some(ObjectionState::GroundsUnderReview) => {
                    "the grounds of the objection are examined"
                }
                Some(
                    ObjectionState::OverriddenCompelling | ObjectionState::OverriddenLegalClaim,
                ) => "the objection to the interest that it serves is overridden",
            };
            Need::Keep("17(1)(c)", why)
        }
    }
}
