//! Reports printed as PDF over the interface, looked at before they are made, made for the past, worded and released by another hand.

use std::process::Command;

use identity::Role;
use jiff::civil::date;
use serde_json::{Value, json};

use crate::{
    desk::{Desk, font, now},
    tale::Tale,
};

/// The text of a file, as another program reads it.
pub(crate) fn printed(file: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.pdf");
    std::fs::write(&path, file).unwrap();
    // For a person's eyes, where they are asked for.
    if let Some(keep) = std::env::var_os("HUIYIN_KEEP_PDF") {
        std::fs::copy(&path, keep).unwrap();
    }
    let out = Command::new("pdftotext").arg("-layout").arg(&path).arg("-").output();
    let out = out.expect("pdftotext reads what was written: run deploy/tools.sh");
    String::from_utf8(out.stdout).unwrap().replace([' ', '\n'], "")
}

async fn bytes(desk: &Desk, path: &str, token: &str) -> (u16, Vec<u8>) {
    let answer = desk.http.get(format!("{}{path}", desk.base)).bearer_auth(token).send().await.unwrap();
    (answer.status().as_u16(), answer.bytes().await.unwrap().to_vec())
}

async fn april(desk: &Desk) {
    for n in 1..=6 {
        let tale = Tale::new(n, date(2026, 4, 7), date(2026, 4, 15), Some(date(2026, 4, 13)));
        desk.hear(&tale.told().concat()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_looked_at_made_for_the_past_and_printed() {
    let desk = Desk::new().await;
    april(&desk).await;
    let (supervisor, leader) = (desk.staff(Role::Supervisor, None), desk.staff(Role::Leader, None));
    let preview = "/reports/preview?policy=mailbox-002&series=bulletin&day=2026-04-20";
    let (status, _, data) = desk.get(preview, &leader).await;
    assert_eq!((status, &data["from"]), (200, &json!("2026-04-01")));
    assert_eq!(desk.get("/reports", &leader).await.2, json!([]), "looking keeps nothing");
    let (status, file) = bytes(&desk, &format!("{preview}&format=pdf"), &leader).await;
    assert_eq!((status, &file[..5]), (200, b"%PDF-".as_slice()));
    let text = printed(&file);
    for wanted in [
        "月度通报",
        "主要指标",
        "收到件数",
        "首次评价与最终评价",
        "全市办理情况检查",
        "第1页",
        "city-management",
    ] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    let order = |day: &str| json!({"policy": "mailbox-002", "series": "bulletin", "day": day});
    assert_eq!(desk.post("/reports", &leader, order("2026-04-20")).await.0, 201);
    let (status, made) = desk.post("/reports", &supervisor, order("2026-04-01")).await;
    assert_eq!((status, &made["new"]), (200, &json!(false)), "one of a month");
    assert_eq!(desk.post("/reports", &supervisor, order("2026-06-10")).await.0, 409, "June is not over");
    let wrong = json!({"policy": "mailbox-002", "series": "leaders", "day": "2026-04-01"});
    assert_eq!(desk.post("/reports", &supervisor, wrong).await.0, 400);
    let citizen = desk.citizen(Tale::new(1, date(2026, 4, 7), date(2026, 4, 15), None).case);
    assert_eq!(desk.post("/reports", &citizen, order("2026-04-20")).await.0, 403);
    assert_eq!(desk.get(preview, &citizen).await.0, 403);
    let path = format!("/reports/{}", made["id"].as_str().unwrap());
    let (status, file) = bytes(&desk, &format!("{path}?format=pdf"), &leader).await;
    assert_eq!((status, &file[..5]), (200, b"%PDF-".as_slice()));
    let bound = desk.staff(Role::Leader, Some("511602"));
    assert_eq!(
        desk.get(preview, &bound).await.2["place"],
        json!("511602"),
        "who is bound looks at the own county"
    );
    assert_eq!(desk.get(&format!("{preview}&place=512000"), &bound).await.0, 400);
    assert!(desk.running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_report_waits_for_words_and_another_hand() {
    let desk = Desk::new().await;
    for n in 1..=3 {
        let tale = Tale::new(n, date(2026, 6, 2), date(2026, 6, 9), None);
        let mut told = tale.told().concat();
        for event in &mut told {
            event.payload = event.payload.replace("mailbox-002", "hotline-004");
        }
        desk.hear(&told).await;
    }
    let (supervisor, leader) = (desk.staff(Role::Supervisor, None), desk.person(9, Role::Leader));
    let order = json!({"policy": "hotline-004", "series": "weekly", "day": "2026-06-05"});
    let (status, made) = desk.post("/reports", &supervisor, order).await;
    assert_eq!(status, 201, "{made}");
    let path = format!("/reports/{}", made["id"].as_str().unwrap());
    let reader = desk.staff(Role::Dispatcher, None);
    assert_eq!(desk.get(&path, &reader).await.0, 404, "a draft is not for everybody");
    assert_eq!(desk.get("/reports", &reader).await.2, json!([]));
    assert_eq!(desk.get("/reports", &supervisor).await.2[0]["released_at"], Value::Null);
    let said = async || -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM outbox_event WHERE kind = 'report.published'")
            .fetch_one(&desk.db.pool)
            .await
            .unwrap()
    };
    assert_eq!(said().await, 0);
    let release = format!("{path}/release");
    assert_eq!(desk.act(&release, &leader).await, 409, "no words yet");
    let words = format!("{path}/words");
    let text = json!({"causes": "连续降雨，排水不畅。", "remedies": "提前清淤。"});
    assert_eq!(desk.write(&words, &reader, 0, text.clone()).await, 403);
    assert_eq!(desk.write(&words, &supervisor, 0, text.clone()).await, 204);
    assert_eq!(desk.write(&words, &leader, 0, text.clone()).await, 412, "somebody wrote since");
    assert_eq!(desk.write(&words, &supervisor, 1, json!({"causes": "", "remedies": "无"})).await, 422);
    assert_eq!(desk.act(&release, &supervisor).await, 409, "not by the hand that wrote");
    assert_eq!(desk.get(&words, &supervisor).await.2["version"], json!(1));
    for _ in 0..2 {
        assert_eq!(desk.act(&release, &leader).await, 204);
    }
    assert_eq!(said().await, 1, "told once");
    assert_eq!(desk.write(&words, &supervisor, 1, text).await, 409);
    assert_eq!(desk.get("/reports", &reader).await.2[0]["released_at"], json!(now().to_string()));
    let (status, file) = bytes(&desk, &format!("{path}?format=pdf"), &reader).await;
    let text = printed(&file);
    assert_eq!(status, 200);
    for wanted in
        ["每周舆情分析", "原因分析", "连续降雨，排水不畅。", "对策建议", "提前清淤。", "敏感时段来件", "汛期"]
    {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    assert!(!text.contains("送审稿"));
    let (_, page) = bytes(&desk, &format!("{path}?format=html"), &reader).await;
    assert!(String::from_utf8(page).unwrap().contains("提前清淤。"));
    assert!(desk.running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_font_pdf_is_refused_until_one_is_laid_down_and_the_other_forms_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("song.ttc");
    let desk = Desk::printing_with(&place.display().to_string(), 3600, now()).await;
    april(&desk).await;
    let supervisor = desk.staff(Role::Supervisor, None);
    let order = json!({"policy": "mailbox-002", "series": "bulletin", "day": "2026-04-20"});
    let (status, made) = desk.post("/reports", &supervisor, order).await;
    assert_eq!(status, 201, "{made}");
    let archived = format!("/reports/{}?", made["id"].as_str().unwrap());
    let preview = "/reports/preview?policy=mailbox-002&series=bulletin&day=2026-04-20&".to_owned();
    let asked = async |path: &str, form: &str| {
        desk.bytes(&format!("{path}format={form}"), &supervisor, "content-type").await
    };
    for path in [&archived, &preview] {
        let (status, media, problem) = asked(path, "pdf").await;
        assert_eq!((status, media.as_deref()), (503, Some("application/problem+json")));
        let problem: Value = serde_json::from_slice(&problem).unwrap();
        assert_eq!(problem["status"], json!(503));
        let (zh, en) = (problem["detail"].as_str().unwrap(), problem["detail_en"].as_str().unwrap());
        assert!(zh.contains("中文字体") && zh.contains("evaluation.report.font"), "{zh}");
        assert!(en.contains("evaluation.report.font"), "{en}");
        let told = problem.to_string();
        assert!(!told.contains("song.ttc"), "no path of the machine: {told}");
        for form in ["json", "html", "xlsx"] {
            assert_eq!(asked(path, form).await.0, 200, "{form}");
        }
    }
    std::fs::copy(font(), &place).unwrap();
    for path in [&archived, &preview] {
        let (status, media, file) = asked(path, "pdf").await;
        assert_eq!((status, media.as_deref()), (200, Some("application/pdf")));
        assert!(printed(&file).contains("月度通报"));
    }
    assert!(desk.running.stop().await);
}
