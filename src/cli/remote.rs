//! Commands beside a running daemon: HTTP over its control socket.

use crate::cli::Context;
use crate::cli::report::Failure;
use crate::config::Config;
use crate::model::health::Trouble;
use crate::store::Store;
use crate::store::error::StoreError;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use serde::de::DeserializeOwned;
use std::io::ErrorKind;
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::net::UnixStream;

/// Where an answer comes from.
pub enum Reached {
    /// A running daemon.
    Daemon,
    /// The store itself.
    Store(Store),
}

/// A starting daemon holds the store before its socket answers.
const PATIENCE: Duration = Duration::from_secs(10);

/// The daemon if one runs, else the store; on a held lock, the daemon again for a while.
pub async fn reach(config: &Config, _: &Context) -> Result<Reached, Failure> {
    let started = Instant::now();
    loop {
        match UnixStream::connect(&config.server.control).await {
            Ok(_) => return Ok(Reached::Daemon),
            Err(error) if error.kind() == ErrorKind::PermissionDenied => return Err(not_allowed(&config.server.control)),
            Err(_) => {}
        }
        match Store::open(&config.storage, false, Duration::ZERO).await {
            Ok(store) => return Ok(Reached::Store(store)),
            Err(StoreError::Held { .. }) if started.elapsed() < PATIENCE => tokio::time::sleep(Duration::from_millis(200)).await,
            Err(error) => return Err(error.into()),
        }
    }
}

/// The socket is there, or may be, behind a door that is closed to this user.
fn not_allowed(socket: &Path) -> Failure {
    Failure::message(
        "cli.not_allowed",
        &format!("you may not use the daemon's socket {}", socket.display()),
        "use sudo, or join its group: usermod -a -G tintinh USER, then sign in again",
    )
}

/// For what only a running daemon can do.
pub async fn require_daemon(config: &Config, command: &str, instead: &str) -> Result<(), Failure> {
    match UnixStream::connect(&config.server.control).await {
        Ok(_) => Ok(()),
        Err(error) => Err(Failure::message(
            "cli.no_daemon",
            &format!("`{command}` is for a running daemon and none answers at {}: {error}", config.server.control.display()),
            instead,
        )),
    }
}

/// Asks a running daemon.
pub async fn ask<T: DeserializeOwned>(socket: &Path, method: &str, path: &str, body: Option<String>) -> Result<T, Failure> {
    let fault = |reason: String| {
        Failure::message(
            "cli.control",
            &format!("the daemon at {} does not answer: {reason}", socket.display()),
            "check `systemctl status tintinh`, and that you are in the group tintinh",
        )
    };
    let stream = UnixStream::connect(socket).await.map_err(|error| fault(error.to_string()))?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(|error| fault(error.to_string()))?;
    let request = http::Request::builder()
        .method(method)
        .uri(path)
        .header("host", "tintinh")
        .header("content-type", "application/json")
        .body(Full::new(Bytes::from(body.unwrap_or_default())))
        .map_err(|error| fault(error.to_string()))?;
    let exchange = async {
        let response = sender.send_request(request).await?;
        let status = response.status();
        Ok::<_, hyper::Error>((status, response.into_body().collect().await?.to_bytes()))
    };
    tokio::pin!(connection);
    let (status, bytes) = tokio::select! {
        answer = exchange => answer.map_err(|error| fault(error.to_string()))?,
        ended = &mut connection => return Err(fault(ended.err().map_or_else(|| "it closed the connection".to_owned(), |error| error.to_string()))),
    };
    if !status.is_success() {
        return Err(match serde_json::from_slice::<Trouble>(&bytes) {
            Ok(trouble) => Failure::message(&trouble.code, &trouble.message, &trouble.help),
            Err(_) => Failure::message("cli.control", &String::from_utf8_lossy(&bytes), "see the daemon's log: journalctl -u tintinh"),
        });
    }
    serde_json::from_slice(&bytes).map_err(|error| fault(error.to_string()))
}
