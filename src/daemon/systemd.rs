//! What systemd is told and gives (sd_notify(3), sd_listen_fds(3)); without it, nobody and nothing.

use sd_notify::NotifyState;
use std::net::TcpListener;
use std::time::Duration;

/// The daemon serves and polls.
pub fn ready() {
    tell(&[NotifyState::Ready]);
}

/// The scheduler makes progress.
pub fn alive() {
    tell(&[NotifyState::Watchdog]);
}

/// How long systemd waits for a sign of life, if it does (`WatchdogSec=`).
pub fn watchdog() -> Option<Duration> {
    let told = std::env::var("WATCHDOG_USEC").ok()?;
    told.parse().ok().map(Duration::from_micros)
}

/// The daemon stops.
pub fn stopping() {
    tell(&[NotifyState::Stopping]);
}

/// The configuration is being read again; `ready` ends it.
pub fn reloading() {
    match NotifyState::monotonic_usec_now() {
        Ok(now) => tell(&[NotifyState::Reloading, now]),
        Err(error) => tracing::warn!("systemd cannot be told of the reload: {error}"),
    }
}

/// Starting goes on and may take this much longer. After a rest for compaction the watchdog waits already.
pub fn still_starting(what: &str, longer: Duration) {
    let usec = u32::try_from(longer.as_micros()).unwrap_or(u32::MAX);
    tell(&[NotifyState::ExtendTimeoutUsec(usec), NotifyState::Watchdog, NotifyState::Status(what)]);
}

/// One line for `systemctl status`.
pub fn status(line: &str) {
    tell(&[NotifyState::Status(line)]);
}

/// The first socket that systemd listens on for us, if any (`tintinh.socket`).
pub fn inherited() -> std::io::Result<Option<TcpListener>> {
    listenfd::ListenFd::from_env().take_tcp_listener(0)
}

fn tell(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::warn!("systemd cannot be told: {error}");
    }
}
