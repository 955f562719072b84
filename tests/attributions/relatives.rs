//! Every form of an attribution line with its relatives: labels, names and ends, each with each.

use std::collections::BTreeMap;
use tintinh::directory::Directory;
use tintinh::model::attribution::Attribution;
use tintinh::scrape::attribution::{self, LinePlace};

/// Persons as they are printed; some are named like provinces or newspapers.
const PERSONS: &[&str] = &[
    "Nguyễn Văn An",
    "Trần Thị Bích Ngọc",
    "Lê Hồng Phong",
    "Phạm Minh",
    "Thanh Hà",
    "Khánh Hòa",
    "Thái Bình",
    "KHÁNH HÒA",
    "HOÀNG OANH",
    "Công Luận",
    "Bảo Chi",
    "K’ Brèm",
    "Y Thu",
    "H’Linh Niê",
    "Đỗ Đình Tuấn",
    "Ngọc Diệp",
    "Hà Giang",
    "Vũ Văn Đạt",
    "Minh Anh",
    "Quỳnh Như",
    "Bảo Trâm",
    "Phương Thảo",
    "Ý Nhi",
    "Lò Thị Xuân",
    "T.Thúy",
    "N.V.A",
    "Thu Hoài",
];

const UNITS: &[&str] = &[
    "Sở Công Thương",
    "Sở Công Thương Bình Thuận",
    "Sở Nông nghiệp và Môi trường",
    "Sở VH,TT&DL",
    "Sở GD&ĐT",
    "UBND tỉnh Bình Thuận",
    "Chi cục Thủy sản",
    "Trung tâm Khuyến nông tỉnh",
    "Văn phòng Sở",
    "Phòng Quản lý thương mại",
    "Báo Bình Thuận",
    "Báo Nhân Dân",
    "Đài PT-TH Bình Thuận",
    "Cổng thông tin điện tử Chính phủ",
    "TTXVN",
    "Ban Biên tập",
    "Công an tỉnh",
    "Chi cục Kiểm lâm vùng II",
    "Thanh tra tỉnh",
    "Ban Quản lý các khu công nghiệp",
    "Trung tâm Kiểm soát bệnh tật",
    "Hội Nông dân tỉnh",
    "Liên đoàn Lao động tỉnh",
    "Tỉnh đoàn",
    "Bộ Công Thương",
];

/// Sources that are no units.
const OUTLETS: &[&str] =
    &["Internet", "binhthuan.gov.vn", "congthuong.vn", "VnExpress", "Tuổi trẻ", "Thanh Niên Online", "vietnamplus.vn", "Dân trí"];

struct Case {
    form: &'static str,
    text: String,
    place: LinePlace,
    expected: Attribution,
}

fn said(source: Option<&str>, author: Option<&str>, photo: Option<&str>) -> Attribution {
    let own = |text: Option<&str>| text.map(str::to_owned);
    Attribution { source: own(source), author: own(author), photo: own(photo), ..Attribution::default() }
}

/// Prints what failed by its form, and fails; silence and a wrong name are counted apart.
fn judge(name: &str, cases: &[Case]) {
    let (mut wrong, mut silent) = (0, 0);
    let mut faults: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for case in cases {
        let read = match case.place {
            LinePlace::LeadOpening => attribution::lead_prefix(&case.text).map(|(read, _)| read),
            place => attribution::read_line(&case.text, place),
        }
        .unwrap_or_default();
        let found = said(read.source.as_deref(), read.author.as_deref(), read.photo.as_deref());
        if found == case.expected {
            continue;
        }
        *(if found == Attribution::default() { &mut silent } else { &mut wrong }) += 1;
        let show = |said: &Attribution| format!("{:?} / {:?} / {:?}", said.source, said.author, said.photo);
        faults.entry(case.form).or_default().push(format!(
            "{:?} {:?}: {}, expected {}",
            case.place,
            case.text,
            show(&found),
            show(&case.expected)
        ));
    }
    println!("{name}: {} right, {wrong} wrong, {silent} silent", cases.len() - wrong - silent);
    for (form, faults) in &faults {
        println!(
            "{form}: {}\n  {}",
            faults.len(),
            faults.iter().step_by(faults.len().div_ceil(6)).cloned().collect::<Vec<_>>().join("\n  ")
        );
    }
    assert!(faults.is_empty(), "{name}: {} of {}", wrong + silent, cases.len());
}

