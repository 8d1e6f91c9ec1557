//! The conditions of each kind of tool.

use super::{Found, Look};
use crate::domain::transfer::{BcrKind, ToolKind, TransferRole, TransferSafeguard};
use crate::engine::case::Case;
use crate::engine::rules::recipient::Role;
use crate::engine::snapshot::Node;
use crate::engine::view::{Mark, gap};

impl Look<'_, '_> {
    /// What keeps the tool from holding, by its kind.
    pub(super) fn conditions(&self) -> Vec<Found> {
        match self.tool.body.kind {
            Some(ToolKind::Scc) => self.clauses(),
            Some(ToolKind::Bcr) => self.corporate_rules(),
            Some(ToolKind::Code) => self.commitment(108),
            Some(ToolKind::Certification) => self.commitment(109),
            Some(ToolKind::AdHoc | ToolKind::Administrative) => self.approved(110),
            Some(ToolKind::PublicInstrument) => self.in_force(93),
            Some(ToolKind::NotATool) | None => {
                vec![self.found(101, "ground", "it is not known to be a tool of Art. 46")]
            }
        }
    }

    fn in_force(&self, number: u32) -> Vec<Found> {
        if self.case.view.in_force(self.safeguard) && self.begun(self.safeguard.body.concluded_on) {
            return Vec::new();
        }
        vec![self.found(number, "valid_until", "it is not in force")]
    }

    fn clauses(&self) -> Vec<Found> {
        let mut found = Vec::new();
        found.extend(self.repealed());
        if let Some((field, why)) = not_concluded(self.case, self.safeguard) {
            found.push(self.found(103, field, why));
        } else if self.altered() == Mark::Unknown {
            let why = "it is not known whether the clauses were altered";
            found.push(self.found(103, "altered", why).unstated());
        } else if self.safeguard.body.terminated_on.is_none()
            && gap(self.safeguard.record, "terminated_on").is_some()
        {
            let why = "it is not known whether it was terminated";
            found.push(self.found(103, "terminated_on", why).unstated());
        }
        let first = self.tool.record.envelope.valid_from;
        let early = first
            .zip(self.safeguard.body.concluded_on)
            .is_some_and(|(first, concluded)| concluded < first);
        if early {
            let why = "there were no such clauses when it was concluded";
            found.push(self.found(103, "concluded_on", why));
        }
        found.extend(self.module_misfit());
        found
    }

    fn altered(&self) -> Mark {
        Mark::of(
            self.safeguard.record,
            "altered",
            self.safeguard.body.altered,
        )
    }

    /// Old clauses: concluded too late, used too long, or with another processing than at the time.
    fn repealed(&self) -> Option<Found> {
        let body = self.safeguard.body;
        let tool = self.tool.body;
        for field in ["new_until", "existing_until"] {
            if gap(self.tool.record, field).is_some() {
                let why = "it is not known until when the clauses count";
                return Some(self.found(102, "ground", why).unstated());
            }
        }
        let late = tool
            .new_until
            .zip(body.concluded_on)
            .is_some_and(|(until, concluded)| concluded > until);
        if late {
            return Some(self.found(
                102,
                "concluded_on",
                "the clauses were repealed when it was concluded",
            ));
        }
        if tool
            .existing_until
            .is_some_and(|until| self.case.view.clock.over(until))
        {
            return Some(self.found(102, "ground", "the clauses do not count any more"));
        }
        let repealed = tool
            .new_until
            .is_some_and(|until| self.case.view.clock.over(until));
        let field = "processing_changed_on";
        let changed = match body.processing_changed_on {
            Some(day) => self.case.view.clock.begun(day),
            None if repealed && gap(self.safeguard.record, field).is_some() => {
                let why = "it is not known whether the processing changed since the repeal";
                return Some(self.found(102, field, why).unstated());
            }
            None => false,
        };
        (repealed && changed).then(|| {
            self.found(
                102,
                "processing_changed_on",
                "the clauses were repealed, and the processing changed since",
            )
        })
    }

