//! The operations of the service.

pub(crate) mod address;
pub(crate) mod beside;
pub(crate) mod binding;
pub(crate) mod bundle;
pub(crate) mod carry;
pub(crate) mod county;
pub(crate) mod deliver;
pub(crate) mod failed;
pub(crate) mod names;
pub(crate) mod once;
pub(crate) mod open_link;
pub(crate) mod opening;
pub(crate) mod outside;
pub(crate) mod public;
pub(crate) mod push;
pub(crate) mod put_off;
pub(crate) mod standing;
pub(crate) mod subscribing;
pub(crate) mod tell;
pub(crate) mod unread;

use std::sync::Arc;

use runtime::Platform;

use crate::{Config, Packs, carrier::Carriers, office::Office};

/// What every operation may need.
pub(crate) struct Core {
    pub(crate) platform: Platform,
    pub(crate) config: Config,
    pub(crate) packs: Arc<Packs>,
    pub(crate) office: Arc<Office>,
    pub(crate) carriers: Carriers,
}
