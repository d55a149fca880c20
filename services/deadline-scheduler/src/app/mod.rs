//! What the service does: hear a batch, fire what is due.

pub(crate) mod case;
pub(crate) mod choose;
pub(crate) mod fire;
pub(crate) mod hear;
pub(crate) mod learn;
pub(crate) mod packs;
pub(crate) mod reckon;
pub(crate) mod rules;

pub(crate) mod step;
