//! How a right stands in one activity, by its basis and what keeps the data.

use super::asked::RightRequest;
use super::erasure::erasure;
use super::reach::{Reach, reach};
use super::told::{ActivityRight, RightAct, RightAction, RightStanding};
use crate::domain::activity::AutomatedDecisionGround;
use crate::domain::basis::{Article6, LegalBasis};
use crate::domain::notice::SubjectRight;
use crate::domain::record::State;
use crate::engine::case::{Case, Item};
use crate::engine::decision::Reason;
use crate::engine::query::{ObjectionState, Origin, PostMortemDirective};
use crate::engine::rule::Fired;
use crate::engine::rules::{self, FACT_MISSING};
use crate::engine::snapshot::Node;
use crate::engine::view::{Mark, gap, place};

/// What came of one activity.
pub(super) struct Found {
    pub standing: RightStanding,
    pub provision: &'static str,
    pub reasons: Vec<Reason>,
    pub acts: Vec<RightAct>,
}

impl Found {
    /// It applies, and this is done with everything.
    fn applies(case: &Case<'_>, action: RightAction, provision: &'static str) -> Self {
        let acts = case.items.iter().map(|item| act(item, action, provision));
        Self {
            standing: RightStanding::Applies,
            provision,
            reasons: Vec::new(),
            acts: acts.collect(),
        }
    }

    /// It does not attach.
    fn refused(case: &Case<'_>, asked: &RightRequest, provision: &'static str, why: &str) -> Self {
        let right = asked.right.map_or("", SubjectRight::as_str);
        let message = format!(
            "{right} does not apply to activity `{}`: {why}",
            case.activity.key()
        );
        let fired = Fired::about("request.right", message).at(case.basis_at("article"));
        Self {
            standing: RightStanding::Refused,
            provision,
            reasons: vec![Reason::of(rules::NOT_APPLICABLE, fired)],
            acts: Vec::new(),
        }
    }

    /// A fact is missing.
    fn undecided(missing: Fired, provision: &'static str) -> Self {
        Self {
            standing: RightStanding::Undecided,
            provision,
            reasons: vec![Reason::of(FACT_MISSING, missing)],
            acts: Vec::new(),
        }
    }
}

pub(super) fn act(item: &Item<'_>, action: RightAction, provision: &'static str) -> RightAct {
    RightAct {
        category: item.key().clone(),
        action,
        until: None,
        provision,
        law: None,
        hold: None,
    }
}

/// How the right stands; nothing where it has nothing to do with the activity.
pub(super) fn stand(case: &Case<'_>, asked: &RightRequest) -> Option<ActivityRight> {
    let right = asked.right?;
    let deceased = rules::is_deceased(case);
    // The rights of the living end with them: what was directed, or what the law lets heirs ask for, decides.
    let barred = (deceased && right != SubjectRight::PostMortem)
        .then(|| post_mortem(case, asked))
        .filter(|found| found.standing != RightStanding::Applies);
    let rests_on_basis = matches!(
        right,
        SubjectRight::Erasure
            | SubjectRight::Portability
            | SubjectRight::Objection
            | SubjectRight::ConsentWithdrawal
    );
    let unclear = unclear_basis(case).filter(|_| rests_on_basis);
    let found = match right {
        _ if barred.is_some() => barred?,
        _ if unclear.is_some() => Found::undecided(unclear?, ""),
        SubjectRight::Access => Found::applies(case, RightAction::Show, "15"),
        SubjectRight::Rectification => Found::applies(case, RightAction::Correct, "16"),
        SubjectRight::Restriction => Found::applies(case, RightAction::Restrict, "18"),
        SubjectRight::Erasure => erasure(case, asked),
        SubjectRight::Portability => portability(case, asked),
        SubjectRight::Objection => objection(case, asked),
        SubjectRight::MarketingObjection => marketing(case)?,
        SubjectRight::ConsentWithdrawal => match case.letter() {
            Some(Article6::A) => withdrawal(case),
            _ => Found::refused(case, asked, "7(3)", "it does not rest on consent"),
        },
        SubjectRight::AutomatedDecision => automated(case, asked)?,
        SubjectRight::PostMortem => post_mortem(case, asked),
        SubjectRight::RecipientsTold
        | SubjectRight::Complaint
        | SubjectRight::JudicialRemedy
        | SubjectRight::TrackerRefusal
        | SubjectRight::BreachTold => return None,
    };
    // To keep data apart is work too; to keep them as they are is none.
    let works = |act: &RightAct| act.action != RightAction::Keep;
    let done = found.standing != RightStanding::Refused || found.acts.iter().any(works);
    // Art. 19: whoever got the data is told of what is corrected, erased or restricted, whichever right that follows from.
    let is_told = |act: &RightAct| {
        let told = [
            RightAction::Correct,
            RightAction::Erase,
            RightAction::Restrict,
        ];
        told.contains(&act.action)
    };
    let told = found.standing != RightStanding::Refused && found.acts.iter().any(is_told);
    let reach = if done {
        reach(case, told)
    } else {
        Reach::default()
    };
    let mut reasons = found.reasons;
    reasons.extend(reach.open);
    Some(ActivityRight {
        activity: case.activity.key().clone(),
        legal_basis: case.basis.map(|basis| basis.key().clone()),
        standing: found.standing,
        provision: found.provision,
        reasons,
        acts: found.acts,
        systems: reach.systems,
        processors: reach.processors,
        recipients: reach.recipients,
    })
}

