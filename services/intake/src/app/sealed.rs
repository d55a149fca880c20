//! Sealed cases (检举控告): their words at rest, who may see them, and every look written down.

use identity::{Action, Claims, may};
use ids::{AccountId, CaseId, EventId};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    app::Core,
    store::{
        cases::{self, NewCase},
        dossier::{self, Happening},
        find::File,
        hands,
    },
    vault::Vault,
};

/// No text that people type begins so: cleaning drops control characters.
const MARK: char = '\u{1}';

/// What is sealed of a case.
#[derive(Serialize, Deserialize)]
struct Words {
    title: String,
    body: String,
}

/// Seals the words of a case that is for named hands only.
pub(crate) fn seal(vault: &Vault, case: NewCase) -> NewCase {
    if !case.confidential {
        return case;
    }
    let body = seal_words(vault, case.case_id.0, &case.title, &case.body);
    NewCase { title: String::new(), body, ..case }
}

/// Title and text as one sealed text.
pub(crate) fn seal_words(vault: &Vault, case: Uuid, title: &str, body: &str) -> String {
    let words = Words { title: title.to_owned(), body: body.to_owned() };
    seal_text(vault, case, &serde_json::to_string(&words).expect("strings are JSON"))
}

/// Seals one text.
pub(crate) fn seal_text(vault: &Vault, case: Uuid, plain: &str) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    format!("{MARK}{}", STANDARD.encode(vault.seal(case.as_bytes(), plain.as_bytes())))
}

/// A text about a case as it is kept: sealed where the case is.
pub(crate) fn keep(vault: &Vault, confidential: bool, case: CaseId, text: String) -> String {
    if confidential { seal_text(vault, case.0, &text) } else { text }
}

/// A text that is kept, for those who see no sealed case: nothing of what is sealed.
pub(crate) fn plain(kept: String) -> Option<String> {
    Some(kept).filter(|kept| !kept.starts_with(MARK))
}

/// Opens what [`seal_text`] closed; a text that was never sealed is given back as it is.
///
/// # Errors
/// Changed, moved or sealed under another key.
pub(crate) fn open_text(vault: &Vault, case: CaseId, kept: &str) -> anyhow::Result<String> {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let Some(sealed) = kept.strip_prefix(MARK) else { return Ok(kept.to_owned()) };
    let plain = vault.open(case.0.as_bytes(), &STANDARD.decode(sealed)?);
    let plain = plain.ok_or_else(|| anyhow::anyhow!("the words of a case do not open with this key"))?;
    Ok(String::from_utf8(plain)?)
}

/// Opens the words of a case.
///
/// # Errors
/// As [`open_text`].
pub(crate) fn open(vault: &Vault, file: File) -> anyhow::Result<File> {
    if !file.body.starts_with(MARK) {
        return Ok(file);
    }
    let words: Words = serde_json::from_str(&open_text(vault, file.case_id, &file.body)?)?;
    Ok(File { title: words.title, body: words.body, ..file })
}

/// Says whether a caller may see a sealed case: who told it, the keeper of its region, a named hand outside the line of
/// those accused.
/// A hand that acts for a unit must act for one that holds the case.
pub(crate) async fn sees(
    connection: &mut PgConnection,
    claims: &Claims,
    file: &File,
) -> Result<bool, sqlx::Error> {
    let here = claims.region.as_ref().is_none_or(|bound| bound.contains(&file.region));
    if claims.case == Some(file.case_id) || (here && may(claims, &Action::ReadSealed).is_ok()) {
        return Ok(true);
    }
    let named = hands::of_case(&mut *connection, file.case_id).await?;
    if !named.hands.contains(&AccountId(claims.sub)) {
        return Ok(false);
    }
    match &claims.unit {
        None => Ok(true),
        Some(unit) if named.line.contains(unit) => Ok(false),
        Some(unit) => hands::holds(connection, file.case_id, unit).await,
    }
}

/// Writes a look into the dossier before anything is shown.
pub(crate) async fn look(core: &Core, case: CaseId, caller: &Claims, kind: &str) -> Result<(), sqlx::Error> {
    let look = Happening {
        case_id: case.0,
        event_id: EventId::fresh(),
        source: "intake".to_owned(),
        kind: kind.to_owned(),
        happened_at: core.now(),
        actor: caller.actor(),
        detail: "{}".to_owned(),
    };
    let mut transaction = core.platform.db.pool.begin().await?;
    cases::lock(&mut transaction, &[case.0]).await?;
    let mut heads = dossier::heads(&mut transaction, &[case.0]).await?;
    dossier::append(&mut transaction, &mut heads, &[look]).await?;
    transaction.commit().await
}
