//! Who speaks in an article, and how sure that is.

use crate::directory::{Directory, Place as Ground};
use crate::model::attribution::{Basis, Unit};
use crate::model::entry::Entry;
use crate::scrape::attribution::{candidates, resolve};
use crate::web::Site;
use crate::web::pages::frame::Lang;

/// The unit as today's directory derives it.
pub fn unit(site: &Site, entry: &Entry) -> Option<Unit> {
    resolve(&entry.article.attribution, Directory::in_use(), day(entry), &ground(site, entry))
}

/// The units that the printed name may mean, where it may mean several.
pub fn several(site: &Site, entry: &Entry) -> Vec<Unit> {
    candidates(&entry.article.attribution, Directory::in_use(), day(entry), &ground(site, entry))
}

/// Names are those of the day it was published.
fn day(entry: &Entry) -> chrono::NaiveDate {
    entry.article.published.as_ref().map_or_else(|| entry.head.first_seen.date_naive(), |dated| dated.moment.date_naive())
}

fn ground<'s>(site: &'s Site, entry: &Entry) -> Ground<'s> {
    let source = site.config.source(&entry.head.source);
    Ground {
        province: source.and_then(|source| source.province.as_deref()),
        department: source.and_then(|source| source.department.as_deref()),
    }
}

/// How sure the unit is, and why, in words.
pub fn sure(unit: &Unit, lang: Lang) -> String {
    let percent = (unit.confidence * 100.0).round();
    let basis = match unit.basis {
        Basis::Stated => lang.say("trang ghi rõ sở và tỉnh", "the page names department and province"),
        Basis::Matched => lang.say("trang ghi tên sở; tỉnh theo nguồn tin", "the page names the department; the source says the province"),
        Basis::Default => lang.say("trang không ghi; lấy theo nguồn tin", "the page names nobody; taken from the polled source"),
    };
    format!("{basis} ({percent} %)")
}

/// Nothing is claimed; what the printed name may mean is said.
pub fn unsure(several: &[Unit], lang: Lang) -> String {
    if several.is_empty() {
        let alone = lang.say(
            "không đủ chắc để nêu tên đơn vị; giữ nguyên dòng in trên trang",
            "not sure enough to name a unit; the printed line stands alone",
        );
        return alone.to_owned();
    }
    let directory = Directory::in_use();
    let name = |unit: &Unit| {
        let department = unit.department.as_deref().and_then(|key| directory.department(key)).map(|department| department.name.as_str());
        let province = unit.province.as_deref().and_then(|key| directory.province(key)).map(|province| province.name.as_str());
        [department, province].into_iter().flatten().collect::<Vec<_>>().join(" ")
    };
    let names = several.iter().map(name).collect::<Vec<_>>().join(", ");
    format!("{}: {names}", lang.say("có thể là một trong các đơn vị", "may be one of several units"))
}