/// What the record leaves open of the basis of the activity: what hangs on it cannot be told.
fn unclear_basis(case: &Case<'_>) -> Option<Fired> {
    if case.letter().is_some() {
        return None;
    }
    let of_activity = gap(case.activity.record, "legal_basis").map(|_| case.here("legal_basis"));
    let key = case.activity.body.legal_basis.as_ref();
    let basis = key.and_then(|key| case.view.snapshot.legal_basis(key));
    let of_basis = |basis: Node<'_, LegalBasis>| {
        let envelope = &basis.record.envelope;
        let held_back = matches!(envelope.state, State::Draft | State::Suspended);
        let to_begin = envelope
            .valid_from
            .is_some_and(|day| !case.view.clock.begun(day));
        let field = if held_back {
            "state"
        } else if to_begin {
            "valid_from"
        } else if basis.body.article.is_none() {
            "article"
        } else {
            return None;
        };
        Some(place(basis.record, field))
    };
    let at = of_activity.or_else(|| basis.and_then(of_basis))?;
    Some(Fired::unstated(
        "request.right",
        at,
        "what the activity rests on",
    ))
}

/// Withdrawal of a consent (Art. 7(3)): the processing stops, and what nothing else keeps is erased (Art. 17(1)(b)).
fn withdrawal(case: &Case<'_>) -> Found {
    let mut found = Found::applies(case, RightAction::Stop, "7(3)");
    let kept_by_nothing = case.personal().filter(|item| !rules::is_kept(case, item));
    let erased = kept_by_nothing.map(|item| act(item, RightAction::Erase, "17(1)(b)"));
    found.acts.extend(erased);
    found
}

/// Portability (Art. 20): what the person provided, on consent or a contract, by machines.
fn portability(case: &Case<'_>, asked: &RightRequest) -> Found {
    match case.letter() {
        Some(Article6::A | Article6::B) => {}
        Some(Article6::E) => {
            return Found::refused(case, asked, "20(3)", "it serves a public task");
        }
        _ => {
            let why = "it rests neither on consent nor on a contract";
            return Found::refused(case, asked, "20(1)(a)", why);
        }
    }
    match asked.automated_means {
        None => {
            let undecided = "whether the data can be handed over";
            let missing = Fired::missing("request.automated_means", undecided);
            return Found::undecided(missing, "20(1)(b)");
        }
        Some(false) => {
            return Found::refused(case, asked, "20(1)(b)", "it is not done by automated means");
        }
        Some(true) => {}
    }
    let provided = |item: &&Item<'_>| match item.said.origin {
        Some(Origin::FromSubject | Origin::Observed) => true,
        Some(_) => false,
        None => asked.provided_by_subject == Some(true),
    };
    let all_said = case.items.iter().all(|item| item.said.origin.is_some());
    if asked.provided_by_subject.is_none() && !all_said {
        let undecided = "which data the person provided";
        let missing = Fired::missing("request.provided_by_subject", undecided);
        return Found::undecided(missing, "20(1)");
    }
    let acts: Vec<RightAct> = case
        .items
        .iter()
        .filter(provided)
        .map(|item| act(item, RightAction::Hand, "20(1)"))
        .collect();
    if acts.is_empty() {
        return Found::refused(case, asked, "20(1)", "the person did not provide the data");
    }
    let standing = if acts.len() == case.items.len() {
        RightStanding::Applies
    } else {
        RightStanding::InPart
    };
    Found {
        standing,
        provision: "20(1)",
        reasons: Vec::new(),
        acts,
    }
}

