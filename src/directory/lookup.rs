//! A printed name, a day and the polled source give one unit, several, or none.

use crate::directory::{Department, Directory, Place, Province};
use crate::model::attribution::{Basis, Unit};
use crate::text::fold;
use chrono::NaiveDate;

/// What a printed name leads to.
#[derive(Debug, Clone, PartialEq)]
pub enum Lookup {
    /// One unit.
    One(Unit),
    /// Several, none of them sure.
    Several(Vec<Unit>),
    /// Nothing that is a department.
    None,
}

impl Directory {
    /// The unit that a name means on a day, at a source.
    pub fn unit(&self, printed: &str, on: NaiveDate, source: &Place<'_>) -> Lookup {
        if let Some(unit) = self.unit_of_address(printed) {
            return Lookup::One(unit);
        }
        let whole = normal(printed);
        let mut found = self.leading_departments(&whole, on);
        if found.is_empty() {
            // The office or the web site of a department is the department.
            let owner = OWN_PARTS.iter().find_map(|part| whole.strip_prefix(part)?.strip_prefix(' '));
            found = owner.map(|owner| self.leading_departments(owner, on)).unwrap_or_default();
        }
        let mut units: Vec<Unit> = Vec::new();
        for named in &found {
            for province in self.provinces_after(named, on) {
                let (province, basis, confidence) = match province {
                    Some(province) => (Some(province.key.as_str()), Basis::Stated, 0.98),
                    // The source says what the line leaves out; where nobody does, the kind of department alone is sure.
                    None => (source.province.map(|key| self.province_on(key, on)), Basis::Matched, 0.95),
                };
                if self.may_be(named, province, basis) {
                    units.push(unit(named.department, province, basis, confidence));
                }
            }
        }
        match units.len() {
            0 => Lookup::None,
            1 => units.pop().map_or(Lookup::None, Lookup::One),
            count => Lookup::Several(units.into_iter().map(|unit| Unit { confidence: 1.0 / count as f32, ..unit }).collect()),
        }
    }

    /// "soct.binhthuan.gov.vn": a department's own address.
    fn unit_of_address(&self, printed: &str) -> Option<Unit> {
        let printed = printed.trim();
        let address = ["https://", "http://"].iter().find_map(|scheme| printed.strip_prefix(scheme)).unwrap_or(printed);
        let host = address.split('/').next().filter(|host| host.ends_with(".vn") && !host.contains(' '))?;
        let place = self.place_of_host(host);
        let department = self.department(place.department?)?;
        Some(unit(department, place.province, Basis::Stated, 0.95))
    }

