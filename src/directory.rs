//! STUB
/// x
#[derive(Debug)]
pub struct Directory;
/// x
#[derive(Debug)]
pub struct Named {
    /// x
    pub name: String,
}
/// x
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// x
    pub province: Option<&'a str>,
    /// x
    pub department: Option<&'a str>,
}
impl Directory {
    /// x
    pub fn built_in() -> &'static Directory {
        &Directory
    }
    /// x
    pub fn province(&self, _: &str) -> Option<&Named> {
        None
    }
    /// x
    pub fn department(&self, _: &str) -> Option<&Named> {
        None
    }
}
