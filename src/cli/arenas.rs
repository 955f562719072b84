//! Few arenas for the allocator: the daemon's memory would otherwise be spread thin over many threads.

use std::os::unix::process::CommandExt;
use std::process::Command;

/// What glibc asks (mallopt(3)). With its default, eight a core, 2,000 polled sources took half as much
/// memory again, since what one thread freed lay in another's arena (decision 0905).
const SETTING: &str = "MALLOC_ARENA_MAX";

/// Few enough for the pages to come together, enough for the workers not to wait for one another.
const ARENAS: &str = "2";

/// Starts this program anew with the setting, in the same process, unless somebody has set it.
/// glibc reads it only when a process starts. Where that fails, the program goes on without.
pub fn keep_few() {
    if std::env::var_os(SETTING).is_some() || !cfg!(target_env = "gnu") {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    let mut arguments = std::env::args_os();
    let name = arguments.next().unwrap_or_else(|| program.clone().into_os_string());
    // Comes back only with an error, and costs memory only.
    let _ = Command::new(program).arg0(name).args(arguments).env(SETTING, ARENAS).exec();
}
