//! Chapter 2.2: the principles of Art. 5.

use ropa::domain::activity::Activity;
use ropa::domain::activity::{CollectedFor, SourceLawfulness};
use ropa::domain::basis::{Article6, Assessment, AssessmentKind, AssessmentOutcome};
use ropa::domain::key::{PurposeKey, TypedKey};
use ropa::domain::notice::{Notice, UndertakingKind};
use ropa::domain::recipient::{Recipient, RecipientKind};
use ropa::engine::query::{ConsentScope, DataItem, Origin};

use super::consent;
use super::lawfulness::our_law;
use super::lookup::{Mark, Row};
use super::marketing;
use super::matter::{COLLECTING, Matter};

pub(super) fn judge(matter: &Matter<'_>) {
    if !matter.deceased() {
        if matter.existing() {
            purpose_incompatible(matter);
        }
        if matter.processes() {
            categories(matter);
            access_not_authorised(matter);
            data_source_unlawful(matter);
        }
        if matter.asks(COLLECTING) && matter.group.is_some() {
            notice_missing(matter);
        }
        if matter.processes() {
            sale_prohibited(matter);
        }
    }
}

/// 10. PURPOSE_INCOMPATIBLE, or 11. PURPOSE_FURTHER_USE.
fn purpose_incompatible(matter: &Matter<'_>) {
    for item in &matter.items {
        let from = collected_for(matter, item);
        if from.same || carried_by_law(matter) || carried_by_consent(matter) {
            continue;
        }
        if marketing::soft_opt_in(matter) && marketing::is_contact_detail(matter, item) {
            continue;
        }
        if !from.on_consent && (is_compatible(matter, from.purpose.as_ref()) || is_research(matter))
        {
            matter.ground("PURPOSE_FURTHER_USE");
            matter.oblige("INFORM_NEW_PURPOSE", &[]);
        } else {
            matter.deny("PURPOSE_INCOMPATIBLE");
        }
    }
}

/// What an item was collected for.
struct From {
    /// For this activity or its purpose.
    same: bool,
    purpose: Option<PurposeKey>,
    on_consent: bool,
}

fn collected_for(matter: &Matter<'_>, item: &DataItem) -> From {
    let entry = matter.entry(Matter::category(item));
    let recorded = entry.and_then(|entry| entry.collected_for.as_ref());
    let on_consent = |activity: &Row<'_, Activity>| {
        let key = activity.body.legal_basis.as_ref();
        let basis = key.and_then(|key| matter.rows.known(key));
        basis.is_some_and(|row| super::matter::letter(row.body) == Some(Article6::A))
    };
    match item.collected_for.as_ref().or(recorded) {
        None => From {
            // Where the source is silent about it, nobody knows what it was for, nor that it was not on consent.
            same: entry.is_none() || !matter.activity.silent("data.collected_for"),
            purpose: None,
            on_consent: true,
        },
        Some(CollectedFor::CollectedForActivity(key)) => {
            let row = matter.rows.known::<Activity>(key);
            let purpose = row.and_then(|row| row.body.purpose.clone());
            From {
                same: matter.is_activity(key) || purpose == Some(matter.purpose_key()),
                // Of an activity that nobody knows, or that serves nothing, nobody knows that it was not on consent.
                on_consent: purpose.is_none() || row.is_some_and(|row| on_consent(&row)),
                purpose,
            }
        }
        Some(CollectedFor::CollectedForPurpose(key)) => {
            let served = matter.rows.all::<Activity>();
            let mut of_purpose = served
                .iter()
                .filter(|row| row.body.purpose.as_ref() == Some(key));
            From {
                same: *key == matter.purpose_key()
                    || matter.activity.body.purpose.as_ref() == Some(key),
                on_consent: of_purpose.any(on_consent),
                purpose: Some(key.clone()),
            }
        }
    }
}

/// A law of the Union or a Member State carries a further use.
fn carried_by_law(matter: &Matter<'_>) -> bool {
    let basis = matter.basis().filter(|basis| {
        matches!(
            super::matter::letter(basis.body),
            Some(Article6::C | Article6::E)
        )
    });
    basis.is_some_and(|basis| our_law(matter, basis.body))
}

/// So does a consent to it.
fn carried_by_consent(matter: &Matter<'_>) -> bool {
    let on_consent = matter.letter() == Some(Article6::A);
    consent::serves(matter, ConsentScope::FurtherUse)
        || (on_consent && consent::serves(matter, ConsentScope::Processing))
}

/// So does an assessment that found the purposes compatible.
fn is_compatible(matter: &Matter<'_>, from: Option<&PurposeKey>) -> bool {
    let mut assessments = matter.rows.current::<Assessment>();
    assessments.retain(|row| {
        let day = row.body.assessed_on;
        row.body.kind == Some(AssessmentKind::Compatibility)
            && row.body.from_purpose.as_ref() == from
            && row.body.to_purpose.as_ref() == Some(&matter.purpose_key())
            && day.is_some_and(|day| matter.rows.has_begun(day))
    });
    // One that found against goes before all others.
    let found = |outcome| {
        let mut rows = assessments.iter();
        rows.any(|row| row.body.outcome == Some(outcome))
    };
    from.is_some()
        && found(AssessmentOutcome::Compatible)
        && !found(AssessmentOutcome::Incompatible)
}

