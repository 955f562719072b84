//! Pictures with their captions once, and files.

use crate::model::article::{Attachment, Image};
use crate::model::attribution::Kind;
use crate::scrape::article::layout::{Layout, Zone};
use crate::scrape::attribution::{self, LinePlace};
use crate::scrape::dom::{Dom, Element, Key};
use crate::text::fold;
use std::collections::{HashMap, HashSet};
use url::Url;

/// A caption longer than this is a paragraph.
const MAX_CAPTION_CHARS: usize = 400;

/// A longer sentence around a picture is prose, where more prose stands around it.
const MAX_SENTENCE_CHARS: usize = 120;

/// So many more characters around it are prose.
const PROSE_CHARS: usize = 80;

/// Extensions of files that departments attach, with their media types.
const FILES: &[(&str, &str)] = &[
    ("pdf", "application/pdf"),
    ("doc", "application/msword"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xls", "application/vnd.ms-excel"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("ppt", "application/vnd.ms-powerpoint"),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("odt", "application/vnd.oasis.opendocument.text"),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet"),
    ("zip", "application/zip"),
    ("rar", "application/vnd.rar"),
    ("7z", "application/x-7z-compressed"),
];

/// Pictures of a body.
#[derive(Debug, Default)]
pub struct Pictures {
    /// In order.
    pub images: Vec<Image>,
    /// `img` elements whose `alt` repeats a caption that is shown beside them.
    pub said: HashSet<Key>,
}

