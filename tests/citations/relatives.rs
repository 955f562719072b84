//! Every form of a number with every slip of a typist, in every place where pages put one.
//!
//! The letters are those of Decree 30/2020/NĐ-CP (appendix III) and of the party's guide
//! 36-HD/VPTW; the slips are those of typists and fonts:
//! Đ written with the Icelandic letter, O for 0, other dashes, blanks, capitals.

use std::collections::BTreeMap;
use tintinh::text::citation::citations;

/// Number in its usual spelling, and its kind by its letters.
const NUMBERS: &[(&str, &str)] = &[
    ("16/CT-UBND", "Chỉ thị"),
    ("1063/QĐ-UBND", "Quyết định"),
    ("20/NQ-HĐND", "Nghị quyết"),
    ("305/KH-UBND", "Kế hoạch"),
    ("410/TB-VPCP", "Thông báo"),
    ("88/BC-SNV", "Báo cáo"),
    ("7/TTr-SKHĐT", "Tờ trình"),
    ("10/HD-SNV", "Hướng dẫn"),
    ("1063/CĐ-TTg", "Công điện"),
    ("45/2025/NĐ-CP", "Nghị định"),
    ("30/2021/QĐ-UBND", "Quyết định"),
    ("02/2020/TT-BTC", "Thông tư"),
    ("49/2014/QH13", "Luật"),
    ("10/2020/TTLT-BTC-BNV", "Thông tư liên tịch"),
    ("34-CT/TW", "Chỉ thị"),
    ("20-NQ/TU", "Nghị quyết"),
    ("105-KL/TW", "Kết luận"),
    ("663/SCT-QLTM", "Công văn"),
    ("4010/UBND-KGVX", "Công văn"),
    ("1050/BTP-CNTT", "Công văn"),
];

/// What a typist or a font makes of a number.
type Slip = (&'static str, fn(&str) -> String);

const SLIPS: &[Slip] = &[
    ("as it should be", str::to_owned),
    ("Icelandic Ð", |number| number.replace('Đ', "Ð")),
    ("small letters", str::to_lowercase),
    ("small letters with ð", |number| number.to_lowercase().replace('đ', "ð")),
    ("capitals throughout", str::to_uppercase),
    ("O for 0", |number| number.replace('0', "O")),
    ("en dash", |number| number.replace('-', "–")),
    ("em dash", |number| number.replace('-', "—")),
    ("minus", |number| number.replace('-', "−")),
    ("non-breaking hyphen", |number| number.replace('-', "\u{2011}")),
    ("soft hyphen inside", |number| number.replacen('/', "/\u{ad}", 1)),
    ("blank before the stroke", |number| number.replacen('/', " /", 1)),
    ("blank after the stroke", |number| number.replacen('/', "/ ", 1)),
    ("blanks around the dash", |number| number.replacen('-', " - ", 1)),
    ("no-break space", |number| number.replacen('/', "\u{a0}/", 1)),
    ("division slash", |number| number.replace('/', "\u{2215}")),
];

/// What stands before a number; "{}" is its kind.
const BEFORE: &[&str] = &["{} số ", "{} số: ", "{} ", "thực hiện {} số ", "(", "Số: ", "Số ký hiệu: ", "- ", "căn cứ "];

/// What stands after it, and the day that it states.
const AFTER: &[(&str, Option<&str>)] = &[
    ("", None),
    (")", None),
    (", xin ý kiến", None),
    (". Theo đó", None),
    (" ngày 13/9/2021", Some("2021-09-13")),
    (" ngày 13 tháng 9 năm 2021 của cơ quan có thẩm quyền", Some("2021-09-13")),
    (" (13/9/2021)", Some("2021-09-13")),
    (" về việc chấn chỉnh kỷ luật", None),
];

#[test]
fn every_slip_in_every_place_is_one_number_in_its_usual_spelling() {
    let (mut right, mut wrong) = (0, BTreeMap::<_, Vec<String>>::new());
    for (number, kind) in NUMBERS {
        for (slip, make) in SLIPS {
            // Nobody can tell small initials of a division from a word.
            if slip.starts_with("small") && *kind == "Công văn" {
                continue;
            }
            for before in BEFORE {
                for (after, day) in AFTER {
                    let text = format!("{}{}{after}", before.replace("{}", kind), make(number));
                    let found = citations(&text);
                    let is_right = matches!(found.as_slice(), [one] if one.number == *number
                        && one.kind.as_deref() == Some(kind)
                        && one.date.map(|date| date.to_string()).as_deref() == *day);
                    if is_right {
                        right += 1;
                    } else {
                        wrong.entry((number, slip)).or_default().push(format!("{text:?} gives {found:?}"));
                    }
                }
            }
        }
    }
    println!("made citations: {right} right, {} wrong", wrong.values().map(Vec::len).sum::<usize>());
    for ((number, slip), faults) in &wrong {
        println!("  {number}, {slip}: {} wrong, as {}", faults.len(), faults[0]);
    }
    assert!(wrong.is_empty());
}

/// Numbers of everyday life in the same places.
const NOT_NUMBERS: &[&str] = &[
    "0252.3822.123",
    "0252/3822-123",
    "24/24h",
    "24/7",
    "16/20",
    "5/2021",
    "13/9/2021",
    "2021-2025",
    "100 km/h",
    "12/B2 Trần Phú",
    "86B-123.45",
    "A/H5N1",
    "COVID-19",
    "QL1A",
    "3-4 giờ",
    "50.000 đồng/kg",
    "1/500",
    "15/15 phường",
    "file-16.pdf",
];

#[test]
fn numbers_of_everyday_life_are_no_documents() {
    let mut taken = Vec::new();
    for other in NOT_NUMBERS {
        for before in ["", "số ", "theo ", "(", "đạt ", "điện thoại: "] {
            for (after, _) in AFTER {
                let text = format!("{before}{other}{after}");
                if let [first, ..] = citations(&text).as_slice() {
                    taken.push(format!("{text:?} gives {first:?}"));
                }
            }
        }
    }
    assert!(taken.is_empty(), "{}", taken.join("\n"));
}
