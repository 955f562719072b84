//! The headline of a page whose own title names its site: the line that stands where headlines do, or the one that
//! the listing printed.

use crate::directory::lookup::Lookup;
use crate::directory::{Directory, Place};
use crate::scrape::article::readable::blocks::{Block, PROSE_CHARS, Page, Tag};
use crate::scrape::article::readable::{marks, phrases};
use crate::scrape::article::same_words;
use crate::scrape::listing::auto::menu;
use crate::scrape::listing::auto::weight::has_day;
use crate::text::{date, fold};
use chrono::NaiveDate;

/// Longer lines are no headlines, and shorter ones say too little.
const CHARS: std::ops::Range<usize> = 8..300;

/// A line with a day is longer than this when it is prose.
const DATE_CHARS: f32 = 90.0;

/// How much must speak for a line.
const LEAST: f32 = 1.6;

/// What templates call a page of news, folded.
const TEMPLATES: &[&str] = &[
    "bai viet",
    "chi tiet",
    "chi tiet bai viet",
    "chi tiet ban tin",
    "chi tiet noi dung",
    "chi tiet su kien",
    "chi tiet tin",
    "chi tiet tin bai",
    "chi tiet tin tuc",
    "chi tiet thong tin",
    "chi tiet van ban",
    "home",
    "noi dung",
    "noi dung bai viet",
    "noi dung chi tiet",
    "noi dung tin",
    "noi dung tin tuc",
    "su kien",
    "thong tin chi tiet",
    "tin bai",
    "tin chi tiet",
    "tin hoat dong",
    "tin su kien",
    "tin tuc",
    "tin tuc chi tiet",
    "tin tuc su kien",
    "tin tuc va su kien",
    "trang chu",
    "trang nhat",
    "xem bai viet",
    "xem chi tiet",
    "xem tin",
    "xem tin tuc",
];

/// What names of sites begin with, folded.
const SITES: &[&str] =
    &["cong thong tin", "cong ttdt", "cong tt dt", "trang thong tin dien tu", "trang ttdt", "trang tin dien tu", "website", "chao mung"];

/// First words of the names of departments, folded.
const UNITS: &[&str] = &[
    "so", "ban", "ubnd", "uy", "van", "chi", "cuc", "thanh", "hdnd", "hoi", "dang", "tinh", "bql", "truong", "trung", "cong", "kho", "bhxh",
];

/// True for the name of a site or a department, and for what a template calls its pages: no headline of an article.
pub fn names_no_article(text: &str) -> bool {
    const MOST_CHARS: usize = 120;
    if text.chars().nth(MOST_CHARS).is_some() || !may_name_none(text) && !text.contains(is_separator) {
        return false;
    }
    let is_none = |part: &str| {
        let folded = fold::fold(part);
        let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let plain = words.join(" ");
        TEMPLATES.contains(&plain.as_str()) || is_site(&plain, &words) || is_unit(part, &words)
    };
    let is_none_or_section = |part: &str| is_none(part) || menu::is_section(part);
    let parts = [" | ", " - ", " – ", " — ", " :: ", " » "].iter().fold(text.to_owned(), |text, separator| text.replace(separator, "\n"));
    // "Thông báo - Sở Xây dựng": a section beside the name of the site.
    is_none(text) || parts.contains('\n') && parts.lines().any(is_none) && parts.lines().all(is_none_or_section)
}

/// Stands between a title and the name of its site.
fn is_separator(c: char) -> bool {
    matches!(c, '|' | '-' | '–' | '—' | ':' | '»')
}

/// True where the first word is one that names of templates, sites and departments begin with: most headlines have another.
fn may_name_none(text: &str) -> bool {
    let Some(first) = text.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty()) else { return true };
    let first = fold::fold(first);
    let opens = |name: &&str| name.split(' ').next().is_some_and(|word| first.starts_with(word));
    TEMPLATES.iter().chain(SITES).chain(UNITS).any(opens)
}

/// "Cổng thông tin điện tử tỉnh Quảng Trị", and not that it opened.
fn is_site(plain: &str, words: &[&str]) -> bool {
    const MOST_WORDS: usize = 14;
    const EVENTS: &[&str] = &["khai", "ra", "chinh", "thuc", "dat", "hoat", "duoc", "ve", "nang", "cap"];
    words.len() <= MOST_WORDS && SITES.iter().any(|name| plain.starts_with(name)) && !words.iter().any(|word| EVENTS.contains(word))
}

/// The name of a department, of its province as it is or was, and nothing else.
fn is_unit(text: &str, words: &[&str]) -> bool {
    let nowhere = Place { province: None, department: None };
    let merger = NaiveDate::from_ymd_opt(2025, 7, 1).unwrap_or(NaiveDate::MAX);
    let is_named = |on| Directory::in_use().unit(text, on, &nowhere) != Lookup::None;
    words.first().is_some_and(|first| UNITS.contains(first)) && (is_named(merger) || merger.pred_opt().is_some_and(is_named))
}

/// The listing's title as the page prints it; the whole line where the listing cut it short.
pub fn listed(page: &Page<'_>, title: &str) -> Option<String> {
    /// A shorter beginning may be that of any line.
    const LEAST_WORDS: usize = 4;
    if names_no_article(title) {
        return None;
    }
    let cut = ["…", "..."].iter().find_map(|end| title.trim_end().strip_suffix(end)).map(str::trim_end);
    let opens = cut.filter(|cut| cut.split(' ').nth(LEAST_WORDS - 1).is_some());
    let is_it = |block: &&Block| match opens {
        Some(opens) => block.text.get(..opens.len()).is_some_and(|start| same_words(start, opens)),
        None => same_words(&block.text, title),
    };
    let mut lines = page.blocks.iter().filter(|block| block.text.chars().count() < CHARS.end && !is_around(page, block) && !is_link(block));
    lines.find(is_it).map(|block| fold::line(&block.text))
}

