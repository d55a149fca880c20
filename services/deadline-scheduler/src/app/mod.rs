//! What the service does: hear a batch, fire what is due, climb the ladder, do what people ask.

pub(crate) mod calendars;
pub(crate) mod case;
pub(crate) mod choose;
pub(crate) mod climb;
pub(crate) mod desk;
pub(crate) mod extend;
pub(crate) mod fire;
pub(crate) mod follow;
pub(crate) mod hear;
pub(crate) mod learn;
pub(crate) mod live;
pub(crate) mod opinion;
pub(crate) mod packs;
pub(crate) mod reckon;
pub(crate) mod recompute;
pub(crate) mod rules;
pub(crate) mod shelf;
pub(crate) mod step;
pub(crate) mod supervise;
pub(crate) mod tell_days;
mod undo;