/// Places where a labelled line stands.
const PLACES: &[LinePlace] = &[LinePlace::OwnLine, LinePlace::LastLine, LinePlace::RightAligned, LinePlace::Labelled];

#[test]
fn source_lines_name_their_source() {
    let forms = [
        "Nguồn: {}",
        "Nguồn : {}",
        "NGUỒN: {}",
        "Nguồn tin: {}",
        "(Nguồn: {})",
        "(Nguồn: {}).",
        "Nguồn: {}.",
        "Nguồn: {} ./.",
        "Nguồn: {}./.",
        "Nguồn bài viết: {}",
        "Nguồn tin bài: {}",
        "Nguồn trích: {}",
        "Trích nguồn: {}",
        "Theo: {}",
        "Theo nguồn: {}",
        "[Nguồn: {}]",
        "- Nguồn: {}",
        "* Nguồn: {}",
        "Nguồn:{}",
        "Nguồn tham khảo: {}",
        "Nguồn: Theo {}",
        "Nguồn: {} |",
        "Đơn vị cung cấp: {}",
        "Dẫn nguồn: {}",
        "Source: {}",
    ];
    let mut cases = Vec::new();
    for name in UNITS.iter().chain(OUTLETS) {
        for form in forms {
            for place in PLACES {
                cases.push(Case { form, text: form.replace("{}", name), place: *place, expected: said(Some(name), None, None) });
            }
        }
        for form in ["Theo {}", "(Theo {})", "(theo {})", "Theo {}.", "Theo {} ./."] {
            for place in [LinePlace::LastLine, LinePlace::RightAligned, LinePlace::Labelled] {
                cases.push(Case { form, text: form.replace("{}", name), place, expected: said(Some(name), None, None) });
            }
        }
    }
    judge("source lines", &cases);
}

#[test]
fn bylines_name_their_author() {
    let alone = [
        "Tác giả: {}",
        "Tác giả bài viết: {}",
        "Người viết: {}",
        "Tin: {}",
        "Bài: {}",
        "Tin, bài: {}",
        "Tin bài: {}",
        "Phóng viên: {}",
        "Thực hiện: {}",
        "Biên tập: {}",
        "Tổng hợp: {}",
        "T/h: {}",
        "Biên soạn: {}",
        "Người thực hiện: {}",
        "Bài viết: {}",
        "Người dịch: {}",
        "Biên dịch: {}",
        "(Tác giả: {})",
        "Tác giả: {}.",
        "Tác giả : {}",
        "TÁC GIẢ: {}",
        "Tác giả:{}",
        "Tin: {} ./.",
    ];
    let both = [
        "Tin, ảnh: {}",
        "Bài, ảnh: {}",
        "Tin và ảnh: {}",
        "Bài và ảnh: {}",
        "Tin & ảnh: {}",
        "Tin&ảnh: {}",
        "Tin/ảnh: {}",
        "Tin - ảnh: {}",
        "Bài - Ảnh: {}",
        "Tin, bài, ảnh: {}",
        "Tin ảnh: {}",
        "TIN, ẢNH: {}",
        "Tin, Ảnh : {}",
        "Bài & ảnh: {}",
        "Ảnh, bài: {}",
        "Ảnh và bài: {}",
        "Bài, Ảnh: {}.",
        "(Tin, ảnh: {})",
    ];
    let mut cases = Vec::new();
    for person in PERSONS {
        // The last stop of initials is theirs.
        let is_initials = |form: &str| person.contains(".V.") && form.ends_with("{}.");
        for place in PLACES {
            for form in alone.into_iter().filter(|form| !is_initials(form)) {
                cases.push(Case { form, text: form.replace("{}", person), place: *place, expected: said(None, Some(person), None) });
            }
            for form in both.into_iter().filter(|form| !is_initials(form)) {
                cases.push(Case {
                    form,
                    text: form.replace("{}", person),
                    place: *place,
                    expected: said(None, Some(person), Some(person)),
                });
            }
        }
        for place in [LinePlace::LastLine, LinePlace::RightAligned, LinePlace::Labelled] {
            for form in [
                "{}",
                "{}.",
                "({})",
                "{} ./.",
                "{}./.",
                "{} |",
                "{} (tổng hợp)",
                "{} (t/h)",
                "{} - Trung tâm Khuyến công",
                "{} - Văn phòng Sở",
                "{} - Phòng QLTM",
                "{}, Chi cục Thủy sản",
                "{} (VP Sở)",
            ]
            .into_iter()
            .filter(|form| !is_initials(form))
            {
                cases.push(Case { form, text: form.replace("{}", person), place, expected: said(None, Some(person), None) });
            }
            for form in [
                "{} (Theo Báo Nhân Dân)",
                "{} (Nguồn: Báo Nhân Dân)",
                "{} (Báo Nhân Dân)",
                "{} - Báo Nhân Dân",
                "{}/Báo Nhân Dân",
                "Theo {}/Báo Nhân Dân",
            ] {
                cases.push(Case {
                    form,
                    text: form.replace("{}", person),
                    place,
                    expected: said(Some("Báo Nhân Dân"), Some(person), None),
                });
            }
        }
    }
    judge("bylines", &cases);
}

