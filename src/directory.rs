//! Provinces and departments, their names and their history: a printed name becomes a unit, or stays a name.

pub mod additions;
pub mod division;
pub mod hosts;
pub mod lookup;

use serde::Deserialize;
use std::sync::{LazyLock, OnceLock};

/// Raised when rows change, so that what was derived is known to be old.
pub const VERSION: u32 = 2;

/// A province or centrally-run city.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Province {
    /// Key, such as `binh-thuan`.
    pub key: String,
    /// Name without "Tỉnh".
    pub name: String,
    /// Other spellings.
    pub aliases: Vec<String>,
    /// First day as a unit, when younger than the web.
    #[serde(default)]
    pub since: Option<String>,
    /// Last day as a unit.
    #[serde(default)]
    pub until: Option<String>,
    /// Key of the unit since 1 July 2025.
    pub merged_into: String,
    /// Portal; an identifier, not a live address.
    #[serde(default)]
    pub portal: Option<String>,
    /// ISO 3166-2 code.
    #[serde(default)]
    pub iso: Option<String>,
}

/// A department of a provincial committee.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Department {
    /// Key, such as `so-cong-thuong`.
    pub key: String,
    /// Name.
    pub name: String,
    /// Other spellings and abbreviations.
    pub aliases: Vec<String>,
    /// First day, for those that the decrees of 2025 made.
    #[serde(default)]
    pub since: Option<String>,
    /// Last day, for those that they dissolved.
    #[serde(default)]
    pub until: Option<String>,
    /// First labels of its hosts, beside those that its name yields.
    #[serde(default)]
    pub hosts: Vec<String>,
}

/// A newspaper or portal with the code that opens its leads.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outlet {
    /// The code, such as `GLO`.
    pub code: String,
    /// What it stands for.
    pub name: String,
}

/// All names.
#[derive(Debug)]
pub struct Directory {
    provinces: Vec<Province>,
    departments: Vec<Department>,
    outlets: Vec<Outlet>,
    /// Names of departments as they are looked up.
    normal_names: OnceLock<Vec<(String, usize)>>,
}

/// Whose words a source publishes by default.
#[derive(Debug, Clone, Copy, Default)]
pub struct Place<'a> {
    /// Key of its province.
    pub province: Option<&'a str>,
    /// Key of its department.
    pub department: Option<&'a str>,
}

static BUILT_IN: LazyLock<Directory> = LazyLock::new(|| {
    #[derive(Deserialize)]
    struct Provinces {
        province: Vec<Province>,
    }
    #[derive(Deserialize)]
    struct Departments {
        department: Vec<Department>,
    }
    #[derive(Deserialize)]
    struct Outlets {
        outlet: Vec<Outlet>,
    }
    let provinces: Provinces = toml::from_str(include_str!("directory/provinces.toml")).expect("provinces.toml is tested");
    let departments: Departments = toml::from_str(include_str!("directory/departments.toml")).expect("departments.toml is tested");
    let outlets: Outlets = toml::from_str(include_str!("directory/outlets.toml")).expect("outlets.toml is tested");
    Directory { provinces: provinces.province, departments: departments.department, outlets: outlets.outlet, normal_names: OnceLock::new() }
});

impl Directory {
    /// The directory that ships with tintinh.
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// A province by key.
    pub fn province(&self, key: &str) -> Option<&Province> {
        self.provinces.iter().find(|province| province.key == key)
    }

    /// A department by key.
    pub fn department(&self, key: &str) -> Option<&Department> {
        self.departments.iter().find(|department| department.key == key)
    }

    /// Every province, of both maps.
    pub fn provinces(&self) -> &[Province] {
        &self.provinces
    }

    /// Every department.
    pub fn departments(&self) -> &[Department] {
        &self.departments
    }

    /// The outlet a code stands for, case apart.
    pub fn outlet(&self, code: &str) -> Option<&str> {
        self.outlets
            .iter()
            .find(|outlet| outlet.code == code || (outlet.code.len() > 3 && outlet.code.eq_ignore_ascii_case(code)))
            .map(|outlet| outlet.name.as_str())
    }

    /// Key of the unit a province belongs to since 1 July 2025.
    pub fn province_today<'d>(&'d self, key: &'d str) -> &'d str {
        self.province(key).map_or(key, |province| province.merged_into.as_str())
    }

    /// Keys of the provinces that a unit of today was made of, itself among them.
    pub fn members<'d>(&'d self, key: &'d str) -> impl Iterator<Item = &'d str> {
        self.provinces.iter().filter(move |province| province.merged_into == key).map(|province| province.key.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_maps_are_whole() {
        let directory = Directory::built_in();
        let old = directory.provinces.iter().filter(|province| province.since.is_none()).count();
        let mut today: Vec<&str> = directory.provinces.iter().map(|province| province.merged_into.as_str()).collect();
        today.sort_unstable();
        today.dedup();
        assert_eq!((old, today.len()), (63, 34));
    }

    #[test]
    fn binh_thuan_belongs_to_lam_dong_today() {
        assert_eq!(Directory::built_in().province_today("binh-thuan"), "lam-dong");
    }
}
