//! What stands below the help of a command: examples, and what else a person wants to know.

/// Below the list of commands.
pub const FIRST_STEPS: &str = "\
First steps:
  tintinh demo                      the whole of it, offline
  tintinh add https://…             find the listing of a site, print a source block for it
  tintinh try SOURCE                see what would be stored, and why
  tintinh poll                      read it once
  tintinh run                       go on reading, and serve feeds and pages

Beside a running daemon commands go through its control socket; those that need the
store to themselves say so.
Exit codes: 0 done, 1 found faults, 2 could not run, 130 interrupted.";

/// Below `run`.
pub const RUN: &str = "\
SIGTERM or Ctrl+C ends it in order: polls under way finish (30 s), readers get their answers,
the store is flushed. A second one does not wait. SIGHUP reads the configuration again, as
`tintinh reload` and saving the file do. TINTINH_LOG=debug says more.";

/// Below `poll`.
pub const POLL: &str = "\
Examples:
  tintinh poll                                  every enabled source
  tintinh poll binh-thuan/so-cong-thuong        one, also when it is paused or disabled
  tintinh --format json poll | jq .sources      for scripts

Never against robots.txt or Retry-After. Exit code 1 when a source failed; the table says why.";

/// Below `status`.
pub const STATUS: &str = "\
Examples:
  tintinh status                                state of every source, since when, why, what to do
  tintinh status --disk                         bytes a source, growth, days until full, budgets
  tintinh --format json status | jq '.sources[] | select(.state == \"broken\")'

States: healthy, quiet (longer silent than usual), degraded (some fields or articles fail), broken
(nothing is read), blocked (asked to stay away), moved, down (no answer), paused, disabled.";

/// Below `show`.
pub const SHOW: &str = "\
Examples:
  tintinh show https://…                                       as it is now, with its revisions
  tintinh show ID --at 2026-11-24T08:00                        what it said then, and how that is known";

/// Below `verify`.
pub const VERIFY: &str = "\
Examples:
  tintinh verify                    the log, its hash chain, every article
  tintinh verify --deep             every page too; takes long
  tintinh verify --min-seq 1200     fails also when the log ends earlier: what was acknowledged is there
  tintinh verify --repair           with the daemon stopped: makes lists, ids and counts anew";

/// Below `withdraw`.
pub const WITHDRAW: &str = "\
Examples:
  tintinh withdraw ID --reason 'theo yêu cầu của Sở'
  tintinh withdraw ID --passage 'số điện thoại 09…' --erase --reason 'dữ liệu cá nhân'

Its page answers 410 with the reason; the hash chain still verifies.";

/// Below `backup`.
pub const BACKUP: &str = "\
Examples:
  tintinh backup /mnt/backup/tintinh            consistent, also while the daemon runs
  tintinh restore /mnt/backup/tintinh           into an empty store, daemon stopped

The daemon does it daily by itself when [store] backup names a folder.";

/// Below `export`.
pub const EXPORT: &str = "\
Examples:
  tintinh export tintinh.jsonl.zst              everything in one file, with count and checksum
  tintinh import tintinh.jsonl.zst              into an empty store; keeps numbers and hash chain";

/// Below `log`.
pub const LOG: &str = "\
Examples:
  tintinh log debug                             until the next start
  tintinh log warn,tintinh::fetch=trace         directives as in TINTINH_LOG
  tintinh log info                              as it begins";

/// Below `pause`.
pub const PAUSE: &str = "It stays paused across restarts; a poll under way ends by itself. `tintinh resume SOURCE` ends it.";

/// Below `compact`.
pub const COMPACT: &str = "\
With the daemon stopped. [store] compact lets the daemon do it by itself in a quiet hour.";
