//! What the words of a short block say: furniture of pages in the languages we meet.

use std::sync::LazyLock;

/// Names that open share bars, forms, counters, consent and the like.
pub const FURNITURE: u32 = 1;
/// A heading over other articles.
pub const OTHERS: u32 = 1 << 1;
/// Copyright and the like.
pub const RIGHTS: u32 = 1 << 2;
/// A byline or a date line.
pub const BYLINE: u32 = 1 << 3;
/// An address of the web or of mail.
pub const ADDRESS: u32 = 1 << 4;
/// Bars, arrows and other signs that stand between links.
pub const SIGNS: u32 = 1 << 5;
/// Ends a sentence.
pub const ENDS: u32 = 1 << 6;
/// Ends with a colon.
pub const COLON: u32 = 1 << 7;
/// Opens with a lower-case letter.
pub const LOWER: u32 = 1 << 8;
/// Opens with a digit.
pub const DIGIT: u32 = 1 << 9;
/// Speaks to the reader about the site: subscribe, sign up, click.
pub const APPEAL: u32 = 1 << 10;
/// Holds a year.
pub const YEAR: u32 = 1 << 11;
/// A quotation mark opens it.
pub const QUOTE: u32 = 1 << 12;
/// How many bits there are.
pub const COUNT: usize = 13;

const OPENINGS: &[&str] = &[
    "share",
    "tweet",
    "print",
    "email",
    "e-mail",
    "comment",
    "leave a",
    "log in",
    "sign in",
    "sign up",
    "subscribe",
    "menu",
    "search",
    "skip to",
    "back to",
    "home",
    "advertisement",
    "ad ",
    "sponsored",
    "follow",
    "view",
    "reply",
    "report",
    "save",
    "copy link",
    "download the",
    "lượt xem",
    "số lượt",
    "số lần xem",
    "đã xem",
    "in bài",
    "bản in",
    "cỡ chữ",
    "xem cỡ",
    "chia sẻ",
    "đường dây nóng",
    "hotline",
    "gửi email",
    "gửi mail",
    "gửi bạn",
    "tăng cỡ",
    "giảm cỡ",
    "phản hồi",
    "đánh giá",
    "tổng số điểm",
    "click",
    "nghe đọc",
    "lưu bài",
    "quay lại",
    "về đầu",
    "trở về",
    "bình luận",
    "teilen",
    "drucken",
    "kommentar",
    "anmelden",
    "werbung",
    "anzeige",
    "partager",
    "imprimer",
    "commentaire",
    "publicité",
    "compartir",
    "imprimir",
    "comentario",
    "publicidad",
    "condividi",
    "stampa",
    "commenti",
    "pubblicità",
    "поделиться",
    "комментар",
    "реклама",
    "udostępnij",
    "komentarz",
    "drukuj",
    "filed under",
    "tags",
    "tag:",
    "posted in",
    "categories",
    "category",
    "topics",
    "loading",
    "listen",
    "image credit",
    "photo",
    "getty",
    "show more",
    "load more",
    "see all",
    "view all",
    "next",
    "previous",
    "prev",
    "close",
    "cookie",
    "accept",
    "privacy",
    "terms",
    "table of contents",
    "in this article",
    "jump to",
    "minutes read",
    "từ khóa",
    "thẻ:",
];

const OTHER_OPENINGS: &[&str] = &[
    "related",
    "read more",
    "read next",
    "read also",
    "more from",
    "more in",
    "more on",
    "more stories",
    "you may",
    "you might",
    "see also",
    "also read",
    "recommended",
    "popular",
    "trending",
    "latest",
    "most read",
    "most popular",
    "recent",
    "similar",
    "up next",
    "what to read",
    "don't miss",
    "editor's pick",
    "editors' pick",
    "keep reading",
    "continue reading",
    "other news",
    "about the author",
    "about author",
    "leave a reply",
    "leave a comment",
    "comments",
    "share this",
    "tin liên quan",
    "các tin",
    "bài viết liên quan",
    "tin cùng",
    "tin khác",
    "tin mới",
    "tin cũ",
    "những tin",
    "tin đã đưa",
    "tin bài",
    "bài viết khác",
    "xem thêm",
    "đọc thêm",
    "tin tức",
    "tin nổi bật",
    "tin đọc nhiều",
    "xem nhiều",
    "mehr zum",
    "mehr von",
    "lesen sie auch",
    "das könnte",
    "weitere",
    "meistgelesen",
    "à lire",
    "lire aussi",
    "sur le même",
    "articles similaires",
    "te puede",
    "lee también",
    "más leíd",
    "relacionad",
    "leggi anche",
    "articoli correlati",
    "читайте также",
    "по теме",
    "czytaj",
    "zobacz",
    "関連",
    "相关",
    "相關",
    "leia também",
    "leia mais",
    "veja também",
    "lees ook",
    "läs också",
    "les også",
    "læs også",
    "lue myös",
];

const APPEALS: &[&str] = &[
    "newsletter",
    "subscribe",
    "sign up",
    "your inbox",
    "your email",
    "click here",
    "follow us",
    "free trial",
    "join our",
    "download our",
    "cookies",
    "privacy policy",
    "terms of",
    "log in",
    "create an account",
    "commission",
    "affiliate",
    "contact us",
    "learn more",
    "get started",
    "book a",
    "request a demo",
    "buy now",
    "shop now",
    "this site uses",
    "all rights reserved",
    "email address",
    "opinions expressed",
    "is a writer",
    "is a freelance",
    "has written",
    "đăng ký nhận",
    "theo dõi",
    "abonnieren",
    "kostenlos",
    "inscrivez",
    "abonnez",
    "suscríb",
    "iscriviti",
];