/// The line above the date or the text that looks most like a headline.
pub fn near(page: &Page<'_>) -> Option<String> {
    let mut best: Option<(f32, usize)> = None;
    let mut headings = (0..page.blocks.len()).filter(|at| is_heading(page, *at) && score(page, *at) > 0.0);
    let only = headings.next().filter(|_| headings.next().is_none());
    for at in 0..page.blocks.len() {
        let score = score(page, at) + if only == Some(at) { ONLY_HEADING } else { 0.0 };
        if score >= LEAST && best.is_none_or(|(most, _)| score > most) {
            best = Some((score, at));
        }
    }
    best.map(|(_, at)| fold::line(before_day(&page.blocks[at].text).unwrap_or(&page.blocks[at].text)))
}

/// What speaks for the only heading of a page.
const ONLY_HEADING: f32 = 1.0;

fn is_heading(page: &Page<'_>, at: usize) -> bool {
    matches!(page.outers[page.blocks[at].owner].element.name(), "h1" | "h2" | "h3")
}

/// The headline of a line that ends with its day: "… (Cập nhật lúc: 20/11/2026 - 9h05)".
pub fn before_day(line: &str) -> Option<&str> {
    const DAY_CHARS: usize = 60;
    let (head, day) = line.strip_suffix(')')?.rsplit_once('(')?;
    // A day alone may be what the headline is about.
    let is_of_page = |day: date::Printed| day.label.is_some() || day.precision == date::Precision::Minute;
    let is_day = day.chars().count() <= DAY_CHARS && date::vietnamese_date(day, None).is_some_and(is_of_page);
    is_day.then(|| head.trim_end()).filter(|head| CHARS.contains(&head.chars().count()))
}

fn score(page: &Page<'_>, at: usize) -> f32 {
    /// A category, a counter and buttons may stand between.
    const FEW: usize = 3;
    const FURNITURE: u32 = phrases::FURNITURE | phrases::OTHERS | phrases::RIGHTS | phrases::BYLINE | phrases::COLON;
    /// A shorter heading with a day is that day's.
    const HEADING_CHARS: f32 = 40.0;
    let block = &page.blocks[at];
    let bare = before_day(&block.text);
    let own_chars = bare.map_or(block.chars, |bare| bare.chars().count() as f32);
    let is_no_headline = !CHARS.contains(&block.text.chars().count())
        || block.phrases & FURNITURE != 0
        || is_link(block)
        || is_around(page, block)
        || is_date(block) && bare.is_none() && !(is_heading(page, at) && block.chars >= HEADING_CHARS)
        || names_no_article(&block.text);
    if is_no_headline {
        return 0.0;
    }
    let owner = &page.outers[block.owner];
    let dressed = match owner.element.name() {
        "h1" => 3.0,
        "h2" => 1.2,
        "h3" => 0.9,
        "h4" | "h5" | "h6" => 0.8,
        _ if (block.marks | owner.marks) & marks::TITLE != 0 => 1.0,
        _ if block.bold_chars * 10.0 >= own_chars * 9.0 => 0.6,
        _ if block.phrases & phrases::ENDS != 0 => return 0.0,
        _ => 0.0,
    };
    let below = || page.blocks[at + 1..].iter().take_while(|below| page.outers[below.owner].tag != Tag::H).take(FEW);
    let dated = match below().position(is_date) {
        _ if bare.is_some() => 2.0,
        Some(0) => 2.0,
        Some(_) => 1.5,
        None => 0.0,
    };
    let is_prose = |below: &Block| below.chars >= PROSE_CHARS && !is_link(below);
    let told = if below().any(is_prose) { 1.0 } else { 0.0 };
    dressed + dated + told
}

fn is_date(block: &Block) -> bool {
    block.chars < DATE_CHARS && has_day(&block.text)
}

fn is_link(block: &Block) -> bool {
    block.link_chars * 2.0 > block.chars
}

fn is_around(page: &Page<'_>, block: &Block) -> bool {
    const TAGS: u32 = 1 << Tag::Nav as u32 | 1 << Tag::Footer as u32 | 1 << Tag::Aside as u32;
    const MARKS: u32 = marks::NAV | marks::FOOT | marks::SIDE | marks::COMMENT | marks::RELATED;
    let owner = &page.outers[block.owner];
    owner.tags_above & TAGS != 0 || owner.marks_above & MARKS != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_sites_and_templates_are_no_headlines() {
        for name in [
            "Sở Công Thương tỉnh Quảng Trị",
            "Sở Nông nghiệp và Môi trường",
            "Tin tức - Sở Công Thương",
            "Cổng thông tin điện tử tỉnh Quảng Trị",
            "Trang thông tin điện tử Sở Y tế tỉnh Bình Thuận",
            "CHI TIẾT TIN",
            "Trang chủ | Sở Y tế",
            "Thông báo - Sở Xây dựng tỉnh Lâm Đồng",
        ] {
            assert!(names_no_article(name), "{name}");
        }
        for headline in [
            "Sở Công Thương kiểm tra hoạt động kinh doanh xăng dầu",
            "Sở Y tế: Kết quả kiểm tra tuần 45",
            "Thông báo",
            "Thông báo - Lịch cắt điện",
            "Cổng thông tin điện tử tỉnh Quảng Trị chính thức hoạt động",
            "Chi tiết lịch cắt điện tuần tới",
            "Ban Quản lý Khu kinh tế làm việc với doanh nghiệp",
        ] {
            assert!(!names_no_article(headline), "{headline}");
        }
    }
}
