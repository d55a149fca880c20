//! Disclosure on application (依申请公开): taken in, extended, decided; its due day from the calendar.

use contracts::reception::DisclosureProgressed;
use identity::{Action, Claims, may};
use ids::RegionCode;
use intake_rules::{
    Decision, Disclosure, DisclosureCommand, DisclosureRefused, DisclosureState, decide_disclosure,
};
use jiff::civil::Date;
use runtime::{Draft, emit};
use web::{FieldError, Problem};

use crate::{
    app::{Core, addressee::Addressee},
    http::fault,
    packs::Known,
    store::{
        addressees,
        disclosures::{self, Request},
    },
};

/// What is done with a request.
pub(crate) enum Deed {
    Extend { reason: String },
    Decide { decision: Decision, reason: Option<String> },
}

/// A request as it was handed in.
pub(crate) struct New<'a> {
    pub(crate) region: &'a RegionCode,
    pub(crate) applicant: &'a str,
    /// Where the applicant is told how it goes on.
    pub(crate) told_at: Addressee,
    pub(crate) wanted: &'a str,
    pub(crate) received_on: Date,
}

/// Writes a request down; the applicant is told that it is there.
pub(crate) async fn receive(core: &Core, caller: &Claims, new: New<'_>) -> Result<Request, Problem> {
    let New { region, applicant, told_at, wanted, received_on } = new;
    let known = pack(core)?;
    let rules = rules(known)?;
    let (due_on, provisional) = due((core, region.as_str()), received_on, rules.workdays)?;
    let id = uuid::Uuid::now_v7();
    let seal = |words: &str| core.vault.seal(id.as_bytes(), words.as_bytes());
    let mut request = Request {
        id,
        number: String::new(),
        state: DisclosureState::Received,
        region: region.to_string(),
        applicant: seal(applicant),
        wanted: seal(wanted),
        received_on,
        due_on,
        provisional,
        extension: None,
        reason: None,
        decided_on: None,
        late: None,
        actor: caller.actor(),
        pack: known.stamp.clone(),
        version: 1,
    };
    let written = async {
        let mut transaction = core.platform.db.pool.begin().await?;
        let serial = disclosures::serial(&mut transaction).await?;
        request.number = format!("GK{}{serial:06}", received_on.strftime("%Y%m%d"));
        disclosures::write(&mut transaction, &request).await?;
        if !told_at.reachable().is_empty() {
            let sealed = told_at.seal(core, request.id);
            addressees::keep(&mut transaction, &[sealed], core.now()).await?;
        }
        let draft = progressed(core, caller, (&request, region), told_at.reachable());
        emit(&mut transaction, "intake", vec![draft]).await?;
        transaction.commit().await?;
        Ok(request)
    };
    let request = written.await.map_err(|error: sqlx::Error| fault(error.into()))?;
    core.platform.wake.outbox();
    Ok(request)
}

/// Extends or decides on the version that was read.
pub(crate) async fn perform(
    core: &Core,
    caller: &Claims,
    number: &str,
    read_version: i64,
    deed: Deed,
) -> Result<Request, Problem> {
    may(caller, &Action::Moderate)?;
    let broken = |error: sqlx::Error| fault(error.into());
    let today = core.today();
    let mut transaction = core.platform.db.pool.begin().await.map_err(broken)?;
    let before = disclosures::lock(&mut transaction, number).await.map_err(broken)?.ok_or_else(missing)?;
    if caller.region.as_ref().is_some_and(|bound| !before.region.starts_with(bound.stem())) {
        return Err(missing());
    }
    let rules = rules(core.packs.of_case(&before.pack.id)?)?;
    let command = match &deed {
        Deed::Extend { .. } => DisclosureCommand::Extend { today, due: before.due_on },
        Deed::Decide { decision, .. } => DisclosureCommand::Decide(*decision),
    };
    let (state, changed) = decide_disclosure(rules, before.state, command).map_err(refused)?;
    if !changed {
        return Ok(before);
    }
    if before.version != read_version {
        return Err(Problem::precondition_failed());
    }
    let mut after = Request { state, version: before.version + 1, actor: caller.actor(), ..before };
    match deed {
        Deed::Extend { reason } => {
            let more = rules.extension_workdays.unwrap_or(0);
            // Both spans are counted from the receipt: the second begins where the first ends.
            (after.due_on, after.provisional) =
                due((core, &after.region), after.received_on, rules.workdays + more)?;
            after.extension = Some(reason);
        }
        Deed::Decide { reason, .. } => {
            after.reason = reason;
            after.decided_on = Some(today);
            after.late = Some(today > after.due_on);
        }
    }
    disclosures::write(&mut transaction, &after).await.map_err(broken)?;
    let region: RegionCode = after.region.parse().map_err(anyhow::Error::from)?;
    let told_at = match addressees::of(&mut transaction, &[after.id]).await.map_err(broken)?.pop() {
        Some((_, sealed)) => Addressee::open(core, after.id, &sealed)?,
        None => Addressee::default(),
    };
    let draft = progressed(core, caller, (&after, &region), told_at.reachable());
    emit(&mut transaction, "intake", vec![draft]).await.map_err(broken)?;
    transaction.commit().await.map_err(broken)?;
    core.platform.wake.outbox();
    Ok(after)
}

/// The event of a step; who applied and for what stays here.
fn progressed(
    core: &Core,
    caller: &Claims,
    (request, region): (&Request, &RegionCode),
    reachable: Vec<String>,
) -> Draft {
    Draft {
        aggregate: request.id,
        region: region.clone(),
        time: core.now(),
        actor: caller.actor(),
        causation: None,
        historic: false,
        trace: None,
        body: DisclosureProgressed {
            serial: request.number.clone(),
            step: request.state.as_str().to_owned(),
            received_on: request.received_on,
            due_on: request.due_on,
            region: region.clone(),
            reachable,
            pack: request.pack.clone(),
        }
        .into(),
    }
}

fn due((core, region): (&Core, &str), from: Date, workdays: u32) -> Result<(Date, bool), Problem> {
    let due = core.calendars.now().of(region).add_workdays(from, workdays).map_err(|_| {
        let error = FieldError::new("received_on", "日历未包含该日期", "the calendar does not reach so far");
        Problem::unprocessable(vec![error])
    })?;
    Ok((due.date, due.provisional))
}

fn pack(core: &Core) -> Result<&Known, Problem> {
    Ok(core.packs.of_case(&core.config.default_pack)?)
}

fn rules(known: &Known) -> Result<&Disclosure, Problem> {
    known.pack.disclosure.as_ref().ok_or_else(|| {
        Problem::conflict("规则包未规定依申请公开。", "The pack knows no disclosure on application.")
    })
}

fn refused(refused: DisclosureRefused) -> Problem {
    let zh = match refused {
        DisclosureRefused::NoExtension => "规则包不允许延期。",
        DisclosureRefused::Again => "已延期一次，不能再延。",
        DisclosureRefused::Late => "期限已过，不能延期。",
        DisclosureRefused::Decided => "该申请已答复。",
    };
    Problem::conflict(zh, format!("Not now: {refused}."))
}

/// The answer for a request that is not there.
pub(crate) fn missing() -> Problem {
    Problem::not_found("没有这个编号的申请。", "There is no request with this number.")
}
