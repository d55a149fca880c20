//! A petition after its answer: opinion, review, re-examination, termination, and what is refused on the way.

use contracts::{
    case::{CaseClosed, CaseReopened, PackRef},
    words::Outcome,
};
use identity::{Claims, Role};
use ids::CaseId;
use jiff::{ToSpan as _, tz::TimeZone};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::house::House;

fn day(back: i64) -> String {
    let now = runtime::Clock::default().now();
    now.to_zoned(TimeZone::get("Asia/Shanghai").unwrap()).date().checked_sub(back.days()).unwrap().to_string()
}

fn paper(serial: &str, result: &str, served_back: i64) -> Value {
    json!({
        "serial": serial, "result": result, "request": "请求修复<路灯>并公开原因", "facts": "经查，线路老化。",
        "opinion": "予以支持，已更换线路。", "legal_basis": "《城市道路照明设施管理规定》第十八条",
        "issued_on": day(served_back), "served_on": day(served_back), "service": "direct", "proof": "回证1号",
    })
}

fn staff(role: Role, unit: Option<&str>, account: u128) -> Claims {
    Claims {
        sub: uuid::Uuid::from_u128(account),
        role,
        roles: vec![role],
        unit: unit.map(|unit| unit.parse().unwrap()),
        region: None,
        case: None,
        exp: i64::from(u32::MAX),
    }
}

struct Walk {
    house: House,
    case: CaseId,
}

impl Walk {
    /// A petition that its unit has answered.
    async fn open() -> Self {
        let mut house = House::open().await;
        let unit = |code: &str, parent: Option<&str>| json!({"code": code, "name": code, "region": "511600", "parent": parent});
        let tree = json!({"units": [
            unit("lights", Some("county")), unit("county", Some("city")), unit("city", None), unit("water", Some("county")),
        ]});
        let (status, body, _) = house.ask(Method::PUT, "/units", Role::Admin, None, Some(tree)).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        let pack = PackRef { id: "petition-2022".to_owned(), version: 1 };
        let case = house.accept(false, "路灯不亮", |body| body.pack = pack).await;
        let mut walk = Self { house, case };
        walk.answer(1).await;
        walk
    }

    async fn answer(&mut self, round: i32) {
        let (id, version) = self.house.lead(self.case).await;
        let (status, body) = self.house.act(&id, "sign", Role::Officer, version, Value::Null).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        let reply = json!({
            "public_text": "您好，路灯已于昨日修复，感谢您的来信。", "outcome": "supported", "handler": "路灯管理所值班员",
            "completed_on": "2026-03-03", "reasons": "线路老化", "legal_basis": "第十八条",
        });
        let (status, body) = self.house.act(&id, "reply", Role::Officer, version + 1, reply).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        let closed = CaseClosed { outcome: Outcome::Supported, round, merged_into: None, unit: None };
        let event = self.house.event(self.case, false, closed);
        self.house.hear(&[event]).await;
    }

    async fn send(&self, verb: &str, by: &Claims, body: Value) -> (StatusCode, Value) {
        let path = format!("/petitions/{}", self.case);
        let (_, _, version) =
            self.house.as_claims(Method::GET, &path, &staff(Role::Supervisor, None, 9), None, None).await;
        let method = if verb == "lane" { Method::PUT } else { Method::POST };
        let (status, body, _) =
            self.house.as_claims(method, &format!("{path}/{verb}"), by, version, Some(body)).await;
        (status, body)
    }

    async fn done(&self, verb: &str, by: &Claims, body: Value, state: &str) {
        let (status, body) = self.send(verb, by, body).await;
        assert_eq!((status, &body["state"]), (StatusCode::OK, &json!(state)), "{verb}: {body}");
    }

    async fn refused(&self, verb: &str, by: &Claims, body: Value, status: StatusCode, field: &str) {
        let (found, body) = self.send(verb, by, body).await;
        assert_eq!(found, status, "{verb}: {body}");
        if !field.is_empty() {
            assert_eq!(body["errors"][0]["field"], json!(field), "{verb}: {body}");
        }
    }

    fn petitioner(&self) -> Claims {
        Claims::citizen(self.case, i64::from(u32::MAX))
    }

