//! Rules 100 to 115: whether a tool of Art. 46 holds for one way to one place.

use ropa::domain::basis::{Assessment, AssessmentKind, AssessmentOutcome};
use ropa::domain::date::Date;
use ropa::domain::key::{AssessmentKey, CountryKey, RecipientKey, SecurityMeasureKey, TypedKey};
use ropa::domain::security::SecurityMeasure;
use ropa::domain::transfer::{
    BcrKind, Exporter, SafeguardGround, ToolKind, TransferRole, TransferSafeguard, TransferTool,
};

use super::contracts::Sender;
use super::lookup::{Mark, Row};
use super::matter::Matter;
use super::transfers::{Place, Way};

/// What is told beside a tool that holds.
#[derive(Default)]
pub(super) struct Told {
    pub(super) warns: Vec<&'static str>,
    /// Supplementary measures are in place, and are to be applied.
    pub(super) measures: bool,
}

/// How a safeguard stands to a way.
pub(super) enum Standing {
    /// It is about something else.
    Irrelevant,
    Fails(Vec<&'static str>),
    Holds(Told),
}

/// Whether a safeguard is of who sends here; `None` where it does not say.
pub(super) fn is_from(
    matter: &Matter<'_>,
    way: &Way<'_>,
    safeguard: &TransferSafeguard,
) -> Option<bool> {
    let exporter = safeguard.exporter.as_ref()?;
    Some(match (&way.from, exporter) {
        (Sender::Controller, Exporter::ExportingController(key)) => matter.is_controller(key),
        (Sender::Recipient(from, _), Exporter::ExportingRecipient(key)) => from == key,
        _ => false,
    })
}

/// Whether it says nothing against being between the two.
pub(super) fn is_between(
    matter: &Matter<'_>,
    way: &Way<'_>,
    safeguard: &TransferSafeguard,
) -> bool {
    let to = safeguard.importer.as_ref();
    is_from(matter, way, safeguard) != Some(false)
        && to.is_none_or(|key| way.importer().as_ref() == Some(key))
}

/// Whether and how a tool holds. Without a place, only what can be said without.
pub(super) fn standing(
    matter: &Matter<'_>,
    way: &Way<'_>,
    row: &Row<'_, TransferSafeguard>,
    place: Option<&Place>,
) -> Standing {
    let body = row.body;
    // Corporate rules name by their members whom they bind.
    let of_group = matches!(&body.ground, Some(SafeguardGround::Tool(key))
        if matter.rows.known::<TransferTool>(key).is_some_and(|tool| tool.body.kind == Some(ToolKind::Bcr)));
    if !of_group && !is_between(matter, way, body) {
        return Standing::Irrelevant;
    }
    let unspecified = Standing::Fails(vec!["TRANSFER_SAFEGUARD_UNSPECIFIED"]);
    let Some(SafeguardGround::Tool(key)) = &body.ground else {
        return unspecified;
    };
    let Some(tool) = matter.rows.known::<TransferTool>(key) else {
        return unspecified;
    };
    // 101. TRANSFER_SAFEGUARD_NOT_RECOGNISED.
    let kind = tool.body.kind;
    if kind == Some(ToolKind::NotATool) {
        return Standing::Fails(vec!["TRANSFER_SAFEGUARD_NOT_RECOGNISED"]);
    }
    // 100. TRANSFER_SAFEGUARD_UNSPECIFIED.
    let module = tool.body.needs_module == Some(true) && body.module.is_none();
    let roles = body.exporter_role.is_none() || body.importer_role.is_none();
    // Corporate rules name by their members whom they bind.
    let to = body.importer.is_some() || !body.bound_members.is_empty();
    let parties = body.exporter.is_none() || !to;
    let Some(concluded) = body.concluded_on else {
        return unspecified;
    };
    let mut open = vec!["ground", "tool", "exporter", "importer", "concluded_on"];
    if tool.body.needs_module == Some(true) {
        open.extend(["module", "exporter_role", "importer_role"]);
    }
    let silent = open.iter().any(|field| row.silent(field));
    if silent || module || parties || (roles && tool.body.needs_module == Some(true)) {
        return unspecified;
    }
    // 101 again: what is specified may be no tool.
    let Some(kind) = kind else {
        return Standing::Fails(vec!["TRANSFER_SAFEGUARD_NOT_RECOGNISED"]);
    };
    let Some(Place::Country(country) | Place::Organisation(_, country)) = place else {
        return Standing::Irrelevant;
    };
    // What is recorded for another country or activity is not relied on here; what the question names is.
    let here = body.countries.contains(country) && is_for_activity(matter, body);
    let named = way
        .named
        .is_some_and(|key| *key.key() == row.record.name.key);
    if kind != ToolKind::Bcr && !here && !named {
        return Standing::Irrelevant;
    }
    let covered = covers(matter, way, body, country);
    let mut faults = Vec::new();
    let own = own_code(kind);
    let over = body
        .terminated_on
        .is_some_and(|day| matter.rows.is_over(day));
    let begun = matter.rows.has_begun(concluded);
    let ended = !matter.rows.in_force(row.record) || !begun || over;
    if ended {
        faults.extend(own);
    }
    if !ended && row.mark_of(body.terminated_on.as_ref(), "terminated_on") == Mark::Unknown {
        faults.push("FACT_MISSING");
    }
    let mut told = Told::default();
    match kind {
        ToolKind::Scc => clauses(matter, way, row, &tool, concluded, &mut faults, &mut told),
        ToolKind::Bcr => rules(matter, way, row, covered, &mut faults),
        ToolKind::Code | ToolKind::Certification => {
            let bound = body.binding_commitment == Some(true) && !row.silent("binding_commitment");
            if !is_approved(matter, row) || !bound {
                faults.extend(own);
            }
        }
        ToolKind::AdHoc | ToolKind::Administrative => {
            if !is_approved(matter, row) {
                faults.extend(own);
            }
        }
        ToolKind::PublicInstrument | ToolKind::NotATool => {}
    }
    if matter.rows.has_begun(Date::of(2020, 7, 16)) {
        assessment(matter, row, country, &mut faults, &mut told);
    }
    // What is not in force for a reason of its own needs no code of its own.
    let dead = ended && kind == ToolKind::PublicInstrument;
    if faults.is_empty() && !covered {
        Standing::Irrelevant
    } else if faults.is_empty() && !dead {
        Standing::Holds(told)
    } else {
        Standing::Fails(faults)
    }
}

/// The code of a kind of tool that is not in force.
fn own_code(kind: ToolKind) -> Option<&'static str> {
    match kind {
        ToolKind::Scc => Some("TRANSFER_SCC_NOT_IN_FORCE"),
        ToolKind::Bcr => Some("TRANSFER_BCR_NOT_APPROVED"),
        ToolKind::Code => Some("TRANSFER_CODE_NOT_BINDING"),
        ToolKind::Certification => Some("TRANSFER_CERTIFICATION_NOT_BINDING"),
        ToolKind::AdHoc | ToolKind::Administrative => Some("TRANSFER_ADHOC_UNAUTHORISED"),
        ToolKind::PublicInstrument | ToolKind::NotATool => None,
    }
}

