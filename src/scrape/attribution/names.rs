//! What looks like a person, and what like a unit.

use crate::scrape::attribution;
use crate::scrape::attribution::offices::is_office;
use crate::text::fold;

/// First words of units, marks kept: "Báo" is a newspaper, "Bảo" a person.
const UNIT_NOUNS: &[&str] = &[
    "sở",
    "ban",
    "chi cục",
    "cục",
    "trung tâm",
    "phòng",
    "ubnd",
    "uỷ ban",
    "ủy ban",
    "văn phòng",
    "cổng ttđt",
    "cổng thông tin",
    "cổng",
    "báo",
    "đài",
    "ttxvn",
    "thông tấn xã",
    "hội",
    "tạp chí",
    "viện",
    "học viện",
    "trường đại học",
    "trường đh",
    "trường cao đẳng",
    "trường cđ",
    "trường trung cấp",
    "trường trung học",
    "trường tiểu học",
    "trường mầm non",
    "trường mẫu giáo",
    "trường chính trị",
    "trường thpt",
    "trường thcs",
    "trường th",
    "trường mn",
    "trường phổ thông",
    "trường ptdt",
    "bệnh viện",
    "bộ",
    "tổng cục",
    "vụ",
    "thanh tra",
    "công an",
    "đoàn thanh niên",
    "đoàn tncs",
    "đoàn tn",
    "đoàn khối",
    "đoàn đbqh",
    "đoàn đại biểu",
    "đoàn trường",
    "đoàn xã",
    "đoàn phường",
    "đoàn luật sư",
    "tỉnh đoàn",
    "thành đoàn",
    "huyện đoàn",
    "công đoàn",
    "chi bộ",
    "chi đoàn",
    "đảng bộ",
    "hđnd",
    "lđlđ",
    "ubmttq",
    "bhxh",
    "bql",
    "cdc",
    "vksnd",
    "tand",
    "vp",
    "ttkc",
    "ttyt",
    "nxb",
    "nhà xuất bản",
    "nhà hát",
    "nhà văn hóa",
    "thư viện",
    "bảo tàng",
    "bảo hiểm xã hội",
    "ngân hàng",
    "bưu điện",
    "đội quản lý thị trường",
    "đội qltt",
    "trạm",
    "hạt kiểm lâm",
    "liên minh",
    "hiệp hội",
    "mặt trận",
    "kho bạc",
    "công ty",
    "tỉnh ủy",
    "tỉnh uỷ",
    "huyện ủy",
    "huyện uỷ",
    "thành ủy",
    "đảng ủy",
    "bbt",
    "trang tin",
    "trang thông tin",
    "tòa án",
    "vks",
    "liên đoàn",
    "liên hiệp",
    "quỹ",
    "tổ công tác",
    "tổ biên tập",
    "tổ truyền thông",
    "phòng qltm",
];