    async fn kinds(&self) -> Vec<String> {
        let kinds = self.house.kinds(self.case).await;
        kinds.into_iter().skip_while(|kind| kind != "opinion.issued").collect()
    }
}

const CONFLICT: StatusCode = StatusCode::CONFLICT;
const WRONG: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
const FORBIDDEN: StatusCode = StatusCode::FORBIDDEN;

#[tokio::test]
async fn three_levels_end_a_petition_and_each_paper_is_served() {
    let walk = Walk::open().await;
    let officer = staff(Role::Officer, Some("lights"), 1);
    let county = staff(Role::Reviewer, Some("county"), 2);
    let city = staff(Role::Reviewer, Some("city"), 3);
    let petitioner = walk.petitioner();
    let ask = |stage: &str| json!({"stage": stage, "grounds": "未说明线路老化的责任单位"});

    walk.refused("request", &petitioner, ask("review"), CONFLICT, "").await;
    walk.refused("opinion", &county, paper("办1", "supported", 3), FORBIDDEN, "").await;
    walk.refused("opinion", &officer, paper("办1", "not_supported", 3), WRONG, "result").await;
    walk.refused("opinion", &officer, paper("办1", "supported", -1), WRONG, "served_on").await;
    walk.done("opinion", &officer, paper("办1", "supported", 3), "opinion-served").await;
    walk.done("opinion", &officer, paper("办1", "supported", 3), "opinion-served").await;
    walk.refused("opinion", &officer, paper("办2", "supported", 3), CONFLICT, "").await;
    walk.refused("request", &petitioner, ask("reexamination"), CONFLICT, "").await;
    walk.refused("request", &petitioner, ask("third"), WRONG, "stage").await;
    walk.done("request", &petitioner, ask("review"), "review-asked").await;
    walk.done("request", &petitioner, ask("review"), "review-asked").await;

    let water = staff(Role::Reviewer, Some("water"), 5);
    walk.refused("request-decision", &officer, json!({"accept": true}), FORBIDDEN, "").await;
    walk.refused("request-decision", &city, json!({"accept": true}), WRONG, "organ").await;
    let county_for_city = json!({"accept": true, "organ": "county"});
    walk.refused("request-decision", &city, county_for_city, WRONG, "organ").await;
    walk.refused("request-decision", &water, json!({"accept": true}), WRONG, "organ").await;
    let lights = staff(Role::Reviewer, Some("lights"), 5);
    walk.refused("request-decision", &lights, json!({"accept": true}), WRONG, "organ").await;
    walk.refused("request-decision", &county, json!({"accept": false}), WRONG, "reason").await;
    walk.done("request-decision", &county, json!({"accept": true}), "reviewing").await;
    walk.refused("review-opinion", &city, paper("查1", "maintained", 0), WRONG, "organ").await;
    walk.refused("review-opinion", &county, paper("查1", "supported", 0), WRONG, "result").await;
    walk.done("hearing", &county, json!({"open": true}), "reviewing").await;
    walk.refused("review-opinion", &county, paper("查1", "maintained", 0), CONFLICT, "").await;
    walk.done("hearing", &county, json!({"open": false}), "reviewing").await;
    walk.done("review-opinion", &county, paper("查1", "maintained", 0), "review-served").await;
    walk.done("request", &petitioner, ask("reexamination"), "reexamination-asked").await;
    walk.refused("request-decision", &county, json!({"accept": true}), WRONG, "organ").await;
    walk.done("request-decision", &city, json!({"accept": true}), "reexamining").await;
    walk.done("review-opinion", &city, paper("核1", "maintained", 0), "terminated").await;
    walk.done("review-opinion", &city, paper("核1", "maintained", 0), "terminated").await;
    walk.refused("request", &petitioner, ask("review"), CONFLICT, "").await;
    assert_eq!(
        walk.kinds().await,
        [
            "opinion.issued",
            "review.requested",
            "review.accepted",
            "case.paused",
            "case.resumed",
            "opinion.issued",
            "review.requested",
            "review.accepted",
            "opinion.issued",
            "case.terminated",
        ]
    );
    let said = walk.house.said(walk.case).await;
    assert_eq!(said.last().unwrap().1, json!({"termination": "three_levels"}));

    let path = format!("/petitions/{}", walk.case);
    let (status, body, _) = walk.house.as_claims(Method::GET, &path, &petitioner, None, None).await;
    assert_eq!(status, StatusCode::OK);
    let forms: Vec<_> =
        body["documents"].as_array().unwrap().iter().map(|paper| paper["form"].clone()).collect();
    assert_eq!(
        forms,
        [
            "handling-opinion",
            "request-accepted",
            "review-opinion",
            "request-accepted",
            "reexamination-opinion"
        ]
    );
    let page = walk.house.page(&format!("{path}/documents/1"), &petitioner).await;
    assert!(page.contains("信访事项处理意见书") && page.contains("办1") && page.contains("复查"), "{page}");
    assert!(page.contains("请求修复&lt;路灯&gt;") && !page.contains("<路灯>"));
    let stranger = Claims::citizen(CaseId::fresh(), i64::from(u32::MAX));
    let (status, ..) = walk.house.as_claims(Method::GET, &path, &stranger, None, None).await;
    assert_eq!(status, FORBIDDEN);
    for table in ["petition", "petition_document", "petition_request", "outbox_event"] {
        let dump = format!("SELECT coalesce(string_agg(t::text, ''), '') FROM {table} t");
        let all: String =
            sqlx::query_scalar(sqlx::AssertSqlSafe(dump)).fetch_one(&walk.house.db.pool).await.unwrap();
        assert!(!all.contains("线路老化") && !all.contains("责任单位"), "{table} holds a text");
    }
    assert!(walk.house.running.stop().await);
}

