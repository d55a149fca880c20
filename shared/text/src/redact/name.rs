//! Finds names of persons behind the words that announce one; a name without such a word cannot be told safely.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::{Hit, Kind};

/// Family names of more than one in two thousand people, and those of two characters.
const FAMILY: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪\
廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔赖文樊兰殷施洪安颜倪牛温芦季俞章鲁葛伍申尤毕聂柴焦\
柳邢岳齐梅庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽邝官";
const DOUBLE_FAMILY: [&str; 14] = [
    "欧阳", "上官", "司马", "诸葛", "司徒", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "端木", "夏侯",
    "完颜",
];
/// Words that may follow a name without a mark between; a name ends before them.
const AFTER: [&str; 40] = [
    "电话", "手机", "联系", "身份", "住址", "住在", "住", "家住", "地址", "性别", "男", "女", "年龄", "今年",
    "现年", "现住", "现在", "是", "系", "在", "来自", "于", "和", "及", "与", "的", "等", "因", "向", "为",
    "出生", "汉族", "户籍", "编号", "先生", "女士", "同志", "小姐", "老师", "说",
];
static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        "(?:联系人|姓名|投诉人|举报人|反映人|申请人|当事人|来信人|留言人|来电人|诉求人|信访人|委托人|法定代表人|户主|业主|患者|机主|车主|经办人|问政人)\
         (?:姓名|名字)?[ ]?[:：][ ]?|我叫|本人叫|本人名叫|本人姓名|名字叫|我的姓名是|本人姓名为",
    )
    .expect("a pattern of the source")
});

pub(super) fn find(text: &str, hits: &mut Vec<Hit>) {
    for label in LABEL.find_iter(text) {
        if let Some(range) = name_at(text, label.end()) {
            hits.push(Hit { range, kind: Kind::Name });
        }
    }
}

/// Reads a name of two to four characters that begins at `from`.
fn name_at(text: &str, from: usize) -> Option<Range<usize>> {
    let rest = &text[from..];
    let family = match DOUBLE_FAMILY.iter().find(|name| rest.starts_with(**name)) {
        Some(double) => double.len(),
        None => rest.chars().next().filter(|ch| FAMILY.contains(*ch))?.len_utf8(),
    };
    let mut end = family;
    for ch in rest[family..].chars().take(2) {
        let han = matches!(ch, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '*' | '×' | 'X' | 'x');
        if !han || (end > family && AFTER.iter().any(|word| rest[end..].starts_with(word))) {
            break;
        }
        end += ch.len_utf8();
    }
    (end > family).then(|| from..from + end)
}