#[test]
fn two_persons_are_two() {
    let mut cases = Vec::new();
    let pairs = [("Minh Anh", "Quốc Bảo"), ("THANH HÀ", "VĂN ĐẠT"), ("Thế Nhân", "Khánh Duy"), ("Nguyễn Văn An", "Lê Hồng Phong")];
    for (one, other) in pairs {
        for place in [LinePlace::LastLine, LinePlace::RightAligned, LinePlace::Labelled] {
            let persons = format!("{one}; {other}");
            for form in [
                "{} - {}",
                "{} – {}",
                "{}–{}",
                "{}, {}",
                "{} và {}",
                "{}; {}",
                "Tin: {} - {}",
                "Bài: {}, {}",
                "Tác giả: {} và {}",
                "Tác giả: {}, {}",
            ] {
                let text = form.replacen("{}", one, 1).replacen("{}", other, 1);
                cases.push(Case { form, text, place, expected: said(None, Some(&persons), None) });
            }
            for form in [
                "Tin: {} - Ảnh: {}",
                "Tin: {}; Ảnh: {}",
                "Tin: {}, Ảnh: {}",
                "Bài: {} - Ảnh: {}",
                "Tin, bài: {} – Ảnh: {}",
                "Bài: {}. Ảnh: {}",
                "Bài: {} | Ảnh: {}",
                "Tin: {} ảnh: {}",
            ] {
                let text = form.replacen("{}", one, 1).replacen("{}", other, 1);
                cases.push(Case { form, text, place, expected: said(None, Some(one), Some(other)) });
            }
        }
        for form in [
            "Tác giả: {}\nNguồn: Sở Nội vụ",
            "Tác giả: {} - Nguồn: Sở Nội vụ",
            "Tác giả: {} | Nguồn tin: Sở Nội vụ",
            "Tác giả: {}. Nguồn: Sở Nội vụ",
        ] {
            let text = form.replacen("{}", one, 1);
            cases.push(Case { form, text, place: LinePlace::RightAligned, expected: said(Some("Sở Nội vụ"), Some(one), None) });
        }
    }
    judge("two persons", &cases);
}

#[test]
fn signatures_name_their_unit() {
    let mut cases = Vec::new();
    for unit in UNITS {
        for place in [LinePlace::LastLine, LinePlace::RightAligned, LinePlace::Labelled] {
            for form in ["{}", "{}.", "({})", "{} ./.", "{}./.", "{} |"] {
                // A long last line with a stop may be a sentence: silence.
                if form == "{}." && place == LinePlace::LastLine && unit.split(' ').count() > 4 {
                    continue;
                }
                cases.push(Case { form, text: form.replace("{}", unit), place, expected: said(Some(unit), None, None) });
            }
        }
    }
    judge("signatures", &cases);
}

