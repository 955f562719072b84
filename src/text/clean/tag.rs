//! Start tags as the cleaner writes them: written so, and known again.

use crate::text::clean::elements::Kept;
use std::borrow::Cow;
use url::Url;

/// What every link says of itself.
pub const REL: &str = "noopener noreferrer nofollow";

/// Schemes of links.
pub const SCHEMES: [&str; 3] = ["http", "https", "mailto"];

/// Writes the start tag of an element that is kept with the attributes that are kept; addresses become absolute.
pub fn open<'a>(kept: &Kept, attributes: impl Iterator<Item = (&'a str, &'a str)>, base: &Url, out: &mut String) {
    out.push('<');
    out.push_str(kept.name);
    for (name, value) in attributes.filter(|(name, _)| kept.attributes.contains(name)) {
        if let Some(value) = kept_value(kept.name, name, value, base) {
            out.push(' ');
            out.push_str(name);
            out.push_str("=\"");
            escape(&value, true, out);
            out.push('"');
        }
    }
    if kept.name == "a" {
        out.push_str(" rel=\"");
        out.push_str(REL);
        out.push('"');
    }
    out.push('>');
}

/// The value that is kept of an attribute that may be; none when it goes.
pub fn kept_value<'v>(element: &str, attribute: &str, value: &'v str, base: &Url) -> Option<Cow<'v, str>> {
    match (element, attribute) {
        ("img", "src") => {
            let url = Url::options().base_url(Some(base)).parse(value).ok().filter(is_public_picture)?;
            Some(if url.as_str() == value { Cow::Borrowed(value) } else { Cow::Owned(url.into()) })
        }
        (_, "href") => match Url::parse(value) {
            Ok(url) => SCHEMES.contains(&url.scheme()).then_some(Cow::Borrowed(value)),
            Err(url::ParseError::RelativeUrlWithoutBase) => {
                let url = base.join(value).ok().filter(|url| SCHEMES.contains(&url.scheme()))?;
                Some(Cow::Owned(url.into()))
            }
            Err(_) => None,
        },
        ("img", "width" | "height") | ("td" | "th", "colspan" | "rowspan") | ("ol", "start") => {
            (value.len() <= 4 && value.bytes().all(|byte| byte.is_ascii_digit())).then_some(Cow::Borrowed(value))
        }
        _ => Some(Cow::Borrowed(value)),
    }
}

/// https, from a named host: a picture at an address, or at a name without a dot,
/// would make readers' browsers knock inside their own networks.
fn is_public_picture(src: &Url) -> bool {
    src.scheme() == "https" && src.domain().is_some_and(|host| host.trim_end_matches('.').contains('.'))
}

/// True for the inside of a start tag that [`open`] would write again letter by letter.
pub fn is_kept(kept: &Kept, tag: &str, base: &Url) -> bool {
    if tag.len() == kept.name.len() {
        return kept.name != "a";
    }
    let Some(attributes) = attributes(&tag[kept.name.len()..]) else { return false };
    let mut again = String::with_capacity(tag.len() + 2);
    open(kept, attributes.iter().map(|(name, value)| (*name, value.as_ref())), base, &mut again);
    again.strip_prefix('<').and_then(|again| again.strip_suffix('>')) == Some(tag)
}

/// ` name="value"` and so on; none when it is written otherwise.
fn attributes(mut rest: &str) -> Option<Vec<(&str, Cow<'_, str>)>> {
    let mut found: Vec<(&str, Cow<'_, str>)> = Vec::new();
    while !rest.is_empty() {
        let (name, after) = rest.strip_prefix(' ')?.split_once("=\"")?;
        let (value, after) = after.split_once('"')?;
        // The parser would drop the second.
        if !name.bytes().all(|byte| byte.is_ascii_lowercase()) || found.iter().any(|(other, _)| *other == name) {
            return None;
        }
        found.push((name, unescaped(value)));
        rest = after;
    }
    Some(found)
}

/// Of what [`escape`] writes.
fn unescaped(value: &str) -> Cow<'_, str> {
    if !value.contains('&') {
        return Cow::Borrowed(value);
    }
    let plain = value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&nbsp;", "\u{a0}");
    Cow::Owned(plain.replace("&amp;", "&"))
}

/// Text as HTML serialises it (13.3); quotation marks only in values.
pub fn escape(text: &str, is_value: bool, out: &mut String) {
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let (escaped, length) = match byte {
            b'&' => ("&amp;", 1),
            b'<' => ("&lt;", 1),
            b'>' => ("&gt;", 1),
            b'"' if is_value => ("&quot;", 1),
            0xC2 if text.as_bytes().get(at + 1) == Some(&0xA0) => ("&nbsp;", 2),
            _ => continue,
        };
        out.push_str(&text[from..at]);
        out.push_str(escaped);
        from = at + length;
    }
    out.push_str(&text[from..]);
}

/// True for text as [`escape`] writes it.
pub fn is_escaped(text: &str) -> bool {
    let known = ["&amp;", "&lt;", "&gt;", "&nbsp;"];
    !text.contains(['>', '\u{a0}']) && text.match_indices('&').all(|(at, _)| known.iter().any(|entity| text[at..].starts_with(entity)))
}
