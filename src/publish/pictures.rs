//! Pictures of an entry: as they are linked, as links, or as they are kept here.

use crate::config::Images;
use crate::model::picture::Picture;
use crate::model::revision::hex;
use crate::publish::escape;
use crate::text::img;
use std::borrow::Cow;

/// What the cleaner marks every link with.
const REL: &str = "noopener noreferrer nofollow";

/// The body with its pictures as the operator wants them. `base` is the installation's address.
pub fn shown<'t>(html: &'t str, images: Images, kept: &[Picture], base: &str) -> Cow<'t, str> {
    match images {
        Images::Hotlink => Cow::Borrowed(html),
        Images::Link => img::rewrite(html, |img| Some(as_link(img))),
        Images::Keep => {
            let linked = img::rewrite(html, |img| own(img, kept, base).or_else(|| Some(as_link(img))));
            kept.iter().fold(linked, |html, picture| insecure(html, picture, base))
        }
    }
}

/// The body with the pictures that are kept here shown from here; the others stay.
pub fn kept<'t>(html: &'t str, kept: &[Picture], base: &str) -> Cow<'t, str> {
    let shown = img::rewrite(html, |img| own(img, kept, base));
    kept.iter().fold(shown, |html, picture| insecure(html, picture, base))
}

fn own(img: img::Img<'_>, kept: &[Picture], base: &str) -> Option<String> {
    let src = img.attribute("src")?.replace("&amp;", "&");
    let picture = kept.iter().find(|picture| picture.addresses.contains(&src))?;
    Some(img.with_src(&address(picture, base)))
}

fn as_link(img: img::Img<'_>) -> String {
    let Some(src) = img.attribute("src") else { return String::new() };
    let words = img.alt().unwrap_or("Ảnh");
    if img.is_linked { format!("[{words}]") } else { format!("<a href=\"{src}\">[{words}]</a>") }
}

fn address(picture: &Picture, base: &str) -> String {
    format!("{base}media/{}", hex(&picture.sha256))
}

/// A picture over http became a link when it was read; kept here it is a picture again.
fn insecure<'t>(html: Cow<'t, str>, picture: &Picture, base: &str) -> Cow<'t, str> {
    let mut html = html;
    for src in picture.addresses.iter().filter(|address| address.starts_with("http:")) {
        let opening = format!("<a href=\"{}\" rel=\"{REL}\">", escape(src));
        if html.contains(&opening) {
            html = Cow::Owned(shown_again(&html, &opening, &address(picture, base)));
        }
    }
    html
}

fn shown_again(html: &str, opening: &str, address: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, after)) = rest.split_once(opening) {
        let Some((words, after)) = after.split_once("</a>").filter(|(words, _)| !words.contains('<')) else {
            out.push_str(&format!("{before}{opening}"));
            rest = after;
            continue;
        };
        out.push_str(&format!("{before}<img src=\"{address}\" alt=\"{}\">", words.replace('"', "&quot;")));
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::picture::PictureKind;

    const HTML: &str = "<p>a<img src=\"https://so.vn/a.jpg?b&amp;c\" alt=\"Lễ ký\" width=\"9\">b</p><img alt=\"x\">\
                        <a href=\"http://so.vn/c.png\" rel=\"noopener noreferrer nofollow\">Ảnh \"C\"</a>";

    fn picture(address: &str) -> Picture {
        Picture { sha256: [1; 32], snapshot: [2; 32], kind: PictureKind::Png, addresses: vec![address.to_owned()], users: Vec::new() }
    }

    #[test]
    fn pictures_become_links_where_they_must_not_be_loaded() {
        let shown = |images| shown(HTML, images, &[], "/");
        assert!(shown(Images::Link).starts_with("<p>a<a href=\"https://so.vn/a.jpg?b&amp;c\">[Lễ ký]</a>b</p><a href"));
        assert_eq!(shown(Images::Keep), shown(Images::Link));
        assert_eq!(shown(Images::Hotlink), HTML);
        let linked = "<a href=\"/b\"><img src=\"https://a.vn/x\"></a>";
        assert_eq!(super::shown(linked, Images::Link, &[], "/"), "<a href=\"/b\">[Ảnh]</a>");
    }

    #[test]
    fn kept_pictures_are_shown_from_here() {
        let own = format!("https://tin.vn/media/{}", "01".repeat(32));
        let html = shown(HTML, Images::Keep, &[picture("https://so.vn/a.jpg?b&c"), picture("http://so.vn/c.png")], "https://tin.vn/");
        assert_eq!(html, format!("<p>a<img src=\"{own}\" alt=\"Lễ ký\" width=\"9\">b</p><img src=\"{own}\" alt=\"Ảnh &quot;C&quot;\">"));
    }
}