/// Whether it is for this country, this activity and these data.
pub(super) fn covers(
    matter: &Matter<'_>,
    way: &Way<'_>,
    body: &TransferSafeguard,
    country: &CountryKey,
) -> bool {
    let data = body.categories.is_empty()
        || way
            .items
            .iter()
            .all(|item| matter.rows.covers(&body.categories, Matter::category(item)));
    body.countries.contains(country) && is_for_activity(matter, body) && data
}

/// Whether it is for this activity; one that names none is for all.
pub(super) fn is_for_activity(matter: &Matter<'_>, body: &TransferSafeguard) -> bool {
    body.activities.is_empty() || body.activities.iter().any(|key| matter.is_activity(key))
}

/// The approval of a named authority, given.
fn is_approved(matter: &Matter<'_>, row: &Row<'_, TransferSafeguard>) -> bool {
    let stated = row
        .body
        .approval
        .as_ref()
        .filter(|_| !row.silent("approval"));
    stated.as_ref().is_some_and(|approval| {
        !approval.authority.is_empty()
            && approval
                .given_on
                .is_some_and(|day| matter.rows.has_begun(day))
    })
}

/// 102 to 105.
fn clauses(
    matter: &Matter<'_>,
    way: &Way<'_>,
    row: &Row<'_, TransferSafeguard>,
    tool: &Row<'_, TransferTool>,
    concluded: Date,
    faults: &mut Vec<&'static str>,
    told: &mut Told,
) {
    let body = row.body;
    // 102. TRANSFER_SCC_REPEALED.
    if tool.silent("new_until") || tool.silent("existing_until") {
        faults.push("FACT_MISSING");
    } else if let Some(last) = tool.body.new_until {
        let late = concluded > last;
        let gone = tool
            .body
            .existing_until
            .is_some_and(|day| matter.rows.is_over(day));
        let changed = body
            .processing_changed_on
            .is_some_and(|day| day > last && matter.rows.has_begun(day));
        if late || gone || changed {
            faults.push("TRANSFER_SCC_REPEALED");
        }
        let mark = row.mark_of(body.processing_changed_on.as_ref(), "processing_changed_on");
        // Before the repeal, and where they count no more, it does not matter.
        let matters = matter.rows.is_over(last) && !(late || gone);
        if mark == Mark::Unknown && matters {
            faults.push("FACT_MISSING");
        }
    }
    // 103. TRANSFER_SCC_NOT_IN_FORCE.
    let altered = row.mark(body.altered, "altered");
    let whole = body.signed_by_all == Some(true)
        && body.annexes_complete == Some(true)
        && !row.silent("signed_by_all")
        && !row.silent("annexes_complete");
    let early = tool
        .record
        .envelope
        .valid_from
        .is_some_and(|first| concluded < first);
    if !whole || early || altered == Mark::Yes {
        faults.push("TRANSFER_SCC_NOT_IN_FORCE");
    }
    // Of what is not in force for another reason, it does not matter.
    if altered == Mark::Unknown && !faults.contains(&"TRANSFER_SCC_NOT_IN_FORCE") {
        faults.push("FACT_MISSING");
    }
    // 104. TRANSFER_SCC_MODULE_MISMATCH.
    let sends = way.exporter_role(matter);
    // Of whom nobody says what it is, the clauses are believed.
    let receives = way.importer_role().or(body.importer_role);
    let stated = body.exporter_role.is_none_or(|role| role == sends)
        && (body.importer_role.is_none() || body.importer_role == receives);
    let (controller, processor) = (TransferRole::Controller, TransferRole::Processor);
    let fits = match body.module {
        Some(1) => (sends, receives) == (controller, Some(controller)),
        Some(2) => (sends, receives) == (controller, Some(processor)),
        Some(3) => (sends, receives) == (processor, Some(processor)),
        Some(4) => (sends, receives) == (processor, Some(controller)),
        // Older clauses have no modules: they are for the roles that they name.
        None => true,
        Some(_) => false,
    };
    if !(fits && stated) {
        faults.push("TRANSFER_SCC_MODULE_MISMATCH");
    }
    // 105. TRANSFER_SCC_IMPORTER_UNDER_GDPR.
    let under = way.to.map_or(Mark::No, |to| {
        to.mark(to.body.subject_to_gdpr, "subject_to_gdpr")
    });
    match under {
        Mark::Yes => told.warns.push("TRANSFER_SCC_IMPORTER_UNDER_GDPR"),
        Mark::Unknown => faults.push("FACT_MISSING"),
        Mark::No => {}
    }
}

