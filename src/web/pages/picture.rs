//! Pictures in the body of an article: a reader's browser asks nobody but this installation.

/// A body whose pictures from elsewhere are words; those kept here stay. The input is
/// serialised by the cleaner, so an element is `<img`, attributes in double quotes, `>`.
pub fn without_foreign_pictures(html: &str, base: &str, word: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find("<img") {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let Some(end) = from.find('>') else {
            rest = from;
            break;
        };
        let (element, after) = from.split_at(end + 1);
        let is_own = attribute(element, "src").is_some_and(|src| src.starts_with(base) && !src.starts_with("//"));
        if is_own {
            out.push_str(element);
        } else {
            let alt = attribute(element, "alt").unwrap_or_default();
            let colon = if alt.is_empty() { "" } else { ": " };
            out.push_str(&format!("<span class=\"picture\">[{word}{colon}{alt}]</span>"));
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// An attribute's value as serialised (still escaped).
fn attribute<'e>(element: &'e str, name: &str) -> Option<&'e str> {
    let start = element.find(&format!(" {name}=\""))? + name.len() + 3;
    element[start..].split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_from_elsewhere_becomes_words() {
        let html = "<p>a<img src=\"https://x.vn/a.jpg\" alt=\"Cầu &quot;Mới&quot;\">b</p><img src=\"/media/00\">";
        let shown = without_foreign_pictures(html, "/", "Ảnh");
        assert_eq!(shown, "<p>a<span class=\"picture\">[Ảnh: Cầu &quot;Mới&quot;]</span>b</p><img src=\"/media/00\">");
    }

    #[test]
    fn an_address_without_scheme_is_foreign() {
        assert!(!without_foreign_pictures("<img src=\"//x.vn/a.png\">", "/", "Ảnh").contains("src"));
    }
}
