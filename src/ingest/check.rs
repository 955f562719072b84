//! Faults that only the reading trade can see, placed in the configuration file.

use crate::config::Config;
use crate::config::error::Fault;
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
