//! What a document, or who sent it, declares its encoding to be.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Browsers look for `<meta>` in the first 1024 bytes; these pages open with comments and scripts.
const PRESCAN: usize = 4096;
/// An XML declaration is shorter.
const XML_DECLARATION: usize = 256;

/// The encoding in a `Content-Type` value: `text/html; charset="utf-8"`.
pub(super) fn in_header(content_type: &str) -> Option<&'static Encoding> {
    charset_value(content_type.as_bytes()).and_then(Encoding::for_label)
}

/// The encoding in a `<meta>` near the start, after the prescan of the HTML standard (13.2.3.2).
pub(super) fn in_meta(bytes: &[u8]) -> Option<&'static Encoding> {
    let mut rest = &bytes[..bytes.len().min(PRESCAN)];
    while let Some(at) = rest.iter().position(|byte| *byte == b'<') {
        rest = &rest[at..];
        if rest.starts_with(b"<!--") {
            rest = &rest[find(rest, b"-->")?..];
            continue;
        }
        let is_meta = rest.get(..5).is_some_and(|name| name.eq_ignore_ascii_case(b"<meta"));
        if !is_meta {
            rest = &rest[1..];
            continue;
        }
        let end = rest.iter().position(|byte| *byte == b'>').unwrap_or(rest.len());
        if let Some(encoding) = charset_value(&rest[..end]).and_then(Encoding::for_label) {
            // What could be read so far is not UTF-16, whatever it says; the standard takes UTF-8.
            return Some(if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding });
        }
        rest = &rest[end..];
    }
    None
}

/// The encoding in `<?xml version="1.0" encoding="…"?>`.
pub(super) fn in_xml_declaration(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = bytes.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let head = &bytes[start..bytes.len().min(start + XML_DECLARATION)];
    if !head.starts_with(b"<?xml") {
        return None;
    }
    let declaration = &head[..find(head, b"?>")?];
    let encoding = Encoding::for_label(value_after(declaration, b"encoding")?)?;
    // What could be read byte by byte is not UTF-16.
    (encoding != UTF_16LE && encoding != UTF_16BE).then_some(encoding)
}

fn charset_value(bytes: &[u8]) -> Option<&[u8]> {
    value_after(bytes, b"charset")
}

/// The value after `name =`, with or without quotes.
fn value_after<'a>(bytes: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let mut rest = bytes;
    loop {
        let at = rest.windows(name.len()).position(|found| found.eq_ignore_ascii_case(name))?;
        rest = rest[at + name.len()..].trim_ascii_start();
        let Some(value) = rest.strip_prefix(b"=") else { continue };
        let value = value.trim_ascii_start();
        let value = value.strip_prefix(b"\"").or(value.strip_prefix(b"'")).unwrap_or(value);
        let end = value.iter().position(|byte| matches!(byte, b'"' | b'\'' | b';' | b'>' | b'/' | b',') || byte.is_ascii_whitespace());
        return Some(&value[..end.unwrap_or(value.len())]);
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|found| found == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{WINDOWS_1252, WINDOWS_1258};

    #[test]
    fn metas_of_every_shape_are_read() {
        for meta in [
            "<meta charset=windows-1258>",
            "<META HTTP-EQUIV='Content-Type' CONTENT='text/html; charset=windows-1258'/>",
            "<!-- <meta charset=utf-8> --><meta name=x content=charset><meta charset = \"windows-1258\" />",
            "<meta http-equiv=Content-Type content=\"text/html;charset=x-cp1258\">",
        ] {
            assert_eq!(in_meta(meta.as_bytes()), Some(WINDOWS_1258), "{meta}");
        }
        assert_eq!(in_meta(b"<p>charset=utf-8"), None);
        assert_eq!(in_meta(b"<meta charset=utf-16>"), Some(UTF_8));
    }

    #[test]
    fn headers_and_declarations_are_read() {
        assert_eq!(in_header("text/html; Charset=\"UTF-8\""), Some(UTF_8));
        assert_eq!(in_header("text/html"), None);
        assert_eq!(in_xml_declaration(b"\n<?xml version='1.0' encoding='iso-8859-1' ?>"), Some(WINDOWS_1252));
        assert_eq!(in_xml_declaration(b"<rss encoding='utf-8'>"), None);
    }
}
