//! Divisions of a department: "Phòng Thủy lợi", "Chi cục Kiểm lâm".

use crate::directory::lookup::Lookup;
use crate::directory::{Directory, Place};
use crate::text::fold;
use chrono::NaiveDate;

/// What divisions are called, folded.
const KINDS: &[&str] = &["phong", "chi cuc", "trung tam", "ban quan ly", "bql", "thanh tra so", "bo phan", "to bien tap", "doi", "tram"];

/// Places below a province, folded, and the words that make something else of them: "xã hội", "địa phương".
const PLACES: &[(&str, &[&str])] = &[
    ("huyen", &[]),
    ("quan", &["ly", "tri", "trac", "he"]),
    ("thi", &["truong", "nghiem", "hanh", "cong", "dua"]),
    ("thanh", &["tra", "toan", "tich", "nien"]),
    ("tp", &[]),
    ("tx", &[]),
    ("xa", &["hoi"]),
    ("phuong", &["tien", "phap"]),
];

/// What some departments' divisions are about, folded, and words in the keys of those departments.
const SUBJECTS: &[(&[&str], &[&str])] = &[
    (
        &[
            "kiem lam",
            "thuy loi",
            "chan nuoi",
            "thu y",
            "trong trot",
            "thuc vat",
            "thuy san",
            "khuyen nong",
            "nong thon",
            "de dieu",
            "lam nghiep",
        ],
        &["nong-nghiep"],
    ),
    (&["moi truong", "dat dai", "khoang san", "do dac"], &["moi-truong"]),
    (&["khuyen cong", "quan ly thuong mai", "quan ly thi truong", "hoa chat"], &["cong-thuong"]),
    (&["benh tat", "dan so", "thuc pham", "y te", "phap y", "duoc pham"], &["y-te"]),
    (&["do luong", "so huu tri tue"], &["khoa-hoc"]),
    (&["luu tru", "thi dua", "cong chuc"], &["noi-vu"]),
    (&["phap ly", "cong chung", "dau gia", "tu phap"], &["tu-phap"]),
    (&["viec lam", "lao dong"], &["lao-dong", "noi-vu"]),
    (&["giao duc"], &["giao-duc"]),
    (&["dau tu", "dau thau"], &["dau-tu", "tai-chinh"]),
    (&["chuyen doi so", "cong nghe thong tin", "vien thong"], &["thong-tin", "khoa-hoc", "cong-nghe"]),
    (&["du lich"], &["du-lich"]),
    (&["giao thong", "dang kiem"], &["giao-thong", "xay-dung"]),
    (&["canh sat", "cong an"], &["cong-an"]),
    (&["thue"], &["thue"]),
    (&["hai quan"], &["hai-quan"]),
    (&["thi hanh an"], &["thi-hanh-an"]),
    (&["thong ke"], &["thong-ke"]),
    (&["bao hiem xa hoi"], &["bao-hiem"]),
    (&["kho bac"], &["kho-bac"]),
    (&["tin tuc", "khi tuong", "bao chi", "truyen hinh", "phat thanh"], &["bao-dai"]),
];

/// True for a division of the polled department: no other department, province or place stands in its name, and
/// what it is about is no other department's.
pub fn is_own(printed: &str, directory: &Directory, on: NaiveDate, source: &Place<'_>) -> bool {
    let Some(department) = source.department else { return false };
    let folded = fold::fold(printed);
    let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let plain = format!(" {} ", words.join(" "));
    is_named(printed)
        && !names_place(&words)
        && !names_other_province(&plain, directory, source)
        && !names_other_department(&words, directory, on, source)
        && SUBJECTS.iter().all(|(subjects, departments)| {
            let is_about = subjects.iter().any(|subject| plain.contains(&format!(" {subject} ")));
            !is_about || departments.iter().any(|own| department.contains(own))
        })
}

/// True for the printed name of a division, by which no department of its own is known.
pub fn is_division(printed: &str, directory: &Directory, on: NaiveDate) -> bool {
    let nowhere = Place { province: None, department: None };
    is_named(printed) && matches!(directory.unit(printed, on, &nowhere), Lookup::None)
}

/// By its first words.
pub fn is_named(printed: &str) -> bool {
    let folded = fold::fold(printed);
    KINDS.iter().any(|kind| folded.strip_prefix(kind).is_some_and(|rest| rest.starts_with(' ')))
}

fn names_place(words: &[&str]) -> bool {
    let is_place = |at: usize| {
        let next = words.get(at + 1);
        PLACES.iter().any(|(place, others)| {
            *place == words[at] && next.is_some_and(|next| !others.contains(next)) && !(at > 0 && matches!(words[at - 1], "dia" | "thi"))
        })
    };
    (1..words.len()).any(is_place)
}

fn names_other_province(plain: &str, directory: &Directory, source: &Place<'_>) -> bool {
    let today = |key: &str| directory.province_today(key).to_owned();
    let own = source.province.map(today);
    let names = |name: &str| {
        let folded = fold::fold(name).replace('-', " ");
        plain.contains(&format!(" {folded} "))
    };
    directory.provinces().iter().any(|province| names(&province.name) && Some(today(&province.key)) != own)
}

/// "… - Sở Y tế": a department named after the division.
fn names_other_department(words: &[&str], directory: &Directory, on: NaiveDate, source: &Place<'_>) -> bool {
    // "Cán bộ" ends with the word for a ministry.
    let begins = |at: &usize| {
        matches!(words[*at], "so" | "ubnd" | "uy" | "bo" | "cuc" | "tong" | "vu") && at + 1 < words.len() && words[at - 1] != "can"
    };
    (1..words.len()).filter(begins).any(|at| match directory.unit(&words[at..].join(" "), on, source) {
        Lookup::One(unit) => unit.department.as_deref() != source.department,
        Lookup::Several(_) => true,
        Lookup::None => {
            words[at] == "bo" || words[at] == "so" && words.get(at + 1).is_some_and(|next| !matches!(*next, "hoa" | "lieu" | "huu"))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn divisions_belong_to_the_polled_department_where_nobody_else_is_named() {
        let on = NaiveDate::from_ymd_opt(2026, 11, 27).unwrap();
        let own = |printed: &str, department: &str| {
            is_own(printed, Directory::built_in(), on, &Place { province: Some("quang-tri"), department: Some(department) })
        };
        for printed in [
            "Phòng Thủy lợi",
            "Chi cục Kiểm lâm",
            "Chi cục Kiểm lâm tỉnh Quảng Trị",
            "Trung tâm Khuyến nông",
            "Ban Quản lý dự án",
            "Phòng Tổ chức cán bộ",
            "Phòng Kế hoạch - Sở Nông nghiệp và Môi trường",
            "PHÒNG CHUYỂN ĐỔI XANH",
        ] {
            assert!(own(printed, "so-nong-nghiep-va-moi-truong"), "{printed}");
        }
        for printed in [
            "Phòng Nông nghiệp huyện Hải Lăng",
            "Chi cục Kiểm lâm Lâm Đồng",
            "Chi cục Thuế",
            "Phòng Cảnh sát giao thông",
            "Trung tâm Kiểm soát bệnh tật",
            "Phòng Nghiệp vụ - Sở Y tế",
            "Trung tâm Y tế thành phố Đông Hà",
            "Báo Quảng Trị",
            "Trung tâm Tin tức",
        ] {
            assert!(!own(printed, "so-nong-nghiep-va-moi-truong"), "{printed}");
        }
        assert!(!own("Chi cục Kiểm lâm", "so-cong-thuong"));
    }
}
