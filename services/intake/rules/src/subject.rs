//! The tree of subjects (事项分类): codes of at most three levels, `a`, `a.b`, `a.b.c`; a tenant's own data.

/// Levels of the tree at most (三级).
pub const LEVELS: usize = 3;

/// What is wrong with a tree; places count from 0.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadTree {
    /// Not one to three parts of letters, digits and hyphens.
    #[error(
        "subjects[{0}]: the code must be one to three parts of letters, digits and hyphens, parted by dots"
    )]
    Code(usize),
    /// A code stands there again.
    #[error("subjects[{0}]: the code is there twice")]
    Twice(usize),
    /// The code above it is missing.
    #[error("subjects[{0}]: the code above it is missing")]
    Orphan(usize),
}

/// Says whether a code has the form of a subject.
#[must_use]
pub fn is_code(code: &str) -> bool {
    let plain = |part: &str| {
        (1..=16).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    code.split('.').count() <= LEVELS && code.split('.').all(plain)
}

/// The code one level up; none at the top.
#[must_use]
pub fn above(code: &str) -> Option<&str> {
    code.rsplit_once('.').map(|(above, _)| above)
}

/// Names every mistake of a tree.
#[must_use]
pub fn check_tree(codes: &[&str]) -> Vec<BadTree> {
    let all: std::collections::HashSet<&str> = codes.iter().copied().collect();
    let mut seen = std::collections::HashSet::new();
    let mut mistakes = Vec::new();
    for (at, code) in codes.iter().enumerate() {
        if !is_code(code) {
            mistakes.push(BadTree::Code(at));
        } else if !seen.insert(*code) {
            mistakes.push(BadTree::Twice(at));
        } else if above(code).is_some_and(|above| !all.contains(above)) {
            mistakes.push(BadTree::Orphan(at));
        }
    }
    mistakes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_has_three_levels_and_no_orphans() {
        assert_eq!(check_tree(&["housing", "housing.estate", "housing.estate.lift"]), []);
        let bad = check_tree(&["a.b.c.d", "a..b", "x.y", "z", "z", "", &"q".repeat(17)]);
        let wanted = [
            BadTree::Code(0),
            BadTree::Code(1),
            BadTree::Orphan(2),
            BadTree::Twice(4),
            BadTree::Code(5),
            BadTree::Code(6),
        ];
        assert_eq!(bad, wanted);
        assert_eq!((above("a.b.c"), above("a.b"), above("a")), (Some("a.b"), Some("a"), None));
        assert!(is_code(&"q".repeat(16)) && is_code("A-1.b2") && !is_code("某.b"));
    }
}