#[tokio::test]
async fn a_late_request_is_refused_in_writing_and_the_missed_period_may_end_it() {
    let walk = Walk::open().await;
    let officer = staff(Role::Officer, Some("lights"), 1);
    let operator = staff(Role::Operator, None, 4);
    let supervisor = staff(Role::Supervisor, None, 6);
    walk.done("opinion", &officer, paper("办1", "supported", 60), "opinion-served").await;
    let ask = json!({"stage": "review", "grounds": "不服", "received_on": day(0)});
    walk.done("request", &operator, ask.clone(), "opinion-served").await;
    walk.done("request", &operator, ask, "opinion-served").await;
    let early = json!({"stage": "review", "grounds": "不服", "received_on": day(61)});
    walk.refused("request", &operator, early, WRONG, "received_on").await;
    assert_eq!(walk.kinds().await, ["opinion.issued", "review.refused"]);
    assert_eq!(
        walk.house.said(walk.case).await.last().unwrap().1,
        json!({"stage": "review", "reason": "late"})
    );
    let three = json!({"kind": "three_levels", "evidence": "无"});
    walk.refused("termination", &operator, three, CONFLICT, "").await;
    walk.refused("termination", &operator, json!({"kind": "boredom", "evidence": "无"}), WRONG, "kind").await;
    walk.refused("termination-decision", &supervisor, json!({"approve": true}), CONFLICT, "").await;
    let missed = json!({"kind": "period_missed", "evidence": "送达回证1号，期限已过"});
    let both = Claims { roles: vec![Role::Operator, Role::Supervisor], ..supervisor.clone() };
    walk.done("termination", &both, missed.clone(), "opinion-served").await;
    walk.refused("termination-decision", &both, json!({"approve": true}), CONFLICT, "").await;
    walk.refused("termination-decision", &operator, json!({"approve": true}), FORBIDDEN, "").await;
    let leader = staff(Role::Leader, None, 7);
    walk.done("termination-decision", &leader, json!({"approve": true}), "terminated").await;
    assert_eq!(walk.kinds().await, ["opinion.issued", "review.refused", "case.terminated"]);
    // A letter in time counts by the day it came in, not by the day it is typed.
    let walk = {
        assert!(walk.house.running.stop().await);
        Walk::open().await
    };
    walk.done("opinion", &officer, paper("办1", "supported", 60), "opinion-served").await;
    let missed = json!({"kind": "mediated", "evidence": "协议已履行"});
    walk.done("termination", &operator, missed, "opinion-served").await;
    walk.done("termination-decision", &supervisor, json!({"approve": false}), "opinion-served").await;
    let ask = json!({"stage": "review", "grounds": "不服", "received_on": day(31)});
    walk.done("request", &operator, ask, "review-asked").await;
    assert!(walk.house.running.stop().await);
}

