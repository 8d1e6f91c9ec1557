//! Decisions without a human (Art. 22): forbidden where they weigh on people, but for three grounds and with
//! safeguards.

use super::CHAPTER;
use crate::domain::activity::{ActivityAutomatedDecision, AutomatedDecisionGround};
use crate::domain::basis::Article9;
use crate::engine::case::Case;
use crate::engine::query::ConsentScope;
use crate::engine::rule::{Fired, Obligation, Outcome, Rule};
use crate::engine::rules::lawfulness::consent::unless_explicit;
use crate::engine::rules::special::{barring, condition, is_special, letter};
use crate::engine::rules::transparency::notice_key;
use crate::engine::view::Mark;

pub(super) const RULES: &[Rule] = &[
    Rule::law(
        CHAPTER,
        138,
        "AUTOMATED_DECISION_PROHIBITED",
        "A decision without a human weighs on the person, and no ground allows it",
        "GDPR art. 22(1), 22(2); LIL art. 47; C-634/21",
        "let a human decide; or record the ground of Art. 22(2), and ask for explicit consent where that is it",
        prohibited,
    ),
    Rule::law(
        CHAPTER,
        139,
        "AUTOMATED_DECISION_SAFEGUARDS_MISSING",
        "A decision without a human needs human intervention, a say and a way to contest it",
        "GDPR art. 22(3)",
        "offer the safeguards, and record them in the activity",
        safeguards,
    ),
    Rule::law(
        CHAPTER,
        140,
        "AUTOMATED_DECISION_SPECIAL_CATEGORY",
        "A decision without a human rests on special categories",
        "GDPR art. 22(4)",
        "leave the data out; or rest them on Art. 9(2)(a) or (g), with safeguards",
        special,
    ),
];

const FACT: &str = "processing.automated_decision";

/// Whether the activity takes decisions of Art. 22. The question can only make it worse.
pub(in crate::engine) fn decides(case: &Case<'_>) -> Mark {
    let record = case.activity.record;
    let recorded = case.activity.body.automated_decision.as_ref();
    let said = case.query.automated_decision.as_ref();
    // Who speaks of such a decision is to say both.
    let spoken_of = recorded.is_some() || said.is_some();
    let mark = |field: &str, recorded: Option<bool>, said: Option<bool>| match (recorded, said) {
        (_, Some(true)) => Mark::Yes,
        (None, None) if spoken_of => Mark::Unknown,
        _ => Mark::of(record, &format!("automated_decision.{field}"), recorded),
    };
    let solely = mark(
        "solely_automated",
        recorded.and_then(|recorded| recorded.solely_automated),
        said.and_then(|said| said.solely_automated),
    );
    let significant = mark(
        "significant_effect",
        recorded.and_then(|recorded| recorded.significant_effect),
        said.and_then(|said| said.significant_effect),
    );
    Mark::all([solely, significant])
}

fn ground(case: &Case<'_>) -> Option<AutomatedDecisionGround> {
    let recorded = case.activity.body.automated_decision.as_ref()?;
    recorded.ground
}

fn prohibited(case: &Case<'_>) -> Outcome {
    if !case.is_about_people() {
        return Outcome::NotApplicable;
    }
    match decides(case) {
        Mark::No => return Outcome::NotApplicable,
        Mark::Unknown => {
            let at = case.here("automated_decision");
            let undecided = "whether a decision without a human weighs on the person";
            return Outcome::FactMissing(vec![Fired::unstated(FACT, at, undecided)]);
        }
        Mark::Yes => {}
    }
    let told = |fact: String, message: String| {
        Outcome::Fired(vec![
            Fired::about(fact, message).at(case.here("automated_decision.ground")),
        ])
    };
    match ground(case) {
        Some(AutomatedDecisionGround::Contract) => {
            if case.contract_state().is_none() {
                let fact = "processing.subject.contract.state";
                let what = "whether the decision is for a contract with the person";
                return Outcome::FactMissing(vec![Fired::missing(fact, what)]);
            }
            if case.has_contract() {
                return Outcome::Satisfied;
            }
            let message = "the person has no contract that it could be necessary for";
            told("processing.subject.contract".to_owned(), message.to_owned())
        }
        Some(AutomatedDecisionGround::Law) => {
            if case.cites_law() {
                return Outcome::Satisfied;
            }
            let message = "no law of the Union or a Member State that authorises it is cited";
            told(FACT.to_owned(), message.to_owned())
        }
        Some(AutomatedDecisionGround::ExplicitConsent) => {
            let scope = ConsentScope::AutomatedDecision;
            match unless_explicit(case, scope, "the consent to the decision") {
                None => Outcome::Satisfied,
                Some(fired) => told(fired.fact, fired.message),
            }
        }
        None => {
            let message = format!(
                "activity `{}` records no ground for it",
                case.activity.key()
            );
            told(FACT.to_owned(), message)
        }
    }
}

