//! The assessment of the law and practice of the country (C-311/18), and the measures it asks for.

use super::super::SCHREMS_II;
use super::{Found, Look, More};
use crate::domain::basis::{Assessment, AssessmentKind, AssessmentOutcome};
use crate::domain::key::{SecurityMeasureKey, TypedKey};
use crate::domain::transfer::ToolKind;
use crate::engine::rule::Obligation;
use crate::engine::snapshot::Node;
use crate::engine::view::{Mark, gap, place};

impl<'a> Look<'_, 'a> {
    /// What the assessment lacks, and what comes with one that is there.
    pub(super) fn assessed(&self) -> (Vec<Found>, More) {
        let mut more = More::default();
        more.warnings.extend(self.importer_under_gdpr());
        if !self.case.view.clock.begun(SCHREMS_II) {
            return (Vec::new(), more);
        }
        let Some(assessment) = self.assessment() else {
            let why = "no assessment of the law of the country is recorded and in force";
            return (vec![self.found(111, "assessment", why)], more);
        };
        let body = assessment.body;
        let at = |mut found: Found, field: &str| {
            found.fired = found.fired.at(place(assessment.record, field));
            found
        };
        if body
            .review_on
            .is_some_and(|day| self.case.view.clock.over(day))
            || Mark::of(assessment.record, "changed_since", body.changed_since) != Mark::No
        {
            let found = self.found(114, "assessment", "its assessment is due for review");
            more.warnings.push(at(found, "review_on"));
        }
        if gap(assessment.record, "required_measures").is_some() {
            let why = "it is not known which measures its assessment asks for";
            let found = self.found(113, "measures", why);
            return (vec![at(found, "required_measures")], more);
        }
        match body.outcome {
            Some(AssessmentOutcome::Adequate) if body.required_measures.is_empty() => {
                (Vec::new(), more)
            }
            Some(AssessmentOutcome::AdequateWithMeasures) if body.required_measures.is_empty() => {
                let why = "its assessment asks for measures, and does not say which";
                let found = self.found(113, "measures", why);
                (vec![at(found, "required_measures")], more)
            }
            Some(AssessmentOutcome::Adequate | AssessmentOutcome::AdequateWithMeasures) => {
                let lacking = self.missing(&body.required_measures);
                if !lacking.is_empty() {
                    let why = format!("required measures are not in place: {}", lacking.join(", "));
                    let found = self.found(113, "measures", &why);
                    return (vec![at(found, "required_measures")], more);
                }
                let measures: Vec<&str> = body
                    .required_measures
                    .iter()
                    .map(|key| key.key().as_str())
                    .collect();
                more.obligations.push(
                    Obligation::new("APPLY_SUPPLEMENTARY_MEASURES")
                        .with("measures", measures.join(",")),
                );
                (Vec::new(), more)
            }
            _ => {
                let why = "its assessment found no measure that would help";
                (
                    vec![at(self.found(112, "assessment", why), "outcome")],
                    more,
                )
            }
        }
    }

    /// The assessment that counts: of the right kind and country, dated, with an outcome.
    fn assessment(&self) -> Option<Node<'a, Assessment>> {
        let key = self.safeguard.body.assessment.as_ref()?;
        let found = self.case.view.snapshot.assessment(key)?;
        let body = found.body;
        let country = body.country.as_ref();
        let counts = body.kind == Some(AssessmentKind::Tia)
            && body.outcome.is_some()
            && country == Some(self.country)
            && self.begun(body.assessed_on);
        (counts && self.case.view.in_force(found)).then_some(found)
    }

    /// The required measures that are not in place: all in the safeguard, technical ones on the channel or
    /// the systems too.
    fn missing(&self, required: &'a [SecurityMeasureKey]) -> Vec<&'a str> {
        let channel = self.case.query.channel.as_ref();
        let channel = channel.map_or(&[][..], |channel| channel.measures.as_slice());
        let systems = self.case.systems();
        required
            .iter()
            .filter(|key| {
                let measure = self.case.view.snapshot.security_measure(key);
                let measure = measure.filter(|measure| self.case.view.in_force(*measure));
                let Some(measure) = measure else {
                    return true;
                };
                let applied = channel.contains(key)
                    || !systems.is_empty()
                        && systems
                            .iter()
                            .all(|system| system.body.measures.contains(key));
                let technical =
                    Mark::of(measure.record, "technical", measure.body.technical) != Mark::No;
                !self.safeguard.body.measures.contains(key) || technical && !applied
            })
            .map(|key| key.key().as_str())
            .collect()
    }

    /// Clauses with an importer that is itself under the GDPR: the set for it is still to come.
    fn importer_under_gdpr(&self) -> Option<Found> {
        let importer = self.import.importer?;
        let mark = Mark::of(
            importer.record,
            "subject_to_gdpr",
            importer.body.subject_to_gdpr,
        );
        let clauses = self.tool.body.kind == Some(ToolKind::Scc);
        (clauses && mark == Mark::Yes).then(|| {
            let mut found = self.found(105, "importer", "the importer is itself under the GDPR");
            found.fired = found.fired.at(place(importer.record, "subject_to_gdpr"));
            found
        })
    }
}
