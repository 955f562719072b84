//! Every kind of trap with its relatives: a line of traps has no publication date.

use tintinh::directory::Directory;
use tintinh::text::date;

/// One day as traps print it.
const DAYS: &[&str] = &[
    "22/11/2021",
    "22-11-2021",
    "22.11.2021",
    "5/9/2021",
    "01/02/2021",
    "22 tháng 11 năm 2021",
    "05 tháng 9 năm 2021",
    "22/11/21",
    "22 tháng 11/2021",
];

/// Fails with every trap that was taken.
fn refuse(name: &str, lines: impl IntoIterator<Item = String>) {
    let (mut count, mut taken) = (0, Vec::new());
    for line in lines {
        count += 1;
        if let Some(found) = date::vietnamese_date(&line, None) {
            taken.push(format!("{line:?} read as {}", found.moment));
        }
    }
    println!("{name}: {count} refused but {}", taken.len());
    for line in taken.iter().step_by((taken.len() / 40).max(1)) {
        println!("  {line}");
    }
    assert!(taken.is_empty(), "{} of {count}", taken.len());
}

/// Every opening with every day and every end.
fn crossed(openings: &[&str], days: &[&str], ends: &[&str]) -> Vec<String> {
    let with_end = |opening: &str, day: &str| ends.iter().map(|end| format!("{opening}{day}{end}")).collect::<Vec<_>>();
    openings.iter().flat_map(|opening| days.iter().flat_map(|day| with_end(opening, day))).collect()
}

#[test]
fn events_are_refused() {
    let openings = [
        "Sáng ",
        "Chiều ",
        "Tối ",
        "Sáng ngày ",
        "Chiều ngày ",
        "Tối ngày ",
        "Trưa ngày ",
        "Ngày ",
        "Vào ngày ",
        "Trong ngày ",
        "Sáng nay, ",
        "Sáng nay, ngày ",
        "Chiều nay (",
        "Hôm nay, ngày ",
        "Vừa qua, ngày ",
        "Từ ngày ",
        "Đến ngày ",
        "Kể từ ngày ",
        "Lúc 8 giờ 00 ngày ",
        "Vào lúc 7h30 ngày ",
        "Hồi 14 giờ ngày ",
        "Khoảng 15h30 ngày ",
        "Theo kế hoạch, ngày ",
        "Dự kiến ngày ",
        "Thứ Hai, ngày ",
        "Sáng thứ Hai, ngày ",
        "Chiều thứ 2, ngày ",
        "Được biết, vào ngày ",
        "Trước đó, ngày ",
    ];
    let ends = [
        ", Sở Công Thương tổ chức hội nghị triển khai nhiệm vụ",
        ", UBND tỉnh đã ban hành kế hoạch",
        ", tại Hội trường UBND tỉnh, đoàn kiểm tra đã làm việc",
        " Sở Nội vụ phối hợp với Sở Tài chính tổ chức tập huấn",
        "), đồng chí Chủ tịch UBND tỉnh chủ trì cuộc họp",
        " các huyện, thành phố đã đăng ký vắc xin",
        ", Phó bí thư Thường trực Tỉnh ủy tiếp công dân",
    ];
    refuse("events", crossed(&openings, DAYS, &ends));
}

#[test]
fn dates_of_documents_are_refused() {
    let kinds = [
        "Quyết định",
        "Chỉ thị",
        "Công văn",
        "Kế hoạch",
        "Nghị quyết",
        "Nghị định",
        "Thông tư",
        "Thông báo",
        "Văn bản",
        "Tờ trình",
        "Báo cáo",
        "Kết luận",
        "Hướng dẫn",
        "Công điện",
        "Giấy mời",
        "Thông tri",
        "Quy định",
        "Chương trình",
        "Đề án",
        "Biên bản",
        "Giấy phép",
        "Phương án",
    ];
    let numbers = [
        " số 16/CT-UBND ngày ",
        " số 2384/QĐ-UBND, ngày ",
        " 34-CT/TW ngày ",
        " số 45/2025/NĐ-CP ngày ",
        " số 663/SCT ngày ",
        " số 131 ngày ",
        " số 16/CT-UBND (",
        " số: 12/KH-SCT, ngày ",
    ];
    let ends = ["", " của UBND tỉnh Bình Thuận", " về việc tăng cường phòng, chống dịch", ")"];
    let openings: Vec<String> = kinds.iter().flat_map(|kind| numbers.iter().map(move |number| format!("{kind}{number}"))).collect();
    let openings: Vec<&str> = openings.iter().map(String::as_str).collect();
    refuse("documents", crossed(&openings, DAYS, &ends));
    let said = [
        "ban hành ngày ",
        "được ban hành ngày ",
        "ký ngày ",
        "Ngày ký: ",
        "Ngày ban hành: ",
        "Ngày hiệu lực: ",
        "Ngày có hiệu lực: ",
        "có hiệu lực từ ngày ",
        "Có hiệu lực kể từ ngày ",
        "Giấy phép số 12/GP-TTĐT cấp ngày ",
        "Số ký hiệu: 12/QĐ-UBND | Ngày ban hành: ",
        "Số: 12/QĐ-UBND, ngày ",
        "Ngày văn bản: ",
        "Ban hành: ",
    ];
    refuse("documents said", crossed(&said, DAYS, &["", " của UBND tỉnh"]));
}

