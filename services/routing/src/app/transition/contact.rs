//! First contact with the citizen, and each try at it.

use routing_rules::Command;

use super::{Answer, Turn};
use crate::{publish::Detail, store::records::Contact};

impl Turn<'_> {
    pub(super) fn contact(&mut self, reached: bool, note: Option<String>) -> Answer {
        let (after, changed) = self.act(Command::Contact { reached }, &Detail::default())?;
        if changed {
            let (at, actor) = (self.voice.at, self.voice.actor.clone());
            self.desk.contact(Contact { assignment: after.id, at, reached, note, actor });
        }
        Ok(after)
    }
}
