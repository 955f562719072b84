//! What class names and ids say about a part of a page, as a set of bits.

use crate::scrape::dom::Element;
use std::collections::HashMap;

/// Navigation.
pub const NAV: u32 = 1;
/// Foot of the page.
pub const FOOT: u32 = 1 << 1;
/// Beside the article.
pub const SIDE: u32 = 1 << 2;
/// Readers' comments.
pub const COMMENT: u32 = 1 << 3;
/// Other articles.
pub const RELATED: u32 = 1 << 4;
/// Share bars.
pub const SHARE: u32 = 1 << 5;
/// Advertising, newsletters, consent.
pub const PROMO: u32 = 1 << 6;
/// Author, date, category.
pub const META: u32 = 1 << 7;
/// Pictures and captions.
pub const CAPTION: u32 = 1 << 8;
/// The article itself.
pub const BODY: u32 = 1 << 9;
/// Head of page or article.
pub const HEAD: u32 = 1 << 10;
/// Lead.
pub const LEAD: u32 = 1 << 11;
/// Forms and buttons.
pub const FORM: u32 = 1 << 12;
/// Not shown.
pub const HIDDEN: u32 = 1 << 13;
/// Table of contents.
pub const CONTENTS: u32 = 1 << 14;
/// Notes, boxes, references.
pub const NOTE: u32 = 1 << 15;
/// How many bits the learned judge looks at.
pub const COUNT: usize = 16;
/// Names the author.
pub const AUTHOR: u32 = 1 << 16;
/// Is the headline, or says so.
pub const TITLE: u32 = 1 << 17;

/// Names that were looked up on this page: rows of a list repeat them.
pub type Known<'a> = HashMap<&'a str, u32>;

/// Marks of an element's own class and id.
pub fn of<'a>(element: Element<'a>, known: &mut Known<'a>) -> u32 {
    let dress = element.dress();
    let is_hidden = dress.is_hidden
        || dress.is_mute
        || dress.style.is_some_and(|style| style.contains("display:none") || style.contains("display: none"));
    let named = [dress.class, dress.id]
        .into_iter()
        .flatten()
        .fold(0, |marks, names| marks | *known.entry(names).or_insert_with(|| of_names(names)));
    named | if is_hidden { HIDDEN } else { 0 } | if dress.is_author { AUTHOR } else { 0 }
}

/// Marks of a list of names: `post-content`, `ArticleBody`, `tin_lien_quan`.
pub fn of_names(names: &str) -> u32 {
    let mut marks = 0;
    let mut word = [0_u8; 16];
    let (mut length, mut was_lower) = (0, false);
    for byte in names.bytes().chain([b' ']) {
        let splits = !byte.is_ascii_alphabetic() || (byte.is_ascii_uppercase() && was_lower);
        if splits && length > 0 {
            marks |= of_word(&word[..length]);
            length = 0;
        }
        if byte.is_ascii_alphabetic() && length < word.len() {
            word[length] = byte.to_ascii_lowercase();
            length += 1;
        }
        was_lower = byte.is_ascii_lowercase();
    }
    marks
}

