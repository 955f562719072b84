//! Why a date in a line is no publication date: clocks, documents, events, ranges, the moon.

use crate::text::date::day::Core;
use crate::text::date::hour;
use crate::text::date::piece::{Placed, Token};
use crate::text::date::{Label, Trap};

/// Kinds of documents whose dates are cited.
const DOCUMENTS: &[&str] = &[
    "quyet dinh",
    "cong van",
    "chi thi",
    "ke hoach",
    "nghi quyet",
    "thong tu",
    "van ban",
    "nghi dinh",
    "cong dien",
    "to trinh",
    "luat",
    "bao cao",
    "giay moi",
    "huong dan",
    "ban hanh",
    "can cu",
    "ket luan",
    "phap lenh",
    "giay phep",
    "cap ngay",
    "ky ngay",
    "ngay ky",
    "hieu luc",
    "thong bao so",
    "so ky hieu",
    "hop dong",
    "bien ban",
    "thong tri",
    "chuong trinh so",
    "de an so",
    "quy dinh so",
    "phuong an so",
    "thong bao",
];

/// What forms and notices call dates that are not their publication, folded.
const OTHER_LABELS: &[&str] = &[
    "han nop",
    "han cuoi",
    "han chot",
    "thoi han",
    "het han",
    "ngay sinh",
    "sinh ngay",
    "thoi gian",
    "ngay hop",
    "ngay bat dau",
    "ngay ket thuc",
    "ngay mo thau",
    "dong thau",
    "mo thau",
    "khai mac",
    "tinh den",
    "ky niem",
    "thanh lap",
    "ngay thi",
    "lich tiep",
    "ngay nop",
    "ngay hen",
    "cham nhat",
    "be mac",
    "ngay cap",
    "lich cong tac",
    "lich lam viec",
    "lich truc",
    "den het ngay",
    "ngay den",
    "ngay giao dich",
    "gia vang",
    "thoi tiet",
    "so lieu ngay",
    "lay y kien",
    "gop y",
    "ngay hoan thanh",
    "ap dung",
    "anh chup",
    "xet duyet",
    "phe duyet",
    "tiep nhan",
    "ngay nhan",
    "ngay tra",
    "nghiem thu",
    "phong van",
    "ngay van ban",
    "phien ban",
    "ngay hoi",
    "dang ky",
    "dong dau",
    "nhan ho so",
    "giai doan",
];

/// What leads up to a day that is no publication, as the last words before it, folded; "ngày", "lúc" aside.
const OTHER_NAMES: &[&str] = &[
    "ket thuc",
    "bat dau",
    "dien ra",
    "du kien",
    "dau gia",
    "cuoc hop",
    "xay ra",
    "ngay mat",
    "ngay nghi",
    "tiep cong dan",
    "cat dien",
    "in",
    "truy cap",
    "tai ve",
    "chup",
    "hien tai",
    "sua doi bo sung",
    "bo sung",
    "printed",
    "today is",
    "deadline",
    "expires",
    "effective",
    "issued",
];

/// Names of a date that say nothing about what it is the date of, folded.
const BARE_NAMES: &[&str] = &["", "ngay", "ngay thang", "ngay gio", "luc", "gio", "date", "time", "thu", "thoi diem"];

/// Words of a page's head.
const CHROME: &[&str] = &[
    "hotline",
    "duong day nong",
    "dang nhap",
    "english",
    "hom nay la",
    "bay gio la",
    "gio he thong",
    "gio hien tai",
    "chao mung",
    "hom nay",
    "lich lam viec",
    "so do cong",
    "so do site",
    "so do trang",
    "so do web",
    "dien thoai",
    "lien he",
    "tieng viet",
    "gioi thieu",
];

/// Words that may follow a date line without making it prose.
pub(crate) const AFTER: &[&str] = &[
    "luot", "xem", "in", "bai", "viet", "gmt", "view", "count", "views", "da", "phan", "hoi", "binh", "luan", "chia", "se", "co", "chu",
    "a", "doc", "gui", "email", "so", "lan", "print", "share", "comments", "tac", "gia", "nguon", "by", "utc", "est", "pst", "edt", "pdt",
    "bst", "ict", "am", "pm", "min", "read", "trang", "ban",
];

/// Tokens on each side of a date that may say what it is.
pub(crate) const NEAR_TOKENS: usize = 60;

/// A date among the tokens of its line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'t> {
    /// All tokens.
    pub(crate) tokens: &'t [Placed],
    /// All days.
    pub(crate) cores: &'t [Core],
    /// Which day.
    pub(crate) index: usize,
    /// First token of day and clock.
    pub(crate) first: usize,
    /// Token after them.
    pub(crate) after: usize,
}

