//! Judges what the configuration says about watches, with the place of each fault.

use crate::config::Config;
use crate::config::error::Fault;
use crate::search::parse;

/// Faults of watches.
pub fn config(config: &Config) -> Vec<Fault> {
    let judged = config.watches.iter().filter_map(|watch| {
        let error = parse::parse(&watch.query).err()?;
        let message = format!("the query of watch `{}` is not understood: {error}", watch.name);
        Some(match config.places.get(&format!("watch {}.query", watch.name)) {
            Some(place) => Fault::at(place.clone(), message).help("try it with `tintinh search`"),
            None => Fault::general(message).help("try it with `tintinh search`"),
        })
    });
    judged.collect()
}