    /// The provinces that what follows a name may mean. A commune or a district is called as it likes: "UBND xã Hòa Bình"
    /// names no province, "UBND xã Tân Lập, tỉnh Hòa Bình" does.
    fn provinces_after<'d>(&'d self, named: &Named<'d, '_>, on: NaiveDate) -> Vec<Option<&'d Province>> {
        if !LOCAL_BODIES.contains(&named.department.key.as_str()) {
            return self.named_provinces(named.rest, on);
        }
        let after = named.rest.rsplit_once(" tinh ").map_or("", |(_, name)| name);
        self.named_provinces(after, on).into_iter().filter(|province| province.is_some() || named.rest.is_empty()).collect()
    }

    /// The provinces that what follows a department's name may mean; none named is one answer, something else none.
    fn named_provinces<'d>(&'d self, rest: &str, on: NaiveDate) -> Vec<Option<&'d Province>> {
        let rest = rest.trim_matches([' ', '-', ',', '(', ')', '.', '/', '&']);
        if matches!(rest, "" | "tinh" | "thanh pho" | "tp") {
            return vec![None];
        }
        let named = |name: &str, may_be: fn(&Province) -> bool| -> Vec<Option<&'d Province>> {
            let there = || self.provinces.iter().filter(|province| exists(province, on) && may_be(province));
            let exact: Vec<_> = there().filter(|province| normal(&province.name) == name).map(Some).collect();
            if exact.is_empty() { there().filter(|province| is_called(province, name)).map(Some).collect() } else { exact }
        };
        let whole = named(rest, |_| true);
        if !whole.is_empty() {
            return whole;
        }
        if let Some(name) = ["thanh pho ", "tp. ", "tp.", "tp "].iter().find_map(|word| rest.strip_prefix(word)) {
            // A town that lends its name to a province is not the province.
            return named(name, is_city);
        }
        let name = ["tinh ", "t. "].iter().find_map(|word| rest.strip_prefix(word)).unwrap_or(rest);
        let called = named(name, |_| true);
        if called.is_empty() { self.all_by_initials(name).into_iter().map(Some).collect() } else { called }
    }

    /// Short abbreviations are initials of persons as well; bodies of a city are claimed for centrally-run cities only.
    fn may_be(&self, named: &Named<'_, '_>, province: Option<&str>, basis: Basis) -> bool {
        let is_short = named.name.chars().count() <= 3 && !named.name.starts_with('s');
        let of_city = ["thanh pho", "ubnd tp", "thanh uy"].iter().any(|word| named.name.contains(word));
        let is_city = province.and_then(|key| self.province(key)).is_some_and(is_city);
        !(is_short && basis != Basis::Stated || of_city && !is_city)
    }

    /// Keys of the departments that a whole name means, whenever they existed.
    pub fn departments_named(&self, name: &str) -> Vec<String> {
        let words = normal(name);
        let mut keys: Vec<String> =
            self.department_names().iter().filter(|(known, _)| *known == words).map(|(_, at)| self.departments[*at].key.clone()).collect();
        keys.dedup();
        keys
    }

    /// A province as it was called on a day: itself, or what it was merged into.
    pub fn province_on<'d>(&'d self, key: &'d str, on: NaiveDate) -> &'d str {
        let ended = self.province(key).and_then(|province| day(province.until.as_deref()));
        if ended.is_some_and(|until| on > until) { self.province_today(key) } else { key }
    }

    /// The department that a text abbreviates, and what follows.
    pub fn abbreviated<'d>(&'d self, code: &str) -> Option<(&'d Department, String)> {
        let words = normal(code);
        let found = self.leading_departments(&words, NaiveDate::MAX);
        found.first().map(|named| (named.department, named.rest.trim().to_owned()))
    }

    /// The province of before 1 July 2025 whose initials are nobody else's: "AG".
    pub fn by_initials(&self, initials: impl AsRef<str>) -> Option<&Province> {
        let found = self.all_by_initials(initials.as_ref());
        found.first().copied().filter(|_| found.len() == 1)
    }

    /// The provinces of before 1 July 2025 with these initials: "BT" is Bến Tre, and Bình Thuận.
    fn all_by_initials(&self, initials: &str) -> Vec<&Province> {
        if initials.chars().count() < 2 {
            return Vec::new();
        }
        let own = |province: &&Province| {
            let letters: String = fold::fold(&province.name).split([' ', '-']).filter_map(|word| word.chars().next()).collect();
            letters == initials && province.since.is_none()
        };
        self.provinces.iter().filter(own).collect()
    }

    /// The departments whose name or alias a text begins with, the longest only.
    fn leading_departments<'d, 'w>(&'d self, words: &'w str, on: NaiveDate) -> Vec<Named<'d, 'w>> {
        let mut best: Vec<Named<'_, '_>> = Vec::new();
        for (name, department) in self.department_names() {
            let Some(rest) = words.strip_prefix(name.as_str()) else { continue };
            // "so y te" must not begin "so y tet".
            let is_whole = rest.is_empty() || rest.starts_with([' ', ',', '-', '(', '.', '/']);
            let longest = best.first().map(|best| best.rest.len());
            let department = &self.departments[*department];
            let exists = day(department.since.as_deref()).is_none_or(|since| on >= since);
            if !is_whole || !exists || longest.is_some_and(|longest| rest.len() > longest) {
                continue;
            }
            if longest != Some(rest.len()) {
                best.clear();
            }
            if !best.iter().any(|known| known.department.key == department.key) {
                best.push(Named { department, name, rest });
            }
        }
        best
    }

    /// Every name of every department in its normal form, made once.
    fn department_names(&self) -> &[(String, usize)] {
        self.normal_names.get_or_init(|| {
            let names = |(at, department)| {
                let department: &Department = department;
                let names = std::iter::once(&department.name).chain(&department.aliases);
                // Initials are printed with or without what joins them: "LĐ-TB&XH", "LĐTBXH".
                let squeezed = names.clone().filter(|name| is_abbreviated(name)).map(move |name| (normal(name).replace(" & ", ""), at));
                names.map(move |name| (normal(name), at)).chain(squeezed)
            };
            self.departments.iter().enumerate().flat_map(names).collect()
        })
    }
}

/// A department with the name that a text begins with, and what follows.
#[derive(Debug, Clone, Copy)]
struct Named<'d, 'w> {
    department: &'d Department,
    name: &'d str,
    rest: &'w str,
}

/// Bodies below the province, whose places may be called as a province is.
const LOCAL_BODIES: &[&str] = &["ubnd-huyen", "ubnd-xa"];

/// Cities that are provinces of their own.
const CITIES: &[&str] = &["ha-noi", "ho-chi-minh", "hai-phong", "da-nang", "can-tho", "hue"];

fn is_city(province: &Province) -> bool {
    CITIES.contains(&province.key.as_str())
}

/// Parts of a department that publish for it, normalised.
const OWN_PARTS: &[&str] = &[
    "cong thong tin dien tu",
    "cong ttdt",
    "trang thong tin dien tu",
    "trang ttdt",
    "trang tin dien tu",
    "website",
    "van phong",
    "vp",
    "ban bien tap cong ttdt",
    "ban bien tap website",
    "ban bien tap",
    "bbt",
];

fn day(text: Option<&str>) -> Option<NaiveDate> {
    text.and_then(|text| text.parse().ok())
}

fn unit(department: &Department, province: Option<&str>, basis: Basis, confidence: f32) -> Unit {
    Unit { department: Some(department.key.clone()), province: province.map(str::to_owned), basis, confidence }
}

