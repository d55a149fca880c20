//! A case that is sealed after a report was made: the archive stays as it is, and nobody is shown its number any more.

use std::io::{Cursor, Read as _};

use contracts::record::CaseHandsNamed;
use identity::Role;
use jiff::civil::date;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::{
    city::{City, rows},
    desk::Desk,
    printing::printed,
};

/// Every part of a workbook as one text.
fn unpacked(file: &[u8]) -> String {
    let mut book = zip::ZipArchive::new(Cursor::new(file)).unwrap();
    let mut text = String::new();
    for at in 0..book.len() {
        book.by_index(at).unwrap().read_to_string(&mut text).unwrap();
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_is_left_out_of_every_form_once_its_case_is_sealed() {
    let mut city = City::default();
    let cases = city.came("511602", "water", date(2026, 6, 8), 3);
    let desk = Desk::new().await;
    desk.hear(&city.told).await;
    let number = |at: usize| cases[at].registration().number.to_string();
    let (hidden, open) = (number(1), number(2));
    let (supervisor, leader) = (desk.staff(Role::Supervisor, None), desk.person(9, Role::Leader));
    let order = json!({"policy": "hotline-004", "series": "weekly", "day": "2026-06-10"});
    let (status, made) = desk.post("/reports", &supervisor, order).await;
    assert_eq!(status, 201, "{made}");
    let path = format!("/reports/{}", made["id"].as_str().unwrap());
    let words =
        json!({"causes": format!("管网老化，见 {hidden}。"), "remedies": format!("参照{open}办理。")});
    assert_eq!(desk.write(&format!("{path}/words"), &supervisor, 0, words).await, 204);
    assert_eq!(desk.act(&format!("{path}/release"), &leader).await, 204);

    let json = async || desk.bytes(&path, &leader, "x-content-sha256").await;
    let drawn = async |form: &str| {
        let (status, since, file) =
            desk.bytes(&format!("{path}?format={form}"), &leader, "x-sealed-since").await;
        assert_eq!(status, 200, "{form}");
        let text = match form {
            "xlsx" => unpacked(&file),
            "pdf" => printed(&file),
            _ => String::from_utf8(file).unwrap(),
        };
        (since.unwrap(), text)
    };
    let listed = async |token: &str| -> Vec<Value> {
        let path = "/figures/received/cases?policy=hotline-004&from=2026-06-08&to=2026-06-14";
        let (status, _, listed) = desk.get(path, token).await;
        assert_eq!(status, 200, "{listed}");
        listed.as_array().unwrap().iter().map(|case| case["number"].clone()).collect()
    };
    let auditor = desk.staff(Role::Auditor, None);
    let (_, digest, archived) = json().await;
    let sum: String = Sha256::digest(&archived).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(digest, Some(sum), "byte by byte as archived");
    for form in ["json", "html", "xlsx", "pdf"] {
        let (since, text) = drawn(form).await;
        assert!(since == "0" && text.contains(&hidden) && text.contains(&open), "{form}: {text}");
    }
    assert_eq!((listed(&leader).await.len(), listed(&auditor).await.len()), (3, 3));

    let named = CaseHandsNamed { hands: Vec::new(), barred: Vec::new(), line: None };
    let mut sealing = City::default();
    sealing.more(&cases[1], 2, named);
    desk.hear(&sealing.told).await;

    let (status, same, shown) = json().await;
    assert_eq!((status, &same), (200, &digest), "the digest is that of the archive");
    let shown: Value = serde_json::from_slice(&shown).unwrap();
    let numbers = format!("{} （已密封） {open}", number(0));
    assert_eq!(
        rows(&shown, "alike")[0][2..],
        [json!(3), json!(0), json!(2), json!(numbers)],
        "counted as it was"
    );
    for form in ["json", "html", "xlsx", "pdf"] {
        let (since, text) = drawn(form).await;
        assert_eq!(since, "1");
        assert!(
            !text.contains(&hidden) && text.contains(&open) && text.contains("（已密封）"),
            "{form}: {text}"
        );
        let said = text.contains("1件诉求在报告形成后密封") || text.contains("1 件诉求在报告形成后密封");
        assert_eq!(said, form != "json", "{form}: {text}");
        let worded = text.contains("管网老化，见（已密封）。") || text.contains("管网老化，见 （已密封）。");
        assert_eq!(worded, form != "json", "{form}: {text}");
    }
    let kept = desk.get(&format!("{path}/words"), &leader).await.2;
    assert_eq!(kept["causes"], json!("管网老化，见 （已密封）。"));
    let data: String = sqlx::query_scalar("SELECT data FROM report").fetch_one(&desk.db.pool).await.unwrap();
    assert_eq!(data.as_bytes(), archived, "the archive stays");
    for token in [&leader, &auditor] {
        let left = listed(token).await;
        assert!(left.len() == 2 && !left.contains(&json!(hidden)), "{left:?}");
    }
    assert!(desk.running.stop().await);
}
