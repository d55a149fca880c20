//! Hostile files, handed in by officers and citizens; and a telephone that is kept secret.

use anyhow::Result;
use serde_json::{Value, json};

use crate::{
    desk::Desk,
    house::{House, Who},
    tries::{Tries, Try},
};

/// What a paper of JPEG begins with.
const JPEG: &[u8] = b"\xFF\xD8\xFF\xE0\x00\x10JFIF a lamp";

/// Hands one file in, written by hand as a browser would.
async fn upload(
    house: &House,
    number: &str,
    by: (&str, &str),
    (name, media): (&str, &str),
    bytes: &[u8],
) -> Result<(u16, Value)> {
    let head = format!(
        "--edge\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\ncontent-type: {media}\r\n\r\n"
    );
    let body = [head.as_bytes(), bytes, b"\r\n--edge--\r\n"].concat();
    let answer = reqwest::Client::new()
        .post(format!("{}/api/intake/cases/{number}/attachments", house.suite.base))
        .header("content-type", "multipart/form-data; boundary=edge")
        .header(by.0, by.1)
        .body(body)
        .send()
        .await?;
    Ok((answer.status().as_u16(), answer.json().await.unwrap_or_default()))
}

/// Files that are not what they claim to be.
pub(crate) async fn files(tries: &mut Tries<'_>, mine: &Desk<'_>) -> Result<()> {
    let Who::Token(token) = tries.house.officer("cg") else { anyhow::bail!("a token") };
    let bearer = format!("Bearer {token}");
    let bomb = [b"PK\x03\x04\x14\x00".as_slice(), &[0; 4096]].concat();
    for (name, media, bytes) in [
        ("a.pdf", "application/pdf", &b"MZ\x90\x00 a program"[..]),
        ("a.pdf", "application/pdf", b"\x7fELF\x02\x01\x01"),
        ("a.pdf", "application/pdf", b"#!/bin/sh\nrm -rf"),
        ("a.pdf.exe", "application/pdf", b"%PDF-1.7"),
        ("a.html", "text/html", b"<html><script>alert(1)</script>"),
        ("a.txt", "text/plain", b"<script>alert(1)</script>"),
        ("a.svg", "image/svg+xml", b"<svg onload=alert(1)>"),
        ("a.zip", "application/zip", &bomb),
        ("a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", &bomb),
        ("a.jpg", "image/png", JPEG),
        ("a.jpg", "image/jpeg", b""),
    ] {
        let (status, body) =
            upload(tries.house, &mine.number, ("authorization", &bearer), (name, media), bytes).await?;
        let named = body["errors"][0]["field"] == "file";
        tries.holds(status == 422 && named, format!("{name} {media}: {status} {body}"));
    }
    Ok(())
}

/// A telephone kept secret is for the desk only; a name with a path is a name.
pub(crate) async fn sees_no_secret(tries: &mut Tries<'_>, hidden: &Desk<'_>) -> Result<()> {
    let hand = hidden.hand_over("dispatched").await?;
    hidden.unit(&hand, "sign", json!({})).await?;
    tries.house.settle().await?;
    let officer = tries.house.officer("cg");
    let path = format!("/api/intake/cases/{}", hidden.number);
    let shown =
        tries.harmless(&officer, Try::get("the secret telephone", path.clone())).await?.body.to_string();
    tries.holds(
        !shown.contains("0000001") && !shown.contains("测试群众"),
        format!("a secret is told: {shown}"),
    );
    let registers =
        tries.harmless(&officer, Try::get("by the registers", format!("{path}/registrations"))).await?;
    tries.holds(!registers.body.to_string().contains("测试群众"), "the registers tell it");
    let Who::Token(token) = officer else { anyhow::bail!("a token") };
    let by = ("authorization", &*format!("Bearer {token}"));
    let (status, body) =
        upload(tries.house, &hidden.number, by, ("../../../etc/passwd.jpg", "image/jpeg"), JPEG).await?;
    tries.holds(status == 201 && body["name"] == "passwd.jpg", format!("a path: {status} {body}"));
    Ok(())
}

/// As many files as the pack says, no longer ones, and none with another's code.
pub(crate) async fn as_many_as_the_pack_says(tries: &mut Tries<'_>, mine: &Desk<'_>) -> Result<()> {
    let by = ("query-code", mine.query_code.as_str());
    let (mut taken, mut last) = (0, Value::Null);
    for at in 0..100_u8 {
        let (status, body) =
            upload(tries.house, &mine.number, by, ("a.jpg", "image/jpeg"), &[JPEG, &[at]].concat()).await?;
        match status {
            201 => taken += 1,
            422 => last = body,
            _ => tries.holds(false, format!("file {at}: {status} {body}")),
        }
    }
    tries.holds(
        (1..=20).contains(&taken) && last["errors"][0]["field"] == "file",
        format!("{taken} files, {last}"),
    );
    let long = vec![b'a'; 20 << 20];
    let sent = upload(tries.house, &mine.number, by, ("a.jpg", "image/jpeg"), &long).await;
    // It may close before all is sent.
    tries.holds(sent.as_ref().map_or(true, |(status, _)| *status == 413), format!("too long: {sent:?}"));
    let wrong = ("query-code", "0000000000");
    let (status, body) = upload(tries.house, &mine.number, wrong, ("a.jpg", "image/jpeg"), JPEG).await?;
    tries.holds(status == 404, format!("another's code: {status} {body}"));
    Ok(())
}
