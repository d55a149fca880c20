//! Turns back text that was read in the wrong encoding, where the bytes can still be told.

use encoding_rs::{Encoding, GB18030, GBK, UTF_8, WINDOWS_1252};

/// How many characters beyond ASCII are looked at before the whole text is taken up.
const PROBE: usize = 96;
/// How many of them are tried as bytes.
const SAMPLE: usize = 20;

/// Gives the text behind mojibake, or nothing when `text` is not mojibake or too little of it can be read.
pub(crate) fn mend(text: &str) -> Option<String> {
    match probe(text)? {
        Suspect::Latin => {
            let bytes = latin_bytes(text)?;
            accept(&bytes, UTF_8, 80).or_else(|| accept(&bytes, GB18030, 80))
        }
        Suspect::Han => accept(&gbk_bytes(text), UTF_8, 60),
    }
}

enum Suspect {
    /// Chinese bytes shown as western letters.
    Latin,
    /// UTF-8 bytes shown as rare Chinese characters.
    Han,
}

fn probe(text: &str) -> Option<Suspect> {
    let (mut letters, mut runs, mut inside, mut sample) = (0, 0, false, String::new());
    let (mut seen, mut holes) = (0, false);
    for ch in text.chars() {
        if ch.is_ascii() {
            inside = false;
            continue;
        }
        seen += 1;
        letters += usize::from(('\u{c0}'..='\u{ff}').contains(&ch));
        runs += usize::from(!inside);
        inside = true;
        // What has holes needs a longer look.
        holes |= ch == '\u{fffd}';
        if seen <= SAMPLE || holes {
            sample.push(ch);
        }
        if seen == PROBE {
            break;
        }
    }
    if seen < 4 {
        return None;
    }
    // A western language has its accents one by one between plain letters; Chinese bytes stand in rows.
    if letters * 4 >= seen && runs * 4 <= seen {
        return Some(Suspect::Latin);
    }
    // Common characters sit in GB2312 rows whose bytes are never UTF-8 for long, so a real text fails here at once.
    (share_of_chinese(&String::from_utf8_lossy(&gbk_bytes(&sample))) >= 40).then_some(Suspect::Han)
}

/// Gives the GBK bytes; what was already lost becomes a byte that no UTF-8 has.
fn gbk_bytes(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut buffer = [0; 4];
    for ch in text.chars() {
        let (encoded, _, failed) = GBK.encode(ch.encode_utf8(&mut buffer));
        bytes.extend_from_slice(if failed { &[0xFF] } else { &encoded });
    }
    bytes
}

fn latin_bytes(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    for ch in text.chars() {
        if ch <= '\u{ff}' {
            bytes.push(u8::try_from(u32::from(ch)).ok()?);
        } else {
            let mut buffer = [0; 4];
            let (encoded, _, failed) = WINDOWS_1252.encode(ch.encode_utf8(&mut buffer));
            if failed {
                return None;
            }
            bytes.extend_from_slice(&encoded);
        }
    }
    Some(bytes)
}

fn accept(bytes: &[u8], encoding: &'static Encoding, least: usize) -> Option<String> {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let mut text = text.into_owned();
    // One lost byte spoils up to three; they were one character.
    let mut last = None;
    text.retain(|ch| last.replace(ch) != Some('\u{fffd}') || ch != '\u{fffd}');
    (share_of_chinese(&text) >= least).then_some(text)
}

/// Measures in percent how much of what is not ASCII is a Chinese character or Chinese punctuation.
fn share_of_chinese(text: &str) -> usize {
    let (mut all, mut chinese) = (0usize, 0usize);
    for ch in text.chars().filter(|ch| !ch.is_ascii()) {
        all += 1;
        let usual = matches!(ch, '\u{4e00}'..='\u{9fff}' | '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff5e}'
            | '\u{2010}'..='\u{2026}' | '\u{a0}' | '\u{b7}');
        chinese += usize::from(usual);
    }
    (chinese * 100).checked_div(all).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::mend;
    use encoding_rs::GB18030;

    const TOLD: &str = "小区3栋电梯经常故障，请有关部门处理。";

    #[test]
    fn chinese_shown_as_western_letters_comes_back() {
        let utf8: String = TOLD.bytes().map(char::from).collect();
        let gbk: String = GB18030.encode(TOLD).0.iter().copied().map(char::from).collect();
        assert_eq!(mend(&utf8).as_deref(), Some(TOLD));
        assert_eq!(mend(&gbk).as_deref(), Some(TOLD));
    }

    #[test]
    fn utf8_shown_as_gbk_comes_back() {
        for (told, back) in [
            ("电梯经常故障请相关部门修", "电梯经常故障请相关部门修"),
            (TOLD, &TOLD.replace('。', "\u{fffd}")),
        ] {
            let (shown, _) = GB18030.decode_without_bom_handling(told.as_bytes());
            assert_eq!(mend(&shown).as_deref(), Some(back));
        }
    }

    #[test]
    fn real_text_is_left_alone() {
        for real in [
            TOLD,
            "請有關部門整治",
            "Où est la mairie? Très près, à côté, être né",
            "ok",
            "鑫淼磊森",
            "锟斤拷锟斤拷",
        ] {
            assert_eq!(mend(real), None, "{real}");
        }
    }
}
