//! Who is told what, and in which words: pure functions over what happened and what is known of a case.
#![deny(clippy::wildcard_enum_match_arm)]

pub mod card;
pub mod decide;
pub mod lifecycle;
pub mod pack;
pub mod render;
pub mod words;
