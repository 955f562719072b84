//! Entity references of feeds: XML's own, HTML's undeclared ones, and those of an internal subset.

use crate::text::fold;
use encoding_rs::WINDOWS_1252;
use quick_xml::escape::{resolve_html5_entity, resolve_xml_entity};
use std::collections::HashMap;

/// Entities of one internal subset that are remembered, and how long each may be.
/// Values are never expanded again, so that none can grow.
const MAX_OWN: usize = 200;
const MAX_OWN_BYTES: usize = 1000;

/// No entity has a longer name.
const MAX_NAME_BYTES: usize = 32;

/// Entities that the document declares for itself.
#[derive(Debug, Default)]
pub struct Entities(HashMap<String, String>);

impl Entities {
    /// Reads `<!ENTITY name "value">` of a document type declaration.
    pub fn declared(doctype: &str) -> Self {
        let mut own = HashMap::new();
        for declaration in doctype.split("<!ENTITY").skip(1).take(MAX_OWN) {
            let mut parts = declaration.trim_start().splitn(2, char::is_whitespace);
            let (Some(name), Some(rest)) = (parts.next(), parts.next()) else { continue };
            let rest = rest.trim_start();
            let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else { continue };
            if let Some(value) = rest[1..].split(quote).next().filter(|value| value.len() <= MAX_OWN_BYTES) {
                own.insert(name.to_owned(), Self::default().decode(value));
            }
        }
        Self(own)
    }

    /// The text of `name` in `&name;`, when it is known.
    pub fn resolve(&self, name: &str) -> Option<String> {
        if let Some(number) = name.strip_prefix('#') {
            return character(number);
        }
        let known = resolve_xml_entity(name).or_else(|| resolve_html5_entity(name));
        known.map(str::to_owned).or_else(|| self.0.get(name).cloned())
    }

    /// Text with its references resolved; what is no reference stays as it is.
    pub fn decode(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find('&') {
            out.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            let end = rest.bytes().take(MAX_NAME_BYTES).position(|byte| byte == b';');
            match end.and_then(|end| Some((end, self.resolve(&rest[..end])?))) {
                Some((end, value)) => {
                    out.push_str(&value);
                    rest = &rest[end + 1..];
                }
                None => out.push('&'),
            }
        }
        out.push_str(rest);
        out
    }
}

/// A character by number; 128 to 159 are meant as windows-1252, as in HTML. One
/// that XML forbids is nothing.
fn character(number: &str) -> Option<String> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16).ok()?,
        None => number.parse().ok()?,
    };
    if (0x80..0xA0).contains(&code) {
        return Some(WINDOWS_1252.decode_without_bom_handling(&[code as u8]).0.into_owned());
    }
    Some(char::from_u32(code).filter(|c| fold::is_xml_char(*c)).map(String::from).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_entities_and_declared_ones_are_known_and_others_stay() {
        let entities = Entities::declared("<!DOCTYPE rss [ <!ENTITY so \"Sở\"> <!ENTITY bom '&so;&so;'> ]>");
        assert_eq!(entities.decode("&so; A&nbsp;&amp; B &#146; &x; &bom;"), "Sở A\u{a0}& B \u{2019} &x; &so;&so;");
    }
}