/// 106. TRANSFER_BCR_NOT_APPROVED, 107. TRANSFER_BCR_OUT_OF_SCOPE.
fn rules(
    matter: &Matter<'_>,
    way: &Way<'_>,
    row: &Row<'_, TransferSafeguard>,
    covered: bool,
    faults: &mut Vec<&'static str>,
) {
    let body = row.body;
    if !is_approved(matter, row) {
        faults.push("TRANSFER_BCR_NOT_APPROVED");
    }
    let bound = way
        .importer()
        .is_some_and(|key| body.bound_members.contains(&key));
    let for_processors = body.bcr_kind == Some(BcrKind::Processor);
    let of_controller = way.exporter_role(matter) == TransferRole::Controller;
    if !bound || !covered || (for_processors && of_controller) || body.bcr_kind.is_none() {
        faults.push("TRANSFER_BCR_OUT_OF_SCOPE");
    }
}

/// 111 to 114: the law and practice of the country.
fn assessment(
    matter: &Matter<'_>,
    row: &Row<'_, TransferSafeguard>,
    country: &CountryKey,
    faults: &mut Vec<&'static str>,
    told: &mut Told,
) {
    let find = |key: &AssessmentKey| matter.rows.get::<Assessment>(key);
    let named = row.body.assessment.as_ref();
    let named = named.filter(|_| !row.silent("assessment"));
    let found = named.and_then(find).filter(|one| {
        let outcome = matches!(
            one.body.outcome,
            Some(
                AssessmentOutcome::Adequate
                    | AssessmentOutcome::AdequateWithMeasures
                    | AssessmentOutcome::Inadequate
            )
        );
        one.body.kind == Some(AssessmentKind::Tia)
            && one.body.country.as_ref() == Some(country)
            && one
                .body
                .assessed_on
                .is_some_and(|day| matter.rows.has_begun(day))
            && outcome
            && !one.silent("outcome")
            && !one.silent("assessed_on")
            && !one.silent("country")
    });
    let Some(found) = found else {
        return faults.push("TRANSFER_TIA_MISSING");
    };
    if found.body.outcome == Some(AssessmentOutcome::Inadequate) {
        faults.push("TRANSFER_TIA_NEGATIVE");
    }
    // 113. TRANSFER_SUPPLEMENTARY_MEASURES_MISSING.
    let required = &found.body.required_measures;
    let asks = found.body.outcome == Some(AssessmentOutcome::AdequateWithMeasures);
    let unnamed = (asks && required.is_empty()) || found.silent("required_measures");
    let missing = required.iter().any(|key| !in_place(matter, row.body, key));
    if unnamed || missing {
        faults.push("TRANSFER_SUPPLEMENTARY_MEASURES_MISSING");
    }
    told.measures = !required.is_empty();
    // 114. TRANSFER_TIA_REVIEW_DUE.
    let overdue = found
        .body
        .review_on
        .is_some_and(|day| matter.rows.is_over(day));
    let changed = found.mark(found.body.changed_since, "changed_since");
    if overdue || changed == Mark::Yes {
        told.warns.push("TRANSFER_TIA_REVIEW_DUE");
    }
    if changed == Mark::Unknown {
        faults.push("FACT_MISSING");
    }
}

