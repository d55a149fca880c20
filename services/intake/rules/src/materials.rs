//! 一次性告知: everything that must be brought is told at once; asking again is possible, and counted as a defect.
//!
//! | state | ask | receive |
//! |---|---|---|
//! | nothing asked | asked, request 1 | refused |
//! | asked, request n | asked, request n + 1, a defect | received |
//! | received, request n | asked, request n + 1, a defect | received: nothing to say |
//!
//! Source: seed 003 (一次性告知应交材料).

use serde::Deserialize;

use crate::pack::{Label, Mistakes};

/// What must be brought for matters of a subject.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Materials {
    /// Subject code; also for every code below it. None means every matter.
    #[serde(default)]
    pub subject: Option<String>,
    /// What must be brought.
    pub items: Vec<Label>,
}

/// What a case was asked to bring.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// How many requests there were.
    pub requests: u32,
    /// What was asked last has come in.
    pub received: bool,
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaterialCommand {
    /// Materials are asked for.
    Ask,
    /// All of them came in.
    Receive,
}

/// What is to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaterialEffect {
    /// Materials were asked for; from request 2 on that is a defect.
    Requested {
        /// The how-manieth request.
        request: u32,
    },
    /// They came in.
    Received {
        /// The request that they answer.
        request: u32,
    },
}

/// Nothing was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no materials were asked for")]
pub struct NothingAsked;

/// Decides what a command does.
///
/// # Errors
/// [`NothingAsked`].
pub fn decide_materials(
    asked: Asked,
    command: MaterialCommand,
) -> Result<(Asked, Option<MaterialEffect>), NothingAsked> {
    match (command, asked) {
        (MaterialCommand::Ask, Asked { requests, .. }) => {
            let request = requests.saturating_add(1);
            Ok((Asked { requests: request, received: false }, Some(MaterialEffect::Requested { request })))
        }
        (MaterialCommand::Receive, Asked { requests: 0, .. }) => Err(NothingAsked),
        (MaterialCommand::Receive, Asked { received: true, .. }) => Ok((asked, None)),
        (MaterialCommand::Receive, Asked { requests, received: false }) => {
            let received = Asked { requests, received: true };
            Ok((received, Some(MaterialEffect::Received { request: requests })))
        }
    }
}

/// Everything that the pack asks for matters of a subject, in its order.
#[must_use]
pub fn items_for<'a>(lists: &'a [Materials], subject: Option<&str>) -> Vec<&'a Label> {
    let below = |code: &str, subject: &str| {
        subject == code || subject.strip_prefix(code).is_some_and(|rest| rest.starts_with('.'))
    };
    let fits = |list: &&Materials| match (&list.subject, subject) {
        (None, _) => true,
        (Some(code), Some(subject)) => below(code, subject),
        (Some(_), None) => false,
    };
    lists.iter().filter(fits).flat_map(|list| &list.items).collect()
}

pub(crate) fn validate(lists: &[Materials], mistakes: &mut Mistakes) {
    for (at, list) in lists.iter().enumerate() {
        let key = format!("materials[{at}]");
        if list.items.is_empty() {
            mistakes.add(&key, "items must not be empty");
        }
        for item in &list.items {
            mistakes.label(&key, item);
        }
        if list.subject.as_deref().is_some_and(|code| !crate::subject::is_code(code)) {
            mistakes.add(&key, "subject is not a subject code");
        }
    }
}