/// "Bình Thuận, ngày 22 tháng 11 năm 2021" is how documents are signed.
#[test]
fn places_that_date_a_document_are_refused() {
    let names = Directory::built_in().provinces().iter().map(|province| province.name.clone());
    let names = names.chain(["TP. Hồ Chí Minh", "TP.HCM", "Phan Thiết", "Thành phố Hồ Chí Minh"].map(str::to_owned));
    refuse(
        "signed",
        names.flat_map(|name| {
            ["22 tháng 11 năm 2021", "05 tháng 9 năm 2021", "5 tháng 9 năm 2021"].map(|day| format!("{name}, ngày {day}"))
        }),
    );
}

#[test]
fn ranges_are_refused() {
    let mut lines = Vec::new();
    for (first, last) in [
        ("22/11/2021", "25/11/2021"),
        ("22-11-2021", "25-11-2021"),
        ("22.11.2021", "25.11.2021"),
        ("1/9/2021", "5/9/2021"),
        ("22 tháng 11 năm 2021", "25 tháng 11 năm 2021"),
    ] {
        for (open, join, close) in [
            ("", " - ", ""),
            ("", "-", ""),
            ("", " – ", ""),
            ("(", " - ", ")"),
            ("từ ngày ", " đến ngày ", ""),
            ("Từ ", " đến ", ""),
            ("Từ ngày ", " đến hết ngày ", ""),
            ("Từ ngày ", " tới ngày ", ""),
            ("từ ", " - ", ""),
            ("Tuần từ ", " đến ", ""),
            ("Lịch công tác tuần (", " - ", ")"),
            ("Thời gian: ", " đến ", ""),
            ("Thời gian: từ ngày ", " đến ngày ", ""),
            ("giai đoạn ", " - ", ""),
            ("từ 8h00 ngày ", " đến 17h00 ngày ", ""),
        ] {
            lines.push(format!("{open}{first}{join}{last}{close}"));
        }
    }
    for half in [
        "từ ngày 20 đến 22/11/2021",
        "từ 20 đến ngày 22/11/2021",
        "Trong 2 ngày 20 và 21/11/2021",
        "ngày 20 và 21/9/2021",
        "từ ngày 1 đến 3-9-2018",
        "ngày 20-22/11/2021",
        "20 - 22/11/2021",
        "Từ 20-22/11/2021",
        "Các ngày 20, 21, 22/11/2021",
        "Trong các ngày 20, 21/11/2021",
        "từ ngày 20/11 đến ngày 22/11/2021",
        "Từ 20/11 - 22/11/2021",
        "20/11 - 22/11/2021",
        "20/11-22/11/2021",
        "giai đoạn 2021-2025",
        "giai đoạn 2021 - 2025",
        "nhiệm kỳ 2021-2026",
        "năm học 2021-2022",
        "5 năm (2021-2025)",
    ] {
        lines.push(half.to_owned());
    }
    refuse("ranges", lines);
}

