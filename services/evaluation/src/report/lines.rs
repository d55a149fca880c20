//! Breaking a text into lines by the widths of its glyphs, as Chinese is set: between any two characters, but no line begins with a
//! closing mark or ends with an opening one, and Latin words and numbers stay whole where they fit.

/// What must not begin a line.
const CLOSING: &str = "，。、；：！？）》〉」』】〕”’…%‰,.;:!?)]}";
/// What must not end a line.
const OPENING: &str = "（《〈「『【〔“‘([{";

/// Breaks `text` so that no line is wider than `most`, with `advance` giving the width of a character. A word that is wider than a
/// whole line is cut where it must be. There is at least one line.
pub(super) fn broken(text: &str, most: f32, advance: impl Fn(char) -> f32) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        lines.extend(paragraph_lines(paragraph, most, &advance));
    }
    lines
}

fn paragraph_lines(text: &str, most: f32, advance: &impl Fn(char) -> f32) -> Vec<String> {
    let (mut lines, mut line, mut width) = (Vec::new(), String::new(), 0.0);
    for piece in pieces(text) {
        let own: f32 = piece.chars().map(advance).sum();
        if width + own <= most {
            line.push_str(piece);
            width += own;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line).trim_end().to_owned());
            width = 0.0;
        }
        for one in piece.trim_start().chars() {
            let own = advance(one);
            if width + own > most && !line.is_empty() {
                lines.push(std::mem::take(&mut line));
                width = 0.0;
            }
            line.push(one);
            width += own;
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// The parts between which a line may end.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut from, mut before) = (0, None);
    for (at, one) in text.char_indices() {
        if before.is_some_and(|before| may_part(before, one)) {
            pieces.push(&text[from..at]);
            from = at;
        }
        before = Some(one);
    }
    if from < text.len() {
        pieces.push(&text[from..]);
    }
    pieces
}

fn may_part(before: char, after: char) -> bool {
    if CLOSING.contains(after) || OPENING.contains(before) {
        return false;
    }
    // Words and numbers of Latin script stay together; what is set in squares parts anywhere.
    !(before.is_ascii_graphic() && after.is_ascii_graphic()) && after != ' '
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn square(one: char) -> f32 {
        if one.is_ascii() { 1.0 } else { 2.0 }
    }

    #[test]
    fn lines_part_where_chinese_parts() {
        assert_eq!(broken("一二三四五", 4.0, square), ["一二", "三四", "五"]);
        assert_eq!(broken("一二，三", 4.0, square), ["一", "二，", "三"], "no line begins with a comma");
        assert_eq!(broken("一二（三）", 6.0, square), ["一二", "（三）"], "none ends with a bracket");
        assert_eq!(broken("件数 1234 件", 6.0, square), ["件数", "1234", "件"]);
        assert_eq!(broken("abcdefgh", 3.0, square), ["abc", "def", "gh"], "too long for any line");
        assert_eq!(broken("", 3.0, square), [""]);
        assert_eq!(broken("一\n二", 30.0, square), ["一", "二"]);
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide_and_nothing_is_lost(text in "[一-丁a-z0-9，。（） ]{0,60}", most in 2..20_u8) {
            let lines = broken(&text, f32::from(most), square);
            for line in &lines {
                let width: f32 = line.chars().map(square).sum();
                // A mark that may not begin a line goes with its character, however narrow the column.
                prop_assert!(width <= f32::from(most) || line.chars().count() == 1, "{line}");
            }
            let solid = |text: &str| text.replace(' ', "");
            prop_assert_eq!(solid(&lines.concat()), solid(&text));
        }
    }
}
