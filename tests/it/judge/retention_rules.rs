//! Which retention rules and holds are about an item.

use ropa::domain::activity::Activity;
use ropa::domain::basis::LegalBasis;
use ropa::domain::key::TypedKey;
use ropa::domain::retention::{HoldScope, LegalHold, RetentionKind, RetentionRule};
use ropa::engine::query::DataItem;

use super::lawfulness::our_law;
use super::lookup::Row;
use super::matter::Matter;

/// A ceiling applies to a category that it lists or includes; a floor also to all below.
pub(super) fn is_about(
    matter: &Matter<'_>,
    item: &DataItem,
    rule: &RetentionRule,
    reaching: bool,
) -> bool {
    let category = Matter::category(item);
    let categories = if reaching {
        matter.rows.reaches(&rule.categories, category)
    } else {
        matter.rows.may_cover(&rule.categories, category)
    };
    categories && is_about_group(matter, rule, reaching)
}

pub(super) fn is_about_group(matter: &Matter<'_>, rule: &RetentionRule, reaching: bool) -> bool {
    let groups = &rule.data_subject_categories;
    // Of people of whom it is not known who they are, every rule may be about them.
    let Some(group) = &matter.group else {
        return true;
    };
    groups.is_empty()
        || if reaching {
            matter.rows.reaches_group(groups, group)
        } else {
            matter.rows.may_cover_group(groups, group)
        }
}

/// Whether a rule is bound to an activity, from either side.
pub(super) fn is_bound(rule: &Row<'_, RetentionRule>, activity: &Row<'_, Activity>) -> bool {
    let own = &activity.record.name.key;
    rule.body.activities.iter().any(|key| key.key() == own)
        || activity
            .body
            .retention_rules
            .iter()
            .any(|key| *key.key() == rule.record.name.key)
}

/// The rules that are no legal minimum and apply: those bound to the activity before those that are not.
pub(super) fn ceilings<'a>(
    matter: &Matter<'a>,
    item: &DataItem,
    activity: &Row<'a, Activity>,
) -> Vec<Row<'a, RetentionRule>> {
    let mut rules = matter.rows.current::<RetentionRule>();
    rules.retain(|rule| {
        // One that names no category, and should, may be about any.
        let any = rule.body.categories.is_empty() && rule.silent("categories");
        let about = is_about(matter, item, rule.body, false)
            || any && is_about_group(matter, rule.body, false);
        rule.body.kind != Some(RetentionKind::Floor) && about
    });
    // One that is for no activity in particular limits each of them. Where an activity does not say all of its own, or a
    // rule all that it is for, one of another may be its own too.
    let perhaps = |rule: &Row<'_, RetentionRule>| {
        let of_others = !is_bound(rule, activity) && !rule.body.activities.is_empty();
        of_others && activity.silent("retention_rules") || rule.silent("activities")
    };
    rules.retain(|rule| {
        is_bound(rule, activity) || rule.body.activities.is_empty() || perhaps(rule)
    });
    // What names neither data nor a period says less than any other.
    let vague = |rule: &Row<'_, RetentionRule>| {
        rule.body.categories.is_empty() && rule.body.computable == Some(false)
    };
    if !rules.iter().all(vague) {
        rules.retain(|rule| !vague(rule));
        if rules.iter().any(|rule| is_bound(rule, activity)) {
            rules.retain(|rule| is_bound(rule, activity) || perhaps(rule));
        }
    }
    rules
}

/// The legal minima that cover an item, whatever they are bound to: those of this controller.
pub(super) fn floors<'a>(matter: &Matter<'a>, item: &DataItem) -> Vec<Row<'a, RetentionRule>> {
    let mut rules = matter.rows.current::<RetentionRule>();
    rules.retain(|rule| {
        rule.body.kind == Some(RetentionKind::Floor)
            && is_about(matter, item, rule.body, true)
            && is_of_controller(matter, rule.body)
    });
    rules
}

pub(super) fn is_of_controller(matter: &Matter<'_>, rule: &RetentionRule) -> bool {
    rule.activities.is_empty()
        || rule.activities.iter().any(|key| {
            let row = matter.rows.known::<Activity>(key);
            row.is_some_and(|row| {
                row.body
                    .controller
                    .as_ref()
                    .is_some_and(|key| matter.is_controller(key))
            })
        })
}

