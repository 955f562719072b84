//! A scripted department site on loopback: real sockets, real HTTP, every request remembered.

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Response, StatusCode};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// What an address answers.
#[derive(Clone)]
pub struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    delay: Duration,
    /// Answer conditional requests with 304.
    validates: bool,
}

impl Reply {
    pub fn html(body: impl Into<String>) -> Self {
        Self::of("text/html; charset=utf-8", body.into())
    }

    pub fn of(media_type: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: 200,
            headers: vec![("content-type", media_type.to_owned())],
            body: body.into(),
            delay: Duration::ZERO,
            validates: true,
        }
    }

    pub fn status(status: u16) -> Self {
        Self { status, validates: false, ..Self::html(format!("<title>{status}</title>")) }
    }

    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.into()));
        self
    }

    pub fn delayed(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    pub fn without_validators(self) -> Self {
        Self { validates: false, ..self }
    }
}

/// One request as it arrived.
#[derive(Clone)]
pub struct Asked {
    pub path: String,
    pub headers: HeaderMap,
    pub at: Instant,
    pub answered: Instant,
    pub status: u16,
}

#[derive(Clone, Default)]
struct Script {
    replies: Arc<Mutex<BTreeMap<String, Reply>>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// A department with a web site; ends when dropped.
pub struct Town {
    pub address: SocketAddr,
    script: Script,
    until: CancellationToken,
}

impl Drop for Town {
    fn drop(&mut self) {
        self.until.cancel();
    }
}

impl Town {
    pub async fn empty() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let script = Script::default();
        let until = CancellationToken::new();
        let router = Router::new().fallback(answer).with_state(script.clone());
        let end = until.clone();
        #[expect(clippy::disallowed_methods, reason = "the town outlives every tracker and ends with its token")]
        tokio::spawn(async move { axum::serve(listener, router).with_graceful_shutdown(end.cancelled_owned()).await.unwrap() });
        Self { address, script, until }
    }

    /// A listing at `/tin` with the named articles, newest first.
    pub async fn with_articles(slugs: &[&str]) -> Self {
        let town = Self::empty().await;
        for slug in slugs {
            town.write(slug, &format!("Nội dung của {slug}"));
        }
        town.list(slugs);
        town
    }

    /// Stops answering: connections are refused.
    pub async fn close(self) {
        self.until.cancel();
        while tokio::net::TcpStream::connect(self.address).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn serve(&self, path: &str, reply: Reply) {
        self.script.replies.lock().unwrap().insert(path.to_owned(), reply);
    }

    /// What an address answers takes so long from now on.
    pub fn slow(&self, path: &str, delay: Duration) {
        let mut replies = self.script.replies.lock().unwrap();
        let reply = replies.remove(path).unwrap();
        replies.insert(path.to_owned(), reply.delayed(delay));
    }

    pub fn list(&self, slugs: &[&str]) {
        self.serve("/tin", Reply::html(listing(slugs)));
    }

    /// Publishes or edits an article.
    pub fn write(&self, slug: &str, text: &str) {
        self.serve(&format!("/{slug}.html"), Reply::html(article(slug, text)));
    }

    pub fn remove(&self, slug: &str) {
        self.serve(&format!("/{slug}.html"), Reply::status(404));
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.script.asked.lock().unwrap().clone()
    }

    pub fn asked_for(&self, path: &str) -> Vec<Asked> {
        self.asked().into_iter().filter(|asked| asked.path == path).collect()
    }

    pub fn forget(&self) {
        self.script.asked.lock().unwrap().clear();
    }

    /// A `[[source]]` that polls this town.
    pub fn source(&self, id: &str) -> String {
        format!("[[source]]\nid = \"{id}\"\nurl = \"{}\"\n{LISTING}{RECIPE}", self.url("/tin"))
    }
}

/// Selectors of the town's listing.
pub const LISTING: &str = "[source.listing.html]\nitem = \"li.row\"\nlink = \"a\"\ntitle = \"a\"\ndate = \".date\"\n";

/// Selectors of the town's articles.
pub const RECIPE: &str = "[[source.recipe]]\ntitle = \"h1\"\npublished = \".date\"\nlead = \".lead\"\nbody = \".body\"\n";

pub fn listing(slugs: &[&str]) -> String {
    let rows: String = slugs
        .iter()
        .map(|slug| format!("<li class=row><a href='/{slug}.html'>Thông báo về {slug}</a> <span class=date>22/11/2021</span></li>"))
        .collect();
    format!("<!doctype html><meta charset=utf-8><title>Tin</title><ul>{rows}</ul>")
}

pub fn article(slug: &str, text: &str) -> String {
    format!(
        "<!doctype html><meta charset=utf-8><title>Thông báo</title><h1>Thông báo về {slug}</h1>\
         <div class=date>22/11/2021 08:30</div><p class=lead>Tóm tắt của {slug}.</p>\
         <div class=body><p>{text}</p><p>Các đơn vị liên quan căn cứ chức năng, nhiệm vụ tổ chức thực hiện.</p></div>"
    )
}

/// An article with a menu, as every page of a site has it: more is repeated than is said.
pub fn framed(slug: &str, text: &str) -> Reply {
    let mut dice = fastrand::Rng::with_seed(7);
    let menu: String = (0..200).map(|at| format!("<li><a href='/muc-{:08x}'>Mục {at}</a></li>", dice.u32(..))).collect();
    Reply::html(format!("{}<ul class=menu>{menu}</ul>", article(slug, text)))
}

async fn answer(State(script): State<Script>, request: Request) -> Response<Body> {
    let at = Instant::now();
    let path = request.uri().path_and_query().map(|path| path.as_str().to_owned()).unwrap_or_default();
    let reply = script.replies.lock().unwrap().get(&path).cloned().unwrap_or_else(|| Reply::status(404));
    tokio::time::sleep(reply.delay).await;
    let etag = format!("\"{:x}\"", u64::from_be_bytes(Sha256::digest(&reply.body)[..8].try_into().unwrap()));
    let knows = |name| request.headers().get(name).and_then(|value| value.to_str().ok()) == Some(etag.as_str());
    let is_known = reply.validates && knows("if-none-match");
    let status = if is_known { 304 } else { reply.status };
    let mut response = Response::builder().status(StatusCode::from_u16(status).unwrap());
    for (name, value) in &reply.headers {
        response = response.header(*name, value);
    }
    if reply.validates {
        response = response.header("etag", &etag);
    }
    let body = if is_known { Body::empty() } else { Body::from(reply.body) };
    script.asked.lock().unwrap().push(Asked { path, headers: request.headers().clone(), at, answered: Instant::now(), status });
    response.body(body).unwrap()
}
