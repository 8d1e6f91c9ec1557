//! Rules 132, 133 and 160: protected as it is asked for.

use ropa::domain::key::SecurityMeasureKey;
use ropa::domain::security::{MeasureKind, SecurityMeasure};

use super::matter::Matter;
use super::retention;

pub(super) fn judge(matter: &Matter<'_>) {
    if !matter.processes() {
        return;
    }
    measures_missing(matter);
    // 133. SECURITY_MEASURES_UNDOCUMENTED.
    let measures = &matter.activity.body.measures;
    let known = |key: &SecurityMeasureKey| matter.rows.get::<SecurityMeasure>(key).is_some();
    if !measures.iter().any(known) {
        matter.warn("SECURITY_MEASURES_UNDOCUMENTED");
    }
    breach_active(matter);
}

/// 132. SECURITY_MEASURE_MISSING.
fn measures_missing(matter: &Matter<'_>) {
    let mut required = matter.activity.body.required_measures.clone();
    for item in &matter.items {
        for row in matter.rows.binding(Matter::category(item)) {
            required.extend(row.body.required_measures.iter().cloned());
        }
    }
    // More may be required where the source does not say what is.
    let mut of_categories = matter.items.iter();
    let unlisted = matter.activity.silent("required_measures")
        || of_categories.any(|item| {
            let rows = matter.rows.binding(Matter::category(item));
            rows.iter().any(|row| row.silent("required_measures"))
        });
    if unlisted {
        matter.deny_by_policy("SECURITY_MEASURE_MISSING");
    }
    for key in &required {
        let row = matter.rows.known::<SecurityMeasure>(key);
        let in_transit =
            row.and_then(|row| row.body.kind) == Some(MeasureKind::EncryptionInTransit);
        // What is only kept does not travel.
        if in_transit && retention::only_stores(matter) {
            continue;
        }
        if !is_met(matter, key) {
            matter.deny_by_policy("SECURITY_MEASURE_MISSING");
        }
    }
}

/// Whether a measure is in place: on the channel, or on every system in question.
pub(super) fn is_met(matter: &Matter<'_>, key: &SecurityMeasureKey) -> bool {
    if matter.rows.get::<SecurityMeasure>(key).is_none() {
        return false;
    }
    let channel = matter.asked.channel.as_ref();
    let systems = matter.systems();
    channel.is_some_and(|channel| channel.measures.contains(key))
        || (!systems.is_empty()
            && systems
                .iter()
                .all(|system| system.body.measures.contains(key)))
}

/// 160. BREACH_ACTIVE_CHANNEL.
fn breach_active(matter: &Matter<'_>) {
    let open = matter.systems().iter().any(|system| {
        system.silent("breaches")
            || system.body.breaches.iter().any(|breach| {
                breach
                    .opened_on
                    .is_none_or(|day| matter.rows.has_begun(day))
                    && !breach
                        .closed_on
                        .is_some_and(|day| matter.rows.has_begun(day))
            })
    });
    if open {
        matter.warn_by_policy("BREACH_ACTIVE_CHANNEL");
    }
}
