//! Markup of CMS families: presets as data, recognised by what the markup shows.

use crate::model::source::{ListingRecipe, Recipe};
use crate::scrape::dom::{Dom, Selector};
use serde::Deserialize;
use std::sync::LazyLock;
use url::Url;

/// One family as written in `families.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    name: String,
    /// Where the markup was seen.
    #[expect(dead_code, reason = "origin of the selectors, for whoever corrects them")]
    evidence: String,
    /// Any of these shows the family; `meta generator` lies and is not used.
    fingerprints: Vec<String>,
    /// Machine dates of this family are wrong.
    #[serde(default)]
    machine_dates_lie: bool,
    /// Machine dates of this family are month-first.
    #[serde(default)]
    month_first: bool,
    /// What stands around an article's number in its address: `ItemID={n}`.
    #[serde(default)]
    number: Vec<String>,
    #[serde(default)]
    listing: WrittenListing,
    #[serde(default)]
    register: WrittenListing,
    #[serde(default)]
    article: WrittenArticle,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WrittenListing {
    item: Option<String>,
    link: Option<String>,
    title: Option<String>,
    date: Option<String>,
    summary: Option<String>,
    next: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WrittenArticle {
    title: Option<String>,
    published: Option<String>,
    lead: Option<String>,
    body: Option<String>,
    attribution: Option<String>,
    remove: Vec<String>,
}

/// A family ready for use.
#[derive(Debug)]
pub struct Family {
    /// Its name in the configuration.
    pub name: String,
    /// Machine dates of this family are wrong.
    pub machine_dates_lie: bool,
    /// Machine dates of this family are month-first.
    pub month_first: bool,
    /// Shapes of addresses that hold the article's number, which every variant of the address repeats.
    pub number: Vec<String>,
    /// How its listings are marked up.
    pub listing: ListingRecipe,
    /// How its registers of documents are marked up.
    pub register: ListingRecipe,
    /// How its articles are marked up.
    pub article: Recipe,
    fingerprints: Vec<Selector>,
}

#[derive(Deserialize)]
struct Table {
    family: Vec<Written>,
}

static FAMILIES: LazyLock<Vec<Family>> = LazyLock::new(|| {
    let table: Table = toml::from_str(include_str!("families.toml")).expect("families.toml is tested");
    table.family.into_iter().map(family).collect()
});

fn family(written: Written) -> Family {
    let fingerprints = written.fingerprints.iter().map(|css| Selector::parse(css).expect("families.toml is tested")).collect();
    let article = written.article;
    Family {
        name: written.name,
        machine_dates_lie: written.machine_dates_lie,
        month_first: written.month_first,
        number: written.number,
        listing: written.listing.into(),
        register: written.register.into(),
        article: Recipe {
            since: None,
            title: article.title,
            published: article.published,
            lead: article.lead,
            body: article.body,
            attribution: article.attribution,
            remove: article.remove,
        },
        fingerprints,
    }
}

impl From<WrittenListing> for ListingRecipe {
    fn from(written: WrittenListing) -> Self {
        let WrittenListing { item, link, title, date, summary, next } = written;
        Self { item, link, title, date, summary, next }
    }
}

impl Family {
    /// The number that the CMS gives an article, as its address prints it.
    pub fn article_number(&self, url: &Url) -> Option<String> {
        let path = url.path();
        let address = url.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
        self.number.iter().find_map(|shape| number_in(&address, shape))
    }
}

/// The digits that stand where a shape says `{n}`.
fn number_in(address: &str, shape: &str) -> Option<String> {
    let (before, after) = shape.split_once("{n}")?;
    address.rmatch_indices(before).find_map(|(at, _)| {
        let rest = &address[at + before.len()..];
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let follows = &rest[end..];
        let is_whole =
            if after.is_empty() { follows.is_empty() || follows.starts_with(['&', '/', '?', '-']) } else { follows.starts_with(after) };
        (end > 0 && is_whole).then(|| rest[..end].to_owned())
    })
}

/// Every family.
pub fn all() -> &'static [Family] {
    &FAMILIES
}

/// A family by name.
pub fn named(name: &str) -> Option<&'static Family> {
    FAMILIES.iter().find(|family| family.name == name)
}

/// What a source writes to have its pages read without a preset.
pub const NONE: &str = "none";

/// Fewer letters that only Vietnamese has make no Vietnamese page.
const LEAST_LETTERS: usize = 20;

/// True for pages that presets are made for: systems are used everywhere, the markup of the families is Vietnamese sites'.
pub fn are_for(text: &str, url: &Url) -> bool {
    url.host_str().is_some_and(|host| host.ends_with(".vn")) || letters(text.as_bytes()) >= LEAST_LETTERS
}