/// The safeguards of Art. 22(3) that the activity does not state.
fn lacking(recorded: Option<&ActivityAutomatedDecision>) -> Vec<&'static str> {
    let stated = |said: fn(&ActivityAutomatedDecision) -> Option<bool>| {
        recorded.and_then(said) == Some(true)
    };
    [
        ("human_review", stated(|said| said.human_review)),
        ("express_view", stated(|said| said.express_view)),
        ("contest", stated(|said| said.contest)),
    ]
    .into_iter()
    .filter_map(|(field, stated)| (!stated).then_some(field))
    .collect()
}

fn safeguards(case: &Case<'_>) -> Outcome {
    if decides(case) != Mark::Yes || !case.is_about_people() {
        return Outcome::NotApplicable;
    }
    let needs = matches!(
        ground(case),
        Some(AutomatedDecisionGround::Contract | AutomatedDecisionGround::ExplicitConsent)
    );
    if !needs {
        return Outcome::NotApplicable;
    }
    let lacking = lacking(case.activity.body.automated_decision.as_ref());
    if !lacking.is_empty() {
        let message = format!(
            "activity `{}` does not state {}",
            case.activity.key(),
            lacking.join(", ")
        );
        let at = lacking
            .into_iter()
            .map(|field| case.here(&format!("automated_decision.{field}")));
        let mut fired = Fired::about(FACT, message);
        fired.at.extend(at);
        return Outcome::Fired(vec![fired]);
    }
    let notice = notice_key(case);
    Outcome::Obliges(vec![
        Obligation::new("PROVIDE_HUMAN_REVIEW"),
        Obligation::new("INFORM_LOGIC").with("notice", notice),
    ])
}

fn special(case: &Case<'_>) -> Outcome {
    if decides(case) != Mark::Yes || !case.is_about_people() {
        return Outcome::NotApplicable;
    }
    let guarded = lacking(case.activity.body.automated_decision.as_ref()).is_empty();
    let agreed = unless_explicit(case, ConsentScope::SpecialCategory, "the consent").is_none()
        && barring(case).is_none();
    let (mut told, mut missing, mut any) = (Vec::new(), Vec::new(), false);
    for item in case.personal() {
        let (mark, at) = is_special(case, item);
        let allowed = guarded
            && match letter(case, item) {
                Some(Article9::A) => agreed,
                Some(Article9::G) => {
                    condition(case, item).is_some_and(|ground| case.view.cites_law(ground.body))
                }
                _ => false,
            };
        any |= mark != Mark::No;
        match (mark, at) {
            (Mark::No, _) => {}
            _ if allowed => {}
            (Mark::Unknown, Some(at)) => {
                let undecided = "whether the decision rests on special categories";
                missing.push(Fired::unstated(item.fact("category"), at, undecided));
            }
            (_, at) => {
                let why = if guarded {
                    "not on explicit consent or a substantial public interest"
                } else {
                    "without the safeguards"
                };
                let message = format!("the decision rests on `{}`, {why}", item.key());
                let mut fired =
                    Fired::about(item.fact("category"), message).of(item.key().as_str());
                fired.at.extend(at);
                told.push(fired.at(case.here("automated_decision")));
            }
        }
    }
    Outcome::told_or_missing(told, missing, any)
}
