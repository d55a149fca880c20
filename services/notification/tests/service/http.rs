//! Who reads what, over HTTP, with the service running as a process of its own.

use identity::{Claims, Keys, Role};
use ids::CaseId;
use notification::Notification;

use crate::{Desk, folder, life::whole};

struct Door {
    base: String,
    keys: Keys,
    http: reqwest::Client,
}

impl Door {
    fn token(&self, role: Role, unit: Option<&str>, region: Option<&str>, case: Option<CaseId>) -> String {
        self.keys.sign(&Claims {
            sub: case.unwrap_or(CaseId::derived("account")).0,
            role,
            roles: vec![role],
            unit: unit.map(|unit| unit.parse().expect("a unit")),
            region: region.map(|region| region.parse().expect("a region")),
            case,
            exp: 4_000_000_000,
        })
    }

    async fn get(&self, token: &str, path: &str) -> (u16, Vec<serde_json::Value>, Option<String>) {
        let answer =
            self.http.get(format!("{}{path}", self.base)).bearer_auth(token).send().await.expect("an answer");
        let link = answer.headers().get("link").map(|link| link.to_str().expect("ASCII").to_owned());
        let next = link.and_then(|link| Some(link.split_once('<')?.1.split_once('>')?.0.to_owned()));
        let status = answer.status().as_u16();
        let body: serde_json::Value = answer.json().await.expect("JSON");
        (status, body.as_array().cloned().unwrap_or_default(), next)
    }

    async fn open(&self, token: &str, id: &str) -> u16 {
        let address = format!("{}/api/notification/notices/{id}/opened", self.base);
        self.http.post(address).bearer_auth(token).send().await.expect("an answer").status().as_u16()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_reads_their_own() {
    let desk = Desk::new().await;
    let secret = "a secret of this test, long enough for it".to_owned();
    let settings = runtime::Settings::read(
        None,
        &[
            ("http.listen", "127.0.0.1:0".to_owned()),
            ("database.url", desk.servers.url.clone()),
            ("nats.url", desk.servers.servers.nats_url.clone()),
            ("security.secret", secret.clone()),
            ("policy.folder", folder().display().to_string()),
        ],
    )
    .unwrap();
    let catalogue = [runtime::entry::<Notification>()];
    runtime::migrate(&catalogue, &settings).await.unwrap();
    runtime::migrate_streams(&catalogue, &settings).await.unwrap();
    let running = runtime::start(&catalogue, &settings, runtime::Clock::default()).await.unwrap();
    let door = Door {
        base: format!("http://{}", running.address()),
        keys: Keys::from_secret(&secret.into()),
        http: reqwest::Client::new(),
    };
    let life = whole("read", false);
    desk.hear(&life.events).await;
    let of_case = format!("/api/notification/cases/{}/notices", life.case);

    let citizen = door.token(Role::Citizen, None, None, Some(life.case));
    let (status, own, _) = door.get(&citizen, &of_case).await;
    assert_eq!((status, own.len()), (200, 5));
    assert!(own.iter().all(|notice| notice["audience"] == "citizen"));
    let other = door.token(Role::Citizen, None, None, Some(CaseId::derived("other")));
    assert_eq!(door.get(&other, &of_case).await.0, 403);

    let operator = door.token(Role::Operator, None, Some("511600"), None);
    let (_, first, next) = door.get(&operator, &format!("{of_case}?limit=9")).await;
    let (_, second, last) = door.get(&operator, &next.unwrap()).await;
    assert_eq!((first.len(), second.len(), last), (9, 6, None));
    let elsewhere = door.token(Role::Operator, None, Some("440100"), None);
    assert!(door.get(&elsewhere, &of_case).await.1.is_empty());

    let officer = door.token(Role::Officer, Some("water"), None, None);
    let (_, inbox, _) = door.get(&officer, "/api/notification/inbox").await;
    assert_eq!(inbox.len(), 5);
    assert!(inbox[0]["created_at"].as_str() > inbox[4]["created_at"].as_str());
    assert_eq!(door.get(&officer, "/api/notification/inbox?unit=roads").await.0, 403);
    assert_eq!(door.get(&officer, "/api/notification/inbox?of=centre").await.0, 403);
    assert_eq!(door.get(&officer, &of_case).await.0, 403);
    let id = inbox[0]["id"].as_str().unwrap();
    assert_eq!(door.open(&citizen, id).await, 403);
    assert_eq!(door.open(&officer, id).await, 204);
    assert_eq!(door.open(&officer, id).await, 204);
    assert_eq!(door.get(&officer, "/api/notification/inbox?unread=true").await.1.len(), 4);
    assert_eq!(door.open(&citizen, own[0]["id"].as_str().unwrap()).await, 204);
    assert_eq!(door.open(&other, own[1]["id"].as_str().unwrap()).await, 404);

    assert_eq!(door.get(&operator, "/api/notification/inbox").await.1.len(), 3);
    assert_eq!(door.get(&operator, "/api/notification/inbox?of=leader").await.0, 403);
    let auditor = door.token(Role::Auditor, None, None, None);
    let (_, spool, next) = door.get(&auditor, "/api/notification/spool?limit=3").await;
    assert!(spool.iter().all(|notice| notice["medium"] == "sms"));
    assert_eq!(door.get(&auditor, &next.unwrap()).await.1.len(), 1);
    assert_eq!(door.get(&operator, "/api/notification/spool").await.0, 403);
    let admin = door.token(Role::Admin, None, None, None);
    assert_eq!(door.get(&admin, "/api/notification/spool").await.0, 403, "it speaks of cases");
    assert!(running.stop().await);
}
