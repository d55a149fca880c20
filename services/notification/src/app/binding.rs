//! Binding an account of WeChat or WeCom: a code is given in the suite and shown to the account of the office, whose
//! gateway says from which account it came. So nobody binds an account that is not in hand.

use anyhow::Context as _;
use hmac::{Hmac, Mac as _};
use identity::Claims;
use ids::CaseId;
use jiff::Timestamp;
use notification_rules::words::{Audience, Way};
use rand::Rng as _;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use sqlx::PgConnection;
use web::Problem;

use super::{
    Core,
    address::{POINT, bound},
    once::once,
};
use crate::store::{
    accounts,
    answers::Key,
    bindings::{self, Given},
    cards, points,
};

/// How far the clock of a gateway may be off, in seconds.
const SKEW: i64 = 300;

/// Who binds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// The citizen of a case.
    Citizen(CaseId),
    /// The handling officer of a unit.
    Officer(ids::UnitCode),
}

impl Whose {
    fn parts(&self) -> (Audience, String) {
        match self {
            Self::Citizen(case) => (Audience::Citizen, case.to_string()),
            Self::Officer(unit) => (Audience::Officer, unit.to_string()),
        }
    }
}

/// A code that was given out.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Told {
    /// Eight digits.
    pub(crate) code: String,
    /// Until when it holds.
    pub(crate) until: Timestamp,
}

/// Gives out a code of eight digits; an older one of the same is worth nothing any more. The same request under the same
/// key is given the same code.
///
/// # Errors
/// The key was used for another request, or the database is away.
pub(crate) async fn give(
    core: &Core,
    whose: &Whose,
    way: Way,
    claims: &Claims,
    key: Option<String>,
) -> Result<Told, Problem> {
    let code = format!("{:08}", rand::rng().random_range(0..100_000_000_u32));
    let (audience, recipient) = whose.parts();
    // Two officers of one unit have keys of their own.
    let scope = format!("bindings/{audience}/{recipient}/{}", claims.sub);
    let key = key.map(|word| Key { scope, word });
    let case_id = match whose {
        Whose::Citizen(case) => Some(case.0),
        Whose::Officer(_) => None,
    };
    let given = Given {
        audience: audience.to_string(),
        recipient,
        case_id,
        way: way.to_string(),
        actor: claims.actor(),
    };
    let until = core.office.now().checked_add(core.config.binding).map_err(anyhow::Error::from)?;
    let told = Told { code, until };
    let digest = Sha256::digest(way.as_str());
    let mut transaction = core.platform.db.pool.begin().await.context("giving a code")?;
    if let Some(before) = once(core, &mut transaction, key.as_ref(), &digest, &told).await? {
        return Ok(before);
    }
    bindings::give(&mut transaction, &hash(core, &told.code), &given, until)
        .await
        .context("giving a code")?;
    transaction.commit().await.context("giving a code")?;
    Ok(told)
}

/// Binds the account from which a code came. `false`: the code is none, or no longer.
pub(crate) async fn bind(core: &Core, way: Way, code: &str, account: &SecretString) -> anyhow::Result<bool> {
    let now = core.office.now();
    let mut transaction = core.platform.db.pool.begin().await?;
    let Some(given) = bindings::take(&mut transaction, &hash(core, code), way, now).await? else {
        return Ok(false);
    };
    let sealed = core.platform.secrets.seal(
        POINT,
        &bound(&given.audience, &given.recipient, way),
        account.expose_secret().as_bytes(),
    );
    match given.case_id {
        Some(case) => {
            bindings::put(&mut transaction, case, way, &sealed, now).await?;
            mark(&mut transaction, CaseId(case), way, true).await?;
        }
        None => {
            let stamp = (given.actor.as_str(), now);
            accounts::put(&mut transaction, &given.recipient, way, &sealed, stamp).await?;
        }
    }
    transaction.commit().await?;
    core.office.learn(points::known(&core.platform.db.pool).await?);
    Ok(true)
}

/// Takes an account out again, an officer's own and no colleague's; says whether there was one.
pub(crate) async fn part(core: &Core, whose: &Whose, way: Way, actor: &str) -> anyhow::Result<bool> {
    let pool = &core.platform.db.pool;
    let there = match whose {
        Whose::Citizen(case) => {
            let mut transaction = pool.begin().await?;
            let there = bindings::remove(&mut transaction, case.0, way).await?;
            mark(&mut transaction, *case, way, false).await?;
            transaction.commit().await?;
            there
        }
        Whose::Officer(unit) => {
            let there = accounts::remove(pool, unit.as_str(), way, actor).await?;
            core.office.learn(points::known(pool).await?);
            there
        }
    };
    Ok(there)
}

/// Forgets codes that nobody showed in time.
pub(crate) async fn forget(core: &Core) -> Result<(), sqlx::Error> {
    bindings::forget(&core.platform.db.pool, core.office.now()).await
}

/// Writes on the card of a case that a way leads to its citizen, or no longer does.
async fn mark(connection: &mut PgConnection, case: CaseId, way: Way, there: bool) -> anyhow::Result<()> {
    let kept = cards::lock(connection, &[case.0]).await?.into_iter().next();
    let (_, mut kept) = kept.ok_or_else(|| anyhow::anyhow!("the card of a case with a code is gone"))?;
    let changed = if there { kept.card.guard.bound.insert(way) } else { kept.card.guard.bound.remove(&way) };
    let saved = !changed || cards::save(connection, &[(case.0, &kept)]).await?;
    anyhow::ensure!(saved, "a locked card was written by another worker");
    Ok(())
}

/// Says whether a gateway speaks: HMAC-SHA-256 over time and body under its secret, in hexadecimal, not long ago.
pub(crate) fn is_signed(core: &Core, way: Way, time: &str, signature: &str, body: &[u8]) -> bool {
    let secret = match way {
        Way::Wechat => &core.config.wechat.secret,
        Way::Wecom => &core.config.wecom.secret,
        Way::Sms | Way::Email | Way::Inbox => return false,
    };
    let fresh = time.parse::<i64>().is_ok_and(|at| (at - core.office.now().as_second()).abs() <= SKEW);
    if secret.expose_secret().is_empty() || !fresh {
        return false;
    }
    let byte = |at| signature.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let sum: Option<Vec<u8>> = (0..signature.len()).step_by(2).map(byte).collect();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes())
        .expect("HMAC takes keys of any length");
    mac.update(time.as_bytes());
    mac.update(b".");
    mac.update(body);
    sum.is_some_and(|sum| mac.verify_slice(&sum).is_ok())
}

/// What is kept of a code: without the key of the installation nobody tries all eight digits.
fn hash(core: &Core, code: &str) -> Vec<u8> {
    let key = core.platform.secrets.key("binding-code");
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("HMAC takes keys of any length");
    mac.update(code.as_bytes());
    mac.finalize().into_bytes().to_vec()
}
