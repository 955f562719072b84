//! Settings of the allocator: the daemon's memory would otherwise be spread thin over many threads.

use std::os::unix::process::CommandExt;
use std::process::Command;

/// What glibc asks for when a process starts (mallopt(3)), and what it is told (decision 0905).
///
/// With its default of eight arenas a core, 2,000 polled sources took half as much memory again, since what
/// one thread freed lay in another's arena. Its thresholds grow with what is freed unless they are set; then
/// blocks of 256 KB and more, such as pages and sled's buffers, go back to the system.
const SETTINGS: [(&str, &str); 3] = [("MALLOC_ARENA_MAX", "2"), ("MALLOC_MMAP_THRESHOLD_", "262144"), ("MALLOC_TRIM_THRESHOLD_", "262144")];

/// Starts this program anew with the settings, in the same process, unless somebody has set one of them.
/// Where that fails, the program goes on without.
pub fn keep_few() {
    if SETTINGS.iter().any(|(name, _)| std::env::var_os(name).is_some()) || !cfg!(target_env = "gnu") {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    let mut arguments = std::env::args_os();
    let name = arguments.next().unwrap_or_else(|| program.clone().into_os_string());
    // Comes back only with an error, and costs memory only.
    let _ = Command::new(program).arg0(name).args(arguments).envs(SETTINGS).exec();
}