/// So do archiving, research and statistics with the safeguards of Art. 89(1).
fn is_research(matter: &Matter<'_>) -> bool {
    matter.purpose.body.research_kind.is_some()
        && !matter.purpose.silent("research_kind")
        && matter.activity.body.research_safeguards == Some(true)
}

/// 12. CATEGORY_NOT_NECESSARY and 13. CATEGORY_LINK_MISSING.
fn categories(matter: &Matter<'_>) {
    if matter.activity.body.data.is_empty() {
        return matter.deny("CATEGORY_LINK_MISSING");
    }
    for item in &matter.items {
        if matter.entry(Matter::category(item)).is_none() {
            matter.deny("CATEGORY_NOT_NECESSARY");
        }
    }
}

/// 15. NOTICE_MISSING, 16. NOTICE_INCOMPLETE.
fn notice_missing(matter: &Matter<'_>) {
    let notices = notices(matter);
    // Also of what is not registered, or not said: a notice is about an activity.
    let origins: Vec<_> = if matter.asked.data.is_empty() {
        // Nothing is said of them that would soften it.
        vec![Some(Origin::FromSubject)]
    } else {
        matter.asked.data.iter().map(|item| item.origin).collect()
    };
    for origin in origins {
        let indirect = is_indirect(matter, origin);
        if !notices.is_empty() {
            if !are_complete(matter, &notices, indirect) {
                matter.warn("NOTICE_INCOMPLETE");
            }
        } else if !is_exempt(matter, indirect) {
            if indirect {
                let day = matter.rows.counted_from().plus(&period("P1M"));
                matter.oblige("INFORM_SUBJECT", &[("date", day.to_string())]);
            } else {
                matter.deny("NOTICE_MISSING");
            }
        }
    }
}

/// A period that stands in the rule book.
pub(super) fn period(text: &str) -> ropa::domain::date::Period {
    ropa::domain::shape::Text::parse(text).expect("a period")
}

/// The notices in force that cover the activity and the person.
pub(super) fn notices<'a>(matter: &Matter<'a>) -> Vec<Row<'a, Notice>> {
    let mut notices = matter.rows.all::<Notice>();
    notices.retain(|row| {
        let ours = row
            .body
            .controller
            .as_ref()
            .is_some_and(|key| matter.is_controller(key));
        let about = row
            .body
            .activities
            .iter()
            .any(|key| matter.is_activity(key));
        let groups = &row.body.data_subject_categories;
        let to = matter.group.as_ref();
        ours && about
            && to.is_some_and(|group| matter.rows.covers_group(groups, group))
            && row.record.envelope.valid_from.is_some()
            && matter.rows.in_force(row.record)
    });
    notices
}

/// Data from others or from public sources: the record says so, and the caller does not deny it.
fn is_indirect(matter: &Matter<'_>, origin: Option<Origin>) -> bool {
    let of_group = matter.group_mark(|row| row.mark(row.body.indirect_source, "indirect_source"));
    let recorded = !matter.activity.body.sources.is_empty() || of_group == Mark::Yes;
    let hardened = matches!(
        origin,
        Some(Origin::FromSubject | Origin::Observed | Origin::Derived)
    );
    recorded && !hardened
}

/// Art. 13(4) excuses of data from the person, 14(5)(a) to (d) of data from others; with a reason only.
fn is_exempt(matter: &Matter<'_>, indirect: bool) -> bool {
    let excuses: &[&str] = if indirect {
        &["14(5)(a)", "14(5)(b)", "14(5)(c)", "14(5)(d)"]
    } else {
        &["13(4)"]
    };
    let claimed = matter.activity.body.notice_exemption.as_ref();
    claimed.is_some_and(|claimed| {
        excuses.contains(&claimed.article.as_str()) && !claimed.reason.is_empty()
    })
}