/// Pictures of the body with what is printed beside them.
pub fn images(roots: &[Element<'_>], dropped: &HashSet<Key>, base: &Url) -> Pictures {
    let mut pictures = Pictures::default();
    let mut known = HashSet::new();
    for root in roots {
        let imgs: Vec<Element<'_>> = root.find("img").collect();
        for img in &imgs {
            if img.ancestors().any(|above| dropped.contains(&above.key())) || is_decoration(*img) {
                continue;
            }
            let Some(src) = img.image_source().and_then(|src| base.join(src.trim()).ok()) else { continue };
            if !matches!(src.scheme(), "http" | "https") || !known.insert(src.clone()) {
                continue;
            }
            let caption = caption(*img, *root, imgs.len());
            let alt = img.attr("alt").map(fold::line).unwrap_or_default();
            if caption.as_ref() == Some(&alt) {
                pictures.said.insert(img.key());
            }
            let credit = caption.as_deref().and_then(credit);
            pictures.images.push(Image { src: src.into(), caption, credit });
        }
    }
    pictures
}

/// Whom a caption credits: "Ảnh: Quang Vinh", "… (Nguồn: TTXVN)".
fn credit(caption: &str) -> Option<String> {
    let by = attribution::read_line(caption, LinePlace::Caption).and_then(|read| read.photo);
    let said = || attribution::read_line(caption, LinePlace::OwnLine).or_else(|| attribution::trailing(caption).map(|(_, read)| read));
    by.or_else(|| said().filter(|read| read.kind == Some(Kind::SourceLine)).and_then(|read| read.source))
}

/// Spacers, icons and buttons.
pub fn is_decoration(img: Element<'_>) -> bool {
    let small =
        |name: &str| img.attr(name).and_then(|value| value.trim_end_matches("px").parse::<u32>().ok()).is_some_and(|size| size <= 24);
    let src = img.image_source().unwrap_or_default().to_ascii_lowercase();
    small("width") || small("height") || ["spacer", "/icon", "icon-", "blank.gif", "pixel.gif"].iter().any(|mark| src.contains(mark))
}

/// Words beside a picture: its figcaption, the other cells of its small table,
/// the rest of its own block, or a short italic or centred block after it.
fn caption(img: Element<'_>, root: Element<'_>, pictures_in_body: usize) -> Option<String> {
    let short = |text: String| Some(text).filter(|text| !text.is_empty() && text.chars().count() <= MAX_CAPTION_CHARS);
    let inside = |above: &Element<'_>| above.ancestors().any(|up| up == root);
    if let Some(figure) = img.ancestors().find(|above| above.name() == "figure") {
        return figure.find("figcaption").next().and_then(|caption| short(caption.text()));
    }
    if let Some(table) = img.ancestors().find(|above| above.name() == "table").filter(inside)
        && table.find("img").take(2).count() == 1
    {
        return short(table.text());
    }
    let block = img.ancestors().find(Element::is_block)?;
    if block == root || !inside(&block) {
        return None;
    }
    // A paragraph of prose with a picture in it is no caption.
    if let Some(own) = short(block.text()).filter(|_| block.find("img").take(2).count() == 1) {
        if is_prose(block, &own) && !root.is_shorter(own.chars().count() + PROSE_CHARS) {
            return None;
        }
        return (own.chars().count() <= 200 || pictures_in_body == 1 && own.chars().count() <= 250).then_some(own);
    }
    let next = block.next()?;
    let text = short(next.text())?;
    let is_set_apart = next.labels().contains("caption") || is_italic(next, &text) || (is_centred(next) && text.chars().count() <= 200);
    (is_set_apart && next.find("img").next().is_none()).then_some(text)
}

/// A long sentence around a picture, that nothing sets apart from it.
fn is_prose(block: Element<'_>, own: &str) -> bool {
    let is_apart = is_italic(block, own) || is_centred(block) || block.labels().contains("caption") || block.find("br").next().is_some();
    own.ends_with('.') && own.chars().count() > MAX_SENTENCE_CHARS && !own.contains("Ảnh:") && !is_apart
}

fn is_italic(block: Element<'_>, text: &str) -> bool {
    let style = block.attr("style").unwrap_or_default();
    style.contains("italic") || ["em", "i"].iter().any(|name| block.find(name).next().is_some_and(|inner| inner.text() == text))
}

fn is_centred(block: Element<'_>) -> bool {
    let squeezed: String = block.attr("style").unwrap_or_default().chars().filter(|c| !c.is_whitespace()).collect();
    squeezed.contains("text-align:center") || block.attr("align").is_some_and(|align| align.eq_ignore_ascii_case("center"))
}

/// Files that are linked within an element: the article's container, or all that a feed carries of it.
pub fn attachments(layout: &Layout<'_>, within: Option<Element<'_>>, base: &Url) -> Vec<Attachment> {
    let mut attachments: Vec<Attachment> = Vec::new();
    let mut known: HashMap<Url, usize> = HashMap::new();
    let Some(container) = within else { return attachments };
    let related: HashSet<Key> = layout.lines().iter().filter(|line| line.zone == Zone::Elsewhere).map(|line| line.element.key()).collect();
    for anchor in container.descendants() {
        let Some((href, media_type)) = file(anchor, base) else { continue };
        if related.contains(&anchor.key()) {
            continue;
        }
        let words = anchor.text();
        if let Some(known) = known.get(&href).and_then(|at| attachments.get_mut(*at)) {
            // One link broken over two anchors by the editor.
            if !words.is_empty() && !known.title.contains(&words) {
                known.title = fold::line(&format!("{} {words}", known.title));
            }
            continue;
        }
        let name = href.path_segments().and_then(|mut parts| parts.next_back()).unwrap_or_default().to_owned();
        let title = if words.is_empty() { name } else { words };
        known.insert(href.clone(), attachments.len());
        attachments.push(Attachment { href: href.into(), title, media_type: media_type.to_owned(), length_bytes: None });
    }
    attachments
}

/// The file that an element links or shows, perhaps in a viewer that is told its address.
pub fn file(element: Element<'_>, base: &Url) -> Option<(Url, &'static str)> {
    let attribute = match element.name() {
        "a" => "href",
        "object" => "data",
        "embed" | "iframe" => "src",
        _ => return None,
    };
    let href = element.link(attribute, base)?;
    if let Some(media_type) = media_type(&href) {
        return Some((href, media_type));
    }
    let told = href.query_pairs().filter(|(name, _)| attribute != "href" && matches!(name.as_ref(), "file" | "url" | "src" | "path"));
    let files = told.filter_map(|(_, address)| base.join(&address).ok());
    files.filter(|file| matches!(file.scheme(), "http" | "https")).find_map(|file| media_type(&file).map(|media_type| (file, media_type)))
}

/// The media type by extension, of the path's last part or of one before it
/// (Liferay: `…/name.pdf/0aa7da7b-…`).
pub fn media_type(url: &Url) -> Option<&'static str> {
    let path = url.path().to_ascii_lowercase();
    path.rsplit('/').take(2).find_map(|part| {
        let extension = part.rsplit_once('.')?.1;
        FILES.iter().find(|(known, _)| *known == extension).map(|(_, media_type)| *media_type)
    })
}

/// Files of a whole page, for pages that are nothing but files.
pub fn has_files(dom: &Dom, base: &Url) -> bool {
    dom.root().find("a").filter_map(|anchor| anchor.link("href", base)).any(|href| media_type(&href).is_some())
}