fn of_word(word: &[u8]) -> u32 {
    match word {
        b"nav" | b"navbar" | b"navigation" | b"menu" | b"submenu" | b"breadcrumb" | b"breadcrumbs" | b"topbar" | b"toolbar"
        | b"pagination" | b"pager" | b"paging" | b"skip" | b"navi" | b"menus" | b"megamenu" | b"crumbs" | b"phantrang" => NAV,
        b"footer" | b"foot" | b"copyright" | b"colophon" | b"legal" | b"disclaimer" | b"foots" | b"imprint" => FOOT,
        b"sidebar" | b"side" | b"aside" | b"rail" | b"widget" | b"widgets" | b"secondary" | b"sidenav" | b"complementary" => SIDE,
        b"comment" | b"comments" | b"disqus" | b"reply" | b"replies" | b"respond" | b"discussion" | b"commentlist" | b"binhluan" => COMMENT,
        b"related" | b"recommended" | b"recommend" | b"recommendations" | b"similar" | b"more" | b"also" | b"popular" | b"trending"
        | b"latest" | b"recent" | b"most" | b"teaser" | b"teasers" | b"card" | b"cards" | b"tile" | b"tiles" | b"lienquan" | b"tinkhac"
        | b"khac" | b"other" | b"others" | b"readnext" | b"upnext" | b"carousel" | b"slider" | b"swiper" | b"grid" | b"quan" | b"prev"
        | b"next" | b"suggested" | b"promoted" => RELATED,
        b"share" | b"sharing" | b"social" | b"follow" | b"addthis" | b"print" | b"email" | b"facebook" | b"twitter" | b"like"
        | b"sharedaddy" | b"whatsapp" | b"linkedin" | b"chiase" | b"sns" | b"jp" => SHARE,
        b"ad" | b"ads" | b"advert" | b"advertisement" | b"banner" | b"promo" | b"promotion" | b"sponsored" | b"sponsor" | b"newsletter"
        | b"subscribe" | b"subscription" | b"signup" | b"cta" | b"popup" | b"modal" | b"overlay" | b"cookie" | b"cookies" | b"consent"
        | b"gdpr" | b"paywall" | b"donate" | b"hotline" | b"affiliate" | b"product" | b"shop" | b"alert" | b"notice" => PROMO,
        b"byline" | b"author" | b"authors" | b"tacgia" => META | AUTHOR,
        b"meta" | b"date" | b"time" | b"published" | b"posted" | b"timestamp" | b"bio" | b"category" | b"categories" | b"tag" | b"tags"
        | b"label" | b"labels" | b"dateline" | b"views" | b"view" | b"rating" | b"info" | b"luotxem" | b"eyebrow" | b"kicker"
        | b"profile" | b"contributor" => META,
        b"caption" | b"credit" | b"credits" | b"figcaption" | b"photo" | b"image" | b"img" | b"media" | b"gallery" | b"video"
        | b"figure" | b"player" | b"audio" | b"picture" | b"thumb" | b"thumbnail" => CAPTION,
        b"article" | b"articlebody" | b"content" | b"entry" | b"post" | b"story" | b"body" | b"text" | b"main" | b"detail" | b"details"
        | b"single" | b"prose" | b"rte" | b"richtext" | b"copy" | b"noidung" | b"chitiet" | b"bodytext" | b"maincontent" | b"bodyhtml"
        | b"wysiwyg" | b"markdown" | b"blog" => BODY,
        b"title" | b"headline" | b"tieude" | b"tieu" => HEAD | TITLE,
        b"header" | b"head" | b"masthead" | b"hero" | b"heading" => HEAD,
        b"lead" | b"sapo" | b"summary" | b"intro" | b"excerpt" | b"standfirst" | b"description" | b"dek" | b"subtitle" | b"deck"
        | b"hometext" | b"subheading" | b"subtitulo" | b"subhead" | b"lede" => LEAD,
        b"form" | b"search" | b"login" | b"input" | b"button" | b"btn" | b"register" | b"buttons" | b"dropdown" | b"select"
        | b"account" => FORM,
        b"hidden" | b"hide" | b"sr" | b"screen" | b"visually" | b"noprint" | b"none" | b"invisible" | b"offscreen" | b"collapsed" => HIDDEN,
        b"toc" | b"contents" | b"index" | b"jump" | b"anchor" => CONTENTS,
        b"note" | b"notes" | b"footnote" | b"footnotes" | b"reference" | b"references" | b"citation" | b"sources" | b"faq" | b"box"
        | b"callout" | b"pullquote" | b"quote" | b"key" | b"takeaways" | b"sidenote" | b"infobox" | b"refs" => NOTE,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_word_by_word() {
        assert_eq!(of_names("post-content"), BODY);
        assert_eq!(of_names("relatedArticles"), RELATED);
        assert_eq!(of_names("articleBody shareBar"), BODY | SHARE);
        assert_eq!(of_names("unrelatedness"), 0);
    }
}
