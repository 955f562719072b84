//! Where relative paths of a configuration begin, and where the control socket lies.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Where the package keeps the configuration, and where its unit keeps data and socket
/// (`deploy/tintinh.service`). A shell does not have the unit's environment, and must find both all the same.
const PACKAGE: (&str, &str, &str) = ("/etc/tintinh", "/var/lib/tintinh", "/run/tintinh");

/// The places that belong to a file.
#[derive(Debug, PartialEq, Eq)]
pub struct Home {
    /// Where relative paths begin: `$STATE_DIRECTORY`, the package's state, or the file's folder.
    pub state: PathBuf,
    /// Where the control socket lies: `$RUNTIME_DIRECTORY`, the package's, or `data` in the state.
    pub runtime: PathBuf,
}

impl Home {
    /// Of a configuration file, in this process's environment.
    pub fn of(file: &Path) -> Self {
        Self::within(file, std::env::var_os("STATE_DIRECTORY"), std::env::var_os("RUNTIME_DIRECTORY"))
    }

    fn within(file: &Path, state: Option<OsString>, runtime: Option<OsString>) -> Self {
        let folder = folder(file);
        let (package, state_there, runtime_there) = PACKAGE;
        let is_package = std::path::absolute(&folder).is_ok_and(|folder| folder == Path::new(package));
        let state = state.map(PathBuf::from).unwrap_or_else(|| if is_package { state_there.into() } else { folder });
        let runtime = runtime.map(PathBuf::from).unwrap_or_else(|| if is_package { runtime_there.into() } else { state.join("data") });
        Self { state, runtime }
    }
}

/// The folder a file lies in.
pub fn folder(file: &Path) -> PathBuf {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_finds_the_packages_store_and_socket() {
        let at = |file: &str, state: Option<&str>, runtime: Option<&str>| {
            let home = Home::within(Path::new(file), state.map(OsString::from), runtime.map(OsString::from));
            (home.state.display().to_string(), home.runtime.display().to_string())
        };
        let pair = |state: &str, runtime: &str| (state.to_owned(), runtime.to_owned());
        assert_eq!(at("/etc/tintinh/config.toml", None, None), pair("/var/lib/tintinh", "/run/tintinh"));
        assert_eq!(at("/etc/tintinh/config.toml", Some("/srv/news"), Some("/run/news")), pair("/srv/news", "/run/news"));
        assert_eq!(at("/srv/lan/config.toml", None, None), pair("/srv/lan", "/srv/lan/data"));
        assert_eq!(at("config.toml", None, None), pair(".", "./data"));
    }
}
