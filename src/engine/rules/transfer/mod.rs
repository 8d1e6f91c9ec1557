//! Transfers (Chapter V): in which country data are, and whether they may be there.

mod place;
mod storage;

pub(super) use place::inside;
pub(super) use storage::RULES;

const CHAPTER: &str = "2.9 Transfers";
