//! Numbers of legal documents as pages cite them.
//!
//! A number is digits, perhaps a year, and letters for kind and issuer:
//! `45/2025/NĐ-CP` (decree), `49/2014/QH13` (law), `34-CT/TW` (party),
//! `663/SCT` and `1473/BTP-CNTT` (letters), after Decree 30/2020/NĐ-CP.

mod around;
mod issuer;
mod number;
mod words;

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::text::fold;
use around::{Before, before, date_and_issuer_after, date_before};
use number::Number;
use words::{Reach, issuer_of, kind_of_type};

/// A legal document as a page cites it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Citation {
    /// The number as printed, with the word for its kind where that stands before it.
    pub printed: String,
    /// The number in its usual spelling: case, dashes, blanks, Đ for Ð and D, 0 for O.
    pub number: String,
    /// The kind as printed, else as the letters of the number say: "Chỉ thị".
    pub kind: Option<String>,
    /// Who issued it, as stated beside the number, else as its letters say.
    pub issuer: Option<String>,
    /// The day stated beside the number.
    pub date: Option<NaiveDate>,
}

/// The documents cited in a text, each number once, in order of first mention.
///
/// What a later mention adds (a date, an issuer) goes to the first one. The
/// same number with dates of different years is two documents, since numbers
/// begin again each year.
pub fn citations(text: &str) -> Vec<Citation> {
    // Most lines, titles and captions have no number at all.
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    let chars: Vec<char> = fold::nfc(text).chars().filter(|c| !fold::is_invisible(*c)).collect();
    let mut found: Vec<Citation> = Vec::new();
    let mut known: HashMap<String, Vec<usize>> = HashMap::new();
    let mut at = 0;
    let mut previous = None;
    while at < chars.len() {
        let Some((number, cue)) = cited_number(&chars, at, previous.as_ref().map_or(0, |(end, _)| *end)) else {
            at += 1;
            continue;
        };
        let citation = cited(&chars, &number, &cue, &mut previous);
        at = number.end;
        let same = known.entry(number_key(&citation.number)).or_default();
        match same.iter().find(|earlier| same_year(&found[**earlier], &citation)) {
            Some(earlier) => add_missing(&mut found[*earlier], citation),
            None => {
                same.push(found.len());
                found.push(citation);
            }
        }
    }
    found
}

impl Citation {
    /// A key like `16-ct-ubnd.binh-thuan.2021`: number, then issuer or province,
    /// then year, since numbers repeat between provinces and years. `province`
    /// and `year` are those of the page, for what the citation does not say
    /// itself; parts that nobody knows are left out.
    pub fn key(&self, province: Option<&str>, year: Option<i32>) -> String {
        let mut key = number_key(&self.number);
        if let Some(place) = self.place(province) {
            key.push('.');
            key.push_str(&place);
        }
        let own_year = number::year_in(&self.number).or(self.date.map(|date| date.year()));
        if let Some(year) = own_year.or(year) {
            key.push_str(&format!(".{year}"));
        }
        key
    }

    /// Where the number was given: the one national body that uses these letters,
    /// the province the citation names, the province of the page, or whoever is stated.
    fn place(&self, province: Option<&str>) -> Option<String> {
        let implied = implied_issuer(&self.number, self.kind.as_deref());
        if let Some((national, Reach::National)) = implied {
            return Some(slug(national));
        }
        let stated = self.issuer.as_deref().filter(|stated| implied.is_none_or(|(name, _)| name != *stated));
        if let Some(named) = stated.and_then(|stated| named_province(stated).or(Some(stated).filter(|stated| is_national(stated)))) {
            return Some(slug(named));
        }
        province.or(stated).map(slug).filter(|place| !place.is_empty())
    }
}

/// The number that begins at a place, if what surrounds it makes it a citation.
fn cited_number(chars: &[char], at: usize, floor: usize) -> Option<(Number, Before)> {
    if !number::may_begin(chars, at) {
        return None;
    }
    let number = number::read(chars, at)?;
    let cue = before(chars, number.start, floor);
    let is_dated = !number.has_letters() && cue.kind.is_some() && date_and_issuer_after(chars, number.end).0.is_some();
    number.is_citation(&cue, is_dated).then_some((number, cue))
}

/// Everything about one number; `previous` is where the citation before it ended, and its kind.
fn cited(chars: &[char], number: &Number, cue: &Before, previous: &mut Option<(usize, Option<String>)>) -> Citation {
    let inherited = previous.take().filter(|(end, _)| around::is_list_gap(&chars[*end..number.start])).and_then(|(_, kind)| kind);
    let kind = kind_of(number, cue, inherited);
    let (after, stated) = date_and_issuer_after(chars, number.end);
    let date = after.or_else(|| date_before(chars, cue.start));
    let issuer = stated.or_else(|| implied_issuer(&number.text, kind.as_deref()).map(|(name, _)| name.to_owned()));
    let printed = fold::line(&chars[cue.start..number.end].iter().collect::<String>());
    *previous = Some((number.end, kind.clone()));
    Citation { printed, number: number.text.clone(), kind, issuer, date }
}

