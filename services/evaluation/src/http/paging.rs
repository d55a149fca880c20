//! Pages of lists that go by an instant and an id, oldest first: where the page before ended, and the link to the next.

use axum::http::{HeaderMap, header};
use jiff::Timestamp;
use uuid::Uuid;
use web::{Cursor, Page, Problem, next_link};

/// Where a page ends: the instant of its last row and its id.
pub(super) type Place = (Timestamp, Uuid);

/// Reads where the page before ended.
pub(super) fn after(page: &Page) -> Result<Option<Place>, Problem> {
    page.after.as_ref().map(place).transpose()
}

/// How many rows to ask for: one more than are shown says whether there is more.
pub(super) fn most(page: &Page) -> i64 {
    i64::from(page.limit) + 1
}

/// Cuts rows to their page, with the link to the next one where there is more. `list` is the name of the list, `kept` are the
/// filters that go along.
pub(super) fn cut<R>(
    page: &Page,
    mut rows: Vec<R>,
    list: &str,
    kept: &[(&str, Option<&str>)],
    place: impl FnOnce(&R) -> Place,
) -> (HeaderMap, Vec<R>) {
    let mut headers = HeaderMap::new();
    if rows.len() > page.limit as usize {
        rows.truncate(page.limit as usize);
        if let Some(last) = rows.last() {
            let (at, id) = place(last);
            let named = kept.iter().filter_map(|(name, value)| Some(format!("{name}={}&", (*value)?)));
            let filters: String = named.collect();
            let here = format!("/api/evaluation/{list}?{filters}limit={}", page.limit);
            headers.insert(header::LINK, next_link(&here, &format!("{} {id}", at.as_microsecond())));
        }
    }
    (headers, rows)
}

fn place(cursor: &Cursor) -> Result<Place, Problem> {
    let read = || {
        let (at, id) = cursor.as_str().split_once(' ')?;
        Some((Timestamp::from_microsecond(at.parse().ok()?).ok()?, id.parse().ok()?))
    };
    read().ok_or_else(|| Problem::bad_request("after", "翻页位置无效", "not a cursor of this list"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(count: u128) -> Vec<Place> {
        (0..count).map(|n| (Timestamp::from_second(60).unwrap(), Uuid::from_u128(n))).collect()
    }

    #[test]
    fn a_page_that_holds_all_links_to_nothing_and_a_fuller_one_keeps_its_filters() {
        let page = Page { limit: 2, after: None };
        assert_eq!(most(&page), 3);
        let kept = [("state", Some("open")), ("unit", None), ("defect", Some("late"))];
        let (headers, shown) = cut(&page, rows(2), "things", &kept, |row| *row);
        assert_eq!((headers.len(), shown), (0, rows(2)));
        let (headers, shown) = cut(&page, rows(3), "things", &kept, |row| *row);
        assert_eq!(shown, rows(2), "what was asked beyond the page is not shown");
        let link = headers[header::LINK].to_str().unwrap();
        assert!(link.starts_with("</api/evaluation/things?state=open&defect=late&limit=2&after="), "{link}");
    }
}
