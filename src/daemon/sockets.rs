//! Where the daemon listens: its own socket or an inherited one, and the control socket.

use crate::daemon::error::DaemonError;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use tokio::net::{TcpListener, UnixListener};

/// An inherited socket, which stays open while the daemon restarts, or a new one.
pub async fn listener(address: &str, inherited: Option<std::net::TcpListener>) -> std::io::Result<TcpListener> {
    match inherited {
        Some(listener) => {
            listener.set_nonblocking(true)?;
            TcpListener::from_std(listener)
        }
        None => TcpListener::bind(address).await,
    }
}

/// Listens where the operator's commands look; a socket left by a killed daemon is replaced.
pub fn control(path: &Path) -> Result<UnixListener, DaemonError> {
    let fault = |source| DaemonError::Control { path: path.to_owned(), source };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(fault)?;
    }
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(fault(error)),
        _ => {}
    }
    let listener = UnixListener::bind(path).map_err(fault)?;
    // The owner and the group tintinh; nobody else.
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o660)).map_err(fault)?;
    Ok(listener)
}
