//! Made-up files with the dirt of real ones, and the real ones where they are at hand.

use std::io::Write;
use std::path::PathBuf;

use contracts::words::Kind;

use super::super::failures::{FailureFile, failed_path};
use super::*;

const SHIPPED: &str = include_str!("../../../../../deploy/mappings/message-board.toml");
const HEADER: &str = "留言编号,留言用户,留言主题,留言时间,留言详情,答复意见,答复时间";

fn mapping() -> Arc<Mapping> {
    Arc::new(Mapping::parse(SHIPPED, &["kind=complaint".to_owned()]).expect("the shipped mapping"))
}

struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str, bytes: &[u8]) -> Self {
        let folder = std::env::temp_dir().join(format!("huiyin-import-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::File::create(folder.join("留言.csv"))
            .and_then(|mut file| file.write_all(bytes))
            .expect("a file");
        Self(folder)
    }

    fn file(&self) -> PathBuf {
        self.0.join("留言.csv")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

fn items(name: &str, bytes: &[u8]) -> Vec<Item> {
    let scratch = Scratch::new(name, bytes);
    Reader::open(&scratch.file(), mapping())
        .expect("a good file")
        .map(|item| item.expect("readable"))
        .collect()
}

fn told(item: &Item) -> String {
    match item {
        Item::Row(row) => {
            let reply = row.reply.as_ref().map_or(String::new(), |reply| format!(" → {}", reply.at));
            format!("{} {} {}{reply}", row.line, row.external_id, row.received_at)
        }
        Item::Duplicate { line, first } => format!("{line} = {first}"),
        Item::Failed(failure) => format!("{} {}: {}", failure.line, failure.column, failure.reason.zh()),
    }
}

#[test]
fn every_encoding_gives_the_same_rows() {
    let file = format!(
        "{HEADER}\r\n1,甲,路灯不亮,2019/4/24 16:03:40,\"\n\t\t请修。\r\n_x000D_谢谢\",已修。,2019-04-29 09:00:00\r\n"
    );
    let (gb, _, _) = Encoding::Gb18030.codec().encode(&file);
    let utf16: Vec<u8> = file.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (name, bytes) in [
        ("plain", file.as_bytes().to_vec()),
        ("bom", ["\u{feff}", file.as_str()].concat().into_bytes()),
        ("gb", gb.to_vec()),
        ("utf16", [b"\xFF\xFE", utf16.as_slice()].concat()),
        ("old", file.replace("\r\n", "\r").replace('\n', "").into_bytes()),
    ] {
        let items = items(name, &bytes);
        let [Item::Row(row)] = items.as_slice() else { panic!("{name}: {items:?}") };
        assert_eq!(
            told(&items[0]),
            "2 1 2019-04-24T08:03:40Z → 2019-04-29T01:00:00Z".replace("2 1", &format!("{} 1", row.line))
        );
        assert_eq!(
            (row.title.as_str(), row.author.as_deref(), row.kind),
            ("路灯不亮", Some("甲"), Kind::Complaint)
        );
        assert_eq!(text::clean(&row.body).text.replace('\n', ""), "请修。谢谢");
        assert_eq!(row.reply.as_ref().map(|reply| reply.text.as_str()), Some("已修。"));
    }
}

#[test]
fn each_bad_row_is_told_and_the_rest_goes_on() {
    let long = "长".repeat(9_000);
    let rows = [
        "1,甲,标题,2019/4/24 16:03,正文,,",
        "1,甲,标题,2019/4/24 16:03,正文,,",
        "1,甲,标题,2019/4/24 16:03,别的,,",
        ",甲,标题,2019/4/24 16:03,正文,,",
        "2,甲,只有标题,2019-4-24 6:03:01,\"\n\t\u{a0}\u{3000}&nbsp;_x000D_\",,",
        "3,甲,\u{3000},2019/4/24 16:03,\" \t\",,",
        "4,甲,标题,昨天,正文,,",
        "5,甲,标题,2019/4/24 16:03,正文,答复,",
        "6,甲,标题,2019/4/24 16:03,正文,答复,2019/4/23 10:00",
        "7,甲,标题,2019/4/24 16:03,正文,\"\n \",2019/4/23 10:00",
        "8,甲,标题",
        "9,甲,标题,2019/4/24 16:03,正\r文,,,,",
        &format!("10,甲,标题,\u{a0}2019/4/24 16:03:40\t,{long},,"),
        "4,甲,标题,2019/4/24 16:03,正文,,",
        "",
    ];
    let file = format!(
        "\"\u{a0}留言编号\",留言 用户,留言主题\u{3000},留言时间,留言详情,答复意见,答复时间\r\n{}",
        rows.join("\r\n")
    );
    let items = items("bad", file.as_bytes());
    let told: Vec<String> = items.iter().map(told).collect();
    assert_eq!(
        told,
        [
            "2 1 2019-04-24T08:03:00Z",
            "3 = 2",
            "4 留言编号: 第4行与第2行编号相同但内容不同",
            "5 留言编号: 不能为空",
            "6 2 2019-04-23T22:03:01Z",
            "8 留言详情: 标题和正文均为空",
            "9 留言时间: 时间无法识别，不符合映射中的任何格式",
            "10 答复时间: 有答复但没有答复时间",
            "11 答复时间: 答复时间早于留言时间",
            "12 7 2019-04-24T08:03:00Z",
            "14 row: 应有7列，实有3列，引号可能未闭合",
            "15 9 2019-04-24T08:03:00Z",
            "16 10 2019-04-24T08:03:40Z",
            "17 4 2019-04-24T08:03:00Z",
        ]
    );
    let Item::Row(stray) = &items[11] else { panic!("a row") };
    assert_eq!(stray.body, "正\r文");
}

#[test]
fn failed_rows_can_be_corrected_and_imported_again() {
    let scratch = Scratch::new(
        "failed",
        format!("{HEADER}\r\n1,甲,标题,昨天,\"正,\n文\",,\n2,乙,标题,2019/4/24,正文,,\n").as_bytes(),
    );
    let failed = failed_path(&scratch.file());
    let mut path = scratch.file();
    for turn in 0..2 {
        let mut reader = Reader::open(&path, mapping()).expect("a good file");
        let mut file = FailureFile::new(scratch.0.join(format!("turn{turn}.csv")), reader.headers());
        for item in &mut reader {
            if let Item::Failed(failure) = item.expect("readable") {
                file.add(&failure).expect("written");
            }
        }
        let (written, rows) = file.finish().expect("closed").expect("one row failed");
        assert_eq!(rows, 1);
        std::fs::copy(&written, &failed).expect("copied");
        path.clone_from(&failed);
    }
    let told = std::fs::read_to_string(&failed).expect("the failed rows");
    assert_eq!(
        told,
        format!(
            "\u{feff}{HEADER},失败行号,失败字段,失败原因,reason\n1,甲,标题,昨天,\"正,\n文\",,,2,留言时间,\
             时间无法识别，不符合映射中的任何格式,not a time in any format of the mapping\n"
        )
    );
    std::fs::write(&failed, told.replace("昨天", "2019/4/24 8:00")).expect("corrected");
    let again: Vec<Item> =
        Reader::open(&failed, mapping()).expect("good").map(|item| item.expect("good")).collect();
    assert!(matches!(again.as_slice(), [Item::Row(_)]), "{again:?}");
}

#[test]
fn a_missing_column_is_named() {
    let scratch = Scratch::new("missing", b"\xE7\x95\x99,a\n1,2\n");
    let error = Reader::open(&scratch.file(), mapping()).err().expect("an error").to_string();
    assert!(error.contains("留言编号") && error.contains("答复时间"), "{error}");
}

#[test]
fn all_real_rows_parse() {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("HUIYIN_DATA").map_or(beside, PathBuf::from);
    let file = folder.join("teddycup/messages_with_replies.csv");
    if !file.is_file() {
        eprintln!("skipped: no data folder; set HUIYIN_DATA");
        return;
    }
    let items: Vec<Item> =
        Reader::open(&file, mapping()).expect("good").map(|item| item.expect("good")).collect();
    let failed: Vec<String> = items.iter().filter(|item| !matches!(item, Item::Row(_))).map(told).collect();
    assert!(failed.is_empty(), "{failed:?}");
    assert_eq!(items.len(), 1_463);
    assert!(items.iter().all(|item| matches!(item, Item::Row(row) if row.reply.is_some())));
}

#[test]
fn words_of_a_column_come_before_constants_and_unknown_ones_fail() {
    let text = "source = 'box'\ntime_formats = ['%Y-%m-%d']\n[columns]\nid = '号'\ntime = '日'\nbody = '文'\n\
                kind = '类'\nunit = '办'\nregion = '区'\n[constants]\nkind = 'other'\nunit = 'centre'\nregion = '511600'\n\
                [values.kind]\n'牢骚' = 'complaint'\n[values.unit]\n'城管局' = 'chengguan'\n[values.region]\n'广安区' = '511602'\n";
    let mapping = Arc::new(Mapping::parse(text, &[]).expect("a good mapping"));
    let file = "号,日,文,类,办,区\n1,2020-01-02,文,牢骚,城管局,广安区\n2,2020-01-02,文,咨询,,\n3,2020-01-02,文,,，,\n4,2020-01-02,文,怨,,\n";
    let scratch = Scratch::new("words", file.as_bytes());
    let items: Vec<Item> =
        Reader::open(&scratch.file(), mapping).expect("good").map(|item| item.expect("good")).collect();
    let read: Vec<String> = items
        .iter()
        .map(|item| match item {
            Item::Row(row) => format!("{} {} {}", row.kind, row.unit.as_ref().expect("a unit"), row.region),
            other => told(other),
        })
        .collect();
    assert_eq!(
        read,
        [
            "complaint chengguan 511602",
            "consultation centre 511600",
            "4 办: 取值无法识别，请在映射的 [values] 中说明",
            "5 类: 取值无法识别，请在映射的 [values] 中说明",
        ]
    );
}
