//! Who said it: the line a page prints about its origin, and what was derived from it.

use serde::{Deserialize, Serialize};

/// What kind of line states the origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// "Nguồn: Sở Công Thương".
    SourceLine,
    /// A department's name alone, as a signature.
    UnitSignature,
    /// A person, or several.
    Byline,
    /// An outlet's code that opens the lead: "(GLO)-".
    DatelinePrefix,
    /// The credit of a picture.
    CaptionCredit,
}

/// What the page prints. Stored verbatim and compared; never corrected.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribution {
    /// The line untouched.
    pub printed: Option<String>,
    /// Its kind.
    pub kind: Option<Kind>,
    /// The source it names, as printed; several are joined by "; ".
    pub source: Option<String>,
    /// The person or persons it names; several are joined by "; ".
    pub author: Option<String>,
    /// Whom a photograph is credited to.
    pub photo: Option<String>,
}

/// On what a claimed unit rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// The page names department and province.
    Stated,
    /// The page names the department; the polled source says the province.
    Matched,
    /// The page names nothing; the polled source is the department's own.
    Default,
}

/// A unit derived from an attribution with one version of the directory.
/// Derived again when read with another version; never an edit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unit {
    /// Key of the department, such as `so-cong-thuong`.
    pub department: Option<String>,
    /// Key of the province, such as `binh-thuan`.
    pub province: Option<String>,
    /// On what the claim rests.
    pub basis: Basis,
    /// How sure, 0 to 1.
    pub confidence: f32,
}
