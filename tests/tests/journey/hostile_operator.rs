//! The hostile operator: what the front desk tries against those whose matters it takes up, and what it gets.

use anyhow::{Context as _, Result};
use identity::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    desk::{Desk, message, reply},
    hostile_desk::{flags, merges, slows_down, twice},
    house::{House, Who},
    tries::{Tries, Try},
};

/// A matter of somebody else each time.
pub(crate) fn of(title: &str, phone: &str, region: &str) -> Value {
    let mut body = message("complaint", title);
    (body["party"]["phone"], body["region"]) = (json!(phone), json!(region));
    body
}

/// A path of a case.
pub(crate) fn at(desk: &Desk<'_>, rest: &str) -> String {
    format!("/api/intake/cases/{}{rest}", desk.number)
}

/// The version of a case as it stands.
pub(crate) async fn version(desk: &Desk<'_>, who: &Who) -> Result<i64> {
    let case = desk.house.read(who, &at(desk, "?party=false")).await?;
    case["version"].as_i64().context("a version")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_desk_buries_nothing() -> Result<()> {
    let house = House::open("hostile-operator").await?;
    let mut tries = Tries::of(&house);
    let operator = house.staff(Role::Operator);
    let here = house.holder(Role::Operator, None, Some("511602"));
    let nobody = Who::Nobody;
    let waiting = Desk::register(&house, &nobody, of("食堂涨价", "0826-0000011", "511602")).await?;
    let handed = Desk::register(&house, &nobody, of("路灯不亮", "0826-0000012", "511602")).await?;
    let far = Desk::register(&house, &nobody, of("桥面破损", "0826-0000013", "511621")).await?;
    let mut accusation = message("report", "反映某事");
    accusation["party"]["phone"] = json!("0826-0000014");
    let sealed = Desk::register(&house, &nobody, accusation).await?;
    handed.hand_over("dispatched").await?;
    let closed = closed(&house).await?;
    house.settle().await?;

    let before = tries.tables().await?;
    refuses(&mut tries, &operator, (&waiting, &handed, &closed)).await?;
    beyond(&mut tries, (&operator, &here), (&waiting, &far, &sealed)).await?;
    not_its_own(&mut tries, &operator, &waiting).await?;
    tries.unchanged(&before, "what was refused").await?;

    twice(&mut tries, &operator).await?;
    merges(&mut tries, &operator).await?;
    flags(&mut tries, &operator, &waiting).await?;
    slows_down(&mut tries, &operator, &handed).await?;
    tries.end(60)?;
    house.close().await
}

async fn closed(house: &House) -> Result<Desk<'_>> {
    let desk = Desk::register(house, &Who::Nobody, of("井盖破损", "0826-0000015", "511602")).await?;
    let hand = desk.hand_over("dispatched").await?;
    let hand = desk.unit(&hand, "sign", json!({})).await?;
    desk.unit(&hand, "reply", reply("井盖已更换,感谢您的监督。")).await?;
    desk.becomes("closed").await?;
    Ok(desk)
}

