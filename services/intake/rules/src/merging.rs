//! 并单: which case waits on which. A merged case always waits on a root: chains collapse, and there are no cycles.
//!
//! | what | merged into `b` | afterwards |
//! |---|---|---|
//! | `a`, on its own | `b`, on its own | `a` waits on `b` |
//! | `a`, on which `c` waits | `b` | `a` and `c` wait on `b` |
//! | `a` | `b`, which waits on `d` | `a` waits on `d` |
//! | `a` | `a`, or a case that waits on `a` | refused |
//! | `a`, which waits on `b` | `b` | nothing new |
//! | `a`, which waits on `d` | `b` | refused: it is parted first |

use std::hash::Hash;

/// A case with what it waits on and what waits on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place<Id> {
    /// The case.
    pub case: Id,
    /// The root that it waits on.
    pub primary: Option<Id>,
    /// The cases that wait on it.
    pub waiting: Vec<Id>,
}

/// That two cases cannot be merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotMerge {
    /// They are one case already, or the other one waits on this one.
    #[error("a case cannot wait on itself")]
    Itself,
    /// It waits on another case and must be parted from it first.
    #[error("it waits on another case")]
    Elsewhere,
}

/// What a merge makes of a family of cases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan<Id> {
    /// The root that all wait on afterwards.
    pub root: Id,
    /// The cases that are moved to it: the merged one first. Empty when it was there already.
    pub moved: Vec<Id>,
}

/// Plans a merge of `from` into `into`.
///
/// # Errors
/// [`CannotMerge`].
pub fn plan<Id: Copy + Eq + Hash>(from: &Place<Id>, into: &Place<Id>) -> Result<Plan<Id>, CannotMerge> {
    let root = into.primary.unwrap_or(into.case);
    if root == from.case {
        return Err(CannotMerge::Itself);
    }
    match from.primary {
        Some(primary) if primary == root => Ok(Plan { root, moved: Vec::new() }),
        Some(_) => Err(CannotMerge::Elsewhere),
        None => {
            let moved = std::iter::once(from.case).chain(from.waiting.iter().copied()).collect();
            Ok(Plan { root, moved })
        }
    }
}