/// Openings of a byline or a date line.
const BYLINES: &[&str] = &[
    "by ",
    "von ",
    "par ",
    "por ",
    "posted",
    "published",
    "updated",
    "written",
    "last updated",
    "reviewed",
    "author",
    "tác giả",
    "nguồn",
    "ngày đăng",
];

/// Longer blocks are prose; their openings mean nothing.
const SHORT: usize = 90;

/// Phrases by their first byte, with what they say.
struct Phrases {
    by_first: [Vec<(&'static str, u32)>; 256],
    /// A bit by first and second byte where any phrase begins so: most places of a text are passed over by this.
    pairs: Box<[u64; 1024]>,
}

impl Phrases {
    fn of(lists: &[(&[&'static str], u32)]) -> Self {
        let mut phrases = Self { by_first: std::array::from_fn(|_| Vec::new()), pairs: Box::new([0; 1024]) };
        for (list, bit) in lists {
            for phrase in *list {
                let bytes = phrase.as_bytes();
                phrases.by_first[usize::from(bytes[0])].push((phrase, *bit));
                let seconds = bytes.get(1).map_or(0..=u8::MAX, |second| *second..=*second);
                for (word, bit) in seconds.map(|second| pair(bytes[0], second)) {
                    phrases.pairs[word] |= bit;
                }
            }
        }
        phrases
    }

    /// What a phrase that begins here says.
    fn at(&self, bytes: &[u8], at: usize) -> u32 {
        let (word, bit) = pair(bytes[at], bytes.get(at + 1).copied().unwrap_or_default());
        if self.pairs[word] & bit == 0 {
            return 0;
        }
        let here = self.by_first[usize::from(bytes[at])].iter();
        here.filter(|(phrase, _)| bytes[at..].starts_with(phrase.as_bytes())).fold(0, |bits, (_, bit)| bits | bit)
    }
}

/// The word and the bit of two bytes.
fn pair(first: u8, second: u8) -> (usize, u64) {
    (usize::from(first) << 2 | usize::from(second >> 6), 1 << (second & 63))
}

static AT_START: LazyLock<Phrases> = LazyLock::new(|| Phrases::of(&[(OPENINGS, FURNITURE), (OTHER_OPENINGS, OTHERS), (BYLINES, BYLINE)]));

static ANYWHERE: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::of(&[(APPEALS, APPEAL), (&["http", "www.", "@"], ADDRESS), (&["©", "copyright", "all rights", "bản quyền"], RIGHTS)])
});

/// What a block's words say.
pub fn of(text: &str) -> u32 {
    let mut bits = signs(text);
    if text.len() <= 600 {
        let lower = if text.is_ascii() { text.to_ascii_lowercase() } else { text.to_lowercase() };
        let bytes = lower.as_bytes();
        let head = lower.find(char::is_alphanumeric);
        if let Some(head) = head.filter(|_| text.len() <= SHORT) {
            bits |= AT_START.at(bytes, head);
        }
        let anywhere = &*ANYWHERE;
        bits |= (0..bytes.len()).fold(0, |bits, at| bits | anywhere.at(bytes, at));
        bits |= if has_year(&lower) { YEAR } else { 0 };
    }
    bits
}

fn signs(text: &str) -> u32 {
    let mut bits = 0;
    let last = text.trim_end_matches(['"', '”', '’', '\'', ')', ' ', '»', ']']).chars().next_back();
    match last {
        Some('.' | '!' | '?' | '。' | '！' | '？' | '…' | '।' | '۔') => bits |= ENDS,
        Some(':') => bits |= COLON,
        _ => {}
    }
    match text.chars().next() {
        Some(c) if c.is_lowercase() => bits |= LOWER,
        Some(c) if c.is_numeric() => bits |= DIGIT,
        Some('"' | '“' | '„' | '«' | '‘') => bits |= QUOTE,
        _ => {}
    }
    bits | if text.len() < 400 && has_signs(text) { SIGNS } else { 0 }
}

fn has_signs(text: &str) -> bool {
    text.bytes().any(|byte| matches!(byte, b'|' | b'+' | b'#'))
        || !text.is_ascii() && text.contains(['»', '›', '→', '•', '·', '×', '▶', '↑'])
}

fn has_year(text: &str) -> bool {
    let bytes = text.as_bytes();
    // Most blocks have no digits, and counting them is cheaper than looking for years.
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    digits >= 4
        && bytes.windows(4).any(|four| matches!(four, [b'1', b'9', _, _] | [b'2', b'0', _, _]) && four.iter().all(u8::is_ascii_digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_lines_are_known_by_their_opening() {
        assert!(of("Tin liên quan") & OTHERS != 0);
        assert!(of("Share this article") & FURNITURE != 0);
        assert!(of("Shareholders met on Tuesday and agreed to the plan that had been made a year before, it was said.") & FURNITURE == 0);
        assert!(of("Ngày 5 tháng 2 năm 2021.") & (YEAR | ENDS) == YEAR | ENDS);
    }
}
