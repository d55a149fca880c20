//! Who is told what, when and in which words: pure functions over what happened and what is known of a case.
#![deny(clippy::wildcard_enum_match_arm)]

pub mod bulletin;
pub mod bundle;
pub mod card;
pub mod decide;
mod gives;
pub mod guard;
pub mod hours;
pub mod lifecycle;
pub mod matter;
pub mod outside;
pub mod pack;
pub mod render;
pub mod sections;
pub mod since;
pub mod subscription;
pub mod when;
pub mod words;
