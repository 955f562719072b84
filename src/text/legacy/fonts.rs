//! Which parts of a page are drawn with a legacy font, and those parts as Unicode.

use crate::text::legacy::{Legacy, Signs, detect};

/// Elements whose next one closes them: `<p>` after `<p>`.
const CLOSED_BY_NEXT: &[&str] = &["p", "li", "td", "th", "tr", "option", "dt", "dd"];
/// Elements that have no end tag.
const VOID: &[&str] = &["br", "img", "hr", "input", "meta", "link", "col", "area", "base", "embed", "wbr", "param"];
/// Elements whose content is not text.
const RAW: &[&str] = &["script", "style"];
/// More open elements with a font than a person writes.
const MOST_OPEN: usize = 200;

/// Names of the Latin-1 characters from 0xA0 (HTML 4.01, section 24.2).
const LATIN1_NAMES: [&str; 96] = [
    "nbsp", "iexcl", "cent", "pound", "curren", "yen", "brvbar", "sect", "uml", "copy", "ordf", "laquo", "not", "shy", "reg", "macr",
    "deg", "plusmn", "sup2", "sup3", "acute", "micro", "para", "middot", "cedil", "sup1", "ordm", "raquo", "frac14", "frac12", "frac34",
    "iquest", "Agrave", "Aacute", "Acirc", "Atilde", "Auml", "Aring", "AElig", "Ccedil", "Egrave", "Eacute", "Ecirc", "Euml", "Igrave",
    "Iacute", "Icirc", "Iuml", "ETH", "Ntilde", "Ograve", "Oacute", "Ocirc", "Otilde", "Ouml", "times", "Oslash", "Ugrave", "Uacute",
    "Ucirc", "Uuml", "Yacute", "THORN", "szlig", "agrave", "aacute", "acirc", "atilde", "auml", "aring", "aelig", "ccedil", "egrave",
    "eacute", "ecirc", "euml", "igrave", "iacute", "icirc", "iuml", "eth", "ntilde", "ograve", "oacute", "ocirc", "otilde", "ouml",
    "divide", "oslash", "ugrave", "uacute", "ucirc", "uuml", "yacute", "thorn", "yuml",
];
/// The longest of them: `frac14`, `brvbar`, `Aacute`, and a few to spare.
const LONGEST_NAME: usize = 8;

/// A font that draws legacy text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Font {
    code: Legacy,
    /// `.VnTimeH` draws small letters as capitals.
    is_capital: bool,
}

