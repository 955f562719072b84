//! STUB
use crate::directory::*;
use crate::model::attribution::*;
/// x
#[derive(Debug, Clone, Copy)]
pub enum LinePlace {
    /// x
    OwnLine,
    /// x
    LastLine,
    /// x
    RightAligned,
    /// x
    Caption,
    /// x
    LeadOpening,
    /// x
    Labelled,
}
/// x
pub fn read_line(_: &str, _: LinePlace) -> Option<Attribution> {
    None
}
/// x
pub fn lead_prefix(_: &str) -> Option<(Attribution, usize)> {
    None
}
/// x
pub fn trailing(_: &str) -> Option<(usize, Attribution)> {
    None
}
/// x
pub fn resolve(_: &Attribution, _: &Directory, _: chrono::NaiveDate, _: &Place<'_>) -> Option<Unit> {
    None
}
