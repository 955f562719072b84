//! Hosts of departments: what the address of a government site says about who publishes there.

use crate::directory::{Department, Directory, Place};
use crate::text::fold;

impl Directory {
    /// The province, and the department, that a government host belongs to:
    /// `soct.binhthuan.gov.vn` is Bình Thuận's Sở Công Thương. Hosts outside
    /// provincial portals say nothing.
    pub fn place_of_host(&self, host: &str) -> Place<'_> {
        let host = host.to_ascii_lowercase();
        let host = host.trim_start_matches("www.");
        for province in &self.provinces {
            let Some(portal) = province.portal.as_deref() else { continue };
            if host == portal {
                return Place { province: Some(&province.key), department: None };
            }
            if let Some(label) = host.strip_suffix(portal).and_then(|rest| rest.strip_suffix('.')) {
                let department = self.departments.iter().find(|department| has_label(department, label)).map(|found| found.key.as_str());
                return Place { province: Some(&province.key), department };
            }
        }
        Place::default()
    }

    /// True for the name of a province, blanks aside: "YênBái", "TP.HCM".
    pub fn names_place(&self, text: &str) -> bool {
        let squeezed = |text: &str| fold::fold(text).chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        let text = squeezed(text);
        let text = text.strip_prefix("tp").filter(|rest| rest.len() > 1).unwrap_or(&text);
        matches!(text, "hcm" | "hn" | "vietnam" | "hochiminh" | "saigon")
            || self
                .provinces
                .iter()
                .any(|province| std::iter::once(&province.name).chain(&province.aliases).any(|name| squeezed(name) == text))
    }

    /// "Sở TT&TT AG" in full, when its province's initials are nobody else's.
    pub fn spelled_out(&self, code: &str) -> Option<String> {
        let (department, rest) = self.abbreviated(code)?;
        let province = self.by_initials(rest)?;
        Some(format!("{} {}", department.name, province.name))
    }
}

/// The first label of a host: as listed, or made of the department's name
/// ("socongthuong", "soct", "sct" for `so-cong-thuong`).
fn has_label(department: &Department, label: &str) -> bool {
    if department.hosts.iter().any(|host| host == label) {
        return true;
    }
    let Some(rest) = department.key.strip_prefix("so-") else { return false };
    let words: Vec<&str> = rest.split('-').filter(|word| *word != "va").collect();
    let initials: String = words.iter().filter_map(|word| word.chars().next()).collect();
    label == format!("so{}", words.concat()) || initials.len() > 1 && (label == format!("so{initials}") || label == format!("s{initials}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(host: &str) -> (Option<&'static str>, Option<&'static str>) {
        let place = Directory::built_in().place_of_host(host);
        (place.province, place.department)
    }

    #[test]
    fn a_government_host_says_whose_it_is() {
        assert_eq!(place("soct.binhthuan.gov.vn"), (Some("binh-thuan"), Some("so-cong-thuong")));
        assert_eq!(place("socongthuong.tuyenquang.gov.vn"), (Some("tuyen-quang"), Some("so-cong-thuong")));
        assert_eq!(place("snv.binhdinh.gov.vn"), (Some("binh-dinh"), Some("so-noi-vu")));
        assert_eq!(place("phucat.binhdinh.gov.vn"), (Some("binh-dinh"), None));
        assert_eq!(place("www.binhdinh.gov.vn"), (Some("binh-dinh"), None));
        assert_eq!(place("binhdinh.gov.vn.evil.example"), (None, None));
        assert_eq!(place("baobinhthuan.com.vn"), (None, None));
    }

    #[test]
    fn initials_are_spelled_out_when_they_are_one_provinces() {
        let directory = Directory::built_in();
        assert_eq!(directory.spelled_out("Sở TT&TT AG").as_deref(), Some("Sở Thông tin và Truyền thông An Giang"));
        assert_eq!(directory.spelled_out("Sở TT&TT BT"), None);
    }
}
