//! Acceptance: sorting, refusals with their notices, materials asked for once, the daily-clear view.

use super::{
    record::{Hands, events, path, told},
    *,
};

fn petition(text: &str) -> Value {
    json!({"pack": "petition-2022", "kind": "complaint", "title": "请求处理", "region": "511602", "text": text,
        "party": {"name": "测试者", "phone": "13800000001", "address": "某路一号"}})
}

#[tokio::test]
async fn a_refusal_owes_a_written_notice_within_its_limit() {
    let house = house().await;
    let operator = Hands::of(Role::Operator);
    let mut body = petition("法院已经立案的房屋买卖纠纷，请求信访部门处理。");
    body["party"]["phone"] = json!("13800000002");
    let answer = operator
        .post(&house, "/cases", "1", {
            body["channel"] = json!("visit");
            body
        })
        .await;
    let case: Value = answer.json().await.unwrap();
    let sorting = operator.read(&house, &path(&case, "/sorting")).await;
    assert_eq!((&sorting["lane"], &sorting["reason"]), (&json!("route"), &json!("litigation_matter")));
    assert_eq!((&sorting["word"], &sorting["petition"]), (&json!("法院已经立案"), &json!("appeal")));
    assert_eq!(sorting["refer_to"], "同级政法部门");

    let notices = path(&case, "/notices");
    let early = operator.post(&house, &notices, "1", json!({"form": "non_acceptance"})).await;
    assert_eq!(early.status(), StatusCode::CONFLICT, "it was not declined");
    let decline = json!({"reason": "litigation_matter"});
    operator.post(&house, &path(&case, "/decline"), "1", decline).await;
    let owed = operator.read(&house, "/notices/owed").await;
    assert_eq!((owed["owed"].as_array().unwrap().len(), &owed["late"]), (1, &json!(0)));
    assert_eq!(
        (&owed["owed"][0]["number"], &owed["owed"][0]["form"]),
        (&case["number"], &json!("non_acceptance"))
    );
    sqlx::query("UPDATE case_file SET received_at = received_at - interval '17 days'")
        .execute(&house.db.pool)
        .await
        .unwrap();
    assert_eq!(operator.read(&house, "/notices/owed").await["late"], 1);
    let far = json!({"form": "non_acceptance", "served_on": "2999-01-01"});
    assert_eq!(operator.post(&house, &notices, "2", far).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let issue = json!({"form": "non_acceptance", "way": "post"});
    assert_eq!(operator.post(&house, &notices, "2", issue.clone()).await.status(), StatusCode::OK);
    assert_eq!(operator.post(&house, &notices, "3", issue).await.status(), StatusCode::CONFLICT);
    let kept = operator.read(&house, &notices).await;
    let text = kept["notices"][0]["text"].as_str().unwrap();
    assert!(
        text.contains("涉法涉诉事项") && text.contains("《信访工作条例》") && text.contains("同级政法部门"),
        "{text}"
    );
    let said = events(&house, "case.notice_issued").await;
    assert_eq!(
        (&said[0]["form"], &said[0]["serial"]),
        (&json!("non_acceptance"), &kept["notices"][0]["serial"])
    );
    assert_eq!(operator.read(&house, "/notices/owed").await["owed"], json!([]));
    house.stop().await;
}

#[tokio::test]
async fn an_accepted_petition_is_told_so_unless_the_address_is_unclear() {
    let house = house().await;
    let operator = Hands::of(Role::Operator);
    let case = told(&house, &petition("请求处理欠缴的养老保险。")).await;
    let other = told(&house, &petition("请求处理欠缴的医疗保险。")).await;
    assert_eq!(operator.read(&house, "/notices/owed").await["owed"].as_array().unwrap().len(), 2);
    let waived = json!({"form": "acceptance", "waived": "unclear"});
    assert_eq!(operator.post(&house, &path(&case, "/notices"), "1", waived).await.status(), StatusCode::OK);
    assert_eq!(events(&house, "case.notice_issued").await.len(), 0, "nothing was served");
    let issue = json!({"form": "acceptance"});
    assert_eq!(operator.post(&house, &path(&other, "/notices"), "1", issue).await.status(), StatusCode::OK);
    assert_eq!(operator.read(&house, "/notices/owed").await["owed"], json!([]));
    let region = token(Role::Operator, None, Some("510100"));
    assert_eq!(house.json("/notices/owed", &region).await["owed"], json!([]));
    house.stop().await;
}

#[tokio::test]
async fn materials_are_asked_for_once_and_a_second_time_is_counted() {
    let house = house().await;
    let operator = Hands::of(Role::Operator);
    let case = told(&house, &message()).await;
    let materials = path(&case, "/materials");
    let nothing = operator.post(&house, &format!("{materials}/received"), "1", json!({})).await;
    assert_eq!(nothing.status(), StatusCode::CONFLICT);
    let none = operator.post(&house, &materials, "1", json!({})).await;
    assert_eq!(none.status(), StatusCode::UNPROCESSABLE_ENTITY, "the pack has no list");
    let items = json!({"items": ["身份证复印件", "购房合同"]});
    assert_eq!(operator.post(&house, &materials, "1", items).await.status(), StatusCode::OK);
    assert_eq!(
        operator.post(&house, &materials, "2", json!({"items": ["收据"]})).await.status(),
        StatusCode::OK
    );
    let received = format!("{materials}/received");
    assert_eq!(operator.post(&house, &received, "3", json!({})).await.status(), StatusCode::OK);
    assert_eq!(
        operator.post(&house, &received, "3", json!({})).await.status(),
        StatusCode::OK,
        "taken twice"
    );
    let asked = events(&house, "case.materials_requested").await;
    assert_eq!(asked, [json!({"count": 2, "request": 1}), json!({"count": 1, "request": 2})]);
    assert_eq!(events(&house, "case.materials_received").await, [json!({"request": 2})]);
    let shown = operator.read(&house, &materials).await;
    assert_eq!((&shown["defects"], &shown["requests"][0]["items"][1]), (&json!(1), &json!("购房合同")));
    let officer = token(Role::Officer, Some("water"), None);
    assert_eq!(house.get(&materials, &officer).await.status(), StatusCode::FORBIDDEN);
    house.stop().await;
}

#[tokio::test]
async fn nothing_unread_is_left_from_yesterday() {
    let house = house().await;
    let operator = Hands::of(Role::Operator);
    let mut letter = message();
    letter["unit"] = json!("housing");
    let case = told(&house, &letter).await;
    assert_eq!(operator.read(&house, "/daily").await["clear"], true, "today is still to come");
    sqlx::query("UPDATE case_file SET received_at = received_at - interval '1 day'")
        .execute(&house.db.pool)
        .await
        .unwrap();
    let daily = operator.read(&house, "/daily").await;
    assert_eq!(daily["clear"], false);
    assert_eq!(
        (&daily["mailboxes"][0]["unit"], &daily["mailboxes"][0]["unread"]),
        (&json!("housing"), &json!(1))
    );
    assert_eq!(daily["mailboxes"][0]["oldest"], case["number"]);
    Hands::of(Role::Leader).read(&house, &path(&case, "")).await;
    assert_eq!(operator.read(&house, "/daily").await["clear"], false, "only a look of the desk counts");
    operator.read(&house, &path(&case, "?party=false")).await;
    assert_eq!(operator.read(&house, "/daily").await["clear"], true);
    // Read, but waiting for a decision.
    sqlx::query("UPDATE case_file SET state = 'registered'").execute(&house.db.pool).await.unwrap();
    let daily = operator.read(&house, "/daily").await;
    let mailbox = &daily["mailboxes"][0];
    assert_eq!((&mailbox["unread"], &mailbox["undecided"]), (&json!(0), &json!(1)));
    house.stop().await;
}
