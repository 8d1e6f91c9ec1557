//! The facts that rules read, and what silence means: the contract with whoever asks.

mod matter;
mod others;
mod said;

/// A fact of a question.
#[derive(Clone, Copy, Debug)]
pub struct Fact {
    /// Its path in the question; `processing` and `tracker` of a check, `request` of a right, `breach` of a breach.
    pub path: &'static str,
    /// The rules that read it, by their numbers in the book.
    pub read_by: &'static [u32],
    /// What it means when it is not said and a rule could apply.
    pub not_said: &'static str,
}

const fn fact(path: &'static str, read_by: &'static [u32], not_said: &'static str) -> Fact {
    Fact {
        path,
        read_by,
        not_said,
    }
}

/// All facts, in the order of the questions.
pub fn facts() -> impl Iterator<Item = &'static Fact> {
    [matter::FACTS, said::FACTS, others::FACTS]
        .into_iter()
        .flatten()
}