/// The legal minima of what is asked with a category, and below it.
pub(super) fn floors_below<'a>(
    matter: &Matter<'a>,
    item: &DataItem,
) -> Vec<Row<'a, RetentionRule>> {
    let mut rules = matter.rows.current::<RetentionRule>();
    let asked = matter.rows.asked_with(Matter::category(item));
    rules.retain(|rule| {
        rule.body.kind == Some(RetentionKind::Floor)
            && asked
                .iter()
                .any(|key| matter.rows.reaches(&rule.body.categories, key))
            && is_about_group(matter, rule.body, true)
            && is_of_controller(matter, rule.body)
    });
    rules
}

/// Whether a minimum rests on a law that is cited and in force; without one it permits nothing.
pub(super) fn has_law(matter: &Matter<'_>, rule: &RetentionRule) -> bool {
    let basis = rule
        .law
        .as_ref()
        .and_then(|key| matter.rows.get::<LegalBasis>(key));
    basis.is_some_and(|row| our_law(matter, row.body))
}

/// A rule that does not say what it is, or a minimum that does not say of which data.
pub(super) fn may_be_a_minimum(matter: &Matter<'_>, item: &DataItem) -> bool {
    let asked = matter.rows.asked_with(Matter::category(item));
    matter.rows.current::<RetentionRule>().iter().any(|rule| {
        let listed = asked
            .iter()
            .any(|key| matter.rows.reaches(&rule.body.categories, key));
        let open = rule.silent("categories");
        let may = match rule.body.kind.filter(|_| !rule.silent("kind")) {
            None => listed || open,
            Some(RetentionKind::Floor) => open && !listed,
            Some(RetentionKind::Ceiling) => false,
        };
        may && is_about_group(matter, rule.body, true) && is_of_controller(matter, rule.body)
    })
}

/// 74: the holds in force that cover an item.
pub(super) fn holds<'a>(matter: &Matter<'a>, item: &DataItem) -> Vec<Row<'a, LegalHold>> {
    covering(
        matter,
        item,
        std::slice::from_ref(Matter::category(item)),
        false,
    )
}

/// Those that cover it or what is asked with it.
pub(super) fn holds_below<'a>(matter: &Matter<'a>, item: &DataItem) -> Vec<Row<'a, LegalHold>> {
    let below = matter.rows.asked_with(Matter::category(item));
    covering(matter, item, &below, true)
}

pub(super) fn covering<'a>(
    matter: &Matter<'a>,
    item: &DataItem,
    asked: &[ropa::domain::key::DataCategoryKey],
    perhaps: bool,
) -> Vec<Row<'a, LegalHold>> {
    let mut holds = matter.rows.current::<LegalHold>();
    holds.retain(|hold| {
        let named = item
            .legal_holds
            .iter()
            .any(|key| *key.key() == hold.record.name.key);
        // That forbids, and permits nothing.
        if named && perhaps {
            return true;
        }
        let body = hold.body;
        // A list that may hold more may hold these.
        let categories = body.categories.is_empty() && !hold.silent("categories")
            || perhaps && hold.silent("categories")
            || asked
                .iter()
                .any(|key| matter.rows.reaches(&body.categories, key));
        let groups = &body.data_subject_categories;
        let people = groups.is_empty()
            || matter
                .group
                .as_ref()
                .is_none_or(|group| matter.rows.reaches_group(groups, group));
        let activities =
            body.activities.is_empty() || body.activities.iter().any(|key| matter.is_activity(key));
        (named || body.scope != Some(HoldScope::Listed))
            && categories
            && people
            && activities
            && is_in_systems(matter, body)
    });
    holds
}

/// A hold on systems covers data of which it is not known in which system they are.
pub(super) fn is_in_systems(matter: &Matter<'_>, hold: &LegalHold) -> bool {
    let systems = match &matter.asked.system {
        Some(named) => std::slice::from_ref(named),
        None => matter.activity.body.systems.as_slice(),
    };
    let open = matter.asked.system.is_none() && matter.activity.silent("systems");
    hold.systems.is_empty()
        || open
        || systems.is_empty()
        || systems.iter().any(|key| hold.systems.contains(key))
}
