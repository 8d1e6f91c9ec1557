//! Chapter 2.6: special categories, offences, the national number.

use ropa::domain::activity::RecipientRole;
use ropa::domain::basis::{Article9, BasisArticle, LegalBasis};
use ropa::domain::recipient::RecipientKind;
use ropa::domain::transfer::Country;
use ropa::engine::query::{ConsentScope, DataItem};

use super::consent;
use super::lawfulness::our_law;
use super::lookup::{Mark, Row};
use super::matter::Matter;
use super::recipients::receivers;

pub(super) fn judge(matter: &Matter<'_>) {
    if !matter.processes() || matter.deceased() {
        return;
    }
    for item in &matter.items {
        if matter.set(is_special(matter, item)) {
            special(matter, item);
        }
        let category = Matter::category(item);
        let criminal =
            matter.category_mark(category, |row| row.mark(row.body.criminal, "criminal"));
        if matter.set(criminal) && !offences_allowed(matter, item) {
            matter.deny("CRIMINAL_DATA_NOT_AUTHORISED");
        }
        let number = matter.category_mark(category, |row| {
            row.mark(row.body.national_number, "national_number")
        });
        if matter.set(number) && matter.purpose.body.national_number_ground.is_empty() {
            matter.deny("NATIONAL_ID_RESTRICTED");
        }
    }
}

/// By the mark of the category, or by what was found in the content.
pub(super) fn is_special(matter: &Matter<'_>, item: &DataItem) -> Mark {
    if !item.special_content.is_empty() {
        return Mark::Yes;
    }
    matter.category_mark(Matter::category(item), |row| {
        row.mark_of(row.body.special_category.as_ref(), "special_category")
    })
}

/// The condition of the activity for an item, if it is in force.
pub(super) fn condition<'a>(matter: &Matter<'a>, item: &DataItem) -> Option<Row<'a, LegalBasis>> {
    let entry = matter.entry(Matter::category(item))?;
    matter.rows.get::<LegalBasis>(entry.condition.as_ref()?)
}

/// Whether a consent to special categories is valid and explicit.
pub(super) fn is_explicit(matter: &Matter<'_>) -> bool {
    let given = consent::of_scope(matter, ConsentScope::SpecialCategory);
    let country = matter
        .asked
        .subject
        .as_ref()
        .and_then(|one| one.country.as_ref());
    let barred = country
        .and_then(|key| matter.rows.get::<Country>(key))
        .is_some_and(|row| {
            row.mark(row.body.bars_special_consent, "bars_special_consent") != Mark::No
        });
    consent::serves(matter, ConsentScope::SpecialCategory)
        && given.is_some_and(|given| given.explicit == Some(true))
        && !barred
}

/// 58 to 62.
fn special(matter: &Matter<'_>, item: &DataItem) {
    let found = condition(matter, item);
    let of_9 = found.and_then(|row| match row.body.article {
        Some(BasisArticle::Article9(letter)) => Some((row, letter)),
        _ => None,
    });
    let Some((row, letter)) = of_9 else {
        return matter.deny("SPECIAL_CATEGORY_PROHIBITED");
    };
    match letter {
        Article9::A => {
            if !is_explicit(matter) {
                matter.deny("EXPLICIT_CONSENT_REQUIRED");
            }
        }
        Article9::B | Article9::G | Article9::I | Article9::J => {
            if !our_law(matter, row.body) {
                matter.deny("SPECIAL_CATEGORY_LAW_UNCITED");
            }
        }
        Article9::H => {
            if row.body.professional_secrecy != Some(true) {
                matter.deny("SPECIAL_CATEGORY_LAW_UNCITED");
            }
        }
        Article9::D => {
            let body = matter.controller.body.not_for_profit == Some(true)
                && row.body.member_body == Some(true);
            if !body || goes_outside(matter) {
                matter.deny("SPECIAL_CATEGORY_NONPROFIT_SCOPE");
            }
        }
        Article9::E => {
            let published = item.published_by_subject == Some(true);
            if !published || row.body.public_evidence.is_empty() {
                matter.deny("SPECIAL_CATEGORY_NOT_MANIFESTLY_PUBLIC");
            }
        }
        Article9::C | Article9::F => {}
    }
}

/// Staff and processors are no outside.
fn goes_outside(matter: &Matter<'_>) -> bool {
    receivers(matter).iter().any(|one| {
        one.kind() != RecipientKind::Internal && one.role() != Some(RecipientRole::Processor)
    })
}

/// 64: under official authority, or by law.
fn offences_allowed(matter: &Matter<'_>, item: &DataItem) -> bool {
    let by_law = condition(matter, item).is_some_and(|row| {
        matches!(row.body.article, Some(BasisArticle::Article10(_))) && our_law(matter, row.body)
    });
    matter.controller.body.official_authority == Some(true) || by_law
}
