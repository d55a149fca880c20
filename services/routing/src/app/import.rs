//! Replies of an older system: many rows, one transaction, each with its own outcome.

use std::collections::HashSet;

use calendar::day_of;
use ids::{CaseId, UnitCode};
use jiff::Timestamp;
use routing_rules::{Command, State, reply};

use super::{
    App,
    desk::{Desk, Target, Voice},
    transition::ReplyDraft,
};
use crate::{
    directory::Snapshot,
    publish::{self, Detail},
    store::{
        cases::{CaseRoute, RouteState},
        records::Reply,
        units::Unit,
    },
};

/// One reply of the file.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) case: CaseId,
    pub(crate) text: String,
    pub(crate) at: Timestamp,
    pub(crate) outcome: Option<String>,
    pub(crate) unit: Option<UnitCode>,
}

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The case has its answer now.
    Saved,
    /// It had it before.
    Already,
    /// The case has not come to routing yet: send the row again.
    NotYet,
    /// The row cannot be taken; in Chinese and in English.
    Failed(String, String),
}

/// Takes the rows.
///
/// # Errors
/// A fault; nothing was stored.
pub(crate) async fn run(app: &App, actor: &str, rows: &[Row]) -> anyhow::Result<Vec<Outcome>> {
    let mut transaction = app.db.pool.begin().await?;
    let cases: HashSet<_> = rows.iter().map(|row| row.case.0).collect();
    let cases: Vec<_> = cases.into_iter().collect();
    let mut desk = Desk::of_cases(&mut transaction, &cases).await?;
    let directory = app.directory.current(&mut transaction).await?;
    let outcomes = rows.iter().map(|row| one(app, actor, &directory, &mut desk, row)).collect();
    desk.save(&mut transaction).await?;
    transaction.commit().await?;
    app.wake.outbox();
    Ok(outcomes)
}

fn one(app: &App, actor: &str, directory: &Snapshot, desk: &mut Desk, row: &Row) -> Outcome {
    let failed = |zh: &str, en: &str| Outcome::Failed(zh.to_owned(), en.to_owned());
    let Some(route) = desk.route(row.case).cloned() else { return Outcome::NotYet };
    if !route.historic {
        return failed("不是历史诉求，不能补录答复", "not a historic case");
    }
    let Some(pack) = app.packs.of(&route.pack) else {
        return failed("该诉求的规则包未加载", "the policy pack of the case is not loaded");
    };
    let answered = desk.lead(row.case).is_some_and(|lead| lead.state == State::Answered);
    if answered {
        return Outcome::Already;
    }
    let draft = ReplyDraft {
        public_text: text::clean(&row.text).text,
        outcome: row.outcome.clone(),
        completed_on: Some(day_of(row.at)),
        ..ReplyDraft::default()
    };
    let flaws = reply::check(pack, publish::urgency_in(route.urgency), true, &draft.checked());
    if !flaws.is_empty() {
        let join = |words: Vec<String>| words.join("; ");
        let zh = join(flaws.iter().map(|flaw| format!("{}：{}", flaw.field, flaw.zh)).collect());
        return Outcome::Failed(zh, join(flaws.iter().map(|f| format!("{}: {}", f.field, f.en)).collect()));
    }
    let voice = Voice { actor: actor.to_owned(), at: row.at, causation: None, historic: true, trace: None };
    if route.state == RouteState::Waiting && !dispatch(app, directory, desk, row, &route, &voice) {
        return failed("没有承办单位", "no unit is named");
    }
    let Some(lead) = desk.lead(row.case).cloned() else {
        return failed("没有承办单位", "no unit is named");
    };
    let mut reply = draft.row(&lead, pack.reply.public_default, &voice);
    let level = directory.units.get(&lead.unit).map(|unit| unit.works_at().as_str());
    let detail = Detail { outcome: reply.outcome.clone(), level, ..Detail::default() };
    match desk.act(lead.id, Command::ReplyHistoric, &detail, &voice) {
        Ok(Some(after)) => {
            reply.attempt = after.attempt;
            reply.state = "released";
            if route.confidential {
                reply = app.vault.seal_reply(Reply { public: false, ..reply });
            }
            desk.reply(reply);
            Outcome::Saved
        }
        Ok(None) => Outcome::NotYet,
        Err(refused) => Outcome::Failed(refused.zh(), refused.en()),
    }
}

/// Gives a waiting case to the unit of the row, of the intake or of the configuration, at the time of its acceptance.
fn dispatch(
    app: &App,
    directory: &Snapshot,
    desk: &mut Desk,
    row: &Row,
    route: &CaseRoute,
    voice: &Voice,
) -> bool {
    let named = row.unit.clone().or_else(|| route.unit_hint.clone());
    let decided_by = if named.is_some() { "hint" } else { "import" };
    let Some(unit) = named.or_else(|| app.config.import_unit.clone()) else { return false };
    let Some(pack) = app.packs.of(&route.pack) else { return false };
    if !directory.units.contains_key(&unit) {
        desk.add_unit(Unit::of_an_old_file(unit.clone(), route.region.clone()));
    }
    let mode = pack.mode(route.mode_hint.map(publish::mode_in), publish::urgency_in(route.urgency));
    let mode = publish::mode_out(mode);
    let to = Target { unit, co_units: Vec::new(), mode, decided_by, designated: false };
    desk.dispatch(route.case, &to, &Voice { at: route.accepted_at, ..voice.clone() });
    true
}
