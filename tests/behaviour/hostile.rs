//! A server that answers with what no honest server sends: raw bytes, as scripted.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

/// What happens on a connection after the request has been read.
#[derive(Clone)]
pub enum Act {
    /// These bytes, then the end.
    Raw(Vec<u8>),
    /// The head, then one piece after another without end.
    Endless(Vec<u8>, Vec<u8>),
    /// The head, then one byte at a time.
    Trickle(Vec<u8>, Duration),
    /// Nothing.
    Hang,
    /// The connection is reset after these bytes.
    Reset(Vec<u8>),
}

impl Act {
    /// An answer with a right length.
    pub fn page(media_type: &str, body: impl AsRef<[u8]>) -> Self {
        Self::answer("200 OK", &format!("Content-Type: {media_type}\r\n"), body)
    }

    pub fn answer(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let mut bytes = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n", body.len()).into_bytes();
        bytes.extend_from_slice(body);
        Self::Raw(bytes)
    }

    pub fn redirect(target: &str) -> Self {
        Self::answer("302 Found", &format!("Location: {target}\r\n"), "")
    }

    pub fn head(headers: &str) -> Vec<u8> {
        format!("HTTP/1.1 200 OK\r\n{headers}\r\n").into_bytes()
    }
}

type Script = Arc<Mutex<BTreeMap<String, Act>>>;

/// Answers every path as scripted, 404 else; ends when dropped.
pub struct Hostile {
    pub address: SocketAddr,
    script: Script,
    asked: Arc<Mutex<Vec<String>>>,
    until: CancellationToken,
}

impl Drop for Hostile {
    fn drop(&mut self) {
        self.until.cancel();
    }
}

impl Hostile {
    pub async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let hostile = Self {
            address: listener.local_addr().unwrap(),
            script: Script::default(),
            asked: Arc::default(),
            until: CancellationToken::new(),
        };
        let (script, asked, until) = (Arc::clone(&hostile.script), Arc::clone(&hostile.asked), hostile.until.clone());
        let serving = async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (script, asked, until) = (Arc::clone(&script), Arc::clone(&asked), until.clone());
                #[expect(clippy::disallowed_methods, reason = "ends with the server's token")]
                tokio::spawn(until.run_until_cancelled_owned(async move {
                    // What the client does with a hostile answer is the client's affair.
                    let _ = serve(stream, &script, &asked).await;
                }));
            }
        };
        #[expect(clippy::disallowed_methods, reason = "ends with its token")]
        tokio::spawn(hostile.until.clone().run_until_cancelled_owned(serving));
        hostile
    }

    /// A server whose `/` acts like this.
    pub async fn with(act: Act) -> Self {
        let hostile = Self::new().await;
        hostile.acts("/", act);
        hostile
    }

    pub fn acts(&self, path: &str, act: Act) {
        self.script.lock().unwrap().insert(path.to_owned(), act);
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Paths asked for, robots.txt left out.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().iter().filter(|path| *path != "/robots.txt").cloned().collect()
    }

    pub fn asked_for(&self, path: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|asked| *asked == path).count()
    }
}

async fn serve(mut stream: TcpStream, script: &Script, asked: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        request.push(stream.read_u8().await?);
    }
    let request = String::from_utf8_lossy(&request);
    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
    let act = script.lock().unwrap().get(&path).cloned().unwrap_or_else(|| Act::answer("404 Not Found", "", ""));
    asked.lock().unwrap().push(path);
    match act {
        Act::Raw(bytes) => {
            stream.write_all(&bytes).await?;
            stream.shutdown().await
        }
        Act::Endless(head, piece) => {
            stream.write_all(&head).await?;
            loop {
                stream.write_all(&piece).await?;
            }
        }
        Act::Trickle(head, pause) => {
            stream.write_all(&head).await?;
            loop {
                stream.write_all(b"x").await?;
                tokio::time::sleep(pause).await;
            }
        }
        Act::Hang => std::future::pending().await,
        Act::Reset(bytes) => {
            stream.write_all(&bytes).await?;
            #[expect(deprecated, reason = "a reset is what is wanted; nothing is left to send")]
            stream.set_linger(Some(Duration::ZERO))
        }
    }
}