/// "Sở LĐ-TB&XH": the last word is initials.
fn is_abbreviated(name: &str) -> bool {
    let last = name.rsplit(' ').next().unwrap_or_default();
    last.contains(['&', '-', ',']) && !last.contains(char::is_lowercase)
}

/// Folded, with "và", "&", "-" and commas between parts of a name made one.
fn normal(name: &str) -> String {
    let folded = fold::fold(name);
    let joined = folded.replace(" va ", " & ").replace(" - ", " & ").replace(", ", " & ").replace(['&', '-'], " & ");
    joined.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_called(province: &Province, rest: &str) -> bool {
    std::iter::once(&province.name).chain(&province.aliases).any(|name| normal(name) == rest)
}

/// Pages of a merged province go on printing its name for a while; one that was not there yet is not meant.
fn exists(province: &Province, on: NaiveDate) -> bool {
    day(province.since.as_deref()).is_none_or(|since| on >= since)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lookup(printed: &str, province: Option<&str>) -> Lookup {
        Directory::built_in().unit(printed, NaiveDate::from_ymd_opt(2021, 11, 22).unwrap(), &Place { province, department: None })
    }

    fn found(printed: &str, province: Option<&str>) -> Option<(String, String, Basis)> {
        match lookup(printed, province) {
            Lookup::One(unit) => Some((unit.department.unwrap(), unit.province.unwrap(), unit.basis)),
            _ => None,
        }
    }

    #[test]
    fn the_source_says_the_province_that_the_line_leaves_out() {
        let matched = ("so-cong-thuong".to_owned(), "binh-thuan".to_owned(), Basis::Matched);
        assert_eq!(found("Sở Công Thương", Some("binh-thuan")), Some(matched));
        // Nobody says the province: the kind of department alone is sure.
        let Lookup::One(alone) = lookup("Sở Công Thương", None) else { panic!("one") };
        assert_eq!((alone.department.as_deref(), alone.province), (Some("so-cong-thuong"), None));
    }

    #[test]
    fn a_stated_province_outweighs_the_source() {
        let stated = ("so-xay-dung".to_owned(), "lam-dong".to_owned(), Basis::Stated);
        assert_eq!(found("Sở Xây dựng Lâm Đồng", Some("binh-thuan")), Some(stated));
    }

    #[test]
    fn names_are_valid_in_time() {
        let on =
            |day: &str, printed, province| Directory::built_in().unit(printed, day.parse().unwrap(), &Place { province, department: None });
        // The new department of agriculture was not there before 1 March 2025.
        assert_eq!(on("2025-02-28", "Sở Nông nghiệp và Môi trường", Some("lam-dong")), Lookup::None);
        assert!(matches!(on("2025-03-01", "Sở Nông nghiệp và Môi trường", Some("lam-dong")), Lookup::One(_)));
        // Bình Thuận's site goes on after 1 July 2025; its department is Lâm Đồng's then.
        for (day, province) in [("2025-06-30", "binh-thuan"), ("2025-07-01", "lam-dong")] {
            let Lookup::One(unit) = on(day, "Sở Công Thương", Some("binh-thuan")) else { panic!("one") };
            assert_eq!(unit.province.as_deref(), Some(province), "{day}");
        }
        // What is printed is never renamed.
        let Lookup::One(unit) = on("2025-08-01", "Sở Công Thương Bình Thuận", Some("lam-dong")) else { panic!("one") };
        assert_eq!(unit.province.as_deref(), Some("binh-thuan"));
    }

    #[test]
    fn offices_and_sites_of_a_department_are_the_department() {
        for printed in [
            "Văn phòng Sở Công Thương",
            "VP Sở Công Thương",
            "Cổng TTĐT Sở Công Thương",
            "Sở Công Thương tỉnh Bình Thuận",
            "Sở CT Bình Thuận",
        ] {
            assert_eq!(
                found(printed, Some("binh-thuan")).map(|(department, province, _)| (department, province)),
                Some(("so-cong-thuong".to_owned(), "binh-thuan".to_owned())),
                "{printed}"
            );
        }
    }

    #[test]
    fn a_commune_called_as_a_province_is_not_the_province() {
        for printed in
            ["UBND xã Hòa Bình", "UBND phường Thái Bình", "UBND xã Bình Dương", "UBND huyện Vĩnh Long", "UBND thị trấn Vĩnh Long"]
        {
            assert_eq!(lookup(printed, Some("binh-thuan")), Lookup::None, "{printed}");
        }
        let stated = ("ubnd-xa".to_owned(), "dong-nai".to_owned(), Basis::Stated);
        assert_eq!(found("UBND xã Hòa Bình, tỉnh Đồng Nai", Some("binh-thuan")), Some(stated));
    }

    #[test]
    fn persons_and_newspapers_are_no_departments() {
        assert_eq!(lookup("KHÁNH HÒA", Some("binh-thuan")), Lookup::None);
        assert_eq!(lookup("Báo Bình Thuận", Some("binh-thuan")), Lookup::None);
    }
}
