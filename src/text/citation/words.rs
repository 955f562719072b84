//! The words and abbreviations of legal documents: kinds, and who issues under which letters.
//!
//! Abbreviations are those of appendix III of Decree 30/2020/NĐ-CP, of the
//! party's guide 36-HD/VPTW, and the initials that ministries and departments use.

/// Kinds as they are written, longer names before the names they begin with.
pub(super) const KINDS: &[&str] = &[
    "Nghị quyết liên tịch",
    "Nghị quyết",
    "Nghị định thư",
    "Nghị định",
    "Quyết định",
    "Chỉ thị",
    "Thông tư liên tịch",
    "Thông tư liên bộ",
    "Thông tư liên ngành",
    "Thông tư",
    "Thông tri",
    "Thông báo kết luận",
    "Thông báo",
    "Thông cáo",
    "Bộ luật",
    "Luật",
    "Pháp lệnh",
    "Sắc lệnh",
    "Sắc luật",
    "Lệnh",
    "Hiến pháp",
    "Công văn",
    "Công điện",
    "Công hàm",
    "Công bố",
    "Kế hoạch liên tịch",
    "Kế hoạch liên ngành",
    "Kế hoạch phối hợp",
    "Kế hoạch",
    "Báo cáo thẩm định",
    "Báo cáo thẩm tra",
    "Báo cáo giải trình",
    "Báo cáo giám sát",
    "Báo cáo",
    "Tờ trình liên ngành",
    "Tờ trình",
    "Kết luận thanh tra",
    "Kết luận",
    "Hướng dẫn liên ngành",
    "Hướng dẫn liên tịch",
    "Hướng dẫn",
    "Chương trình hành động",
    "Chương trình phối hợp",
    "Chương trình",
    "Quy chế phối hợp",
    "Quy chế",
    "Quy định",
    "Quy hoạch",
    "Đề án",
    "Phương án",
    "Điều lệ",
    "Văn bản hợp nhất",
    "Văn bản",
    "Giấy mời",
    "Giấy phép",
    "Giấy chứng nhận",
    "Giấy ủy quyền",
    "Biên bản",
    "Hợp đồng",
    "Hiệp định",
    "Bản ghi nhớ",
    "Thỏa thuận",
    "Phiếu chuyển",
    "Phiếu trình",
    "Bản án",
];

/// What the first letters of a number stand for.
pub(super) const TYPES: &[(&str, &str)] = &[
    ("QĐ", "Quyết định"),
    ("NĐ", "Nghị định"),
    ("NQ", "Nghị quyết"),
    ("NQLT", "Nghị quyết liên tịch"),
    ("CT", "Chỉ thị"),
    ("TT", "Thông tư"),
    ("TTLT", "Thông tư liên tịch"),
    ("TTLB", "Thông tư liên bộ"),
    ("TTLN", "Thông tư liên ngành"),
    ("TTr", "Tờ trình"),
    ("TTrLN", "Tờ trình liên ngành"),
    ("KH", "Kế hoạch"),
    ("KHLT", "Kế hoạch liên tịch"),
    ("KHLN", "Kế hoạch liên ngành"),
    ("KHPH", "Kế hoạch phối hợp"),
    ("BC", "Báo cáo"),
    ("BCTĐ", "Báo cáo thẩm định"),
    ("BCTT", "Báo cáo thẩm tra"),
    ("TB", "Thông báo"),
    ("TBKL", "Thông báo kết luận"),
    ("CV", "Công văn"),
    ("CĐ", "Công điện"),
    ("CB", "Công bố"),
    ("HD", "Hướng dẫn"),
    ("HDLN", "Hướng dẫn liên ngành"),
    ("HDLT", "Hướng dẫn liên tịch"),
    ("KL", "Kết luận"),
    ("KLTTr", "Kết luận thanh tra"),
    ("CTr", "Chương trình"),
    ("CTHĐ", "Chương trình hành động"),
    ("CTrHĐ", "Chương trình hành động"),
    ("CTPH", "Chương trình phối hợp"),
    ("CTrPH", "Chương trình phối hợp"),
    ("QC", "Quy chế"),
    ("QCPH", "Quy chế phối hợp"),
    ("QyĐ", "Quy định"),
    ("QĐi", "Quy định"),
    ("ĐA", "Đề án"),
    ("PA", "Phương án"),
    ("BB", "Biên bản"),
    ("HĐ", "Hợp đồng"),
    ("GM", "Giấy mời"),
    ("GP", "Giấy phép"),
    ("GCN", "Giấy chứng nhận"),
    ("GUQ", "Giấy ủy quyền"),
    ("PL", "Pháp lệnh"),
    ("SL", "Sắc lệnh"),
    ("L", "Lệnh"),
    ("LCT", "Lệnh"),
    ("VBHN", "Văn bản hợp nhất"),
    ("TC", "Thông cáo"),
    ("PC", "Phiếu chuyển"),
];

