//! Feeds that are no XML, made so: bare ampersands and angles, undeclared entities,
//! unclosed and crossed elements, truncation.

use crate::scrape::listing::feed::entities::Entities;
use crate::scrape::listing::feed::facts::MAX_DEPTH;
use crate::text::fold;
use quick_xml::Reader;
use quick_xml::escape::escape;
use quick_xml::events::{BytesStart, Event};
use std::collections::HashSet;

/// A document without its prologue, and what the prologue declared.
#[derive(Debug)]
pub struct Body<'t> {
    /// From the root element on.
    pub text: &'t str,
    /// Its own entities.
    pub entities: Entities,
}

/// Cuts declarations, comments and document type off: feed-rs panics on some of them.
pub fn body(text: &str) -> Body<'_> {
    let mut rest = text;
    let mut entities = Entities::default();
    loop {
        rest = rest.trim_start_matches(|c: char| c == '\u{feff}' || c.is_whitespace() || c.is_control());
        let end = if rest.starts_with("<?") {
            rest.find("?>").map(|at| at + 2)
        } else if rest.starts_with("<!--") {
            rest.find("-->").map(|at| at + 3)
        } else if rest.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype")) {
            let end = doctype_end(rest);
            entities = Entities::declared(&rest[..end]);
            Some(end)
        } else {
            None
        };
        match end {
            Some(end) => rest = &rest[end..],
            None => return Body { text: rest, entities },
        }
    }
}

/// Behind the `>` that ends a document type declaration, internal subset and quotes considered.
fn doctype_end(text: &str) -> usize {
    let (mut depth, mut quote) = (0_i32, None);
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), _) if open == byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'[') => depth += 1,
            (None, b']') => depth -= 1,
            (None, b'>') if depth <= 0 => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The name of the root element without prefix, in lower case.
pub fn root(text: &str) -> Option<String> {
    let name = body(text).text.strip_prefix('<')?;
    let name = name.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next()?;
    Some(name.rsplit(':').next().unwrap_or(name).to_ascii_lowercase()).filter(|name| !name.is_empty())
}

/// What a broken server prints before its feed is no part of it ("Warning: … on line 3").
pub fn from_root(text: &str) -> &str {
    if text.starts_with('<') && root(text).is_some_and(|name| !matches!(name.as_str(), "br" | "b" | "p" | "div" | "font")) {
        return text;
    }
    let begins = ["<?xml", "<rss", "<feed", "<rdf:RDF"];
    begins.iter().filter_map(|begin| text.find(begin)).min().map_or(text, |at| &text[at..])
}

/// Elements that are open where the writer is.
struct Open {
    name: String,
    /// Where its start tag begins in the output, for entries.
    entry_at: Option<usize>,
}

/// Rewrites a document as well-formed XML. An entry that the end of the document cuts off is dropped.
pub fn tidy(body: &Body<'_>) -> String {
    let text = escape_bare_angles(body.text);
    let mut reader = Reader::from_str(&text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut open: Vec<Open> = Vec::new();
    loop {
        // What cannot be read is where the document was cut.
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                let name = start.name().as_ref().to_owned();
                let is_entry = matches!(start.local_name().as_ref().to_ascii_lowercase().as_str(), "item" | "entry");
                if is_entry {
                    // Entries do not nest: the one before was not closed.
                    close(&name, &mut open, &mut out);
                }
                let at = out.len();
                write_start(&start, &body.entities, &mut out);
                out.push('>');
                open.push(Open { name, entry_at: is_entry.then_some(at) });
                if open.len() > MAX_DEPTH {
                    // Deep enough to be refused by whoever reads this.
                    break;
                }
            }
            Ok(Event::Empty(start)) => {
                write_start(&start, &body.entities, &mut out);
                out.push_str("/>");
            }
            Ok(Event::End(end)) => close(end.name().as_ref().trim_end(), &mut open, &mut out),
            Ok(Event::Text(text)) => push_text(&text, &mut out),
            Ok(Event::CData(text)) => push_text(&text, &mut out),
            Ok(Event::GeneralRef(name)) => match body.entities.resolve(&name) {
                Some(value) => push_text(&value, &mut out),
                None => push_text(&format!("&{};", &*name), &mut out),
            },
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    let cut_off = open.iter().position(|element| element.entry_at.is_some()).filter(|_| open.len() <= MAX_DEPTH);
    if let Some(at) = cut_off {
        out.truncate(open[at].entry_at.unwrap_or(out.len()));
        open.truncate(at);
    }
    for element in open.iter().rev() {
        out.push_str(&format!("</{}>", element.name));
    }
    out
}

/// `a < b` and `<3`: an angle that begins no markup.
fn escape_bare_angles(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let next = rest.strip_prefix('/').unwrap_or(rest).chars().next();
        let begins_markup = next.is_some_and(|c| c.is_alphabetic() || matches!(c, '_' | '!' | '?'));
        out.push_str(if begins_markup { "<" } else { "&lt;" });
    }
    out.push_str(rest);
    out
}

fn write_start(start: &BytesStart<'_>, entities: &Entities, out: &mut String) {
    out.push('<');
    out.push_str(start.name().as_ref());
    let mut seen: HashSet<String> = HashSet::new();
    for attribute in start.html_attributes().with_checks(false).flatten() {
        let key = attribute.key.as_ref();
        let is_name = key.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && key.chars().all(|c| c.is_alphanumeric() || matches!(c, ':' | '_' | '-' | '.'));
        if !is_name || !seen.insert(key.to_owned()) {
            continue;
        }
        out.push_str(&format!(" {key}=\""));
        push_text(&entities.decode(&attribute.value), out);
        out.push('"');
    }
}

/// Closes the nearest open element of this name with all inside it; a stray end is dropped.
fn close(name: &str, open: &mut Vec<Open>, out: &mut String) {
    let exact = open.iter().rposition(|element| element.name == name);
    let Some(at) = exact.or_else(|| open.iter().rposition(|element| element.name.eq_ignore_ascii_case(name))) else { return };
    for element in open.drain(at..).rev() {
        out.push_str(&format!("</{}>", element.name));
    }
}

fn push_text(text: &str, out: &mut String) {
    let allowed: String = text.chars().filter(|c| fold::is_xml_char(*c)).collect();
    out.push_str(&escape(&allowed));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tidied(text: &str) -> String {
        tidy(&body(text))
    }

    #[test]
    fn bare_ampersands_and_angles_are_text() {
        assert_eq!(tidied("<a>A & B < C &nbsp;&x;</a>"), "<a>A &amp; B &lt; C \u{a0}&amp;x;</a>");
    }

    #[test]
    fn crossed_and_unclosed_elements_are_closed() {
        assert_eq!(tidied("<a><b>x<br>y</c></b></a>"), "<a><b>x<br>y</br></b></a>");
    }

    #[test]
    fn an_entry_that_is_cut_off_is_dropped() {
        assert_eq!(tidied("<rss><item>a</item><item><tit"), "<rss><item>a</item></rss>");
    }

    #[test]
    fn the_root_is_found_behind_comments_and_a_subset() {
        assert_eq!(
            root("\u{feff}<?xml version='1.0'?>\n<!-- <html> --><!DOCTYPE x [<!ENTITY a '>'>]><a:Feed x='1'>").as_deref(),
            Some("feed")
        );
    }
}
