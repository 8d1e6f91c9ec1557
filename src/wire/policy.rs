//! What the organisation sets itself: severities and limits.

use super::shape::{choice, message};
use crate::domain::policy::{Limit, LimitValue, Policy};

message!(Policy {
    rule,
    severity,
    reason
});
message!(Limit {
    code,
    value,
    jurisdiction,
    citation
});
choice!(LimitValue: limit::Value { Period period, Number number });