/// Why a date is no publication date, if it is none. A label outweighs what only the neighbourhood suggests.
pub(crate) fn trap(place: &Place<'_>, label: Option<Label>) -> Option<Trap> {
    let Place { tokens, cores, index, first, after } = *place;
    let core = cores[index];
    // What stands farther away says nothing about this date, and a long text costs linear time.
    let before = &tokens[first.saturating_sub(NEAR_TOKENS)..first];
    let near_before = said(&before[before.len().saturating_sub(16)..]);
    let rest = &tokens[after..tokens.len().min(after + NEAR_TOKENS)];
    let whole = format!("{} {}", said(before), said(rest));
    if CHROME.iter().any(|mark| whole.contains(mark)) && label.is_none() {
        return Some(Trap::HeaderClock);
    }
    if is_lunar(before, &near_before, rest) || whole.contains("am lich") {
        return Some(Trap::Lunar);
    }
    // No page is older than the Web.
    if chrono::Datelike::year(&core.day) < 1991 {
        return Some(Trap::Event);
    }
    if is_range(tokens, cores, index) {
        return Some(Trap::Range);
    }
    if label.is_some() {
        return None;
    }
    // The moment of printing, and a name of a file.
    if near_before == "in luc" || near_before.ends_with(" in luc") || is_file_name(rest) {
        return Some(Trap::Event);
    }
    if is_called_otherwise(before, &near_before) {
        return Some(Trap::Event);
    }
    if OTHER_LABELS.iter().any(|label| near_before.contains(label)) {
        return Some(Trap::Event);
    }
    if is_document(before, &near_before, core) {
        return Some(Trap::DocumentDate);
    }
    is_event(before, &near_before, rest).then_some(Trap::Event)
}

/// "Kết thúc: 20/11/2025", "In ngày 30/11/2025", "Báo Đồng Nai ngày …": the page says itself that it is another day.
fn is_called_otherwise(before: &[Placed], near_before: &str) -> bool {
    if let Some(name) = own_label(before) {
        return !BARE_NAMES.contains(&name.as_str());
    }
    let mut name = near_before;
    while let Some(rest) = ["ngay", "luc", "vao", "hoi"].iter().find_map(|word| name.strip_suffix(word)) {
        name = rest.trim_end();
    }
    let ends = |other: &&str| name.strip_suffix(*other).is_some_and(|rest| rest.is_empty() || rest.ends_with(' '));
    let is_issue =
        (name.starts_with("bao ") || name.starts_with("cong bao ")) && name.split(' ').count() <= 5 && near_before.ends_with("ngay");
    OTHER_NAMES.iter().any(ends) || is_issue
}

/// The words between the sign before them and the colon that a date follows, perhaps after weekday and clock.
fn own_label(before: &[Placed]) -> Option<String> {
    // That of a clock follows a number.
    let is_label = |at: &usize| before[*at].is(':') && before[at - 1].number(1..=9).is_none();
    let colon = (1..before.len()).rev().find(is_label)?;
    let between = &before[colon + 1..];
    let is_clock = (0..between.len()).any(|at| hour::clock(between, at).is_some());
    let is_part = |token: &Placed| match &token.token {
        Token::Word(_) => hour::is_filler(token) || hour::is_weekday(token.word()) || is_clock,
        Token::Sign(sign) => *sign != '|',
        Token::Number(..) => is_clock,
    };
    if !between.iter().all(is_part) {
        return None;
    }
    let own = before[..colon].iter().rposition(|token| matches!(token.token, Token::Sign(_))).map_or(0, |at| at + 1);
    Some(said(&before[own..colon]))
}

