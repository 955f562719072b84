//! Pure tools over text: no I/O, no runtime, no clock.

pub mod causes;
pub mod charset;
pub mod citation;
pub mod clean;
pub mod date;
pub mod diff;
pub mod difference;
pub mod fingerprint;
pub mod fold;
pub mod img;
pub mod legacy;
pub mod office;
pub mod units;
pub mod url;
