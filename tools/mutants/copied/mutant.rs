//! The switch behind which every mutation of this copy stands: one at a time, chosen by its number.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// None is chosen.
const NONE: usize = 0;
/// None is chosen, and those that are reached are noted.
const NOTING: usize = usize::MAX;
/// How often an answer may look at the switch; what looks more often has lost its end.
const ENOUGH: usize = 50_000_000;

static CHOSEN: AtomicUsize = AtomicUsize::new(NONE);
static LOOKED: AtomicUsize = AtomicUsize::new(0);
static REACHED: [AtomicBool; ALL.len() + 1] = [const { AtomicBool::new(false) }; ALL.len() + 1];

/// Chooses a mutant.
pub fn choose(number: usize) {
    LOOKED.store(0, Ordering::Relaxed);
    CHOSEN.store(number, Ordering::Relaxed);
}

/// Takes the code as it is written.
pub fn choose_none() {
    choose(NONE);
}

/// What a question reaches, of the code as it is written.
pub fn reached_by(ask: impl FnOnce()) -> Vec<usize> {
    for reached in &REACHED {
        reached.store(false, Ordering::Relaxed);
    }
    choose(NOTING);
    ask();
    choose_none();
    let all = REACHED.iter().enumerate();
    all.filter(|(_, reached)| reached.load(Ordering::Relaxed))
        .map(|(number, _)| number)
        .collect()
}

/// Whether a mutant is the chosen one.
pub fn is(number: usize) -> bool {
    let chosen = CHOSEN.load(Ordering::Relaxed);
    if chosen == NOTING {
        REACHED[number].store(true, Ordering::Relaxed);
    } else if LOOKED.fetch_add(1, Ordering::Relaxed) > ENOUGH {
        panic!("it has no end");
    }
    chosen == number
}

/// A condition: as the first mutant always so, as the next never.
pub fn flag(first: usize, value: bool) -> bool {
    // Both are looked at, so that both are noted.
    let (always, never) = (is(first), is(first + 1));
    always || (value && !never)
}

/// A condition that holds anyway, as the mutant.
pub fn holds(number: usize, value: bool) -> bool {
    is(number) || value
}

/// A condition that fails anyway, as the mutant.
pub fn fails(number: usize, value: bool) -> bool {
    !is(number) && value
}

/// A condition turned round, as the mutant.
pub fn turned(number: usize, value: bool) -> bool {
    value != is(number)
}

/// `&&`; as the mutant, `||`.
pub fn and(number: usize, left: bool, right: impl FnOnce() -> bool) -> bool {
    if is(number) {
        left || right()
    } else {
        left && right()
    }
}

/// `||`; as the mutant, `&&`.
pub fn or(number: usize, left: bool, right: impl FnOnce() -> bool) -> bool {
    if is(number) {
        left && right()
    } else {
        left || right()
    }
}
