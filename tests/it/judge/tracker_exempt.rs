//! Rules 147, 148 and 154: what needs no consent, and the pixel in e-mails that always does.

use ropa::domain::tracker::{PixelUse, TrackerClass, TrackerExemption, TrackerMedium};

use super::lookup::Mark;
use super::trackers::Sight;

/// Whether a tracker measures an audience by the exemption of rule 148.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Audience {
    /// It does not claim to.
    NotClaimed,
    /// It claims to, and a condition fails.
    Unmet,
    /// All conditions hold; its life is another matter.
    Met,
}

/// Whether others have access to it: as stated, else where somebody else operates it.
pub(super) fn third_party(sight: &Sight<'_>) -> Mark {
    let tracker = &sight.tracker;
    match tracker.body.third_party_access {
        None if tracker.body.operator.is_some() => Mark::Yes,
        stated => tracker.mark(stated, "third_party_access"),
    }
}

/// Whether an exemption is claimed, for one purpose alone.
fn claims_sole_purpose(sight: &Sight<'_>) -> bool {
    let tracker = &sight.tracker;
    let claimed = exemption(sight)
        .is_some_and(|one| states(sight, one.sole_purpose, "exemption.sole_purpose"));
    claimed && tracker.body.purposes.len() <= 1 && !tracker.silent("purposes")
}

/// What it is for: where the source is unclear, that is not known.
fn class(sight: &Sight<'_>) -> Option<TrackerClass> {
    let tracker = &sight.tracker;
    tracker.body.class.filter(|_| !tracker.silent("class"))
}

/// The exemption that it claims: a gap never permits.
fn exemption<'a>(sight: &Sight<'a>) -> Option<&'a TrackerExemption> {
    let tracker = &sight.tracker;
    let stated = tracker.body.exemption.as_ref();
    stated
        .filter(|_| !tracker.silent("exemption"))
        .filter(|one| states(sight, one.claimed, "exemption.claimed"))
}

/// What is stated, and of which the source is not silent.
fn states(sight: &Sight<'_>, said: Option<bool>, field: &str) -> bool {
    said == Some(true) && !sight.tracker.silent(field)
}

/// 147: to carry out the communication, or strictly necessary for a service that the person asked for.
pub(super) fn is_exempt(sight: &Sight<'_>) -> bool {
    let requested = sight.said.requested_service == Some(true);
    let by_class = match class(sight) {
        Some(TrackerClass::Communication) => true,
        Some(TrackerClass::StrictlyNecessary | TrackerClass::InterfacePreference) => requested,
        // The draft on pixels exempts the security of authentication and an anonymous rate over all.
        Some(TrackerClass::EmailPixel) => is_harmless(sight) && counts_nobody(sight),
        Some(
            TrackerClass::AudienceMeasurement
            | TrackerClass::Analytics
            | TrackerClass::Advertising
            | TrackerClass::Social,
        )
        | None => false,
    };
    by_class && claims_sole_purpose(sight)
}

/// Of an open rate: nothing is stated against its being anonymous and one's own.
fn counts_nobody(sight: &Sight<'_>) -> bool {
    let body = sight.tracker.body;
    let tracker = &sight.tracker;
    let anonymous = exemption(sight).and_then(|one| one.anonymous_statistics) != Some(false)
        && !tracker.silent("exemption.anonymous_statistics");
    let alone = body.third_party_access != Some(true) && !tracker.silent("third_party_access");
    body.pixel_use == Some(PixelUse::Security) || anonymous && alone
}

/// 148: all conditions but the life of the tracker.
pub(super) fn audience(sight: &Sight<'_>) -> Audience {
    let tracker = &sight.tracker;
    let class = class(sight);
    let measures = matches!(
        class,
        Some(TrackerClass::AudienceMeasurement | TrackerClass::Analytics)
    );
    let Some(claimed) = exemption(sight).filter(|_| measures) else {
        return Audience::NotClaimed;
    };
    // No other exemption is there for analytics to claim; and they never measure an audience.
    let is_audience = class == Some(TrackerClass::AudienceMeasurement);
    let stated = [
        (claimed.sole_account, "exemption.sole_account"),
        (
            claimed.anonymous_statistics,
            "exemption.anonymous_statistics",
        ),
        (claimed.no_cross_site, "exemption.no_cross_site"),
        (claimed.no_cross_matching, "exemption.no_cross_matching"),
        (claimed.no_third_party, "exemption.no_third_party"),
        (claimed.no_vendor_reuse, "exemption.no_vendor_reuse"),
    ];
    let each = stated.iter().all(|(one, field)| states(sight, *one, field));
    // What is stated of third parties elsewhere counts too.
    let alone = tracker.mark(tracker.body.third_party_access, "third_party_access") == Mark::No;
    if is_audience && each && alone && claims_sole_purpose(sight) {
        Audience::Met
    } else {
        Audience::Unmet
    }
}

/// 154. EMAIL_PIXEL_CONSENT_REQUIRED, beside 145 or 146.
pub(super) fn email_pixel(sight: &Sight<'_>, consented: bool) {
    let tracker = sight.tracker.body;
    // Of pixels in e-mails alone it is said how they are used.
    let used = tracker.pixel_use.is_some() || sight.tracker.silent("pixel_use");
    let in_mail = match tracker.medium {
        Some(TrackerMedium::Email) => used,
        Some(_) => false,
        None => tracker.pixel_use.is_some() || used && sight.tracker.silent("medium"),
    };
    let is_pixel = tracker.class == Some(TrackerClass::EmailPixel) || in_mail;
    if is_pixel && !is_harmless(sight) && !consented {
        sight.matter.deny("EMAIL_PIXEL_CONSENT_REQUIRED");
    }
}

/// Whether a pixel follows no reader: one of which it is not said follows each.
fn is_harmless(sight: &Sight<'_>) -> bool {
    let tracker = &sight.tracker;
    let harmless = matches!(
        tracker.body.pixel_use,
        Some(PixelUse::Security | PixelUse::GlobalOpenRate)
    );
    harmless && !tracker.silent("pixel_use")
}

/// Whether the person opted out of an audience tracker whose conditions hold.
pub(super) fn objected(sight: &Sight<'_>) -> bool {
    sight.said.objected == Some(true) && audience(sight) == Audience::Met
}
