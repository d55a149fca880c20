//! Measures how alike two messages are, to find a matter that was told before.

use serde::{Deserialize, Serialize};

/// Says a share in thousandths, from 0 to 1000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PerMille(pub u16);

/// Holds the distinct character pairs of a text: letters, digits and Chinese characters, without case and punctuation.
///
/// Source of the measures: Jaccard (1901) for likeness, `SimHash` (Charikar, 2002) for the fingerprint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shingles(Vec<u64>);

impl Shingles {
    /// Takes the pairs of a text; a text of one character counts as one pair.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut pairs = Vec::with_capacity(text.len() / 3);
        let mut last = None;
        for ch in text.chars().filter(|ch| ch.is_alphanumeric()) {
            let ch = u64::from(u32::from(ch.to_ascii_lowercase()));
            if let Some(before) = last {
                pairs.push(mix(before << 32 | ch));
            }
            last = Some(ch);
        }
        if let (Some(only), true) = (last, pairs.is_empty()) {
            pairs.push(mix(only));
        }
        pairs.sort_unstable();
        pairs.dedup();
        Self(pairs)
    }

    /// Gives the 64-bit `SimHash`: texts that are alike differ in few bits. It is stored, so it never changes.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        let mut ones = [0u32; 64];
        for hash in &self.0 {
            for (bit, count) in ones.iter_mut().enumerate() {
                *count += u32::from(hash >> bit & 1 == 1);
            }
        }
        let half = self.0.len() / 2;
        ones.iter()
            .enumerate()
            .fold(0, |print, (bit, count)| print | u64::from(*count as usize > half) << bit)
    }

    /// Gives sixteen keys for an index: of texts that have half of their pairs in common, almost all meet under one;
    /// of those with a tenth, few do (`MinHash`, Broder 1997, two rows a band). They are stored, so they never change.
    #[must_use]
    pub fn keys(&self) -> [i32; 16] {
        let least = |salt: u64| self.0.iter().map(|pair| mix(pair ^ mix(salt))).min().unwrap_or(salt);
        std::array::from_fn(|band| {
            let place = band as u64 * 2;
            let [a, b, c, d, ..] = mix(least(place).rotate_left(17) ^ least(place + 1) ^ place).to_be_bytes();
            i32::from_be_bytes([a, b, c, d])
        })
    }

    /// Gives the share of pairs that two texts have in common, of all pairs of both (Jaccard).
    #[must_use]
    pub fn likeness(&self, other: &Self) -> PerMille {
        let (mut left, mut right, mut common) = (0, 0, 0usize);
        while let (Some(mine), Some(theirs)) = (self.0.get(left), other.0.get(right)) {
            common += usize::from(mine == theirs);
            let (next_left, next_right) =
                (left + usize::from(mine <= theirs), right + usize::from(theirs <= mine));
            (left, right) = (next_left, next_right);
        }
        let all = self.0.len() + other.0.len() - common;
        // Two texts without a letter are not the same matter.
        let share = (common * 1000).checked_div(all).unwrap_or(0);
        PerMille(u16::try_from(share).unwrap_or(1000))
    }
}

/// Gives the fingerprint of a text; see [`Shingles::fingerprint`].
#[must_use]
pub fn fingerprint(text: &str) -> u64 {
    Shingles::of(text).fingerprint()
}

/// Gives the likeness of two texts; see [`Shingles::likeness`].
#[must_use]
pub fn similarity(left: &str, right: &str) -> PerMille {
    Shingles::of(left).likeness(&Shingles::of(right))
}

/// Counts the bits in which two fingerprints differ, from 0 to 64; like texts stay below about 12.
#[must_use]
pub fn distance(left: u64, right: u64) -> u32 {
    (left ^ right).count_ones()
}

/// Parts a fingerprint in four keys for an index: two fingerprints that differ in at most three bits share one.
#[must_use]
pub fn bands(fingerprint: u64) -> [u16; 4] {
    let [a, b, c, d, e, f, g, h] = fingerprint.to_be_bytes();
    [[a, b], [c, d], [e, f], [g, h]].map(u16::from_be_bytes)
}

/// Spreads a number over 64 bits (splitmix64, Steele and others, 2014).
fn mix(number: u64) -> u64 {
    let first = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let second = (first ^ first >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let third = (second ^ second >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    third ^ third >> 31
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOLD: &str =
        "金桂苑小区三栋电梯经常故障，老人上下楼十分不便，物业一直不修，请有关部门督促物业尽快维修电梯。";

    #[test]
    fn the_same_matter_told_again_is_near_and_another_is_far() {
        let again =
            "金桂苑小区3栋电梯经常故障!老人上下楼十分不便,物业一直不修,请有关部门督促物业尽快维修电梯，谢谢";
        let other = "人民路夜间路灯不亮已有两个月，行人骑车摔伤多次，希望城管局安排人员检查线路恢复照明。";
        assert!(similarity(TOLD, again) > PerMille(750), "{:?}", similarity(TOLD, again));
        assert!(similarity(TOLD, other) < PerMille(50), "{:?}", similarity(TOLD, other));
        assert!(distance(fingerprint(TOLD), fingerprint(again)) < 14);
        assert!(distance(fingerprint(TOLD), fingerprint(other)) > 20);
    }

    #[test]
    fn like_texts_meet_under_a_key_and_others_do_not() {
        let again = "金桂苑小区3栋的电梯又坏了，老人上下楼不便，物业一直不修，请督促物业维修电梯。";
        let other = "人民路夜间路灯不亮已有两个月，行人骑车摔伤多次，希望城管局安排人员检查线路恢复照明。";
        let keys = |text: &str| Shingles::of(text).keys();
        let common =
            |left: [i32; 16], right: [i32; 16]| left.iter().filter(|key| right.contains(key)).count();
        assert!(common(keys(TOLD), keys(again)) > 0, "{:?}", similarity(TOLD, again));
        assert_eq!(common(keys(TOLD), keys(other)), 0);
        assert_eq!(common(keys(TOLD), keys(TOLD)), 16);
    }

    #[test]
    fn punctuation_and_case_do_not_count_and_nothing_is_like_nothing() {
        assert_eq!(similarity("Wi-Fi，坏了", "wifi 坏了！"), PerMille(1000));
        assert_eq!(similarity("", ""), PerMille(0));
        assert_eq!(similarity("。。", "！"), PerMille(0));
    }

    #[test]
    fn a_stored_fingerprint_stays_what_it_was() {
        assert_eq!(fingerprint("路灯不亮"), fingerprint("路灯，不亮"));
        assert_eq!(fingerprint("路灯不亮"), 17_452_803_336_159_805_087);
        assert_eq!(bands(0x0001_0002_0003_0004), [1, 2, 3, 4]);
        assert_eq!(Shingles::of("路灯，不亮").keys(), Shingles::of("路灯不亮").keys());
    }
}
