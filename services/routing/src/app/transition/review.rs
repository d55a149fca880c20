//! The centre's look at a reply in 交办: it goes out, or back to the unit.

use routing_rules::{Command, pack::RoutingPack};

use super::{Answer, Turn};
use crate::{app::refusal::Refusal, publish::Detail, store::records::Reply};

impl Turn<'_> {
    pub(super) fn release(&mut self, pack: &RoutingPack) -> Answer {
        let reply = self.desk.newest_reply(self.hand.id).cloned();
        let detail = reply.as_ref().map(|reply| self.said(reply)).unwrap_or_default();
        let deferring = self.entering(pack, Some(&detail.outcome)).is_some();
        let (after, changed) = self.act(Command::Release, &detail)?;
        if let Some(reply) = reply.filter(|_| changed) {
            self.desk.reply(Reply { state: "released", ..reply });
            self.answer_left(deferring);
        }
        Ok(after)
    }

    pub(super) fn reject(&mut self, pack: &RoutingPack, reason: Option<String>) -> Answer {
        let known = |code: &String| pack.reject.iter().any(|reject| reject.code == *code);
        let Some(reason) = reason.filter(known) else {
            let codes: Vec<_> = pack.reject.iter().map(|reject| reject.code.as_str()).collect();
            let zh = format!("须为以下退回理由之一：{}", codes.join("、"));
            return Err(Refusal::field("reason", zh, format!("must be one of {}", codes.join(", "))));
        };
        let reply = self.desk.newest_reply(self.hand.id).cloned();
        let detail = Detail { reason: reason.clone(), ..Detail::default() };
        let (after, changed) = self.act(Command::Reject, &detail)?;
        if let Some(reply) = reply.filter(|_| changed) {
            self.desk.reply(Reply { state: "rejected", reject_reason: Some(reason), ..reply });
            self.answer_rejected();
        }
        Ok(after)
    }
}
