//! Pages in other encodings come out as the same Vietnamese text.

use tintinh::text::charset::{Decoded, Evidence, decode_html};

/// What every page says, with tone marks and in NFC.
const DAY: &str = "Thứ Hai, ngày 22 tháng 11 năm 2021";

fn read(page: &[u8]) -> Decoded<'_> {
    let decoded = decode_html(page, Some("text/html"));
    assert!(decoded.text.contains(DAY), "{}", decoded.text);
    assert!(decoded.text.contains("Sở Xây dựng"), "{}", decoded.text);
    assert!(decoded.text.contains("thông báo."), "{}", decoded.text);
    println!("{} ({:?})", decoded.encoding, decoded.evidence);
    decoded
}

#[test]
fn windows_1258_is_composed() {
    let decoded = read(include_bytes!("vietnam/cms/encoding-windows-1258.html"));
    assert_eq!((decoded.encoding, decoded.evidence), ("windows-1258", Evidence::Meta));
    assert!(decoded.text.contains("Nguồn: Sở Xây dựng</p>"));
}

#[test]
fn decomposed_utf_8_is_composed() {
    let decoded = read(include_bytes!("vietnam/cms/encoding-nfd.html"));
    assert_eq!((decoded.encoding, decoded.evidence), ("UTF-8", Evidence::Meta));
    assert!(decoded.text.contains("Nguồn: Sở Xây dựng</p>"));
}

#[test]
fn double_utf_8_is_repaired() {
    let decoded = read(include_bytes!("vietnam/cms/encoding-double-utf8.html"));
    assert_eq!((decoded.encoding, decoded.evidence), ("UTF-8", Evidence::Repaired));
    assert!(decoded.text.contains("<title>Thông báo</title>"));
    assert!(decoded.text.contains("Nguồn: Sở Xây dựng</p>"));
}

#[test]
fn tcvn3_is_told_by_its_font() {
    let decoded = read(include_bytes!("vietnam/cms/encoding-tcvn3.html"));
    assert_eq!((decoded.encoding, decoded.evidence), ("TCVN3", Evidence::Legacy));
    assert!(decoded.text.contains("<title>Thong bao</title>"));
}
