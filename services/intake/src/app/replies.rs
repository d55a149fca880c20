//! Asks routing which replies a case has.

use contracts::replies::{ASK_REPLIES, AskReplies, PURPOSE, Replies, ToldReply};
use runtime::{questions, texts::Texts};

use crate::{app::Core, store::find::File};

/// Every reply of a case; none when routing does not answer in time, which is not the same as a case without replies.
/// Those of a sealed case come as routing keeps them and are opened here, for a caller who was let in.
///
/// # Errors
/// A sealed text does not open with the installation's key.
pub(crate) async fn replies(core: &Core, file: &File) -> anyhow::Result<Option<Vec<ToldReply>>> {
    let question = AskReplies { case: file.case_id };
    let Some(told) = questions::ask::<Replies>(&core.platform.bus, ASK_REPLIES, &question).await else {
        return Ok(None);
    };
    let texts = Texts::new(&core.platform.secrets, PURPOSE);
    let replies = told.replies.into_iter().map(|reply| opened(&texts, reply));
    replies.collect::<anyhow::Result<Vec<_>>>().map(Some)
}

fn opened(texts: &Texts, reply: ToldReply) -> anyhow::Result<ToldReply> {
    let Some(place) = reply.assignment.map(|assignment| assignment.0) else { return Ok(reply) };
    Ok(ToldReply {
        public_text: texts.open(place, &reply.public_text)?,
        internal_text: texts.open_some(place, reply.internal_text.as_deref())?,
        reasons: texts.open_some(place, reply.reasons.as_deref())?,
        legal_basis: texts.open_some(place, reply.legal_basis.as_deref())?,
        ..reply
    })
}
