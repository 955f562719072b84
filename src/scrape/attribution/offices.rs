//! Offices of those who sign documents. Who signed a document did not write the page, and an office is nobody.

/// Offices, in small letters with their marks: "hội trưởng" is a person, "hội trường" a hall.
const OFFICES: &[&str] = &[
    "giám đốc",
    "phó giám đốc",
    "tổng giám đốc",
    "phó tổng giám đốc",
    "chủ tịch",
    "phó chủ tịch",
    "bí thư",
    "phó bí thư",
    "thủ tướng",
    "phó thủ tướng",
    "bộ trưởng",
    "thứ trưởng",
    "vụ trưởng",
    "cục trưởng",
    "phó cục trưởng",
    "chi cục trưởng",
    "phó chi cục trưởng",
    "tổng cục trưởng",
    "trưởng ban",
    "phó trưởng ban",
    "trưởng phòng",
    "phó trưởng phòng",
    "trưởng đoàn",
    "phó trưởng đoàn",
    "đội trưởng",
    "tổ trưởng",
    "hạt trưởng",
    "viện trưởng",
    "phó viện trưởng",
    "hiệu trưởng",
    "phó hiệu trưởng",
    "hội trưởng",
    "kế toán trưởng",
    "chánh án",
    "phó chánh án",
    "chánh văn phòng",
    "phó chánh văn phòng",
    "chánh thanh tra",
    "phó chánh thanh tra",
    "phụ trách",
    "đấu giá viên",
    "người lập biểu",
    "thủ trưởng",
];

/// What stands before an office: deputising, on behalf of, by order of.
const MARKS: &[&str] = &["kt.", "tm.", "tl.", "tuq.", "q.", "kt", "tm", "tl", "tuq", "quyền"];

/// A longer line is a sentence.
const MOST_WORDS: usize = 9;

/// "KT. GIÁM ĐỐC", "Chủ tịch HĐQT", "TRƯỞNG ĐOÀN KIỂM TRA", "Phó Chủ tịch UBND tỉnh": an office without a name.
pub fn is_office(line: &str) -> bool {
    let lower = line.to_lowercase();
    let plain = lower.trim_matches(|c: char| !c.is_alphanumeric());
    let whole = |rest: &str| rest.is_empty() || rest.starts_with(|c: char| !c.is_alphanumeric());
    let office = MARKS.iter().find_map(|mark| plain.strip_prefix(mark).filter(|rest| rest.starts_with(' '))).unwrap_or(plain).trim();
    let is_sentence = line.trim_end().ends_with(['.', ',', ';', ':', '!']);
    !is_sentence && office.split(' ').count() <= MOST_WORDS && OFFICES.iter().any(|name| office.strip_prefix(name).is_some_and(whole))
}

/// What stands above the name of who signed a document: an office, "TM. BAN TỔ CHỨC", "(Đã ký)".
pub fn signs_document(line: &str) -> bool {
    let lower = line.to_lowercase();
    let plain = lower.trim_matches(|c: char| !c.is_alphanumeric());
    let is_on_behalf = ["kt.", "tm.", "tl.", "tuq."].iter().any(|mark| plain.starts_with(mark));
    plain.split(' ').count() <= MOST_WORDS && (plain.starts_with("đã ký") || is_on_behalf) || is_office(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offices_are_told_from_halls_units_and_names() {
        for office in [
            "THỦ TƯỚNG",
            "Q. GIÁM ĐỐC",
            "CHI CỤC TRƯỞNG",
            "HỘI TRƯỞNG",
            "TỔ TRƯỞNG TỔ CÔNG TÁC",
            "Phó Chủ tịch UBND tỉnh",
            "Chủ tịch HĐQT",
            "PHỤ TRÁCH PHÒNG",
            "KT. CHỦ TỊCH",
        ] {
            assert!(is_office(office), "{office}");
        }
        for other in ["Hội trường tỉnh", "Văn phòng UBND tỉnh", "Trưởng Thị Giang", "Sở Y tế", "Ban Tổ chức", "Chủ tịch UBND tỉnh chủ trì."]
        {
            assert!(!is_office(other), "{other}");
        }
        assert!(signs_document("TM. BAN TỔ CHỨC") && signs_document("(Đã ký)") && !signs_document("Nguyễn Văn A"));
    }
}