/// Openings that make a run of capitalised words something else than a person's signature: nobody signs as "Ông".
const NOT_PERSONS: &[&str] = &[
    "ông",
    "bà",
    "đồng chí",
    "đ/c",
    "tin",
    "tin bài",
    "xem",
    "trang chủ",
    "trang tin",
    "trang thông tin",
    "quay lại",
    "in",
    "gửi",
    "chia sẻ",
    "theo",
    "nguồn",
    "ảnh",
    "video",
    "tags",
    "bình luận",
    "lượt",
    "sau",
    "trước",
    "về",
    "các",
    "những",
    "nội dung",
    "powered",
    "người",
    "download",
    "thứ hai",
    "thứ ba",
    "thứ tư",
    "thứ năm",
    "thứ sáu",
    "thứ bảy",
    "chủ nhật",
    // Titles of those who sign documents.
    "giám đốc",
    "phó giám đốc",
    "chủ tịch",
    "phó chủ tịch",
    "bí thư",
    "trưởng ban",
    "trưởng phòng",
    "chánh văn phòng",
    "kt",
    "tm",
    "tl",
    "tuq",
    "nơi nhận",
    "kính",
    "đã ký",
    "trân trọng",
    "xin",
    "hết",
    "người ký",
    // Menus, buttons and sections.
    "trở",
    "đọc",
    "từ khóa",
    "từ khoá",
    "ý kiến",
    "facebook",
    "zalo",
    "twitter",
    "tweet",
    "google",
    "youtube",
    "telegram",
    "print",
    "share",
    "email",
    "tags",
    "tag",
    "back",
    "home",
    "liên hệ",
    "bản quyền",
    "copyright",
    "tải",
    "đánh giá",
    "mới nhất",
    "nổi bật",
    "sự kiện",
    "chủ đề",
    "chuyên mục",
    "danh mục",
    "bài viết",
    "thông báo",
    "quảng cáo",
    "hotline",
    "đường dây",
    "địa chỉ",
    "điện thoại",
    "fax",
    "website",
    "giấy phép",
    "cơ quan",
    "trụ sở",
    "viết bình luận",
    "đăng nhập",
    "đăng ký",
    "thời sự",
    "chính trị",
    "kinh tế",
    "xã hội",
    "văn hóa",
    "văn hoá",
    "giáo dục",
    "y tế",
    "du lịch",
    "pháp luật",
    "thể thao",
    "hoạt động",
    "tuyên truyền",
    "xuất bản",
    "cập nhật",
    "phụ lục",
    "danh sách",
    "mục",
    "ban tổ chức",
];

/// What stands for the desk that wrote a text, folded: authors as printed, never persons.
const DESKS: &[&str] =
    &["phong vien", "nhom phong vien", "nhom pv", "pv", "ctv", "nhom ctv", "cong tac vien", "btv", "bien tap vien", "p.v", "nhom tac gia"];

/// Parts of a newsroom by what they make, folded: "Ban Thời sự", "Trung tâm Tin tức", "Phòng Chuyên đề".
const NEWSROOM_PARTS: &[&str] = &["ban", "phong", "trung tam", "to", "nhom"];
/// What they make.
const NEWSROOM_WORKS: &[&str] = &["thoi su", "tin tuc", "chuyen de", "chuong trinh", "ban doc", "noi dung"];

/// The words of a folded value that name a desk, from its beginning.
fn desk_words(folded: &str) -> Option<&str> {
    let is_whole = |rest: &str| rest.is_empty() || rest.starts_with([' ', ',', '/', '-']);
    let role = DESKS.iter().filter(|desk| folded.strip_prefix(**desk).is_some_and(is_whole)).map(|desk| desk.len()).max();
    let part = NEWSROOM_PARTS.iter().find_map(|part| {
        let work = folded.strip_prefix(part)?.strip_prefix(' ')?;
        let rest = NEWSROOM_WORKS.iter().find_map(|name| work.strip_prefix(name))?;
        is_whole(rest).then_some(folded.len() - rest.len())
    });
    role.max(part).map(|length| &folded[..length])
}

/// "CTV", "PV", "Phóng viên VOV": the words, and the outlet that follows.
pub fn desk(value: &str) -> Option<(String, Option<String>)> {
    let value = value.trim().trim_end_matches(['.', ' ']);
    let folded = fold::fold(value);
    let desk = desk_words(&folded)?;
    if folded.split(' ').count() > 8 {
        return None;
    }
    // Folding keeps the number of letters of Vietnamese words.
    let rest: String = value.chars().skip(desk.chars().count()).collect();
    let rest = rest.trim_matches([' ', ',', '/', '-', '–']);
    // "CTV Bá Thăng" is a person.
    if rest.contains(' ') && is_person(rest) {
        return None;
    }
    Some((value.to_owned(), Some(rest.to_owned()).filter(|rest| !rest.is_empty())))
}

/// A comma before a small letter; "Văn hóa, Thể thao và Du lịch" is a name that goes on.
fn goes_on_in_prose(value: &str) -> bool {
    value.split(", ").skip(1).any(|rest| !rest.starts_with(char::is_uppercase))
}