/// Whether the same letters are used by one body or by one in every province.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    National,
    Local,
}

use Reach::{Local, National};

/// Who issues under which letters; digits at the end (QH13) are not part of them.
pub(super) const ISSUERS: &[(&str, &str, Reach)] = &[
    ("CP", "Chính phủ", National),
    ("TTg", "Thủ tướng Chính phủ", National),
    ("HĐBT", "Hội đồng Bộ trưởng", National),
    ("CTN", "Chủ tịch nước", National),
    ("QH", "Quốc hội", National),
    ("UBTVQH", "Ủy ban Thường vụ Quốc hội", National),
    ("VPQH", "Văn phòng Quốc hội", National),
    ("VPCP", "Văn phòng Chính phủ", National),
    ("TW", "Ban Chấp hành Trung ương Đảng", National),
    ("TƯ", "Ban Chấp hành Trung ương Đảng", National),
    ("VPTW", "Văn phòng Trung ương Đảng", National),
    ("BTGTW", "Ban Tuyên giáo Trung ương", National),
    ("BTCTW", "Ban Tổ chức Trung ương", National),
    ("UBKTTW", "Ủy ban Kiểm tra Trung ương", National),
    ("TANDTC", "Tòa án nhân dân tối cao", National),
    ("VKSTC", "Viện kiểm sát nhân dân tối cao", National),
    ("VKSNDTC", "Viện kiểm sát nhân dân tối cao", National),
    ("KTNN", "Kiểm toán nhà nước", National),
    ("TTCP", "Thanh tra Chính phủ", National),
    ("NHNN", "Ngân hàng Nhà nước Việt Nam", National),
    ("UBDT", "Ủy ban Dân tộc", National),
    ("TLĐ", "Tổng Liên đoàn Lao động Việt Nam", National),
    ("MTTW", "Ủy ban Trung ương Mặt trận Tổ quốc Việt Nam", National),
    ("BQP", "Bộ Quốc phòng", National),
    ("BCA", "Bộ Công an", National),
    ("BNG", "Bộ Ngoại giao", National),
    ("BNV", "Bộ Nội vụ", National),
    ("BTP", "Bộ Tư pháp", National),
    ("BTC", "Bộ Tài chính", National),
    ("BCT", "Bộ Công Thương", National),
    ("BKH", "Bộ Kế hoạch và Đầu tư", National),
    ("BKHĐT", "Bộ Kế hoạch và Đầu tư", National),
    ("BNN", "Bộ Nông nghiệp và Phát triển nông thôn", National),
    ("BNNPTNT", "Bộ Nông nghiệp và Phát triển nông thôn", National),
    ("BNNMT", "Bộ Nông nghiệp và Môi trường", National),
    ("BGTVT", "Bộ Giao thông vận tải", National),
    ("BXD", "Bộ Xây dựng", National),
    ("BTNMT", "Bộ Tài nguyên và Môi trường", National),
    ("BTTTT", "Bộ Thông tin và Truyền thông", National),
    ("BLĐTBXH", "Bộ Lao động - Thương binh và Xã hội", National),
    ("BVHTTDL", "Bộ Văn hóa, Thể thao và Du lịch", National),
    ("BVHTT", "Bộ Văn hóa - Thông tin", National),
    ("BKHCN", "Bộ Khoa học và Công nghệ", National),
    ("BGDĐT", "Bộ Giáo dục và Đào tạo", National),
    ("BYT", "Bộ Y tế", National),
    ("BDTTG", "Bộ Dân tộc và Tôn giáo", National),
    ("UBND", "UBND", Local),
    ("UB", "UBND", Local),
    ("CTUBND", "Chủ tịch UBND", Local),
    ("HĐND", "HĐND", Local),
    ("VPUBND", "Văn phòng UBND", Local),
    ("TU", "Tỉnh ủy", Local),
    ("HU", "Huyện ủy", Local),
    ("ĐU", "Đảng ủy", Local),
    ("SNV", "Sở Nội vụ", Local),
    ("STP", "Sở Tư pháp", Local),
    ("STC", "Sở Tài chính", Local),
    ("SCT", "Sở Công Thương", Local),
    ("SKHĐT", "Sở Kế hoạch và Đầu tư", Local),
    ("SNN", "Sở Nông nghiệp và Phát triển nông thôn", Local),
    ("SNNPTNT", "Sở Nông nghiệp và Phát triển nông thôn", Local),
    ("SNNMT", "Sở Nông nghiệp và Môi trường", Local),
    ("SGTVT", "Sở Giao thông vận tải", Local),
    ("SXD", "Sở Xây dựng", Local),
    ("STNMT", "Sở Tài nguyên và Môi trường", Local),
    ("STTTT", "Sở Thông tin và Truyền thông", Local),
    ("SLĐTBXH", "Sở Lao động - Thương binh và Xã hội", Local),
    ("SVHTTDL", "Sở Văn hóa, Thể thao và Du lịch", Local),
    ("SVHTT", "Sở Văn hóa và Thể thao", Local),
    ("SKHCN", "Sở Khoa học và Công nghệ", Local),
    ("SGDĐT", "Sở Giáo dục và Đào tạo", Local),
    ("SYT", "Sở Y tế", Local),
    ("SNgV", "Sở Ngoại vụ", Local),
    ("SDL", "Sở Du lịch", Local),
    ("SDTTG", "Sở Dân tộc và Tôn giáo", Local),
    ("SQHKT", "Sở Quy hoạch - Kiến trúc", Local),
    ("BHXH", "Bảo hiểm xã hội", Local),
    ("LĐLĐ", "Liên đoàn Lao động", Local),
    ("BDT", "Ban Dân tộc", Local),
];

