//! Accepting readers: slow ones are cut off, and a restart finishes what it has accepted.

use crate::web::front::Front;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Whoever has not sent a request line and headers by then is not a reader.
const HEADER_TIMEOUT: Duration = Duration::from_secs(15);

/// Connections at once; each costs some 20 KB.
const MAX_CONNECTIONS: usize = 2048;

/// A connection accepted just before stopping gets this long to send its request.
const LINGER: Duration = Duration::from_millis(250);

/// After a fault of accepting (mostly: too many open files) this long passes before the next try.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// Serves until told to stop; then accepts nobody and finishes what was accepted.
pub async fn serve(listener: TcpListener, front: Front, until: CancellationToken) {
    let (connections, closing) = (TaskTracker::new(), CancellationToken::new());
    let permits = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        let permit = Arc::clone(&permits).acquire_owned().await.expect("the permits are never closed");
        let accepted = tokio::select! {
            () = until.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                let (front, closing) = (front.clone(), closing.clone());
                connections.spawn(async move {
                    connection(stream, peer, front, closing).await;
                    drop(permit);
                });
            }
            Err(error) => {
                tracing::warn!("a connection cannot be accepted: {error}");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    // Closed at once, so that the next daemon, or nobody, takes what arrives now.
    drop(listener);
    connections.close();
    if !connections.is_empty() {
        tokio::time::sleep(LINGER).await;
    }
    closing.cancel();
    connections.wait().await;
}

async fn connection(stream: TcpStream, peer: SocketAddr, front: Front, closing: CancellationToken) {
    // A failure costs a little latency only.
    let _ = stream.set_nodelay(true);
    let service = hyper::service::service_fn(move |request| {
        let front = front.clone();
        async move { Ok::<_, Infallible>(front.answer(request, peer).await) }
    });
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT);
    builder.http2().timer(TokioTimer::new()).max_concurrent_streams(64);
    let serving = builder.serve_connection(TokioIo::new(stream), service);
    tokio::pin!(serving);
    let ended = tokio::select! {
        ended = serving.as_mut() => ended,
        () = closing.cancelled() => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!("a reader was lost: {error}");
    }
}