/// Whether a notice says what it must about this activity.
fn are_complete(matter: &Matter<'_>, notices: &[Row<'_, Notice>], indirect: bool) -> bool {
    let says = |article: &str| {
        let mut items = notices.iter().flat_map(|notice| &notice.body.items);
        items.any(|item| item.article == article && !item.statement.is_empty())
    };
    let letter = matter.letter();
    let discloses = matter.activity.body.recipients.iter().any(|entry| {
        let key = entry.recipient.as_ref();
        let row = key.and_then(|key| matter.rows.known::<Recipient>(key));
        !row.is_some_and(|row| {
            matches!(
                row.body.kind,
                Some(RecipientKind::Internal | RecipientKind::Authority)
            )
        })
    });
    let decides = matter.activity.body.automated_decision.is_some();
    let needed: Vec<(&str, &str, bool)> = vec![
        ("13(1)(a)", "14(1)(a)", true),
        ("13(1)(b)", "14(1)(b)", matter.controller.body.dpo.is_some()),
        ("13(1)(c)", "14(1)(c)", true),
        ("13(1)(d)", "14(2)(b)", letter == Some(Article6::F)),
        ("13(2)(e)", "14(1)(d)", true),
        ("13(1)(e)", "14(1)(e)", discloses),
        ("13(2)(a)", "14(2)(a)", true),
        ("13(2)(b)", "14(2)(c)", true),
        ("13(2)(c)", "14(2)(d)", letter == Some(Article6::A)),
        ("13(2)(d)", "14(2)(e)", true),
        ("", "14(2)(f)", true),
        ("13(2)(f)", "14(2)(g)", decides),
    ];
    needed.into_iter().all(|(direct, other, applies)| {
        let article = if indirect { other } else { direct };
        !applies || article.is_empty() || says(article)
    })
}

/// The undertakings of a kind that bind towards this person, in a notice with or without a date. A notice of which
/// the source does not say what it undertakes may undertake anything: nothing is told of what.
pub(super) fn undertakings<'a>(
    matter: &Matter<'a>,
    kind: UndertakingKind,
) -> Vec<Option<&'a ropa::domain::notice::Undertaking>> {
    // Towards people of whom it is not known who they are, every promise binds.
    let group = matter.group.as_ref();
    let mut bound = Vec::new();
    for row in matter.rows.all::<Notice>() {
        // One that does not say whose it is may be ours.
        let controller = row.body.controller.as_ref();
        let ours = controller.is_none_or(|key| matter.is_controller(key));
        let groups = &row.body.data_subject_categories;
        // A list that may hold more people binds towards more.
        let to = groups.is_empty()
            || row.silent("data_subject_categories")
            || group.is_none_or(|group| matter.rows.covers_group(groups, group));
        if ours && to && matter.rows.in_force(row.record) {
            let made = &row.body.undertakings;
            bound.extend(made.iter().filter(|one| one.kind == Some(kind)).map(Some));
            if made.is_empty() && row.silent("undertakings") {
                bound.push(None);
            }
            // One of which it is not said what it promises may promise it.
            if row.silent("undertakings.kind") {
                bound.extend(made.iter().filter(|one| one.kind.is_none()).map(|_| None));
            }
        }
    }
    bound
}

/// 17. SALE_PROHIBITED.
fn sale_prohibited(matter: &Matter<'_>) {
    if undertakings(matter, UndertakingKind::NoSale).is_empty() {
        return;
    }
    for disclosure in &matter.asked.recipients {
        let Some(key) = disclosure.recipient.as_ref() else {
            continue;
        };
        let mut entries = matter.activity.body.recipients.iter();
        let entry = entries.find(|entry| entry.recipient.as_ref() == Some(key));
        let (Some(entry), Some(row)) = (entry, matter.rows.get::<Recipient>(key)) else {
            continue;
        };
        // Own staff pay nothing.
        if row.body.kind == Some(RecipientKind::Internal) {
            continue;
        }
        let stated = entry.not_for_consideration == Some(true);
        if disclosure.for_consideration == Some(true) || !stated {
            matter.deny("SALE_PROHIBITED");
        }
    }
}

/// 18. ACCESS_NOT_AUTHORISED.
fn access_not_authorised(matter: &Matter<'_>) {
    let roles = &matter.activity.body.authorised_roles;
    let named = matter.asked.requester_role.as_ref();
    if roles.is_empty() && matter.activity.silent("authorised_roles") {
        matter.deny("FACT_MISSING");
    }
    if !roles.is_empty() && !named.is_some_and(|role| roles.contains(role)) {
        matter.deny("ACCESS_NOT_AUTHORISED");
    }
}

/// 19. DATA_SOURCE_UNLAWFUL: denies an unlawful source, warns of an unknown one.
fn data_source_unlawful(matter: &Matter<'_>) {
    for item in &matter.items {
        let mut of_item = matter.activity.body.sources.clone();
        // Where it is not said from which, each may be it.
        if let Some(source) = &item.source {
            of_item.retain(|one| one.recipient.as_ref() == Some(source));
        }
        let each: Vec<_> = of_item.iter().map(|one| one.lawfulness).collect();
        if each.contains(&Some(SourceLawfulness::Unlawful)) {
            matter.deny_by_policy("DATA_SOURCE_UNLAWFUL");
        } else if each.contains(&Some(SourceLawfulness::Unknown))
            || each.contains(&None)
            || each.is_empty() && !matter.activity.body.sources.is_empty()
        {
            matter.warn_by_policy("DATA_SOURCE_UNLAWFUL");
        }
    }
}

/// Whether two keys name the same record.
pub(super) fn same(one: &impl TypedKey, other: &impl TypedKey) -> bool {
    one.key() == other.key()
}