    /// Whether the module fits who sends and who receives: 1 C to C, 2 C to P, 3 P to P, 4 P to C.
    fn module_misfit(&self) -> Option<Found> {
        let body = self.safeguard.body;
        let is = (self.sender(), self.receiver());
        let stated = (body.exporter_role.or(is.0), body.importer_role.or(is.1));
        let is = (is.0.or(stated.0), is.1.or(stated.1));
        let fits = |roles: (Option<TransferRole>, Option<TransferRole>)| {
            use TransferRole::{Controller, Processor};
            matches!(
                (body.module, roles.0, roles.1),
                (Some(1), Some(Controller), Some(Controller))
                    | (Some(2), Some(Controller), Some(Processor))
                    | (Some(3), Some(Processor), Some(Processor))
                    | (Some(4), Some(Processor), Some(Controller))
            )
        };
        // Clauses without modules, as there were before 2021, are for the roles that they name.
        let fits = match body.module {
            Some(_) => fits(stated) && fits(is),
            None => stated == is,
        };
        if fits {
            return None;
        }
        Some(self.found(
            104,
            "module",
            "the module does not fit the roles of who sends and who receives",
        ))
    }

    /// As what the sender acts.
    #[expect(
        clippy::unnecessary_wraps,
        reason = "it stands beside that of who receives, which may not be known"
    )]
    const fn sender(&self) -> Option<TransferRole> {
        Some(self.import.sender)
    }

    /// As what the importer acts.
    const fn receiver(&self) -> Option<TransferRole> {
        match self.import.role {
            Role::Processor => Some(TransferRole::Processor),
            Role::Controller | Role::JointController | Role::Authority => {
                Some(TransferRole::Controller)
            }
            Role::Internal | Role::Unknown => None,
        }
    }

    fn corporate_rules(&self) -> Vec<Found> {
        let mut found = self.approved(106);
        let body = self.safeguard.body;
        let bound = self.import.importer.is_some_and(|importer| {
            let mut members = body.bound_members.iter();
            members.any(|member| crate::domain::key::TypedKey::key(member) == importer.key())
        });
        if !bound || gap(self.safeguard.record, "bound_members").is_some() {
            found.push(self.found(
                107,
                "bound_members",
                "the importer is not stated to be bound",
            ));
        }
        let own_data = self.sender() == Some(TransferRole::Controller);
        if body.bcr_kind.is_none() || body.bcr_kind == Some(BcrKind::Processor) && own_data {
            found.push(self.found(
                107,
                "bcr_kind",
                "the rules are not stated to be for data of a controller",
            ));
        }
        found
    }

    /// An approval, and the record in force.
    fn approved(&self, number: u32) -> Vec<Found> {
        let approval = self.safeguard.body.approval.as_ref();
        let by = approval.is_some_and(|approval| !approval.authority.is_empty());
        let given = by && self.begun(approval.and_then(|approval| approval.given_on));
        if !given {
            return vec![self.found(
                number,
                "approval",
                "no approval of an authority is recorded",
            )];
        }
        self.in_force(number)
    }

    /// An approval, and the importer's own commitment.
    fn commitment(&self, number: u32) -> Vec<Found> {
        let mut found = self.approved(number);
        let bound = self.safeguard.body.binding_commitment == Some(true);
        if !bound {
            found.push(self.found(
                number,
                "binding_commitment",
                "no binding commitment of the importer is recorded",
            ));
        }
        found
    }
}

/// Whether standard clauses are concluded, unaltered and in force.
pub(super) fn are_concluded(case: &Case<'_>, safeguard: Node<'_, TransferSafeguard>) -> bool {
    let altered = Mark::of(safeguard.record, "altered", safeguard.body.altered);
    not_concluded(case, safeguard).is_none() && altered == Mark::No
}

fn not_concluded(
    case: &Case<'_>,
    safeguard: Node<'_, TransferSafeguard>,
) -> Option<(&'static str, &'static str)> {
    let body = safeguard.body;
    if !case.view.in_force(safeguard) {
        return Some(("valid_until", "it is not in force"));
    }
    if !body
        .concluded_on
        .is_some_and(|day| case.view.clock.begun(day))
    {
        return Some(("concluded_on", "it is not concluded yet"));
    }
    if body
        .terminated_on
        .is_some_and(|day| case.view.clock.over(day))
    {
        return Some(("terminated_on", "it was terminated"));
    }
    if body.signed_by_all != Some(true) {
        return Some(("signed_by_all", "it is not stated that all parties signed"));
    }
    if body.annexes_complete != Some(true) {
        return Some((
            "annexes_complete",
            "it is not stated that the annexes are filled in",
        ));
    }
    if body.altered == Some(true) {
        return Some(("altered", "the clauses may not be altered"));
    }
    None
}
