//! 预警 raised and told: each once, whoever looks first.

use evaluation_rules::{Gathering, Sign};
use ids::{AlertId, RegionCode};
use jiff::{Timestamp, civil::Date};
use runtime::Draft;
use sqlx::PgConnection;

use crate::{
    NAME,
    publish::{self, Said},
    store::alerts::{self, Alert},
};

/// What is noticed: one sign of one subject, place and week, under a pack.
pub(crate) fn noticed(
    policy: &str,
    sign: Sign,
    subject: &str,
    place: RegionCode,
    week: Date,
    found: Gathering,
) -> Alert {
    let sign = sign.as_str();
    Alert {
        id: AlertId::derived(&format!("{policy}:{sign}:{subject}:{place}:{week}")),
        sign,
        subject: subject.to_owned(),
        place,
        week,
        found,
        policy: policy.to_owned(),
    }
}

/// Writes down those that are new and says them; `false` when there is none.
pub(crate) async fn raise(
    db: &mut PgConnection,
    policy: &str,
    alerts: Vec<Alert>,
    at: Timestamp,
) -> Result<bool, sqlx::Error> {
    let new = alerts::raise(db, policy, &alerts, at).await?;
    let said = |alert: Alert| Draft {
        aggregate: alert.id.0,
        region: alert.place.clone(),
        time: at,
        actor: "system".to_owned(),
        causation: None,
        historic: false,
        trace: None,
        body: publish::body(Said::Alert(alert)),
    };
    let drafts: Vec<Draft> = alerts.into_iter().filter(|alert| new.contains(&alert.id.0)).map(said).collect();
    let any = !drafts.is_empty();
    if any {
        runtime::emit(db, NAME, drafts).await?;
    }
    Ok(any)
}
