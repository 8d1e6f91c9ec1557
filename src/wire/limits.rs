//! What is refused for its size; published by `GetServerInfo`.

pub use super::shape::{LIST_ITEMS, TEXT_CHARS};

/// Bytes of a request.
pub const REQUEST_BYTES: usize = 4 * 1024 * 1024;
/// Bytes of an answer: what clients take unless told otherwise.
pub const ANSWER_BYTES: usize = 4 * 1024 * 1024;
/// Bytes of a record: two of them, before and after, fit into a page.
pub const RECORD_BYTES: usize = 1024 * 1024;
/// Bytes of a request to the decision service but for batches.
pub const CHECK_BYTES: usize = 256 * 1024;
/// Questions in a batch.
pub const BATCH_ITEMS: usize = 1_000;
/// Items of data, recipients or consents in a question.
pub const QUESTION_ITEMS: usize = 200;
/// Changes in a request.
pub const CHANGES: usize = 1_000;
/// Records in an import.
pub const IMPORT_RECORDS: usize = 1_000_000;
/// Records of a page.
pub const PAGE_SIZE: usize = 1_000;
/// Records of a page when no size is said.
pub const PAGE_SIZE_UNSAID: usize = 50;
/// Bytes of a page: it is cut there.
pub const PAGE_BYTES: usize = 3 * 1024 * 1024;
/// Levels of nesting in a file.
pub const FILE_DEPTH: usize = 32;
/// Characters of a reason.
pub const REASON_CHARS: usize = 1_000;
/// The most bytes of all records of one import.
pub const IMPORT_BYTES: usize = 1 << 30;
/// The most candidates that a look-up goes through.
pub const LOOKUP_CANDIDATES: usize = 10_000;
