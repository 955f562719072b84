//! Commands beside a running daemon: HTTP over its control socket.

use crate::cli::Context;
use crate::cli::report::Failure;
use crate::config::Config;
use crate::config::error::Fault;
use crate::model::health::Trouble;
use crate::model::source::Source;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::web::control::UNKNOWN_SOURCE;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use serde::de::DeserializeOwned;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::UnixStream;

/// Where an answer comes from.
pub enum Reached {
    /// A running daemon.
    Daemon(Door),
    /// The store itself, and the configuration it belongs to.
    Store(Arc<Config>, Store),
}

/// The control socket of a running daemon.
pub struct Door {
    socket: PathBuf,
    /// What is wrong with the file on disk; the daemon goes on with the configuration of before.
    pub faults: Vec<Fault>,
}

impl Door {
    /// Asks the daemon.
    pub async fn ask<T: DeserializeOwned>(&self, method: &str, path: &str, body: Option<String>) -> Result<T, Failure> {
        ask(&self.socket, method, path, body).await
    }
}

/// A starting daemon holds the store before its socket answers.
const PATIENCE: Duration = Duration::from_secs(10);

/// The daemon if one runs, else the store. A daemon is reached also while the file on disk has faults.
pub async fn reach(context: &Context) -> Result<Reached, Failure> {
    match context.load() {
        Ok(config) => reach_of(Arc::new(config)).await,
        Err(Failure::Config(faults)) => {
            let socket = context.control_socket()?;
            if UnixStream::connect(&socket).await.is_err() {
                return Err(Failure::Config(faults));
            }
            anstream::eprintln!("the daemon goes on with the configuration of before: `tintinh check` says what is wrong with the file");
            Ok(Reached::Daemon(Door { socket, faults }))
        }
        Err(failure) => Err(failure),
    }
}

/// The same for a configuration; on a held lock, the daemon again for a while.
pub async fn reach_of(config: Arc<Config>) -> Result<Reached, Failure> {
    let started = Instant::now();
    let socket = &config.server.control;
    loop {
        match UnixStream::connect(socket).await {
            Ok(_) => return Ok(Reached::Daemon(Door { socket: socket.clone(), faults: Vec::new() })),
            Err(error) if error.kind() == ErrorKind::PermissionDenied => return Err(not_allowed(socket)),
            Err(_) => {}
        }
        match Store::open(&config.storage, false, Duration::ZERO).await {
            Ok(store) => return Ok(Reached::Store(config, store)),
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
pub async fn require_daemon(context: &Context, command: &str, instead: &str) -> Result<Door, Failure> {
    let socket = context.control_socket()?;
    match UnixStream::connect(&socket).await {
        Ok(_) => Ok(Door { socket, faults: Vec::new() }),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => Err(not_allowed(&socket)),
        Err(error) => Err(Failure::message(
            "cli.no_daemon",
            &format!("`{command}` is for a running daemon and none answers at {}: {error}", socket.display()),
            instead,
        )),
    }
}

/// A source that must be there.
pub fn known<'a>(config: &'a Config, id: &str) -> Result<&'a Source, Failure> {
    config.source(id).ok_or_else(|| unknown(config, id))
}

/// The fault that a source is not there.
pub fn unknown(config: &Config, id: &str) -> Failure {
    let near = config.near(id).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
    let help = format!("{near}`tintinh status` lists them; an address begins with https://");
    Failure::message(UNKNOWN_SOURCE, &format!("no source is called `{id}`"), &help)
}

async fn ask<T: DeserializeOwned>(socket: &Path, method: &str, path: &str, body: Option<String>) -> Result<T, Failure> {
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