#[test]
fn credits_name_the_photographer() {
    let mut cases = Vec::new();
    for person in
        PERSONS.iter().chain(&["TTXVN", "Công Mạo/TTXVN", "Quang Quyết - TTXVN", "moit.gov.vn", "Internet", "VGP/Nhật Bắc", "CTV"])
    {
        for form in [
            "Ảnh: {}",
            "Ảnh : {}",
            "(Ảnh: {})",
            "Ảnh: {}.",
            "Photo: {}",
            "Nguồn ảnh: {}",
            "ẢNH: {}",
            "Ảnh:{}",
            "Quang cảnh hội nghị. Ảnh: {}",
            "Quang cảnh hội nghị (Ảnh: {})",
            "Quang cảnh hội nghị. (Ảnh: {}).",
            "Quang cảnh hội nghị - Ảnh: {}",
            "Quang cảnh hội nghị_Ảnh: {}",
            "Quang cảnh hội nghị | Ảnh: {}",
            "Đại biểu tham quan triển lãm ảnh. Ảnh: {}",
        ] {
            cases.push(Case {
                form,
                text: form.replace("{}", person),
                place: LinePlace::Caption,
                expected: said(None, None, Some(person)),
            });
        }
    }
    for form in [
        "Ảnh minh họa",
        "(Ảnh minh họa)",
        "Ảnh minh hoạ.",
        "Ảnh minh họa |",
        "Ảnh tư liệu",
        "(Ảnh tư liệu)",
        "Quang cảnh hội nghị",
        "Các đại biểu chụp ảnh lưu niệm",
        "Trao tặng ảnh Bác Hồ cho đơn vị",
        "Ảnh: minh họa",
        "Toàn cảnh buổi lễ. Ảnh minh họa",
    ] {
        cases.push(Case { form, text: form.to_owned(), place: LinePlace::Caption, expected: Attribution::default() });
    }
    judge("credits", &cases);
}

#[test]
fn codes_that_open_a_lead_are_spelled_out() {
    let outlets =
        ["GLO", "BHG", "QTO", "LSO", "CMO", "ĐTO", "TTH", "BTO", "YBĐT", "PLO", "VOV.VN", "ANTD.VN", "BNews", "VietNamNet", "Dân trí"];
    let mut cases = Vec::new();
    for code in outlets {
        let Some(name) = Directory::built_in().outlet(code) else { continue };
        for form in [
            "({}) - Sáng 22/11, UBND tỉnh tổ chức hội nghị",
            "({})- Sáng 22/11, UBND tỉnh tổ chức hội nghị",
            "({}) – Sáng 22/11, UBND tỉnh",
            "({}) Sáng 22/11, UBND tỉnh tổ chức",
            "{} - Sáng 22/11, UBND tỉnh tổ chức",
            "{} – Sáng 22/11, UBND tỉnh tổ chức",
            "{}- Sáng 22/11, UBND tỉnh tổ chức",
            "({})-Sáng 22/11, UBND tỉnh",
        ] {
            cases.push(Case {
                form,
                text: form.replace("{}", code),
                place: LinePlace::LeadOpening,
                expected: said(Some(name), None, None),
            });
        }
    }
    for text in [
        "Lâm Đồng - Sáng 22/11, UBND tỉnh tổ chức",
        "TP.HCM - Sáng 22/11",
        "Bình Thuận: Sáng 22/11",
        "UBND tỉnh - cơ quan thường trực",
        "Hội nghị - sự kiện lớn của ngành",
        "(22/11) - Sáng nay",
        "(Tiếp theo) - Phần hai",
        "COVID-19 - dịch bệnh nguy hiểm",
        "Ngày 22-11-2021 - Sở",
    ] {
        cases.push(Case { form: "no code", text: text.to_owned(), place: LinePlace::LeadOpening, expected: Attribution::default() });
    }
    judge("openings", &cases);
}

