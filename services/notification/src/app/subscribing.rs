//! What is said about a subscription: made, suspended, resumed, ended; and the centre is told when nothing is pushed.

use contracts::{
    Body,
    subscription::{SubscriptionEnded, SubscriptionMade, SubscriptionResumed, SubscriptionSuspended},
};
use ids::{EventId, NoticeId, RegionCode, UnitCode};
use jiff::Timestamp;
use notification_rules::{
    matter::Matter,
    render::{Both, Values},
    subscription::State,
    words::{Happening, Variable},
};
use runtime::Draft;
use sqlx::PgConnection;

use super::{Core, beside};
use crate::store::subscriptions::Subscription;

/// Where a subscription is filed that names no region: the whole country (GB/T 2260).
const EVERYWHERE: &str = "100000";

/// What happened to a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    Made,
    Suspended { gone: bool },
    Resumed,
    Ended,
}

impl Turn {
    /// What a person's act came to; nothing where it changed nothing.
    pub(crate) fn between(before: State, after: State) -> Option<Self> {
        match (before, after) {
            (State::Disabled | State::Stopped, State::Active { .. }) => Some(Self::Resumed),
            (State::Active { .. } | State::Disabled, State::Stopped) => Some(Self::Ended),
            (State::Active { .. }, State::Active { .. } | State::Disabled)
            | (State::Disabled | State::Stopped, State::Disabled)
            | (State::Stopped, State::Stopped) => None,
        }
    }

    const fn reason(self) -> &'static str {
        match self {
            Self::Suspended { gone: true } => "gone",
            Self::Suspended { gone: false } | Self::Made | Self::Resumed | Self::Ended => "failing",
        }
    }
}

/// Says what happened, in the transaction in which it did.
pub(crate) async fn say(
    core: &Core,
    connection: &mut PgConnection,
    one: &Subscription,
    turn: Turn,
    actor: &str,
) -> Result<(), sqlx::Error> {
    let wrong = |_| sqlx::Error::Decode("subscription.subscriber is no code".into());
    let subscriber: UnitCode = one.subscriber.parse().map_err(wrong)?;
    let now = core.office.now();
    let region = one.filter.regions.first().cloned();
    let region = region.unwrap_or_else(|| EVERYWHERE.parse().expect("a code of six digits"));
    let subscription = NoticeId(one.id);
    let body: Body = match turn {
        Turn::Made => {
            let pushed = one.url.is_some();
            SubscriptionMade { subscription, subscriber, pushed }.into()
        }
        Turn::Suspended { .. } => {
            tell_centre(core, connection, one, turn, (&region, now)).await?;
            let reason = turn.reason().to_owned();
            SubscriptionSuspended { subscription, subscriber, reason }.into()
        }
        Turn::Resumed => SubscriptionResumed { subscription, subscriber }.into(),
        Turn::Ended => SubscriptionEnded { subscription, subscriber }.into(),
    };
    let draft = Draft {
        aggregate: one.id,
        region,
        time: now,
        actor: actor.to_owned(),
        causation: None,
        historic: false,
        trace: None,
        body,
    };
    runtime::emit(connection, "notification", vec![draft]).await?;
    Ok(())
}

async fn tell_centre(
    core: &Core,
    connection: &mut PgConnection,
    one: &Subscription,
    turn: Turn,
    (region, now): (&RegionCode, Timestamp),
) -> Result<(), sqlx::Error> {
    let Some((id, ready)) = core.packs.telling(None, Happening::SubscriptionSuspended) else { return Ok(()) };
    let mut values = Values::from([(Variable::Body, Both::of(one.label.0.as_str(), one.label.1.as_str()))]);
    values.extend(ready.label(turn.reason()).map(|label| (Variable::Reason, label)));
    let codes = vec![turn.reason().to_owned()];
    let matter = Matter { event: Happening::SubscriptionSuspended, place: None, values, codes };
    // Each suspension is told once: it is known by the version that it ended.
    let cause = EventId::derived(&format!("{}:suspended:{}", one.id, one.version));
    let telling = beside::Telling { cause, about: one.id, region, at: now };
    beside::lay_down(connection, &core.office, (id, ready), &core.config.track_url, &telling, &[matter]).await
}