/// A piece of a page: a tag or a comment, or text with the font it is in.
enum Piece<'a> {
    Markup(&'a str),
    Text { text: &'a str, font: Option<Font> },
}

/// A page with its legacy text as Unicode, and the code; `None` when it has none.
///
/// Text in a `.Vn…` or `VNI-…` font is converted unless its letters show that
/// it is Unicode already, which is common where an editor pasted over old
/// markup. Text outside such fonts is converted when the letters of the whole
/// page leave no doubt (its fonts may stand in a style sheet).
pub fn page(html: &str) -> Option<(String, Legacy)> {
    let pieces = pieces(html);
    let outside: String = pieces.iter().filter_map(|piece| plain_text(piece, None)).collect::<Vec<_>>().join("\n");
    let everywhere = detect(&outside);
    let votes = [Votes::of(&pieces, Legacy::Tcvn3), Votes::of(&pieces, Legacy::Vni)];
    let code = votes.iter().find(|votes| votes.legacy > 0).map(|votes| votes.code).or(everywhere)?;
    let mut out = String::with_capacity(html.len() + html.len() / 4);
    for piece in &pieces {
        match (piece, everywhere) {
            (Piece::Markup(text), _) => out.push_str(text),
            (Piece::Text { text, font: Some(font) }, _) => {
                let votes = votes.iter().find(|votes| votes.code == font.code);
                push(&mut out, text, *font, votes.is_some_and(Votes::take_what_is_unclear));
            }
            (Piece::Text { text, font: None }, Some(code)) => push(&mut out, text, Font { code, is_capital: false }, true),
            (Piece::Text { text, font: None }, None) => out.push_str(text),
        }
    }
    Some((out, code))
}

/// The text of a piece in a font of one code, or in no legacy font; entities read.
fn plain_text(piece: &Piece<'_>, code: Option<Legacy>) -> Option<String> {
    match piece {
        Piece::Text { text, font } if font.map(|font| font.code) == code => Some(without_entities(text)),
        _ => None,
    }
}

/// How many texts in fonts of a code show by their letters that they are in it, or are Unicode.
struct Votes {
    code: Legacy,
    legacy: usize,
    unicode: usize,
}

impl Votes {
    fn of(pieces: &[Piece<'_>], code: Legacy) -> Self {
        let signs: Vec<Signs> = pieces.iter().filter_map(|piece| plain_text(piece, Some(code))).map(|text| Signs::of(&text)).collect();
        let unicode = signs.iter().filter(|signs| signs.unicode > 0).count();
        let legacy = signs.iter().filter(|signs| signs.unicode == 0 && signs.count(code) > 0).count();
        Votes { code, legacy, unicode }
    }

    /// Whether "Së" is "Sở": its letter exists in both.
    fn take_what_is_unclear(&self) -> bool {
        self.legacy > self.unicode
    }
}

/// Writes text of a legacy font as Unicode, unless its own letters are Unicode.
fn push(out: &mut String, text: &str, font: Font, take_unclear: bool) {
    let plain = without_entities(text);
    let signs = Signs::of(&plain);
    let is_legacy = signs.unicode == 0 && (take_unclear || signs.count(font.code) > 0);
    if !is_legacy {
        out.push_str(text);
        return;
    }
    let decoded = font.code.decode(&plain);
    if font.is_capital { out.extend(decoded.chars().flat_map(char::to_uppercase)) } else { out.push_str(&decoded) }
}

/// Text with the entities of Latin-1 letters read, since old editors wrote `b&cedil;o` for "b¸o";
/// `&amp;`, `&lt;` and the others stay.
fn without_entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match entity(rest) {
            Some((c, length)) => {
                out.push(c);
                rest = &rest[length..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// The Latin-1 letter of an entity at the start, and the length of the entity.
fn entity(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(LONGEST_NAME + 2).position(|byte| byte == b';')?;
    let name = text.get(1..end)?;
    let code = match name.strip_prefix('#') {
        Some(number) => number.parse().ok().filter(|code| (0xA1..=0xFF).contains(code))?,
        // A no-break space is a blank in these fonts too, and stays what it is.
        None => 0xA0 + u32::try_from(LATIN1_NAMES.iter().position(|known| *known == name).filter(|at| *at > 0)?).ok()?,
    };
    Some((char::from_u32(code)?, end + 1))
}

/// An open element that set a font, or that is of the same name as the one that did.
struct Open {
    name: String,
    /// Elements of the same name opened inside it.
    nested: usize,
    font: Option<Font>,
}

/// A page cut at its tags, every text with the legacy font it is in.
fn pieces(html: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut rest = html;
    while !rest.is_empty() {
        let text_end = next_tag(rest);
        if text_end > 0 {
            pieces.push(Piece::Text { text: &rest[..text_end], font: open.last().and_then(|element| element.font) });
        }
        rest = &rest[text_end..];
        let tag_end = tag_length(rest);
        let (tag, after) = rest.split_at(tag_end);
        pieces.push(Piece::Markup(tag));
        rest = after;
        let name = tag_name(tag);
        if RAW.contains(&name.as_str()) && !tag.starts_with("</") {
            let (raw, after) = rest.split_at(raw_length(rest, &name));
            pieces.push(Piece::Markup(raw));
            rest = after;
        } else {
            follow(&mut open, tag, name);
        }
    }
    pieces
}

/// Where the next tag or comment begins; a `<` before a blank or a digit is text.
fn next_tag(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is_tag = |at: &usize| {
        bytes[*at] == b'<' && bytes.get(at + 1).is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'/' | b'!' | b'?'))
    };
    (0..bytes.len()).find(is_tag).unwrap_or(bytes.len())
}

/// The length of the tag or comment that begins the text; all of it when it does not end.
fn tag_length(text: &str) -> usize {
    if let Some(comment) = text.strip_prefix("<!--") {
        return comment.find("-->").map_or(text.len(), |at| at + "<!---->".len());
    }
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') if text.as_bytes()[at - 1] == b'=' => quote = Some(byte),
            (Some(open), byte) if byte == open => quote = None,
            _ => {}
        }
    }
    // A quote that nothing closes would swallow the page: end at the first bracket.
    text.find('>').map_or(text.len(), |at| at + 1)
}

/// The length of a script or style up to its end tag.
fn raw_length(text: &str, name: &str) -> usize {
    let is_end = |(at, _): &(usize, &str)| {
        text.as_bytes().get(at + 2..at + 2 + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
    };
    text.match_indices("</").find(is_end).map_or(text.len(), |(at, _)| at)
}

fn tag_name(tag: &str) -> String {
    let name = tag.trim_start_matches(['<', '/']);
    name.bytes().take_while(u8::is_ascii_alphanumeric).map(|byte| char::from(byte.to_ascii_lowercase())).collect()
}

/// Keeps track of the fonts in force after a tag.
fn follow(open: &mut Vec<Open>, tag: &str, name: String) {
    if name.is_empty() || VOID.contains(&name.as_str()) || tag.ends_with("/>") {
        return;
    }
    if tag.starts_with("</") {
        let Some(at) = open.iter().rposition(|element| element.name == name) else { return };
        if open[at].nested > 0 {
            open[at].nested -= 1;
            open.truncate(at + 1);
        } else {
            open.truncate(at);
        }
        return;
    }
    if CLOSED_BY_NEXT.contains(&name.as_str()) && open.last().is_some_and(|element| element.name == name) {
        open.pop();
    }
    match font_of(tag) {
        Some(font) if open.len() < MOST_OPEN => open.push(Open { name, nested: 0, font }),
        _ => {
            if let Some(element) = open.iter_mut().rev().find(|element| element.name == name) {
                element.nested += 1;
            }
        }
    }
}

/// The font a tag sets: `Some(None)` when it sets one that is not legacy.
fn font_of(tag: &str) -> Option<Option<Font>> {
    let lower = tag.to_ascii_lowercase();
    let value_at = ["face=", "font-family:", "font-family :"].iter().find_map(|name| lower.find(name).map(|at| at + name.len()))?;
    let families = tag[value_at..].trim_start_matches(['"', '\'', ' ']).replace("&quot;", "\"");
    let families = families.trim_start_matches(['"', '\'', ' ']);
    let end = families.find([';', '>', ',', '"', '\'']).unwrap_or(families.len());
    Some(legacy_font(families[..end].trim()))
}

/// The legacy font of a name, if it is one.
fn legacy_font(name: &str) -> Option<Font> {
    let starts_with = |prefix: &str| name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    if starts_with(".Vn") {
        return Some(Font { code: Legacy::Tcvn3, is_capital: name.ends_with('H') });
    }
    starts_with("VNI-").then_some(Font { code: Legacy::Vni, is_capital: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn converted(html: &str) -> String {
        page(html).map_or_else(|| html.to_owned(), |(text, _)| text)
    }

    #[test]
    fn only_the_text_in_the_font_is_converted() {
        let html = r#"<p>Où est «là»?</p><p><font face=".VnTime">Së X©y <b>dùng</b></font> déjà</p>"#;
        assert_eq!(converted(html), r#"<p>Où est «là»?</p><p><font face=".VnTime">Sở Xây <b>dựng</b></font> déjà</p>"#);
    }

    #[test]
    fn a_font_inside_another_ends_with_its_element() {
        let html = r#"<font face="VNI-Times">Coäng <font face=Arial>café</font> hoøa</font> café"#;
        assert_eq!(converted(html), r#"<font face="VNI-Times">Cộng <font face=Arial>café</font> hòa</font> café"#);
    }

    #[test]
    fn unicode_pasted_into_an_old_font_stays() {
        for html in [r#"<span style="font-family:.VnTime">Sở Xây dựng hoà à</span>"#, r#"<font face=".VnTime">déjà</font>"#] {
            assert_eq!(page(html), None);
        }
        let mixed = r#"<span style="font-family: '.VnTime'">Sở Xây dựng</span><span style="font-family: &quot;.VnTime&quot;,serif">th«ng b¸o míi</span>"#;
        assert!(converted(mixed).contains("Sở Xây dựng</span>"));
        assert!(converted(mixed).contains("thông báo mới"));
    }

    #[test]
    fn capital_fonts_draw_capitals() {
        assert_eq!(converted(r#"<font face=".VnTimeH">th«ng b¸o</font>"#), r#"<font face=".VnTimeH">THÔNG BÁO</font>"#);
    }

    #[test]
    fn entities_of_letters_are_letters() {
        assert_eq!(
            converted(r#"<font face=".VnTime">th&laquo;ng b&#184;o &amp; n&shy;íc</font>"#),
            r#"<font face=".VnTime">thông báo &amp; nước</font>"#
        );
    }

    #[test]
    fn a_page_without_fonts_is_told_by_its_letters() {
        let html = "<html><title>Th«ng b¸o</title><style>p{content:'«b'}</style><p>Céng hoµ x· héi chñ nghÜa ViÖt Nam";
        assert_eq!(converted(html), "<html><title>Thông báo</title><style>p{content:'«b'}</style><p>Cộng hoà xã hội chủ nghĩa Việt Nam");
    }

    #[test]
    fn a_quote_that_nothing_closes_ends_at_the_bracket() {
        assert_eq!(tag_length("<a href=\"x>text"), 11);
        assert_eq!(tag_length("<a title=\"a>b\">text"), 15);
    }
}
