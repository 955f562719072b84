//! What systemd is told (sd_notify(3)); without NOTIFY_SOCKET nobody is.

use sd_notify::NotifyState;

/// The daemon serves and polls.
pub fn ready() {
    tell(&[NotifyState::Ready]);
}

/// The scheduler makes progress.
pub fn alive() {
    tell(&[NotifyState::Watchdog]);
}

/// The daemon stops.
pub fn stopping() {
    tell(&[NotifyState::Stopping]);
}

fn tell(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::warn!("systemd cannot be told: {error}");
    }
}
