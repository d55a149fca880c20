//! Items of staff that nobody has opened for too many hours of work: whoever the pack names is told, once for each.

use notification_rules::{
    decide::Owed,
    hours::worked_since,
    render::{Both, NOTHING, Values},
    sections,
    words::{Audience, Variable},
};
use sqlx::PgConnection;

use super::{
    Core,
    failed::{self, Laid},
};
use crate::store::watch::{self, Unread};

/// Looks through what has become too old since the last look. Answers how many items were found.
pub(crate) async fn look(core: &Core) -> Result<usize, sqlx::Error> {
    let (mut found, calendars) = (0, core.office.calendars());
    for (id, ready) in core.packs.newest() {
        let Some(rule) = &ready.notices.settings.unread else { continue };
        let Some(to) = worked_since(core.office.now(), rule.hours, calendars.national()) else { continue };
        let mut transaction = core.platform.db.pool.begin().await?;
        let name = format!("unread:{id}");
        let from = watch::lock(&mut transaction, &name, to).await?;
        // The clock of a new worker may be a little behind.
        if from < to {
            let of: Vec<&str> = rule.of.iter().map(|audience| audience.as_str()).collect();
            let items = watch::unread(&mut transaction, id, &of, (from, to)).await?;
            found += items.len();
            tell(core, &mut transaction, &items, rule).await?;
            watch::save(&mut transaction, &name, to).await?;
        }
        transaction.commit().await?;
    }
    if found > 0 {
        core.platform.wake.outbox();
    }
    Ok(found)
}

async fn tell(
    core: &Core,
    transaction: &mut PgConnection,
    items: &[Unread],
    rule: &sections::Unread,
) -> Result<(), sqlx::Error> {
    let laid = |item: &Unread| -> Option<Laid> {
        let number = Some(item.of.number.as_str()).filter(|number| !number.is_empty());
        let (audience, text) = (rule.audience, &rule.text);
        let values: Values = [
            (Variable::CaseNumber, Both::same(number.unwrap_or(NOTHING))),
            (Variable::Unit, whose(core, item)),
            (Variable::Hours, Both::same(rule.hours.to_string())),
            (Variable::Title, Both::of(item.title_zh.as_str(), item.title_en.as_str())),
            (Variable::TrackUrl, Both::same(core.config.track_url.as_str())),
        ]
        .into();
        let owed = Owed {
            template: format!("unread/{audience}"),
            audience,
            recipient: audience.as_str().to_owned(),
            ways: rule.ways.clone(),
            urgent: false,
            digest: false,
            title: text.title.filled(&values),
            body: text.body.filled(&values),
        };
        failed::laid(core, &format!("{}:unread:{audience}", item.of.notice_id), &item.of, owed)
    };
    failed::lay(transaction, items.iter().filter_map(laid).collect()).await
}

/// Whose item it is: the unit by its name, others by what they are.
fn whose(core: &Core, item: &Unread) -> Both<String> {
    match item.of.audience.parse::<Audience>() {
        Ok(audience) if !audience.is_of_unit() => Both::of(audience.zh(), audience.en()),
        Ok(_) | Err(_) => {
            Both::same(core.office.name_of(&item.recipient).unwrap_or_else(|| item.recipient.clone()))
        }
    }
}
