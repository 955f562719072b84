//! Three small department sites, served from the binary on loopback.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

const HTML: &str = "text/html; charset=utf-8";
const XML: &str = "application/rss+xml; charset=utf-8";

/// One document of a site: a part of its address, its media type, its text.
type Document = (&'static str, &'static str, &'static str);

const CONG_THUONG: &[Document] = &[
    ("/quyet-tam-thuc-hien", HTML, include_str!("sites/cong-thuong/article.html")),
    ("/binh-thuan", HTML, include_str!("sites/cong-thuong/listing.html")),
];

const SO_CONG_THUONG: &[Document] = &[
    ("/rss/", XML, include_str!("sites/so-cong-thuong/rss.xml")),
    ("-102.html", HTML, include_str!("sites/so-cong-thuong/article-102.html")),
    ("-101.html", HTML, include_str!("sites/so-cong-thuong/article-101.html")),
    ("-100.html", HTML, include_str!("sites/so-cong-thuong/article-100.html")),
];

const SO_XAY_DUNG: &[Document] = &[
    ("ItemID=81", HTML, include_str!("sites/so-xay-dung/article-81.html")),
    ("ItemID=80", HTML, include_str!("sites/so-xay-dung/article-80.html")),
    ("/default.aspx", HTML, include_str!("sites/so-xay-dung/listing.html")),
];

/// The row of the notice with an old date, once it is announced.
const NOTICE: &str = "<item><title>Thông báo lịch tiếp công dân tháng 12</title>\
    <link>{base}/vi/news/tin-hoat-dong/lich-tiep-cong-dan-102.html</link><guid isPermaLink=\"false\">news_102</guid></item>\n";

/// The document that the demonstration removes.
const REMOVED: &str = "ItemID=80";

/// Running sites.
#[derive(Debug)]
pub struct Sites {
    addresses: [String; 3],
    script: Arc<Script>,
    tracker: TaskTracker,
    until: CancellationToken,
}

/// What has happened on the sites.
#[derive(Debug, Default)]
struct Script {
    is_edited: AtomicBool,
    is_removed: AtomicBool,
    is_announced: AtomicBool,
}

#[derive(Clone)]
struct Served {
    documents: &'static [Document],
    base: String,
    script: Arc<Script>,
}

impl Sites {
    /// Serves the three sites, each on a port of its own.
    pub async fn start() -> std::io::Result<Self> {
        let (script, tracker, until) = (Arc::new(Script::default()), TaskTracker::new(), CancellationToken::new());
        let mut addresses: [String; 3] = Default::default();
        for (documents, address) in [CONG_THUONG, SO_CONG_THUONG, SO_XAY_DUNG].into_iter().zip(&mut addresses) {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            *address = format!("http://{}", listener.local_addr()?);
            let served = Served { documents, base: address.clone(), script: Arc::clone(&script) };
            let router = Router::new().fallback(answer).with_state(served);
            let ended = until.clone();
            tracker.spawn(async move {
                // Ends when the demonstration does; a fault shows as a poll that fails.
                let _ = axum::serve(listener, router).with_graceful_shutdown(async move { ended.cancelled().await }).await;
            });
        }
        Ok(Self { addresses, script, tracker, until })
    }

    /// Their addresses.
    pub fn addresses(&self) -> [&str; 3] {
        self.addresses.each_ref().map(String::as_str)
    }

    /// Edits an article without a word.
    pub fn edit(&self) {
        self.script.is_edited.store(true, Ordering::SeqCst);
    }

    /// Publishes a notice that bears a date of years ago.
    pub fn announce(&self) {
        self.script.is_announced.store(true, Ordering::SeqCst);
    }

    /// Removes another.
    pub fn remove(&self) {
        self.script.is_removed.store(true, Ordering::SeqCst);
    }

    /// Ends the sites.
    pub async fn stop(self) {
        self.until.cancel();
        self.tracker.close();
        self.tracker.wait().await;
    }
}

async fn answer(State(served): State<Served>, request: Request) -> Response {
    let address = request.uri().path_and_query().map(|address| address.as_str().to_owned()).unwrap_or_default();
    let is_removed = served.script.is_removed.load(Ordering::SeqCst) && address.contains(REMOVED);
    let document = served.documents.iter().find(|(part, ..)| address.contains(part));
    match document.filter(|_| !is_removed) {
        Some((_, media_type, text)) => {
            let households = if served.script.is_edited.load(Ordering::SeqCst) { "15" } else { "12" };
            let notice = if served.script.is_announced.load(Ordering::SeqCst) { NOTICE } else { "" };
            let text = text.replace("{notice}", notice).replace("{base}", &served.base).replace("{households}", households);
            ([(CONTENT_TYPE, *media_type)], text).into_response()
        }
        None => (StatusCode::NOT_FOUND, "không tìm thấy").into_response(),
    }
}