#[tokio::test]
async fn an_order_to_handle_again_brings_a_round_and_its_own_opinion() {
    let mut walk = Walk::open().await;
    let officer = staff(Role::Officer, Some("lights"), 1);
    let county = staff(Role::Reviewer, Some("county"), 2);
    let leader = staff(Role::Leader, Some("lights"), 7);
    let days = |days: i32| json!({"days": days, "reason": "情况复杂，需现场勘验"});
    walk.refused("extension", &officer, days(30), FORBIDDEN, "").await;
    walk.refused("extension", &leader, days(31), WRONG, "days").await;
    for unit in [None, Some("county"), Some("water")] {
        let other = staff(Role::Leader, unit, 7);
        walk.refused("extension", &other, days(30), WRONG, "organ").await;
    }
    walk.done("extension", &leader, days(30), "handling").await;
    walk.refused("extension", &leader, days(10), CONFLICT, "").await;
    walk.refused("lane", &staff(Role::Operator, None, 4), json!({"lane": "litigation"}), CONFLICT, "").await;
    walk.done("opinion", &officer, paper("办1", "supported", 3), "opinion-served").await;
    let ask = json!({"stage": "review", "grounds": "不服"});
    walk.done("request", &walk.petitioner(), ask.clone(), "review-asked").await;
    let no = json!({"accept": false, "reason": "not_entitled"});
    walk.done("request-decision", &county, no, "opinion-served").await;
    walk.done("request", &walk.petitioner(), ask.clone(), "review-asked").await;
    walk.done("request-decision", &county, json!({"accept": true}), "reviewing").await;
    walk.done("review-opinion", &county, paper("查1", "redo", 0), "remanded").await;
    let said = walk.house.said(walk.case).await;
    assert_eq!(
        (said.last().unwrap().0.as_str(), &said.last().unwrap().1),
        ("case.remanded", &json!({"stage": "review", "round": 1}))
    );
    walk.refused("opinion", &officer, paper("办2", "supported", 0), CONFLICT, "").await;
    let event = walk.house.event(walk.case, false, CaseReopened { round: 2, reason: "remanded".to_owned() });
    walk.house.hear(&[event]).await;
    walk.refused("opinion", &officer, paper("办2", "supported", 0), CONFLICT, "").await;
    walk.answer(2).await;
    walk.refused("opinion", &officer, paper("查1", "not_supported", 0), WRONG, "result").await;
    walk.done("opinion", &officer, paper("办2", "supported", 0), "opinion-served").await;
    walk.done("request", &walk.petitioner(), ask, "review-asked").await;
    assert!(walk.house.running.stop().await);
}

#[tokio::test]
async fn another_lane_ends_elsewhere() {
    let walk = Walk::open().await;
    let officer = staff(Role::Officer, Some("lights"), 1);
    let operator = staff(Role::Operator, None, 4);
    walk.refused("lane", &officer, json!({"lane": "litigation"}), FORBIDDEN, "").await;
    walk.refused("lane", &operator, json!({"lane": "street"}), WRONG, "lane").await;
    walk.done("lane", &operator, json!({"lane": "litigation"}), "handling").await;
    walk.refused("opinion", &officer, paper("办1", "supported", 3), CONFLICT, "").await;
    let path = format!("/petitions/{}/lane", walk.case);
    let body = Some(json!({"lane": "opinion"}));
    let (status, ..) = walk.house.as_claims(Method::PUT, &path, &operator, None, body.clone()).await;
    assert_eq!(status, StatusCode::PRECONDITION_REQUIRED);
    let (status, ..) = walk.house.as_claims(Method::PUT, &path, &operator, Some(7), body).await;
    assert_eq!(status, StatusCode::PRECONDITION_FAILED);
    assert!(walk.house.running.stop().await);
}