#[test]
fn anniversaries_and_lunar_days_are_refused() {
    let lines = crossed(
        &[
            "Kỷ niệm 76 năm Cách mạng Tháng Tám ",
            "Kỷ niệm 131 năm ngày sinh Chủ tịch Hồ Chí Minh ",
            "Chào mừng kỷ niệm ",
            "kỷ niệm ngày thành lập ngành ",
            "Nhân kỷ niệm ngày ",
            "thành lập ngày ",
        ],
        &["(19/8/1945-19/8/2021)", "(19/8/1945 - 19/8/2021)", "19/8/1945", "(19/5/1890–19/5/2021)", "22/11/2021"],
        &["", ", tỉnh tổ chức lễ mít tinh trọng thể"],
    );
    refuse("anniversaries", lines);
    let mut lunar = crossed(
        &[
            "tức ngày ",
            "tức ",
            "(tức ngày ",
            "10/3 âm lịch (tức ngày ",
            "mùng 10 tháng 3 (nhằm ngày ",
            "nhằm ngày ",
            "rằm tháng Giêng (",
            "Mùng 1 Tết Nguyên đán (tức ",
        ],
        DAYS,
        &["", ")"],
    );
    lunar.retain(|line| !line.starts_with("rằm"));
    lunar.extend(crossed(&["", "ngày ", "Ngày ", "("], DAYS, &[" âm lịch", " (âm lịch)", " (ÂL)", " ÂL", " (âl)"]));
    refuse("lunar", lunar);
}

#[test]
fn clocks_that_say_so_are_refused() {
    let clocks = [
        "Thứ Hai, 22/11/2021",
        "Thứ hai, 22/11/2021 08:27",
        "Thứ Hai, ngày 22 tháng 11 năm 2021",
        "22/11/2021 08:27:13",
        "Thứ 2 ngày 22/11/2021 | 08:27",
    ];
    let mut lines = Vec::new();
    for clock in clocks {
        for beside in [
            "Hotline: 0252.3822.794",
            "Đường dây nóng: 0866.59.4498",
            "Đăng nhập",
            "English",
            "Sơ đồ cổng",
            "Liên hệ",
            "Tiếng Việt",
            "Sơ đồ site",
            "Điện thoại: (02133) 878 436",
            "Trang chủ | Giới thiệu",
        ] {
            for sign in [" | ", " - ", " ", "\n"] {
                lines.push(format!("{clock}{sign}{beside}"));
                lines.push(format!("{beside}{sign}{clock}"));
            }
        }
        for opening in ["Hôm nay là ", "Hôm nay: ", "Hôm nay, ", "HÔM NAY "] {
            lines.push(format!("{opening}{clock}"));
        }
    }
    // A breadcrumb may end with the date of its page.
    lines.retain(|line| !line.starts_with("Trang chủ"));
    refuse("clocks", lines);
}

#[test]
fn what_forms_ask_for_is_refused() {
    let labels = [
        "Hạn nộp hồ sơ: ",
        "Hạn cuối: ",
        "Hạn chót: ",
        "Hạn nộp: ",
        "Thời hạn: ",
        "Thời hạn nộp hồ sơ đến ngày ",
        "Trước ngày ",
        "trước 17h00 ngày ",
        "Chậm nhất ngày ",
        "chậm nhất là ngày ",
        "Ngày hết hạn: ",
        "Ngày thi: ",
        "Thời gian: ",
        "Thời gian: 8h00 ngày ",
        "Thời gian bắt đầu: ",
        "Thời gian tổ chức: ",
        "Khai mạc: ",
        "Khai mạc ngày ",
        "Bế mạc: ",
        "Ngày sinh: ",
        "Sinh ngày ",
        "Ngày cấp: ",
        "Cấp ngày ",
        "Ngày họp: ",
        "Ngày bắt đầu: ",
        "Ngày kết thúc: ",
        "Ngày mở thầu: ",
        "Thời điểm đóng thầu: ",
        "Lịch tiếp công dân ngày ",
        "Lịch công tác ngày ",
        "Tính đến ngày ",
        "Tính đến hết ngày ",
        "đến hết ngày ",
        "Ngày đến: ",
        "Ngày nộp: ",
        "Ngày hẹn trả: ",
        "Ngày giao dịch: ",
        "Giá vàng ngày ",
        "Dự báo thời tiết ngày ",
        "Số liệu ngày ",
        "Thời hạn góp ý: ",
        "Ngày lấy ý kiến: ",
        "Ngày hoàn thành: ",
        "Ngày nghiệm thu: ",
    ];
    refuse("forms", crossed(&labels, DAYS, &[""]));
}

