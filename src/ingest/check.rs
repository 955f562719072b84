//! Faults that only the reading trade can see, placed in the configuration file.

use crate::config::Config;
use crate::config::error::Fault;
use crate::config::section::nearest;
use crate::directory::Directory;
use crate::scrape;

/// Selectors and families of every source.
pub fn config(config: &Config) -> Vec<Fault> {
    let mut faults = Vec::new();
    for source in &config.sources {
        for (field, message, help) in scrape::check::source(source) {
            let fault = match config.place(&source.id, &field) {
                Some(place) => Fault::at(place, message),
                None => Fault::general(format!("{}: {message}", source.id)),
            };
            faults.push(fault.help(help));
        }
    }
    faults
}

/// Provinces and departments that are written and that nobody knows. No faults: an operator may have its own.
pub fn unknown_units(config: &Config) -> Vec<Fault> {
    let directory = Directory::in_use();
    let provinces: Vec<&str> = directory.provinces().iter().map(|province| province.key.as_str()).collect();
    let departments: Vec<&str> = directory.departments().iter().map(|department| department.key.as_str()).collect();
    let mut unknown = Vec::new();
    for source in &config.sources {
        for (field, key, known) in [("province", &source.province, &provinces), ("department", &source.department, &departments)] {
            let place = config.places.get(&format!("{}.{field}", source.id)).cloned();
            let Some((key, place)) = key.as_deref().zip(place).filter(|(key, _)| !known.contains(key)) else { continue };
            let help = match (nearest(key, known), field) {
                (Some(near), _) => format!("did you mean \"{near}\"?"),
                (None, "department") => {
                    "if it is one of your own, give its name in a [[department]]; else write a key of the directory".to_owned()
                }
                (None, _) => {
                    "write the key of a province, such as \"binh-thuan\"; feeds and attribution call it by this word as it is".to_owned()
                }
            };
            unknown.push(Fault::at(place, format!("no {field} is called `{key}`")).help(help));
        }
    }
    unknown
}