/// Slips and old spellings of single groups, as they look in capitals.
const SLIPS: &[(&str, &str)] = &[
    ("QD", "QĐ"),
    ("ND", "NĐ"),
    ("CD", "CĐ"),
    ("UBNĐ", "UBND"),
    ("HDND", "HĐND"),
    ("HĐNĐ", "HĐND"),
    ("HDNĐ", "HĐND"),
    ("TTLD", "TTLĐ"),
    ("BGDDT", "BGDĐT"),
    ("BLDTBXH", "BLĐTBXH"),
    ("SGDDT", "SGDĐT"),
    ("SLDTBXH", "SLĐTBXH"),
];

/// The kind a group of letters stands for.
pub(super) fn kind_of_type(group: &str) -> Option<&'static str> {
    TYPES.iter().find(|(letters, _)| *letters == group).map(|(_, kind)| *kind)
}

/// Who issues under a group of letters, whatever its digits and `&`.
pub(super) fn issuer_of(group: &str) -> Option<(&'static str, Reach)> {
    let letters: String = group.chars().filter(|c| c.is_alphabetic()).collect();
    ISSUERS.iter().find(|(known, ..)| *known == letters).map(|(_, name, reach)| (*name, *reach))
}

/// True when a group, already in its usual spelling, is one that documents use.
pub(super) fn is_known(group: &str) -> bool {
    kind_of_type(group).is_some() || issuer_of(group).is_some()
}

/// A group in its usual spelling: Ð and ð as Đ, letters O for a zero between
/// letters, capitals, and the small letters of TTg, TTr and CTr.
pub(super) fn usual_spelling(group: &str) -> String {
    let chars: Vec<char> = group.chars().map(stroked_d).collect();
    let mut plain = String::with_capacity(group.len());
    for (i, c) in chars.iter().enumerate() {
        let between_letters = i > 0 && chars[i - 1].is_alphabetic() && chars.get(i + 1).is_some_and(|next| next.is_alphabetic());
        plain.push(if *c == '0' && between_letters { 'O' } else { *c });
    }
    let capitals: String = plain.chars().flat_map(char::to_uppercase).collect();
    if let Some((_, right)) = SLIPS.iter().find(|(slip, _)| *slip == capitals) {
        return (*right).to_owned();
    }
    let letters = TYPES.iter().map(|(letters, _)| *letters).chain(ISSUERS.iter().map(|(letters, ..)| *letters));
    // Among letters that differ only by case (QĐI and QĐi), what was printed is preferred.
    let mut same = letters.filter(|known| known.to_uppercase() == capitals);
    if let Some(first) = same.next() {
        let printed = std::iter::once(first).chain(same).find(|known| *known == plain);
        return printed.unwrap_or(first).to_owned();
    }
    if plain.chars().any(char::is_uppercase) { plain } else { capitals }
}

/// The letters that stand in for Đ on many keyboards, as Đ.
fn stroked_d(c: char) -> char {
    match c {
        'Ð' | 'Ɖ' => 'Đ',
        'ð' | 'ɖ' => 'đ',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_come_to_one_spelling() {
        for (printed, usual) in [
            ("QÐ", "QĐ"),
            ("qđ", "QĐ"),
            ("QD", "QĐ"),
            ("UBNĐ", "UBND"),
            ("TTG", "TTg"),
            ("Ttr", "TTr"),
            ("B0N", "BON"),
            ("QH13", "QH13"),
            ("KT2", "KT2"),
            ("ĐUK", "ĐUK"),
        ] {
            assert_eq!(usual_spelling(printed), usual);
        }
    }

    #[test]
    fn a_longer_kind_stands_before_the_kind_it_begins_with() {
        for (i, kind) in KINDS.iter().enumerate() {
            assert!(KINDS[..i].iter().all(|earlier| !kind.starts_with(&format!("{earlier} "))), "{kind}");
        }
    }

    #[test]
    fn digits_and_ampersands_do_not_hide_the_issuer() {
        assert_eq!(issuer_of("QH13"), Some(("Quốc hội", Reach::National)));
        assert_eq!(issuer_of("BKH&ĐT"), Some(("Bộ Kế hoạch và Đầu tư", Reach::National)));
    }
}