#[test]
fn sentences_accounts_and_buttons_are_nobody() {
    let sentences = [
        "Theo đó, các đơn vị cần đẩy mạnh tuyên truyền",
        "Theo thống kê, toàn tỉnh có 124 xã",
        "Theo Quyết định số 16/QĐ-UBND ngày 13/9/2021 của UBND tỉnh",
        "Theo Nghị định 45/2025/NĐ-CP",
        "Theo kế hoạch, hội nghị diễn ra trong hai ngày.",
        "Theo số liệu của Sở Công Thương, kim ngạch xuất khẩu tăng 12%",
        "Theo ông Nguyễn Văn An, Giám đốc Sở Công Thương",
        "Theo Giám đốc Sở Công Thương Nguyễn Văn An, nguồn hàng Tết bảo đảm",
        "Theo báo cáo của Sở Công Thương, nguồn cung ổn định.",
        "Theo Luật Đất đai năm 2024",
        "Theo quy định tại khoản 1 Điều 10",
        "Theo Sở Công Thương, nguồn hàng Tết bảo đảm, không thiếu hàng.",
        "Theo thông tin từ Sở Công Thương, giá xăng giảm",
        "Theo dõi chúng tôi trên Facebook",
        "Theo đánh giá của UBND tỉnh, kết quả đạt khá.",
        "Theo Chủ tịch UBND tỉnh, đây là nhiệm vụ trọng tâm.",
        "Theo Bộ trưởng Bộ Công Thương, cần tháo gỡ khó khăn",
        "Nguồn kinh phí thực hiện: ngân sách tỉnh",
        "Nguồn vốn: ngân sách trung ương",
        "Nguồn điện mặt trời mái nhà",
        "Nguồn nhân lực: 120 người",
        "Nguồn nước: sông La Ngà",
        "Nguồn thu: 1.200 tỷ đồng",
        "Nguồn cung: ổn định",
        "Nguồn gốc: Bình Thuận",
        "Nguồn: sở hữu của hộ gia đình",
        "Nguồn lực: xã hội hóa",
        "Nguồn ngân sách: 2 tỷ đồng",
        "Tin liên quan",
        "Tin cùng chuyên mục",
        "Tin mới",
        "Xem thêm",
        "Quay lại",
        "Trở về",
        "In bài viết",
        "Chia sẻ",
        "Về đầu trang",
        "Người đăng: admin",
        "Đăng bởi: Admin",
        "admin",
        "Admin",
        "Super User",
        "quantri",
        "Quản trị",
        "Bình luận",
        "Gửi bình luận",
        "Tags: nông nghiệp",
        "Từ khóa: nông nghiệp",
        "Lượt xem: 123",
        "Bài viết liên quan",
        "Powered by VNPT",
        "Nơi nhận:",
        "KT. GIÁM ĐỐC",
        "PHÓ GIÁM ĐỐC",
        "TM. ỦY BAN NHÂN DÂN",
        "CHỦ TỊCH",
        "(Đã ký)",
        "Trân trọng cảm ơn!",
        "Trân trọng kính mời.",
        "Hết.",
        "Người ký: Phạm Đình Nghị",
        "Tải về",
        "Tệp đính kèm",
        "File đính kèm:",
        "Đánh giá bài viết",
        "Facebook",
        "Zalo",
        "Thông báo",
        "Hội nghị tổng kết",
        "Trường hợp vi phạm bị xử lý theo quy định.",
        "Hội nghị kết thúc cùng ngày.",
        "Sở Công Thương đã ban hành kế hoạch kiểm tra.",
        "Sở Công Thương thông báo để các đơn vị biết, thực hiện.",
        "Ảnh: Quang cảnh hội nghị triển khai nhiệm vụ trọng tâm của ngành Công Thương năm 2021",
        "Chi tiết xem tại đây",
        "Mọi chi tiết xin liên hệ: Phòng Quản lý thương mại, điện thoại 0252.3822.794",
        "Đường dây nóng: 0252 3822 794",
        "Địa chỉ: 291 Trần Hưng Đạo, Phan Thiết",
    ];
    let mut cases = Vec::new();
    for text in sentences {
        for place in [LinePlace::OwnLine, LinePlace::LastLine, LinePlace::RightAligned] {
            cases.push(Case { form: "nobody", text: text.to_owned(), place, expected: Attribution::default() });
        }
    }
    judge("nobody", &cases);
}