#[test]
fn numbers_ordinals_and_parts_of_dates_are_refused() {
    let lines = [
        "0866.59.4498",
        "(02133) 878 436",
        "02333 852 458",
        "ĐT: 0252.22.11.2021",
        "Tel: 028.22.11.2021",
        "0903.22.11.21",
        "Fax: 84.22.11.2021",
        "0252-22-11-2021",
        "+84 22-11-2021",
        "Điện thoại: 02.11.2021",
        "Phiên bản 2.11.2021",
        "IP 10.11.12.13",
        "tháng 11/2021",
        "Tháng 11 năm 2021",
        "tháng 10-2015",
        "quý IV/2021",
        "quý I năm 2018",
        "năm 2021",
        "Kỳ họp tháng 5 năm 2018",
        "6/2",
        "Ngày 18.6",
        "(20/7)",
        "ngày 22/11",
        "ngày 22 tháng 11",
        "Thứ hai, bám sát nội dung định hướng, phát triển ngành giai đoạn 2021 - 2025",
        "Thứ ba, thi đua đề xuất giải pháp",
        "Thứ tư, tăng cường kiểm tra",
        "Thứ năm, thực hiện có hiệu quả",
        "Thứ sáu, đẩy mạnh tuyên truyền",
        "Thứ bảy, phối hợp",
        "(thứ 3 từ trái sang)",
        "lần thứ XIII",
        "lần thứ 5 năm 2021",
        "Thứ trưởng Bộ Công Thương",
        "Tuần thứ: Năm:",
        "Lượt xem: 4395",
        "Số lượt truy cập: 47856130",
        "8/12; 53/82 tỉnh",
        "100/2021",
        "1/2/3",
        "31/02/2021",
        "32/01/2021",
        "22/13/2021",
        "00/11/2021",
        "22/11/0021",
        "22/11/20211",
        "Từ 7h00’ đến 11h30’",
        "08:30",
        "Đạt 22/11/2021 chỉ tiêu kế hoạch đề ra",
        "Tin số 22/2021",
        "Số 22/2021/QĐ-UBND",
        "22:19",
        "Thứ hai",
        "Chủ nhật",
        "Hội nghị lần thứ 11 khóa XIII",
    ];
    refuse("numbers and parts", lines.map(str::to_owned));
}

#[test]
fn days_that_the_page_itself_calls_otherwise_are_refused() {
    let labels = [
        "Kết thúc: ",
        "Bắt đầu: ",
        "Khai mạc: ",
        "Diễn ra: 8h00 ",
        "Dự kiến: ",
        "Đấu giá: ",
        "Cuộc họp ngày ",
        "Ngày xảy ra: ",
        "Ngày mất: ",
        "Ngày tiếp công dân: ",
        "Cắt điện: 7h30 - 11h00 ngày ",
        "Báo Đồng Nai ngày ",
        "Công báo số 12 ngày ",
        "In ngày ",
        "Ngày in: ",
        "Ngày truy cập: ",
        "Xem lần cuối: ",
        "Tải về ngày: ",
        "Hiện tại: ",
        "Printed: ",
        "Today is ",
        "Chụp lúc 10:00 ",
        "Deadline: ",
        "Expires: ",
        "Issued ",
        "Đã sửa đổi, bổ sung ngày ",
    ];
    refuse("called otherwise", crossed(&labels, DAYS, &["", " | Lượt xem: 87"]));
    for letter in
        ["Bức thư được viết ngày 20/11/2021 tại Phan Thiết gửi các đơn vị", "Bài thơ viết ngày 20/11/2021 của nhà thơ Nguyễn Văn A"]
    {
        assert_eq!(date::vietnamese_date(letter, None), None, "{letter}");
    }
    for read in ["Được viết ngày: ", "Viết ngày: ", "Được viết: ", "Ngày viết: ", "Được đăng: ", "Thời gian đăng: ", "Ngày xuất bản: "]
    {
        let found = date::vietnamese_date(&format!("{read}20/11/2025 10:20"), None).unwrap();
        assert_eq!((found.label, found.precision), (Some(date::Label::Published), date::Precision::Minute), "{read}");
    }
    for read in ["Ngày đăng: 20/11/2025", "Tin ngày 20/11/2025", "Ngày: 20/11/2025", "Lượt xem: 87 | 20/11/2025", "Lan Anh | 20/11/2025"]
    {
        assert!(date::vietnamese_date(read, None).is_some(), "{read}");
    }
}
