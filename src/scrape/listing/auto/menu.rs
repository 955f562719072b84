//! Menus: lists of sections, which are all the links that a page without rows has.

use crate::scrape::listing::auto::groups::Placed;
use crate::scrape::listing::auto::outline::Outline;
use crate::scrape::listing::auto::weight::Said;
use crate::text::fold;

/// What menus lead back to, folded.
const HOME: &[&str] = &["trang chu", "trang nhat", "home", "homepage", "home page", "front page"];

/// What sections of a department's site are called, folded.
const SECTIONS: &[&str] = &[
    "about",
    "about us",
    "an pham",
    "bao cao thong ke",
    "ban do",
    "cai cach hanh chinh",
    "chien luoc quy hoach",
    "chuc nang nhiem vu",
    "co cau to chuc",
    "contact",
    "contact us",
    "cong bao",
    "cong khai ngan sach",
    "dang nhap",
    "dich vu cong",
    "dich vu cong truc tuyen",
    "doanh nghiep",
    "gioi thieu",
    "gioi thieu chung",
    "gop y",
    "hinh anh",
    "hoi dap",
    "hop thu gop y",
    "huong dan su dung",
    "lich cong tac",
    "lich lam viec",
    "lich tiep cong dan",
    "lien he",
    "lien ket website",
    "login",
    "news",
    "phan anh kien nghi",
    "privacy",
    "so do cong thong tin",
    "so do site",
    "so do to chuc",
    "so do trang",
    "sitemap",
    "thong bao",
    "thong tin can biet",
    "thu dien tu",
    "thu tuc hanh chinh",
    "thu vien anh",
    "thu vien video",
    "tim kiem",
    "tin tuc",
    "tin tuc su kien",
    "to chuc bo may",
    "tuyen dung",
    "van ban",
    "van ban chi dao dieu hanh",
    "van ban phap luat",
    "van ban quy pham phap luat",
    "video",
];

/// True for what a section of a department's site is called.
pub fn is_section(text: &str) -> bool {
    SECTIONS.contains(&plain(text).as_str())
}

/// Folded words alone.
fn plain(text: &str) -> String {
    let folded = fold::fold(text);
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// True for links of which none says anything beside itself, and that stand in a menu by its name, lead home, or
/// are mostly called what sections are.
pub fn is_menu(outline: &Outline<'_>, rows: &[Placed<'_>]) -> bool {
    let is_bare = |placed: &Placed<'_>| !placed.link.is_file && Said::of(outline, placed).is_bare() && !is_heading(outline, placed);
    if !rows.iter().all(is_bare) {
        return false;
    }
    let is_named = rows.iter().all(|placed| outline.nodes[placed.link.node].is_around);
    let leads_home = rows.iter().any(|placed| HOME.contains(&plain(&placed.link.text).as_str()));
    let sections = rows.iter().filter(|placed| is_section(&placed.link.text)).count();
    is_named || leads_home || sections * 2 > rows.len()
}

/// Menus have no headings for their links.
fn is_heading(outline: &Outline<'_>, placed: &Placed<'_>) -> bool {
    let is_heading = |at: usize| matches!(outline.nodes[at].element.name(), "h1" | "h2" | "h3" | "h4" | "h5");
    outline.above(placed.link.node).take(3).any(is_heading) || outline.children(placed.link.node).any(is_heading)
}