/// Objection (Art. 21(1)): to a public task or a legitimate interest, unless compelling grounds override it.
fn objection(case: &Case<'_>, asked: &RightRequest) -> Found {
    // To direct marketing nothing overrides it, whatever that rests on.
    if let Some(found) = marketing(case) {
        return found;
    }
    if !matches!(case.letter(), Some(Article6::E | Article6::F)) {
        let why = "it rests neither on a public task nor on a legitimate interest";
        return Found::refused(case, asked, "21(1)", why);
    }
    match asked.objection {
        Some(ObjectionState::OverriddenCompelling) => {
            Found::refused(case, asked, "21(1)", "compelling grounds override it")
        }
        Some(ObjectionState::OverriddenLegalClaim) => {
            Found::refused(case, asked, "21(1)", "legal claims override it")
        }
        Some(ObjectionState::GroundsUnderReview) => {
            Found::applies(case, RightAction::Restrict, "18(1)(d)")
        }
        Some(ObjectionState::None | ObjectionState::Recorded) | None => {
            Found::applies(case, RightAction::Stop, "21(1)")
        }
    }
}

/// Objection to direct marketing (Art. 21(2)): always, where there is any.
fn marketing(case: &Case<'_>) -> Option<Found> {
    match case.view.direct_marketing(case.purpose).0 {
        Mark::Yes => Some(Found::applies(case, RightAction::Stop, "21(2)")),
        Mark::No => None,
        Mark::Unknown => {
            let at = place(case.purpose.record, "direct_marketing");
            let missing = Fired::unstated("request.right", at, "whether it is direct marketing");
            Some(Found::undecided(missing, "21(2)"))
        }
    }
}

/// What the person directed, else what the law lets the heirs ask for (LIL art. 85).
fn post_mortem(case: &Case<'_>, asked: &RightRequest) -> Found {
    if !rules::is_deceased(case) {
        let why = "it is not stated that the person is deceased";
        return Found::refused(case, asked, "LIL 85", why);
    }
    let subject = asked.subject.as_ref();
    let said = subject.and_then(|subject| subject.post_mortem.as_ref());
    let action = RightAction::FollowDirective;
    match said.and_then(|said| said.directive) {
        None => {
            let undecided = "what the person directed";
            let missing = Fired::missing("request.subject.post_mortem.directive", undecided);
            Found::undecided(missing, "LIL 85 I")
        }
        Some(PostMortemDirective::AllowsThis) => Found::applies(case, action, "LIL 85 I"),
        Some(PostMortemDirective::ForbidsThis) => Found::refused(
            case,
            asked,
            "LIL 85 I",
            "a directive of the deceased forbids it",
        ),
        Some(PostMortemDirective::None) => {
            if said.and_then(|said| said.heir_action).is_some() {
                return Found::applies(case, action, "LIL 85 II");
            }
            let why = "there is no directive, and it is nothing that heirs may ask for";
            Found::refused(case, asked, "LIL 85 II", why)
        }
    }
}

/// Automated decisions (Art. 22): a human looks at what a contract or a consent carries.
fn automated(case: &Case<'_>, asked: &RightRequest) -> Option<Found> {
    let record = case.activity.record;
    let decides = rules::decides(case);
    let ground = "automated_decision.ground";
    let unclear = decides == Mark::Yes && gap(record, ground).is_some();
    if decides == Mark::Unknown || unclear {
        let field = if unclear {
            ground
        } else {
            "automated_decision"
        };
        let undecided = "whether a decision is made by machines alone";
        let missing = Fired::unstated("request.right", place(record, field), undecided);
        return Some(Found::undecided(missing, "22(1)"));
    }
    if decides == Mark::No {
        return None;
    }
    let recorded = case.activity.body.automated_decision.as_ref()?;
    Some(match recorded.ground {
        Some(AutomatedDecisionGround::Contract | AutomatedDecisionGround::ExplicitConsent) => {
            Found::applies(case, RightAction::Review, "22(3)")
        }
        Some(AutomatedDecisionGround::Law) => {
            Found::refused(case, asked, "22(2)(b)", "a law authorises the decision")
        }
        None => Found::applies(case, RightAction::Stop, "22(1)"),
    })
}