/// A measure stands in the safeguard, and a technical one also on the way or on the system.
fn in_place(matter: &Matter<'_>, body: &TransferSafeguard, key: &SecurityMeasureKey) -> bool {
    let Some(measure) = matter.rows.get::<SecurityMeasure>(key) else {
        return false;
    };
    // One that may be technical is to be named like one.
    let technical = measure.mark(measure.body.technical, "technical") != Mark::No;
    body.measures.contains(key) && (!technical || super::security::is_met(matter, key))
}

// Clauses as the contract with a processor.

/// Standard clauses of 2021, of module 2 or 3, are the contract with a processor.
pub(super) fn clauses_are_contract(matter: &Matter<'_>, recipient: &RecipientKey) -> bool {
    let rows = matter.rows.current::<TransferSafeguard>();
    rows.iter().any(|row| {
        let ours = matches!(
            &row.body.exporter,
            Some(Exporter::ExportingController(key)) if matter.is_controller(key)
        );
        ours && is_contract(matter, row, recipient, &[2, 3])
    })
}

/// Of module 3, they are the contract of one processor with the next.
pub(super) fn clauses_bind(matter: &Matter<'_>, from: &RecipientKey, to: &RecipientKey) -> bool {
    let rows = matter.rows.current::<TransferSafeguard>();
    rows.iter().any(|row| {
        let of_link = matches!(
            &row.body.exporter,
            Some(Exporter::ExportingRecipient(key)) if key == from
        );
        of_link && is_contract(matter, row, to, &[3])
    })
}

fn is_contract(
    matter: &Matter<'_>,
    row: &Row<'_, TransferSafeguard>,
    to: &RecipientKey,
    modules: &[u32],
) -> bool {
    let body = row.body;
    let tool = match &body.ground {
        Some(SafeguardGround::Tool(key)) => matter.rows.known::<TransferTool>(key),
        _ => None,
    };
    let of_2021 = tool.is_some_and(|tool| tool.key() == "scc-2021-914");
    of_2021
        && body.importer.as_ref() == Some(to)
        && body.module.is_some_and(|module| modules.contains(&module))
        && body.importer_role == Some(TransferRole::Processor)
        && is_for_activity(matter, body)
        && !(body.activities.is_empty() && row.silent("activities"))
        && body.signed_by_all == Some(true)
        && body.annexes_complete == Some(true)
        && row.mark(body.altered, "altered") == Mark::No
        && row.mark_of(body.terminated_on.as_ref(), "terminated_on") != Mark::Unknown
        && matter.rows.runs(body.concluded_on, body.terminated_on)
        && body.concluded_on.is_some()
}
