//! STUB
use chrono::{DateTime, FixedOffset, Utc};
use serde::{Deserialize, Serialize};
/// x
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Precision {
    /// x
    Minute,
    /// x
    Day,
}
/// x
#[derive(Debug, Clone, PartialEq)]
pub struct Printed {
    /// x
    pub words: String,
    /// x
    pub moment: DateTime<FixedOffset>,
    /// x
    pub precision: Precision,
    /// x
    pub label: Option<Label>,
}
/// x
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Label {
    /// x
    Published,
    /// x
    Updated,
}
/// x
pub fn vietnamese_date(_: &str, _: Option<DateTime<Utc>>) -> Option<Printed> {
    None
}
/// x
pub fn machine_date(v: &str, _: bool) -> Option<Printed> {
    let m = DateTime::parse_from_rfc3339(v).ok().or_else(|| DateTime::parse_from_rfc2822(v).ok())?;
    Some(Printed { words: v.to_owned(), moment: m, precision: Precision::Minute, label: None })
}