/// Getting rid of a case, or making it what it is not.
async fn refuses(
    tries: &mut Tries<'_>,
    operator: &Who,
    (waiting, handed, closed): (&Desk<'_>, &Desk<'_>, &Desk<'_>),
) -> Result<()> {
    let (open, given, done) = (
        version(waiting, operator).await?,
        version(handed, operator).await?,
        version(closed, operator).await?,
    );
    let too_busy = json!({"reason": "too-busy"});
    let reason = json!({"reason": "statutory_route"});
    let both = json!({"into": waiting.number});
    let region = |region: &str| of("改地区", "0826-0000016", region);
    let mut past = region("511602");
    past["received_at"] = json!("2020-01-01T00:00:00Z");
    let mut done_with = region("511602");
    done_with["state"] = json!("closed");
    for (tried, status, field) in [
        (Try::post("an invented reason", at(waiting, "/decline"), too_busy).at(open), 422, "reason"),
        (
            Try::post("a reason of no pack", at(waiting, "/decline"), json!({"reason": ""})).at(open),
            422,
            "reason",
        ),
        (Try::post("no reason", at(waiting, "/decline"), json!({})).at(open), 422, "reason"),
        (Try::post("declined unread", at(waiting, "/decline"), reason.clone()), 428, ""),
        (
            Try::post("declined after the hand-over", at(handed, "/decline"), reason.clone()).at(given),
            409,
            "",
        ),
        (Try::post("declined after the closure", at(closed, "/decline"), reason.clone()).at(done), 409, ""),
        (Try::post("declined on an old copy", at(handed, "/withdraw"), json!({})).at(given + 7), 412, ""),
        (Try::post("withdrawn after the closure", at(closed, "/withdraw"), json!({})).at(done), 409, ""),
        (Try::post("accepted again", at(closed, "/accept"), json!({})).at(done), 409, ""),
        (
            Try::post("added to after the closure", at(closed, "/supplement"), json!({"text": "补"}))
                .at(done),
            409,
            "",
        ),
        (Try::post("closed by hand", at(waiting, "/close"), json!({})).at(open), 404, ""),
        (Try::new("deleted", Method::DELETE, at(waiting, "")), 405, ""),
        (Try::put("rewritten", at(waiting, ""), json!({"state": "closed"})), 405, ""),
        (Try::put("a dossier rewritten", at(waiting, "/dossier"), json!([])), 405, ""),
        (Try::post("a dossier added to", at(waiting, "/dossier"), json!({})), 405, ""),
        (Try::new("a dossier deleted", Method::DELETE, at(waiting, "/dossier")), 405, ""),
        (Try::post("an open case archived", at(handed, "/archive"), json!({})), 409, ""),
        (Try::get("the file of an open case", at(handed, "/archive")), 404, ""),
        (
            Try::post(
                "an open file destroyed",
                at(handed, "/archive/destruction"),
                json!({"step": "propose"}),
            ),
            422,
            "",
        ),
        (Try::post("merged into itself", at(waiting, "/merge"), both.clone()).at(open), 422, "into"),
        (Try::post("an ended one merged", at(closed, "/merge"), both).at(done), 409, ""),
        (
            Try::post("into an ended one", at(waiting, "/merge"), json!({"into": closed.number})).at(open),
            422,
            "into",
        ),
        (Try::post("into none", at(waiting, "/merge"), json!({"into": "没有"})).at(open), 422, "into"),
        (
            Try::post(
                "hidden as an accusation",
                at(waiting, "/classify"),
                json!({"kind": "report", "reason": "某"}),
            )
            .at(open),
            422,
            "kind",
        ),
        (
            Try::post(
                "slowed without a reason",
                at(handed, "/classify"),
                json!({"class": "ordinary", "reason": " "}),
            )
            .at(given),
            422,
            "reason",
        ),
        (
            Try::post(
                "an invented class",
                at(handed, "/classify"),
                json!({"class": "never", "reason": "某"}),
            )
            .at(given),
            422,
            "class",
        ),
        (
            Try::post(
                "an invented urgency",
                at(handed, "/classify"),
                json!({"urgency": "later", "reason": "某"}),
            )
            .at(given),
            422,
            "urgency",
        ),
        (Try::post("registered in the past", "/api/intake/cases", past), 422, "received_at"),
        (Try::post("registered as closed", "/api/intake/cases", done_with), 422, "state"),
        (
            Try::post("nothing asked for", at(handed, "/materials"), json!({"items": []})).at(given),
            422,
            "items",
        ),
        (
            Try::post("a thousand papers", at(handed, "/materials"), json!({"items": vec!["表"; 51]}))
                .at(given),
            422,
            "items",
        ),
        (
            Try::post(
                "a paper of a thousand words",
                at(handed, "/materials"),
                json!({"items": ["长".repeat(201)]}),
            )
            .at(given),
            422,
            "items",
        ),
        (
            Try::post("papers that were not asked for", at(handed, "/materials/received"), json!({}))
                .at(given),
            409,
            "",
        ),
        (
            Try::post("a notice of no refusal", at(handed, "/notices"), json!({"form": "non_acceptance"}))
                .at(given),
            409,
            "",
        ),
        (
            Try::post(
                "handed to nobody",
                at(waiting, "/hand-over"),
                json!({"to": "119120", "remit": "theirs"}),
            )
            .at(open),
            422,
            "to",
        ),
    ] {
        tries.refused(operator, tried, status, field).await?;
    }
    Ok(())
}

/// Cases of other regions and sealed ones.
async fn beyond(
    tries: &mut Tries<'_>,
    (operator, here): (&Who, &Who),
    (waiting, far, sealed): (&Desk<'_>, &Desk<'_>, &Desk<'_>),
) -> Result<()> {
    let open = version(waiting, operator).await?;
    for (tried, status, field) in [
        (Try::get("a case elsewhere", at(far, "")), 403, ""),
        (Try::get("a dossier elsewhere", at(far, "/dossier")), 403, ""),
        (Try::get("parties elsewhere", at(far, "/parties")), 403, ""),
        (
            Try::post("declined elsewhere", at(far, "/decline"), json!({"reason": "statutory_route"})).at(1),
            403,
            "",
        ),
        (
            Try::post("merged elsewhere", at(waiting, "/merge"), json!({"into": far.number})).at(open),
            422,
            "into",
        ),
        (Try::get("no number", "/api/intake/cases/999999999999999999"), 404, ""),
    ] {
        tries.refused(here, tried, status, field).await?;
    }
    let listed =
        tries.harmless(here, Try::get("a list of everything", "/api/intake/cases?limit=200")).await?;
    let listed = listed.body.to_string();
    tries.holds(
        !listed.contains(&far.number) && !listed.contains(&sealed.number),
        "the list shows what is elsewhere or sealed",
    );
    for rest in
        ["", "/dossier", "/parties", "/record", "/flags", "/attachments", "/alike", "/standing", "/archive"]
    {
        tries.refused(operator, Try::get("a sealed case", at(sealed, rest)), 404, "").await?;
    }
    for (tried, status, field) in [
        (Try::post("sealed into open", at(sealed, "/merge"), json!({"into": waiting.number})).at(1), 404, ""),
        (
            Try::post("open into sealed", at(waiting, "/merge"), json!({"into": sealed.number})).at(open),
            422,
            "into",
        ),
        (
            Try::post("a sealed one declined", at(sealed, "/decline"), json!({"reason": "statutory_route"}))
                .at(1),
            404,
            "",
        ),
        (Try::put("hands of its own", at(sealed, "/hands"), json!({"hands": []})), 404, ""),
    ] {
        tries.refused(operator, tried, status, field).await?;
    }
    Ok(())
}

/// What belongs to others: dispatch, review, moderation, other bodies' reports, bookings.
async fn not_its_own(tries: &mut Tries<'_>, operator: &Who, waiting: &Desk<'_>) -> Result<()> {
    let none = "018f3c5e-0000-7000-8000-000000000001";
    let case = &waiting.case;
    for (tried, status) in [
        (
            Try::post("dispatches", format!("/api/routing/cases/{case}/dispatch"), json!({"unit": "cg"}))
                .at(1),
            403,
        ),
        (
            Try::post(
                "instructs",
                format!("/api/routing/cases/{case}/instructions"),
                json!({"kind": "note", "rank": "chief", "text": "阅"}),
            ),
            403,
        ),
        (
            Try::post(
                "settles",
                format!("/api/routing/cases/{case}/settlement"),
                json!({"by": "designation", "unit": "cg", "conclusion": "定"}),
            )
            .at(1),
            403,
        ),
        (Try::put("changes the catalogue", "/api/routing/catalogue", json!({"entries": []})), 403),
        (Try::put("changes the units", "/api/routing/units", json!({"units": []})), 403),
        (Try::post("publishes", "/api/intake/publications", json!({"case": waiting.number})), 403),
        (Try::post("releases", format!("/api/intake/publications/{none}/release"), json!({})).at(1), 403),
        (
            Try::post(
                "acknowledges for another body",
                "/api/intake/origins/province/reports/1/ack",
                json!({"round": 1}),
            ),
            404,
        ),
        (Try::put("opens a door", "/api/intake/origins", json!({"version": 1, "origins": []})), 403),
        (
            Try::post("imports history", "/api/intake/imports", json!({"pack": "mailbox-002", "rows": []})),
            403,
        ),
        (
            Try::post(
                "judges a call",
                format!("/api/intake/contacts/{none}/review"),
                json!({"abusive": true, "reason": "某"}),
            )
            .at(1),
            403,
        ),
        (
            Try::new(
                "deletes a booking",
                Method::DELETE,
                format!("/api/intake/receptions/{none}/bookings/1"),
            ),
            405,
        ),
        (
            Try::post(
                "opens an account",
                "/api/gateway/accounts",
                json!({"login": "me2", "password": "a-long-password", "roles": ["admin"], "label": "某"}),
            ),
            403,
        ),
        (
            Try::post(
                "asks for supervision",
                format!("/api/deadline-scheduler/cases/{case}/supervision"),
                json!({"form": "urge", "grounds": "某", "demand": "某"}),
            ),
            403,
        ),
        (Try::post("moves the calendar", "/api/deadline-scheduler/calendar/files", json!({})), 403),
        (Try::get("the looks at sealed cases", "/api/intake/sealed"), 403),
    ] {
        tries.refused(operator, tried, status, "").await?;
    }
    let plan = json!({"rank": "city", "leaders": ["副市长"], "region": "511600", "remit": "住建", "place": "大厅",
        "day": "2020-01-01", "starts": "09:00:00", "ends": "11:00:00", "capacity": 2});
    let article = json!({"kind": "consultation", "region": "511602", "note": "问答", "article": none});
    let late = json!({"region": "511602", "applicant": "某", "wanted": "某", "received_on": "2999-01-01"});
    for (tried, status, field) in [
        (Try::post("a reception in the past", "/api/intake/receptions", plan), 422, "day"),
        (Try::post("an article that is not there", "/api/intake/contacts", article), 422, "article"),
        (Try::post("asked for in the future", "/api/intake/disclosures", late), 422, "received_on"),
    ] {
        tries.refused(operator, tried, status, field).await?;
    }
    Ok(())
}