/// Letters of Vietnamese alone (U+1E80 to U+1EFF): runs are counted in bytes, many at once.
fn letters(bytes: &[u8]) -> usize {
    const RUN: usize = 128;
    let following = bytes.get(1..).unwrap_or_default();
    let of_run = |(run, seconds): (&[u8], &[u8])| {
        let is_letter = |(first, second): (&u8, &u8)| u8::from((*first == 0xE1) & (second & 0xFE == 0xBA));
        usize::from(run.iter().zip(seconds).map(is_letter).sum::<u8>())
    };
    bytes.chunks(RUN).zip(following.chunks(RUN)).map(of_run).sum()
}

/// The family a source names, else the one whose fingerprints its page shows.
pub fn of(dom: &Dom, named_by_source: Option<&str>) -> Option<&'static Family> {
    match named_by_source {
        Some(NONE) => None,
        Some(name) => named(name).or_else(|| recognise(dom)),
        None => recognise(dom),
    }
}

/// The family whose fingerprints a page shows.
pub fn recognise(dom: &Dom) -> Option<&'static Family> {
    FAMILIES.iter().find(|family| family.fingerprints.iter().any(|mark| dom.select(mark).next().is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scrape::check;

    #[test]
    fn every_address_of_an_article_holds_its_number() {
        for (family, address, expected) in [
            ("nukeviet", "https://snv.binhdinh.gov.vn/vi/news/thong-tin-hoat-dong/ky-niem-115-nam-8-3-1387.html", Some("1387")),
            ("nukeviet", "https://a.gov.vn/vi/news/savefile/tin/kiem-tra-gia-ca-101.html", Some("101")),
            ("nukeviet", "https://a.gov.vn/vi/news/print/tin/kiem-tra-gia-ca-101.html", Some("101")),
            ("nukeviet", "http://khcncaobang.gov.vn/index.php?language=vi&nv=news&op=savefile/Khoa-hoc/Tong-ket-2020-3313", Some("3313")),
            ("nukeviet", "https://thanhtra.quangtri.gov.vn/index.php/vi/news/savefile/Tin/Cum-thi-dua-2016-100/", Some("100")),
            ("sharepoint", "https://yenbai.gov.vn:443/noidung/tintuc/Pages/chi-tiet-tin-tuc.aspx?ItemID=6343&l=Tin+++&lv=4", Some("6343")),
            ("sharepoint", "https://sgtvt.binhduong.gov.vn/Lists/lich/DispForm.aspx?ID=106&PageIndex=21", Some("106")),
            ("sharepoint", "https://snnptnt.hanam.gov.vn/Pages/tiem-vac-xin-nam-2022.aspx", None),
            ("liferay", "http://hdnd.bentre.gov.vn/noi-dung/-/cms-icbt/10180/bai-viet/223531", Some("223531")),
            ("dotnetnuke", "https://hlhpn.binhthuan.dcs.vn/Tin/post/24022/cong-doan-83.aspx", Some("24022")),
            ("tandan", "https://xasonlinh.hatinh.gov.vn/portal/pages/2023-01-30/Ung-dung-Cong-nghe-468686.aspx", Some("468686")),
            (
                "webcenter",
                "https://nongson.quangnam.gov.vn/webcenter/portal/nongson/pages_tin-tuc/chi-tiet-tin?dDocName=PORTAL484982",
                Some("484982"),
            ),
            ("3cms", "https://www.quangbinh.gov.vn/3cms/Ban-in-507.htm?art=1543516584019", Some("1543516584019")),
            ("tuyenquang", "http://socongthuong.tuyenquang.gov.vn/tin/khuyen-cong/bai-mot-335.html", Some("335")),
            ("joomla", "https://dbnd.vidu.gov.vn/hoat-dong/1201-tiep-xuc-cu-tri.html?tmpl=component&print=1", None),
            ("mastercms", "https://congthuong.vn/tu-hao-nhung-thanh-tuu-157840.html&mobile=yes&amp=1", Some("157840")),
        ] {
            let url = Url::parse(address).unwrap();
            assert_eq!(named(family).unwrap().article_number(&url).as_deref(), expected, "{family} {address}");
        }
    }

    #[test]
    fn every_selector_of_every_family_is_css() {
        for family in all() {
            assert!(check::listing(&family.listing).is_empty(), "{}", family.name);
            assert!(check::listing(&family.register).is_empty(), "{}", family.name);
            assert!(check::recipe(&family.article).is_empty(), "{}", family.name);
        }
    }
}