/// A unit's own name.
pub fn is_unit(value: &str) -> bool {
    let folded = fold::fold(value);
    let words = folded.split(' ').count();
    if words > 14 || value.contains(": ") || value.ends_with(['.', ';', ':']) && words > 4 || goes_on_in_prose(value) && words > 9 {
        return false;
    }
    let lower = value.to_lowercase();
    let starts = UNIT_NOUNS.iter().any(|noun| lower == *noun || lower.strip_prefix(noun).is_some_and(|rest| rest.starts_with(' ')));
    // "Trường hợp …", "Hội nghị …", "Đoàn công tác …" are no units, nor is a verb after the name.
    let no_unit = [
        "hoi nghi",
        "hoi thao",
        "doan cong tac",
        "truong hop",
        "bao cao",
        "bao ve",
        "ban hanh",
        "so ket",
        "so lieu",
        "phong chong",
        "phong, chong",
        "dai bieu",
        "dai hoi",
        "to chuc",
        "bo sung",
        "cong tac",
        "cong bo",
        "cong khai",
        "ban do",
        "vu viec",
        "ban mai",
        "hoi an",
        "hoi nhap",
        "so huu",
        "hoi truong",
        "bo truong",
        "phong su",
        "phong trao",
        "dai trang",
        "vien truong",
        "cuc truong",
        "tram trong",
        "hoi dong thi",
    ];
    let is_address = !value.contains(' ') && value.contains('.') && value.ends_with("vn");
    let is_prose = [" đã ", " sẽ ", " là ", " được ", " cho biết", " tổ chức ", " ban hành ", " thông báo ", " đang ", " phối hợp "]
        .iter()
        .any(|verb| format!("{lower} ").contains(verb));
    (starts && !no_unit.iter().any(|other| folded.starts_with(other)) && value.starts_with(char::is_uppercase) || is_address) && !is_prose
}

/// A person's name, or several: capitalised words, initials.
pub fn is_person(value: &str) -> bool {
    let value = value.trim();
    if value.is_empty() || value.chars().count() > 60 || is_unit(value) || value.chars().any(|c| c.is_ascii_digit()) {
        return false;
    }
    let words: Vec<&str> = value.split([' ', '–', '-', ',', ';', '&']).filter(|word| !word.is_empty() && *word != "và").collect();
    let is_name = |word: &&str| {
        word.starts_with(char::is_uppercase)
            && word.chars().all(|c| c.is_alphabetic() || matches!(c, '.' | '\'' | '’' | '\u{300}'..='\u{36F}'))
    };
    let is_initials = words.len() == 1 && value.chars().count() <= 6 && value.chars().all(|c| c.is_uppercase() || c == '.');
    let is_short = (2..=8).contains(&words.len()) && words.iter().all(is_name);
    let is_one = words.len() == 1
        && is_name(&words[0])
        && value.chars().count() >= 2
        && (value.contains('.') || is_initials || value.chars().skip(1).any(char::is_lowercase));
    let lower = value.to_lowercase();
    let opens = |mark: &str| lower.strip_prefix(mark).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
    (is_short || is_one) && !is_office(value) && !NOT_PERSONS.iter().any(|mark| opens(mark))
}

/// Several persons joined by "; ", each once.
pub fn person_list(value: &str) -> String {
    let value = value.trim().trim_end_matches([')', '|', '-', ' ']);
    let mut persons: Vec<String> = Vec::new();
    for part in value.split(['–', ';', ',']).flat_map(|part| part.split(" - ")).flat_map(|part| part.split(" và ")) {
        let mut part = attribution::without_stop(part.trim()).to_owned();
        // Printed twice by a template: "PHƯƠNG VI PHƯƠNG VI".
        let words: Vec<&str> = part.split(' ').collect();
        if words.len() >= 4 && words.len().is_multiple_of(2) && words[..words.len() / 2] == words[words.len() / 2..] {
            part = words[..words.len() / 2].join(" ");
        }
        if !part.is_empty() && !persons.contains(&part) {
            persons.push(part);
        }
    }
    persons.join("; ")
}
