//! WHERE THEY MEET. The one owner of "now": what is served is what is stored, and what is stored
//! compiles.

pub mod apply;
mod chain;
pub mod edit;
pub mod error;
pub mod history;
pub mod live;
pub mod revision;

use crate::wire::violation::Violation;

/// Violations of a part of a request, by their paths in the whole.
fn within(path: &str, violations: Vec<Violation>) -> Vec<Violation> {
    let widen = |violation: Violation| Violation {
        path: format!("{path}.{}", violation.path),
        ..violation
    };
    violations.into_iter().map(widen).collect()
}
