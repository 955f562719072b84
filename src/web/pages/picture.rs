//! Pictures in the body of an article: a reader's browser asks nobody but this installation.

use crate::text::img;

/// A body whose pictures from elsewhere are words; those kept here stay.
pub fn without_foreign_pictures(html: &str, base: &str, word: &str) -> String {
    let instead = |img: img::Img<'_>| {
        let is_own = img.attribute("src").is_some_and(|src| src.starts_with(base) && !src.starts_with("//"));
        let words = img.alt().map(|alt| format!(": {}", alt.replace('<', "&lt;").replace('>', "&gt;"))).unwrap_or_default();
        (!is_own).then(|| format!("<span class=\"picture\">[{word}{words}]</span>"))
    };
    img::rewrite(html, instead).into_owned()
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
