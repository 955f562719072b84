//! Reading one table of a configuration file: every value with its place, every fault collected.

use crate::config::error::{Fault, Place};
use crate::text::units;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A file that is being read, with the faults found so far.
#[derive(Debug)]
pub struct Reading {
    /// The file.
    pub file: Arc<PathBuf>,
    /// Its text.
    pub text: Arc<str>,
    /// Faults, in the order they were found.
    pub faults: Vec<Fault>,
    /// Credentials that are named and that this process was not given.
    pub withheld: Vec<String>,
}

impl Reading {
    /// Begins to read a file.
    pub fn of(file: &Path, text: &str) -> Self {
        Self { file: Arc::new(file.to_owned()), text: text.into(), faults: Vec::new(), withheld: Vec::new() }
    }

    /// A place in this file.
    pub fn place(&self, span: Range<usize>) -> Place {
        Place { file: Arc::clone(&self.file), text: Arc::clone(&self.text), span }
    }

    /// Notes a fault.
    pub fn fault(&mut self, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.faults.push(Fault::at(self.place(span), message).help(help));
    }
}

/// One table. Keys that nobody asked for are faults when it is finished.
#[derive(Debug)]
pub struct Section<'a> {
    name: String,
    table: Option<&'a DeTable<'a>>,
    span: Range<usize>,
    asked: Vec<&'static str>,
}

impl<'a> Section<'a> {
    /// A section over a table; none means that every value takes its default.
    pub fn new(name: &str, table: Option<&'a DeTable<'a>>, span: Range<usize>) -> Self {
        Self { name: name.to_owned(), table, span, asked: Vec::new() }
    }

    /// Where the section stands.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// True when the file has this section.
    pub fn is_present(&self) -> bool {
        self.table.is_some()
    }

    /// A value as written.
    pub fn value(&mut self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        if !self.asked.contains(&key) {
            self.asked.push(key);
        }
        self.table?.get(key)
    }

