//! Made-up persons and numbers: what must go, what must stay, and that redacting twice is redacting once.

use proptest::prelude::*;

use super::redact;

fn text(raw: &str) -> String {
    redact(raw).text
}

#[test]
fn personal_data_goes() {
    for (raw, redacted) in [
        ("请回电13800138000谢谢", "请回电【电话】谢谢"),
        ("电话：138 0013 8000、0826-2345678。", "电话：【电话】、【电话】。"),
        ("+86-13800138000或（028）8612 3456", "【电话】或【电话】"),
        ("区号0731—8888 1234", "区号【电话】"),
        ("联系电话：2345678、2345679", "联系电话：【电话】、【电话】"),
        ("身份证11010519491231002X。", "身份证【证件号】。"),
        ("证件 110105491231002 有效", "证件 【证件号】 有效"),
        ("身份证号码：510105199001011234", "身份证号码：【证件号】"),
        ("卡号6222 0212 3456 7890 128", "卡号【银行卡】"),
        ("发至zhang.san@example.com即可", "发至【邮箱】即可"),
        ("川A·12345、京AD12345和川x1234学", "【车牌】、【车牌】和【车牌】"),
        ("微信号：abc_12345，QQ 123456", "微信号：【账号】，QQ 【账号】"),
        ("住金桂苑3栋2单元501室。", "住金桂苑【地址】。"),
        ("B2栋155号门面", "【地址】门面"),
        ("顺河里1号102房漏水", "顺河里【地址】漏水"),
        ("二栋三单元四〇一", "【地址】"),
        ("（0826-2345678）", "（【电话】）"),
        ("联系人:王某某 电话", "联系人:【姓名】 电话"),
        ("我叫李建国，今年", "我叫【姓名】，今年"),
        ("姓名：欧阳小明男", "姓名：【姓名】男"),
        ("投诉人：张三电话13800138000", "投诉人：【姓名】电话【电话】"),
    ] {
        assert_eq!(text(raw), redacted);
    }
}

#[test]
fn amounts_dates_and_file_numbers_stay() {
    for raw in [
        "共计13800138000元",
        "欠薪13800138.50元，余额3133669.34元",
        "2019/4/24 16:03:40与2019-04-24 16:03:40",
        "受理编号：13800138000",
        "工单号202404240000123已办",
        "国办发〔2020〕53号，（2018）川01行终345号",
        "建规（地）字第1606011号",
        "拨打12345、12315或110",
        "我叫他过来，投诉人：无",
        "3号线、8号线、2号出口",
        "7栋、8栋的住户，3栋120户居民",
        "16栋4号户型，二栋三单元，4栋25层",
        "QQ浏览器和微信公众号",
        "人民路589号，517室",
        "WiFi密码，A3区J4市",
        "20190424",
        "社会信用代码91510100MA6C000000",
    ] {
        assert_eq!(text(raw), raw);
    }
}

#[test]
fn what_was_found_is_told_in_order() {
    use super::Kind::{Address, Name, Phone};
    let redacted = redact("我叫王小明，住3栋501室，电话13800138000");
    assert_eq!(redacted.found, [Name, Address, Phone]);
    assert_eq!(redacted.text, "我叫【姓名】，住【地址】，电话【电话】");
}

/// Pieces that meet one another in unlucky ways.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("13800138000"),
        Just("0826-"),
        Just("2345678"),
        Just("电话"),
        Just("："),
        Just(":"),
        Just("我叫"),
        Just("王"),
        Just("小明"),
        Just("欧阳"),
        Just("3栋"),
        Just("2单元"),
        Just("501"),
        Just("室"),
        Just("号"),
        Just("川"),
        Just("A"),
        Just("12345"),
        Just("11010519491231002X"),
        Just(" "),
        Just("-"),
        Just("."),
        Just("@"),
        Just("qq"),
        Just("x"),
        Just("、"),
        Just("元"),
        Just("9"),
        Just("【"),
        Just("】"),
        Just("微信号"),
        Just("住"),
        Just("身份证"),
    ];
    prop_oneof![
        proptest::collection::vec(piece, 0..24).prop_map(|parts| parts.concat()),
        "\\PC{0,40}".prop_map(|any| any)
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]
    #[test]
    fn redacting_twice_is_redacting_once(raw in pieces()) {
        let once = redact(&raw);
        let twice = redact(&once.text);
        prop_assert_eq!(&twice.text, &once.text);
        prop_assert!(twice.found.is_empty());
    }

    #[test]
    fn nothing_is_added_but_placeholders(raw in pieces()) {
        let redacted = redact(&raw);
        let mut kept = String::new();
        let mut left = redacted.text.as_str();
        for kind in redacted.found {
            let (before, after) = left.split_once(kind.placeholder()).expect("what is found has its placeholder");
            kept.push_str(before);
            left = after;
        }
        kept.push_str(left);
        let mut rest = raw.chars();
        prop_assert!(kept.chars().all(|ch| rest.any(|other| other == ch)));
    }
}

#[test]
fn a_long_hostile_text_takes_time_in_proportion() {
    let start = std::time::Instant::now();
    for piece in
        ["我叫王小明", "13800138000 ", "1-", "3栋", "&amp;", "&", "(", "_x", "0", "川A", "a@a.", "\r", "qq:"]
    {
        let hostile = piece.repeat(200_000 / piece.len());
        assert_eq!(redact(&redact(&crate::clean(&hostile).text).text).found, []);
    }
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}