/// The words of tokens, folded.
fn said(tokens: &[Placed]) -> String {
    tokens.iter().map(Placed::word).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// "tức ngày …", "nhằm ngày …", "… (âl)".
fn is_lunar(before: &[Placed], near_before: &str, rest: &[Placed]) -> bool {
    let that_is = near_before.strip_suffix(" ngay").unwrap_or(near_before);
    let is_that_is = that_is.strip_suffix("tuc").is_some_and(|rest| !rest.ends_with("tin "));
    let is_matched = that_is.ends_with("nham") && before.iter().rev().take(2).any(|token| token.word() == "nham");
    let is_marked = rest.iter().take(2).any(|token| token.word() == "al");
    is_that_is || is_matched || is_marked || near_before.contains("nham ngay")
}

/// Another date close by, joined by a dash or "đến".
fn is_range(tokens: &[Placed], cores: &[Core], index: usize) -> bool {
    let joined = |left: &Core, right: &Core| {
        let between = &tokens[left.after..right.first];
        let joins = |token: &Placed| token.is('-') || matches!(token.word(), "den" | "toi" | "to");
        // "21/01/2021 - Cập nhật 25/01/2021" are two dates with a name each, no range.
        between.len() <= 6
            && between.iter().any(joins)
            && between.iter().all(|token| joins(token) || hour::is_filler(token) && !token.is(':') || matches!(token.word(), "het"))
    };
    let after = cores.get(index + 1).is_some_and(|next| joined(&cores[index], next));
    let before = index.checked_sub(1).is_some_and(|before| joined(&cores[before], &cores[index]));
    after || before || follows_day(&tokens[..cores[index].first])
}

/// "ngày 1 đến 3-9-2018", "ngày 20 và 21/9/2021", "20-22/11/2021", "20/11 - 22/11/2021".
fn follows_day(before: &[Placed]) -> bool {
    let Some((join, rest)) = before.split_last() else { return false };
    let Some((day, rest)) = rest.split_last().filter(|(day, _)| day.number(1..=2).is_some_and(|day| (1..=31).contains(&day))) else {
        return false;
    };
    let is_joined = join.is('-') || join.is(',') || join.is('&');
    // "08:30 - 22/11/2021" is a clock, "Thứ 2 - 22/11/2021" a weekday, "Số 5, 22/11/2021" a number.
    let is_day = match rest.last() {
        None => true,
        Some(sign) if sign.is('/') || sign.is('(') || sign.is(',') => !day.is_spaced || !sign.is('/'),
        Some(word) => matches!(word.word(), "ngay" | "tu" | "cac" | "trong"),
    };
    matches!(join.word(), "den" | "va" | "toi") || is_joined && is_day
}

/// After a document's kind or number, or signed "Đồng Nai, ngày 20 tháng 9 năm 2024".
fn is_document(before: &[Placed], near_before: &str, core: Core) -> bool {
    let is_cited = DOCUMENTS.iter().any(|kind| near_before.contains(kind));
    let is_numbered = before.windows(3).rev().take(16).any(|window| {
        window[0].number(1..=5).is_some() && (window[1].is('/') || window[1].is('-')) && window[2].is_capital && !window[2].is_spaced
    });
    let count = before.len();
    let is_signed = core.is_worded
        && count >= 3
        && before[count - 1].word() == "ngay"
        && before[count - 2].is(',')
        && before[count - 3].is_capital
        && !is_weekday_end(&before[..count - 2]);
    is_cited || is_numbered || is_signed
}

/// The words end with a weekday: "Thứ Năm" and "Thứ 5" do, "Quảng Nam" does not.
fn is_weekday_end(before: &[Placed]) -> bool {
    let token = |back: usize| before.len().checked_sub(back).map(|at| &before[at]);
    let word = |back: usize| token(back).map(Placed::word).unwrap_or_default();
    let is_number = token(1).is_some_and(|token| token.number(1..=1).is_some());
    match (word(2), word(1)) {
        ("chu", "nhat") | (_, "cn") => true,
        ("thu", last) => hour::is_weekday(last) || is_number,
        ("t", _) => is_number,
        _ => false,
    }
}

/// What leads up to the day of an event, folded.
const LEADS: &[&str] = &[
    "sang",
    "chieu",
    "toi",
    "trua",
    "tu",
    "den",
    "truoc",
    "sau",
    "trong",
    "tu ngay",
    "den ngay",
    "het ngay",
    "sang ngay",
    "chieu ngay",
    "toi ngay",
    "trong ngay",
    "truoc ngay",
    "vao ngay",
    "lan thu",
    "cac ngay",
];

/// Prose goes on after the date, or leads up to it.
fn is_event(before: &[Placed], near_before: &str, rest: &[Placed]) -> bool {
    let prose = rest.iter().take(24).filter(|token| token.word().len() > 1 && !AFTER.contains(&token.word())).count();
    let is_prose = prose >= 3 && !is_own_sentence(before, rest);
    let without_ngay = before.len() - usize::from(before.last().is_some_and(|token| token.word() == "ngay"));
    let without_signs = before[..without_ngay].iter().rposition(|token| !matches!(token.token, Token::Sign(_))).map_or(0, |at| at + 1);
    // "Thứ Tư, ngày …" is Wednesday, and no "từ ngày …".
    if is_weekday_end(&before[..without_signs]) {
        return is_prose;
    }
    let last_words: Vec<&str> = near_before.rsplit(' ').take(2).collect();
    let last_two = last_words.iter().rev().copied().collect::<Vec<_>>().join(" ");
    let leads = LEADS.iter().any(|start| last_two == *start || near_before == *start || (start.len() > 4 && last_two.ends_with(start)));
    let is_from_hour =
        near_before.starts_with("tu ") || (near_before.starts_with("vao luc") || near_before.starts_with("luc")) && prose > 0;
    is_prose || leads || is_from_hour || before.iter().filter(|token| !token.word().is_empty()).count() > 24
}

/// "KH_25-08-2021.pdf"
fn is_file_name(rest: &[Placed]) -> bool {
    const ENDINGS: &[&str] = &["pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "zip", "rar", "jpg", "jpeg", "png", "mp4"];
    rest.first().is_some_and(|sign| sign.is('.')) && rest.get(1).is_some_and(|end| !end.is_spaced && ENDINGS.contains(&end.word()))
}

/// "Thứ Hai, ngày 22 tháng 11 năm 2021. Sở …": a date line glued to the text.
fn is_own_sentence(before: &[Placed], rest: &[Placed]) -> bool {
    before.first().is_some_and(|token| matches!(token.word(), "thu" | "chu" | "cn" | "t") || hour::is_weekday(token.word()))
        && before.len() <= 4
        && rest.first().is_some_and(|token| token.is('.'))
        && rest.get(1).is_some_and(|token| token.is_capital)
}