    /// A table within.
    pub fn section(&mut self, key: &'static str, reading: &mut Reading) -> Section<'a> {
        let name = if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) };
        match self.value(key) {
            None => Section::new(&name, None, self.span()),
            Some(value) => match value.get_ref() {
                DeValue::Table(table) => Section::new(&name, Some(table), value.span()),
                other => {
                    reading.fault(value.span(), format!("`{name}` is {}, not a table", kind(other)), format!("write a [{name}] section"));
                    Section::new(&name, None, value.span())
                }
            },
        }
    }

    /// The tables of `[[key]]`.
    pub fn sections(&mut self, key: &'static str, reading: &mut Reading) -> Vec<Section<'a>> {
        let name = if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) };
        let Some(value) = self.value(key) else { return Vec::new() };
        let DeValue::Array(rows) = value.get_ref() else {
            reading.fault(
                value.span(),
                format!("`{name}` is {}, not a list of tables", kind(value.get_ref())),
                format!("write [[{name}]]"),
            );
            return Vec::new();
        };
        let mut sections = Vec::new();
        for row in rows.iter() {
            match row.get_ref() {
                DeValue::Table(table) => sections.push(Section::new(&name, Some(table), row.span())),
                other => reading.fault(row.span(), format!("`{name}` holds {}, not a table", kind(other)), format!("write [[{name}]]")),
            }
        }
        sections
    }

    /// A text with its place.
    pub fn text(&mut self, key: &'static str, reading: &mut Reading) -> Option<(String, Range<usize>)> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some((text.to_string(), value.span())),
            other => {
                reading.fault(value.span(), format!("`{key}` is {}, not a text", kind(other)), format!("write {key} = \"…\""));
                None
            }
        }
    }

    /// A text, or its default.
    pub fn text_or(&mut self, key: &'static str, default: &str, reading: &mut Reading) -> String {
        self.text(key, reading).map_or_else(|| default.to_owned(), |(text, _)| text)
    }

    /// A list of texts with their places.
    pub fn texts(&mut self, key: &'static str, reading: &mut Reading) -> Option<Vec<(String, Range<usize>)>> {
        let value = self.value(key)?;
        let DeValue::Array(items) = value.get_ref() else {
            reading.fault(value.span(), format!("`{key}` is {}, not a list", kind(value.get_ref())), format!("write {key} = [\"…\"]"));
            return None;
        };
        let mut texts = Vec::new();
        for item in items.iter() {
            match item.get_ref() {
                DeValue::String(text) => texts.push((text.to_string(), item.span())),
                other => reading.fault(item.span(), format!("`{key}` holds {}, not a text", kind(other)), "put it in quotes"),
            }
        }
        Some(texts)
    }

    /// True or false.
    pub fn flag(&mut self, key: &'static str, default: bool, reading: &mut Reading) -> bool {
        let Some(value) = self.value(key) else { return default };
        value.get_ref().as_bool().unwrap_or_else(|| {
            reading.fault(value.span(), format!("`{key}` is neither true nor false"), format!("write {key} = {default}"));
            default
        })
    }

    /// A whole number within bounds.
    pub fn count(&mut self, key: &'static str, default: usize, bounds: Range<usize>, reading: &mut Reading) -> usize {
        let Some(value) = self.value(key) else { return default };
        let number = value.get_ref().as_integer().and_then(|number| number.as_str().replace('_', "").parse().ok());
        number.filter(|number| bounds.contains(number)).unwrap_or_else(|| {
            let help = format!("write {key} = {default}");
            reading.fault(value.span(), format!("`{key}` is no whole number from {} to {}", bounds.start, bounds.end - 1), help);
            default
        })
    }

    /// A whole number, if one is written.
    pub fn number(&mut self, key: &'static str, reading: &mut Reading) -> Option<u64> {
        let value = self.value(key)?;
        let number = value.get_ref().as_integer().and_then(|number| number.as_str().replace('_', "").parse().ok());
        if number.is_none() {
            reading.fault(value.span(), format!("`{key}` is no whole number"), format!("write {key} = 1000, or 0 for no bound"));
        }
        number
    }

    /// A size, if one is written.
    pub fn size_if_any(&mut self, key: &'static str, reading: &mut Reading) -> Option<u64> {
        let (text, span) = self.text(key, reading)?;
        let size = units::size_bytes(&text);
        if size.is_none() {
            reading.fault(span, format!("`{text}` is no size"), "write a number and KB, MB or GB, such as \"500 MB\"");
        }
        size
    }

    /// A duration such as "24h".
    pub fn duration(&mut self, key: &'static str, default: &'static str, reading: &mut Reading) -> Duration {
        let default_value = units::duration(default).expect("defaults are durations");
        let Some((text, span)) = self.text(key, reading) else { return default_value };
        units::duration(&text).unwrap_or_else(|| {
            reading.fault(span, format!("`{text}` is no duration"), format!("write a number and ms, s, m, h or d, such as \"{default}\""));
            default_value
        })
    }

    /// A duration, if one is written.
    pub fn duration_if_any(&mut self, key: &'static str, reading: &mut Reading) -> Option<Duration> {
        let (text, span) = self.text(key, reading)?;
        let duration = units::duration(&text).filter(|duration| !duration.is_zero());
        if duration.is_none() {
            reading.fault(span, format!("`{text}` is no duration"), "write a number and m, h or d, such as \"14d\"");
        }
        duration
    }

    /// A size such as "1 GB".
    pub fn size(&mut self, key: &'static str, default: &'static str, reading: &mut Reading) -> u64 {
        let default_value = units::size_bytes(default).expect("defaults are sizes");
        let Some((text, span)) = self.text(key, reading) else { return default_value };
        units::size_bytes(&text).unwrap_or_else(|| {
            reading.fault(span, format!("`{text}` is no size"), format!("write a number and KB, MB or GB, such as \"{default}\""));
            default_value
        })
    }

    /// A duration that is more than none.
    pub fn span_of_time(&mut self, key: &'static str, default: &'static str, reading: &mut Reading) -> Duration {
        let duration = self.duration(key, default, reading);
        self.refuse_nothing(key, default, duration.is_zero(), reading);
        duration
    }

    /// A size that is more than none.
    pub fn room(&mut self, key: &'static str, default: &'static str, reading: &mut Reading) -> u64 {
        let size = self.size(key, default, reading);
        self.refuse_nothing(key, default, size == 0, reading);
        size
    }

    fn refuse_nothing(&mut self, key: &'static str, default: &str, is_nothing: bool, reading: &mut Reading) {
        if let Some(value) = self.value(key).filter(|_| is_nothing) {
            reading.fault(
                value.span(),
                format!("nothing works with `{key}` at zero"),
                format!("write {key} = \"{default}\", its default, or more than zero"),
            );
        }
    }

    /// One of several words.
    pub fn choice<T: Copy>(&mut self, key: &'static str, choices: &[(&str, T)], reading: &mut Reading) -> T {
        let Some((text, span)) = self.text(key, reading) else { return choices[0].1 };
        if let Some((_, value)) = choices.iter().find(|(name, _)| *name == text) {
            return *value;
        }
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        let help = nearest(&text, &names)
            .map_or_else(|| format!("choose one of: {}", names.join(", ")), |near| format!("did you mean \"{near}\"?"));
        reading.fault(span, format!("`{text}` is no value of `{key}`"), help);
        choices[0].1
    }

    /// Ends the reading of this table: what nobody asked for is unknown.
    pub fn finish(self, reading: &mut Reading) {
        let Some(table) = self.table else { return };
        for (key, _) in table.iter() {
            let name: &str = key.get_ref();
            if self.asked.contains(&name) {
                continue;
            }
            let section = if self.name.is_empty() { "the file".to_owned() } else { format!("[{}]", self.name) };
            let help = nearest(name, &self.asked)
                .map_or_else(|| format!("{section} knows: {}", self.asked.join(", ")), |near| format!("did you mean `{near}`?"));
            reading.fault(key.span(), format!("unknown key `{name}` in {section}"), help);
        }
    }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// The known name that looks most like a misspelt one.
pub fn nearest<'n>(word: &str, names: &[&'n str]) -> Option<&'n str> {
    let alike = |name: &&'n str| similar::TextDiff::from_chars(word, *name).ratio();
    names
        .iter()
        .copied()
        .map(|name| (name, alike(&name)))
        .filter(|(_, ratio)| *ratio > 0.6)
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(name, _)| name)
}
