//! First contact with the citizen, and each try at it.

use routing_rules::Command;

use super::{Answer, Turn};
use crate::{publish::Detail, store::records::Contact};

impl Turn<'_> {
    pub(super) fn contact(&mut self, reached: bool, note: Option<String>) -> Answer {
        // Whoever sends the newest version knows of the tries so far: this is one more.
        let again = self.hand.version == self.request.version;
        let (after, changed) = self.act(Command::Contact { reached, again }, &Detail::default())?;
        if changed {
            let (at, actor) = (self.voice.at, self.voice.actor.clone());
            self.desk.contact(Contact { assignment: after.id, at, reached, note, actor });
        }
        Ok(after)
    }
}