/// The kind as printed before the number; else as its letters say, in the fuller words of
/// the sentence; else as the sentence or the list says; else a letter.
fn kind_of(number: &Number, cue: &Before, inherited: Option<String>) -> Option<String> {
    if let Some(printed) = cue.kind {
        return Some(printed.to_owned());
    }
    if let Some(letters) = number.type_kind() {
        return Some(cue.distant_like(letters).unwrap_or(letters).to_owned());
    }
    let distant = cue.distant.first().map(|kind| (*kind).to_owned());
    distant.or(inherited).or_else(|| number.default_kind().map(str::to_owned))
}

/// The issuer that the letters of a number stand for, or its kind where only one body issues it.
fn implied_issuer(number: &str, kind: Option<&str>) -> Option<(&'static str, Reach)> {
    let mut groups = number.split(['/', '-', '.']).filter(|group| group.starts_with(char::is_alphabetic) && kind_of_type(group).is_none());
    match (groups.next(), kind) {
        (Some(group), _) => issuer_of(group),
        (None, Some("Nghị định")) => issuer_of("CP"),
        (None, Some("Luật" | "Bộ luật")) => issuer_of("QH"),
        (None, _) => None,
    }
}

/// True for the names of bodies that exist once.
fn is_national(issuer: &str) -> bool {
    const OTHERS: &[&str] = &["Bộ Chính trị", "Ban Bí thư", "Ban Chấp hành Trung ương"];
    OTHERS.contains(&issuer) || words::ISSUERS.iter().any(|(_, name, reach)| *name == issuer && *reach == Reach::National)
}

/// "Bình Thuận" in "UBND tỉnh Bình Thuận"; a commune is not looked up.
fn named_province(issuer: &str) -> Option<&str> {
    ["tỉnh ", "thành phố ", "Tỉnh ủy ", "Thành ủy "]
        .iter()
        .find_map(|word| issuer.split_once(word).map(|(_, name)| name.trim()))
        .filter(|name| !name.is_empty())
}

/// The number without what printers vary: `06/2020/TT-BNV` and `6/2020/TT-BNV` are one.
fn number_key(number: &str) -> String {
    slug(number.trim_start_matches('0'))
}

/// Lower-case ASCII letters and digits of a name, with hyphens between words.
fn slug(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in fold::fold(name).chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    out.trim_end_matches('-').to_owned()
}

/// False only when both say a year and the years differ.
fn same_year(one: &Citation, other: &Citation) -> bool {
    match (one.date, other.date) {
        (Some(one), Some(other)) => one.year() == other.year(),
        _ => true,
    }
}

