//! How a revision is told: an opaque token that also binds the registry and its history.

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};

use crate::store::head::Head;

/// The format of the token.
const FORMAT: u8 = 1;
/// Bytes of the history's hash in a token.
const HASH: usize = 6;
/// Bytes of the checksum of a token.
const SUM: usize = 3;

/// A revision, as a token says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revision {
    registry_id: [u8; 8],
    /// The number of the change set.
    pub number: u64,
    hash: [u8; HASH],
}

/// The token is none of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

impl Revision {
    /// The revision that a change set made.
    pub fn new(registry_id: [u8; 8], number: u64, hash: &[u8; 32]) -> Self {
        let mut first = [0; HASH];
        first.copy_from_slice(hash.first_chunk::<HASH>().unwrap_or(&[0; HASH]));
        Self {
            registry_id,
            number,
            hash: first,
        }
    }

    /// As a token.
    pub fn token(&self) -> String {
        let mut bytes = vec![FORMAT];
        bytes.extend(self.registry_id);
        bytes.extend(self.number.to_be_bytes());
        bytes.extend(self.hash);
        bytes.extend(checksum(&bytes));
        BASE64URL_NOPAD.encode(&bytes)
    }

    /// Reads a token.
    pub fn parse(token: &str) -> Result<Self, Malformed> {
        let bytes = BASE64URL_NOPAD
            .decode(token.as_bytes())
            .map_err(|_| Malformed)?;
        let (body, sum) = bytes.split_last_chunk::<SUM>().ok_or(Malformed)?;
        let (format, rest) = body.split_first().ok_or(Malformed)?;
        let (registry_id, rest) = rest.split_first_chunk::<8>().ok_or(Malformed)?;
        let (number, hash) = rest.split_first_chunk::<8>().ok_or(Malformed)?;
        if *format != FORMAT || checksum(body) != *sum {
            return Err(Malformed);
        }
        let hash = hash.try_into().map_err(|_| Malformed)?;
        Ok(Self {
            registry_id: *registry_id,
            number: u64::from_be_bytes(*number),
            hash,
        })
    }

    /// Whether it is of the same registry and, at the same number, of the same history.
    pub fn is_native_to(&self, head: &Self) -> bool {
        self.registry_id == head.registry_id
            && self.number <= head.number
            && (self.number < head.number || self.hash == head.hash)
    }
}

impl From<&Head> for Revision {
    fn from(head: &Head) -> Self {
        Self::new(head.registry_id, head.number, &head.hash)
    }
}

fn checksum(bytes: &[u8]) -> [u8; SUM] {
    let hash = Sha256::digest(bytes);
    let mut sum = [0; SUM];
    sum.copy_from_slice(hash.first_chunk::<SUM>().unwrap_or(&[0; SUM]));
    sum
}
