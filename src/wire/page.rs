//! Lists a page at a time: a token that says where to go on, in which revision, for which question.

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};

use super::limits::{PAGE_SIZE, PAGE_SIZE_UNSAID};
use super::violation::Refusal;

/// Bytes of the hash of the question, and of the checksum.
const SUM: usize = 6;

/// How many items a page holds.
pub fn size(said: i32) -> Result<usize, Refusal> {
    match usize::try_from(said) {
        Ok(0) => Ok(PAGE_SIZE_UNSAID),
        Ok(size) => Ok(size.min(PAGE_SIZE)),
        Err(_) => Err(Refusal::new(
            "FIELD_INVALID",
            "page_size",
            "is negative: write 1 to 1000, or 0 for 50",
        )),
    }
}

/// Where to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// What marks the revision the list is of; for the history, the change set it goes on in.
    pub revision: u64,
    /// What was told last; for the history, the place of the change it goes on at.
    pub after: String,
}

impl Page {
    /// As a token for the same question.
    pub fn token(&self, question: &[&str]) -> String {
        let mut bytes = digest(question).to_vec();
        bytes.extend(self.revision.to_be_bytes());
        bytes.extend(self.after.as_bytes());
        let sum = digest(&[&BASE64URL_NOPAD.encode(&bytes)]);
        bytes.extend(sum);
        BASE64URL_NOPAD.encode(&bytes)
    }

    /// Reads a token; `None` for the first page.
    pub fn parse(token: &str, question: &[&str]) -> Result<Option<Self>, Refusal> {
        if token.is_empty() {
            return Ok(None);
        }
        let bytes = BASE64URL_NOPAD
            .decode(token.as_bytes())
            .map_err(|_| invalid())?;
        let (body, sum) = bytes.split_last_chunk::<SUM>().ok_or_else(invalid)?;
        if digest(&[&BASE64URL_NOPAD.encode(body)]) != *sum {
            return Err(invalid());
        }
        let (asked, rest) = body.split_first_chunk::<SUM>().ok_or_else(invalid)?;
        if *asked != digest(question) {
            let message = "belongs to another question: keep the question the same, or start again without a token";
            return Err(Refusal::new("PAGE_TOKEN_MISMATCH", "page_token", message));
        }
        let (revision, after) = rest.split_first_chunk::<8>().ok_or_else(invalid)?;
        let after = String::from_utf8(after.to_vec()).map_err(|_| invalid())?;
        Ok(Some(Self {
            revision: u64::from_be_bytes(*revision),
            after,
        }))
    }
}

/// The token was not made by this service.
pub const fn invalid() -> Refusal {
    Refusal::new(
        "PAGE_TOKEN_INVALID",
        "page_token",
        "was not made by this service: start again without one",
    )
}

fn digest(parts: &[&str]) -> [u8; SUM] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let hash = hash.finalize();
    let mut first = [0; SUM];
    first.copy_from_slice(hash.first_chunk::<SUM>().unwrap_or(&[0; SUM]));
    first
}