/// Takes from a later mention what the first one did not say.
fn add_missing(first: &mut Citation, later: Citation) {
    first.date = first.date.or(later.date);
    let implied = implied_issuer(&first.number, first.kind.as_deref()).map(|(name, _)| name);
    if first.issuer.as_deref() == implied && later.issuer.is_some() {
        first.issuer = later.issuer;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn only(text: &str) -> Citation {
        let mut found = citations(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        found.remove(0)
    }

    fn numbers(text: &str) -> Vec<String> {
        citations(text).into_iter().map(|citation| citation.number).collect()
    }

    fn kind(text: &str) -> String {
        only(text).kind.unwrap()
    }

    #[test]
    fn a_citation_has_number_kind_issuer_and_date() {
        let found = only("Thực hiện Chỉ thị số 16/CT-UBND ngày 13 tháng 9 năm 2021 của UBND tỉnh Bình Thuận về việc …");
        assert_eq!(found.printed, "Chỉ thị số 16/CT-UBND");
        assert_eq!(found.number, "16/CT-UBND");
        assert_eq!(found.kind.as_deref(), Some("Chỉ thị"));
        assert_eq!(found.issuer.as_deref(), Some("UBND tỉnh Bình Thuận"));
        assert_eq!(found.date, NaiveDate::from_ymd_opt(2021, 9, 13));
    }

    #[test]
    fn the_printed_kind_is_believed_before_the_letters() {
        assert_eq!(kind("Công văn số 297/TB-CTĐ"), "Công văn");
        assert_eq!(kind("Báo cáo thẩm tra số 154/BC-HĐND"), "Báo cáo thẩm tra");
        assert_eq!(kind("VĂN BẢN SỐ: 610/SYT-VP"), "Văn bản");
        assert_eq!(kind("QĐ số 12/QĐ-UBND"), "Quyết định");
    }

    #[test]
    fn without_a_printed_kind_the_letters_tell_it() {
        assert_eq!(kind("số 09/2019/NĐ-CP"), "Nghị định");
        assert_eq!(kind("Số: 663/SCT"), "Công văn");
        assert_eq!(kind("49/2014/QH13"), "Luật");
        assert_eq!(kind("Công điện khẩn số 1063/CĐ-TTg"), "Công điện");
        assert_eq!(kind("thi hành Luật Đất đai số 43/2014/NĐ-CP"), "Nghị định");
        assert_eq!(kind("Luật Đầu tư công số 49/2014/QH13"), "Luật");
    }

    #[test]
    fn a_list_shares_its_kind_and_each_number_comes_once() {
        let found = citations("các văn bản số 12/SCT, 15/SCT-QLTM; nêu tại Văn bản số 12/SCT ngày 3/4/2019");
        assert_eq!(found.iter().map(|citation| citation.kind.as_deref()).collect::<Vec<_>>(), [Some("Văn bản"); 2]);
        assert_eq!(found[0].date, NaiveDate::from_ymd_opt(2019, 4, 3));
    }

    #[test]
    fn an_issuer_ends_with_its_line_and_a_norm_is_no_letter() {
        let issuer = |text: &str| only(text).issuer.unwrap();
        assert_eq!(issuer("Quyết định số 12/QĐ-UBND ngày 2/4/2025 của UBND tỉnh Đồng Nai\nThực hiện chỉ đạo"), "UBND tỉnh Đồng Nai");
        assert_eq!(issuer("Kế hoạch số 5/KH-UBND của UBND tỉnh\nSở Tài chính thẩm định"), "UBND tỉnh");
        assert_eq!(issuer("Quyết định số 7/QĐ-SCT của Sở\nCông Thương"), "Sở Công Thương");
        assert_eq!(issuer("Quyết định số 12/QĐ-UBND của UBND\ntỉnh Đồng Nai"), "UBND tỉnh Đồng Nai");
        assert_eq!(numbers("theo QCVN 02:2009/BYT và QCVN 40:2011/BTNMT"), [""; 0]);
    }

    #[test]
    fn short_citations_need_the_kind_and_more() {
        assert_eq!(
            numbers("Nghị định 100/2019, Nghị quyết số 57 của Bộ Chính trị, Quyết định 1040 ngày 6/7/2021"),
            ["100/2019", "57", "1040"]
        );
        assert_eq!(numbers("Nghị quyết 5 năm, Kế hoạch 2021-2025, Quyết định 30 ngày nghỉ, Báo cáo 6/2021"), [""; 0]);
    }

    #[test]
    fn other_numbers_are_no_citations() {
        let text = "Giá 25/7 km, 24/24h, 100/ngày, 5/2021, số nhà 45/A, đường số 12/7B, COVID-19, 15-KM, A/H5N1, 2019-nCoV, 30/70, \
            3-4 giờ, QL1A, 0252/3822-123, 5-CN, 1/NGÀY, xe 86B-123.45, số 12/B2, a16/CT-UBND";
        assert_eq!(numbers(text), [""; 0]);
    }

    #[test]
    fn a_date_told_before_the_issue_is_the_documents() {
        assert_eq!(only("Ngày 13/9/2021, UBND tỉnh ban hành Chỉ thị số 16/CT-UBND").date, NaiveDate::from_ymd_opt(2021, 9, 13));
        assert_eq!(only("Ngày 13/9/2021, UBND tỉnh họp về Chỉ thị số 16/CT-UBND").date, None);
    }

    #[test]
    fn keys_tell_provinces_and_years_apart() {
        let key = |text: &str| only(text).key(Some("Bình Thuận"), Some(2021));
        assert_eq!(key("Chỉ thị số 16/CT-UBND"), "16-ct-ubnd.binh-thuan.2021");
        assert_eq!(key("Chỉ thị số 16/CT-UBND ngày 1/2/2020 của UBND tỉnh Lâm Đồng"), "16-ct-ubnd.lam-dong.2020");
        assert_eq!(key("Nghị định số 09/2019/NĐ-CP"), "9-2019-nd-cp.chinh-phu.2019");
        assert_eq!(key("Nghị quyết số 57 của Bộ Chính trị"), "57.bo-chinh-tri.2021");
        assert_eq!(only("Chỉ thị số 16/CT-UBND").key(None, None), "16-ct-ubnd");
    }

    #[test]
    fn the_same_number_of_two_years_is_two_documents() {
        assert_eq!(numbers("Quyết định số 1/QĐ-UBND ngày 5/1/2020, Quyết định số 1/QĐ-UBND ngày 4/1/2021").len(), 2);
    }

    #[test]
    fn a_long_line_is_read_in_linear_time() {
        for piece in ["1/", "16/CT-UBND, ", "số ", "ngày ", "Quyết định ", "1.1.1", "Ủy ban "] {
            citations(&piece.repeat(20_000));
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(text in any::<String>(), noise in "(số|ngày|[0-9OlI/. ,–-]|QĐ|TTg|của|Ủy ban|&|ð){0,40}") {
            for citation in citations(&text).iter().chain(&citations(&noise)) {
                citation.key(Some(&text), None);
            }
        }
    }
}
