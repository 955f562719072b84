//! Names an operator adds in `config.toml`: departments, spellings, codes of outlets.

use crate::directory::{Department, Directory, Outlet};
use std::sync::{OnceLock, PoisonError, RwLock};

/// What is added to the directory that ships.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Additions {
    /// New departments; where the key is known, further spellings and hosts.
    pub departments: Vec<Department>,
    /// Codes of outlets with what they stand for; they outweigh those that ship.
    pub outlets: Vec<Outlet>,
}

/// The directory with additions, where there are any.
static IN_USE: RwLock<Option<(Additions, &'static Directory)>> = RwLock::new(None);

impl Directory {
    /// The directory in use: the built-in one with the operator's additions.
    pub fn in_use() -> &'static Self {
        let added = IN_USE.read().unwrap_or_else(PoisonError::into_inner).as_ref().map(|(_, directory)| *directory);
        added.unwrap_or_else(|| Self::built_in())
    }

    /// Puts the additions of a configuration in use, for the whole process.
    /// What they replace stays in memory: a few hundred KB a change of names.
    pub fn add(additions: &Additions) {
        let mut in_use = IN_USE.write().unwrap_or_else(PoisonError::into_inner);
        if in_use.as_ref().is_some_and(|(known, _)| known == additions) {
            return;
        }
        let is_any = *additions != Additions::default();
        *in_use = is_any.then(|| (additions.clone(), &*Box::leak(Box::new(Self::built_in().with(additions)))));
    }

    /// This directory and the additions.
    pub fn with(&self, additions: &Additions) -> Self {
        let mut departments = self.departments.clone();
        for added in &additions.departments {
            match departments.iter_mut().find(|department| department.key == added.key) {
                Some(known) => {
                    known.aliases.extend(std::iter::once(&added.name).chain(&added.aliases).filter(|name| !name.is_empty()).cloned());
                    known.hosts.extend(added.hosts.iter().cloned());
                }
                None => departments.push(added.clone()),
            }
        }
        let outlets = additions.outlets.iter().chain(&self.outlets).cloned().collect();
        Self { provinces: self.provinces.clone(), departments, outlets, normal_names: OnceLock::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::Place;
    use crate::directory::lookup::Lookup;

    fn added() -> Directory {
        let department = |key: &str, name: &str, aliases: &[&str]| Department {
            key: key.to_owned(),
            name: name.to_owned(),
            aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
            since: None,
            until: None,
            hosts: Vec::new(),
        };
        let departments =
            vec![department("so-cong-thuong", "", &["Ngành Công nghiệp"]), department("ban-bien-gioi", "Ban Biên giới", &["BBG tỉnh"])];
        Directory::built_in()
            .with(&Additions { departments, outlets: vec![Outlet { code: "VDO".to_owned(), name: "Vĩ Dụ Online".to_owned() }] })
    }

    #[test]
    fn added_names_lead_to_their_department() {
        let directory = added();
        let place = Place { province: Some("binh-thuan"), department: None };
        for (printed, key) in
            [("Ngành Công nghiệp", "so-cong-thuong"), ("Ban Biên giới tỉnh", "ban-bien-gioi"), ("BBG tỉnh", "ban-bien-gioi")]
        {
            let Lookup::One(unit) = directory.unit(printed, "2021-11-22".parse().unwrap(), &place) else { panic!("{printed}") };
            assert_eq!(unit.department.as_deref(), Some(key), "{printed}");
        }
        assert_eq!(directory.outlet("VDO"), Some("Vĩ Dụ Online"));
        assert_eq!(Directory::built_in().outlet("VDO"), None);
    }
}
