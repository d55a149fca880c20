//! Finds the number of a dwelling, house and room, and leaves streets, communities and single house numbers.

use std::sync::LazyLock;

use regex::Regex;

use super::{Hit, Kind};

static HOUSE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"栋|幢|单元|号楼|座|[0-9]号[0-9]").expect("a pattern of the source"));
/// House, then unit or floor, then room; a house or a stairway alone says nothing of a person.
static DWELLING: LazyLock<Regex> = LazyLock::new(|| {
    let number = "[A-Za-z]?[0-9一二三四五六七八九十零〇百]{1,4}";
    let room = "[A-Za-z]?[0-9一二三四五六七八九十零〇]{2,5}";
    let named = "(?:号房|号户|室|房|户|号)";
    Regex::new(&format!(
        "{number}(?:栋|幢|号楼|座|号院)(?:第?{number}(?:单元|门|梯))?(?:{number}[楼层])?[ -]?{room}(?:{named}|)\
         |{number}单元(?:{number}[楼层])?{room}{named}?\
         |[0-9]{{1,4}}号[0-9]{{2,4}}{named}\
         |[0-9]{{1,3}}-[0-9]{{1,2}}-[0-9]{{3,4}}(?:号房|室|房|户)"
    ))
    .expect("a pattern of the source")
});

pub(super) fn find(text: &str, hits: &mut Vec<Hit>) {
    if !HOUSE.is_match(text) {
        return;
    }
    for found in DWELLING.find_iter(text) {
        let before = text[..found.start()].chars().next_back();
        let after = text[found.end()..].chars().next();
        let glued = before.is_some_and(|ch| ch.is_ascii_alphanumeric())
            && !found.as_str().starts_with(|ch: char| ch.is_ascii_alphabetic());
        // A number that goes on, or counts something, is not the number of a room: "3栋120户居民", "2栋2019年".
        let counts = after.is_some_and(|ch| {
            ch.is_ascii_alphanumeric() || "年月日元万个多余人户名平米㎡楼层栋幢".contains(ch)
        });
        let households = found.as_str().ends_with('户')
            && !found.as_str().ends_with("号户")
            && after.is_some_and(|ch| "居业人家住".contains(ch));
        if !(glued || counts || households) {
            hits.push(Hit { range: found.range(), kind: Kind::Address });
        }
    }
}
