//! Fingerprints that share a part when texts share nearly all words: minima of hashed runs of three words.

use crate::text::fold;
use std::collections::HashSet;

/// Shorter texts are all alike.
const MIN_WORDS: usize = 40;

/// Four bands of 16 bits: texts that share nearly all runs of words share a band
/// (two minima each, so with 85 % of runs in common 99 times of 100). 0 when the
/// text is too short to compare.
pub fn of(text: &str) -> u64 {
    let folded = fold::fold(text);
    let words: Vec<&str> = words(&folded).collect();
    if words.len() < MIN_WORDS {
        return 0;
    }
    let mut minima = [u64::MAX; 8];
    for run in words.windows(3) {
        let run = hash(run);
        for (at, minimum) in minima.iter_mut().enumerate() {
            *minimum = (*minimum).min(mix(run ^ (at as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        }
    }
    let bands = minima.chunks(2).map(|pair| mix(pair[0] ^ pair[1].rotate_left(17)) & 0xffff);
    bands.enumerate().fold(0, |bits, (band, value)| bits | value << (16 * band)).max(1)
}

/// True when two texts say the same: nearly all runs of words are shared, and
/// every number and date of one stands in the other. "Lịch cúp điện ngày 12" and
/// "ngày 13" are two texts.
pub fn is_same(a: &str, b: &str) -> bool {
    let (a, b) = (fold::fold(a), fold::fold(b));
    let numbers = |text: &str| -> HashSet<String> {
        words(text).filter(|word| word.bytes().any(|byte| byte.is_ascii_digit())).map(str::to_owned).collect()
    };
    if numbers(&a) != numbers(&b) {
        return false;
    }
    let runs = |text: &str| -> HashSet<u64> { words(text).collect::<Vec<_>>().windows(3).map(hash).collect() };
    let (a, b) = (runs(&a), runs(&b));
    let shared = a.intersection(&b).count();
    let all = a.len() + b.len() - shared;
    all > 0 && shared as f32 / all as f32 >= 0.85
}

fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

fn hash(run: &[&str]) -> u64 {
    // FNV-1a with a final mix; the value is stored, so it may not depend on the compiler.
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for byte in run.iter().flat_map(|word| word.bytes().chain([b' '])) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    mix(hash)
}

/// The finalizer of splitmix64.
fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ bits >> 31
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Thực hiện Chỉ thị số 16/CT-UBND ngày 22/11/2021 của Chủ tịch Ủy ban nhân dân tỉnh về việc tăng cường \
        phòng, chống dịch bệnh, Sở Công Thương đề nghị các đơn vị kinh doanh xăng dầu, chợ, siêu thị trên địa bàn tỉnh \
        thực hiện nghiêm các biện pháp phòng dịch và báo cáo kết quả về Sở trước ngày 30 tháng 11 năm 2021.";

    #[test]
    fn a_copy_with_another_opening_is_near_and_the_same() {
        let copy = format!("(CTTĐT) - {TEXT}");
        assert!((0..4).any(|band| (of(TEXT) ^ of(&copy)) >> (16 * band) & 0xffff == 0));
        assert!(is_same(TEXT, &copy));
        assert_eq!(of(TEXT), of(&TEXT.replace("  ", " ")));
    }

    #[test]
    fn another_date_is_another_text() {
        assert!(!is_same(TEXT, &TEXT.replace("30 tháng 11", "15 tháng 12")));
    }

    #[test]
    fn short_texts_have_no_fingerprint() {
        assert_eq!(of("Thông báo lịch tiếp công dân"), 0);
    }
}
