//! What a Word file (DOCX) says: its paragraphs, with runs in legacy fonts as Unicode.

use crate::text::legacy::Legacy;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::io::{Cursor, Read};

/// The text part is unpacked no further: a bomb costs as much as a long document.
const MAX_XML_BYTES: u64 = 32 << 20;

/// A text is read no further.
const MAX_TEXT_BYTES: usize = 4 << 20;

/// Why a file has no text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OfficeError {
    /// It is no DOCX.
    #[error("this is no Word file: {0}")]
    NotOne(String),
    /// It unpacks to more than is read.
    #[error("the Word file unpacks to more than {} MB", MAX_XML_BYTES >> 20)]
    TooLarge,
}

/// The text of a DOCX file (ECMA-376 part 1, section 17): a line a paragraph.
pub fn docx(bytes: &[u8]) -> Result<String, OfficeError> {
    let broken = |error: &dyn std::fmt::Display| OfficeError::NotOne(error.to_string());
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    let part = archive.by_name("word/document.xml").map_err(|error| broken(&error))?;
    let mut xml = Vec::new();
    part.take(MAX_XML_BYTES + 1).read_to_end(&mut xml).map_err(|error| broken(&error))?;
    if xml.len() as u64 > MAX_XML_BYTES {
        return Err(OfficeError::TooLarge);
    }
    let mut text = Text::default();
    let xml = String::from_utf8_lossy(&xml);
    let mut reader = Reader::from_str(&xml);
    loop {
        match reader.read_event().map_err(|error| broken(&error))? {
            Event::Eof => break,
            Event::Start(element) => text.begin(&element),
            Event::Empty(element) => text.single(&element),
            Event::Text(words) if text.is_words => text.run.push_str(&words.xml10_content()),
            Event::GeneralRef(name) if text.is_words => text.reference(&name),
            Event::End(element) => text.end(element.local_name().as_ref()),
            _ => {}
        }
        if text.whole.len() > MAX_TEXT_BYTES {
            break;
        }
    }
    Ok(text.whole)
}

/// What was read so far.
#[derive(Default)]
struct Text {
    whole: String,
    run: String,
    is_words: bool,
    font: Option<Legacy>,
}

impl Text {
    fn begin(&mut self, element: &BytesStart<'_>) {
        match element.local_name().as_ref() {
            "t" => self.is_words = true,
            "r" => self.font = None,
            _ => self.single(element),
        }
    }

    fn single(&mut self, element: &BytesStart<'_>) {
        match element.local_name().as_ref() {
            "tab" => self.run.push('\t'),
            "br" | "cr" => self.run.push('\n'),
            "rFonts" => {
                let names = element.attributes().flatten().map(|attribute| attribute.value.into_owned());
                self.font = names.into_iter().find_map(|name| font(&name));
            }
            _ => {}
        }
    }

    /// `&amp;` and the like.
    fn reference(&mut self, name: &str) {
        if let Ok(words) = quick_xml::escape::unescape(&format!("&{name};")) {
            self.run.push_str(&words);
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "t" => self.is_words = false,
            "r" => {
                let run = std::mem::take(&mut self.run);
                self.whole.push_str(&self.font.map_or_else(|| run.clone(), |code| code.decode(&run)));
            }
            "p" => {
                // What stands outside any run is kept as it is.
                let rest = std::mem::take(&mut self.run);
                self.whole.push_str(&rest);
                self.whole.push('\n');
            }
            "tc" => self.whole.push('\t'),
            _ => {}
        }
    }
}

/// The code that a font stands for: `.VnTime` is TCVN3, `VNI-Times` is VNI.
fn font(name: &str) -> Option<Legacy> {
    let name = name.to_ascii_lowercase();
    if name.starts_with(".vn") {
        Some(Legacy::Tcvn3)
    } else if name.starts_with("vni-") || name.starts_with("vni ") {
        Some(Legacy::Vni)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn file(document: &str) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file("word/document.xml", zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(document.as_bytes()).unwrap();
        writer.finish().unwrap().into_inner()
    }

    fn body(runs: &str) -> String {
        format!("<w:document xmlns:w=\"w\"><w:body>{runs}</w:body></w:document>")
    }

    #[test]
    fn paragraphs_are_lines_and_legacy_fonts_become_unicode() {
        let runs = "<w:p><w:r><w:t>Thu h\u{1ed3}i </w:t></w:r><w:r><w:t>12 ha &amp; 3</w:t></w:r></w:p>\
                    <w:p><w:r><w:rPr><w:rFonts w:ascii=\".VnTime\"/></w:rPr><w:t>Céng hoµ</w:t></w:r></w:p>\
                    <w:p><w:r><w:rPr><w:rFonts w:ascii=\"VNI-Times\"/></w:rPr><w:t>Coäng hoøa</w:t></w:r></w:p>";
        assert_eq!(docx(&file(&body(runs))).unwrap(), "Thu hồi 12 ha & 3\nCộng hoà\nCộng hòa\n");
    }

    #[test]
    fn a_bomb_and_a_broken_file_are_refused() {
        let spaces = " ".repeat(usize::try_from(MAX_XML_BYTES).unwrap() + 1);
        assert_eq!(docx(&file(&spaces)), Err(OfficeError::TooLarge));
        assert!(matches!(docx(b"PK\x03\x04 nothing"), Err(OfficeError::NotOne(_))));
        assert!(matches!(docx(&file("<w:document><w:p></w:document>")), Err(OfficeError::NotOne(_))));
    }
}
