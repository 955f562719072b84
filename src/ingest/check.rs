//! Faults that only the reading trade can see, placed in the configuration file.

use crate::config::Config;
use crate::config::error::Fault;
use crate::config::section::nearest;
use crate::directory::Directory;
use crate::model::source::Source;
use crate::scrape;

/// Selectors, families and names of every source.
pub fn config(config: &Config) -> Vec<Fault> {
    let mut faults = Vec::new();
    let directory = Directory::built_in().with(&config.additions);
    for source in &config.sources {
        // An id may be made up; what is written as a key is meant to be known.
        let is_written = |(field, ..): &(String, String, String)| config.place(&source.id, field).is_some();
        for (field, message, help) in
            scrape::check::source(source).into_iter().chain(names(source, &directory).into_iter().filter(is_written))
        {
            let fault = match config.place(&source.id, &field) {
                Some(place) => Fault::at(place, message),
                None => Fault::general(format!("{}: {message}", source.id)),
            };
            faults.push(fault.help(help));
        }
    }
    faults
}

/// Province and department that the directory does not know: field, reason and remedy.
fn names(source: &Source, directory: &Directory) -> Vec<(String, String, String)> {
    let provinces = || directory.provinces().iter().map(|province| province.key.as_str()).collect::<Vec<_>>();
    let departments = || directory.departments().iter().map(|department| department.key.as_str()).collect::<Vec<_>>();
    // A name like none that is known may be the operator's own.
    let near = |word: &str, names: Vec<&str>| nearest(word, &names).map(|near| format!("did you mean \"{near}\"?"));
    let mut faults = Vec::new();
    if let Some(key) = source.province.as_deref().filter(|key| directory.province(key).is_none())
        && let Some(help) = near(key, provinces())
    {
        faults.push(("province".to_owned(), format!("no province is called `{key}`"), help));
    }
    if let Some(key) = source.department.as_deref().filter(|key| directory.department(key).is_none())
        && let Some(help) = near(key, departments())
    {
        faults.push(("department".to_owned(), format!("no department is called `{key}`"), help));
    }
    faults
}
