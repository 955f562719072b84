//! Watches: a match reaches its receiver, signed, once under one id, whatever breaks on the way.

use crate::judges;
use crate::newsroom::{Desk, Newsroom};
use crate::town::Town;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use base64::Engine;
use std::net::SocketAddr;
use std::process::Stdio;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tintinh::model::time::Time;
use tintinh::notify::webhook::signature;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::net::TcpListener;
use tokio::process::{Child, ChildStdout};

/// Thirty-two bytes, for tests.
pub const SECRET: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

/// Headers and body of one call.
pub type Call = (HeaderMap, Vec<u8>);

/// Somebody who listens to webhooks.
#[derive(Clone)]
pub struct Receiver {
    pub address: SocketAddr,
    calls: Arc<Mutex<Vec<Call>>>,
    pub status: Arc<AtomicU16>,
}

impl Receiver {
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let receiver = Self { address: listener.local_addr().unwrap(), calls: Arc::default(), status: Arc::new(AtomicU16::new(200)) };
        let router = Router::new().fallback(hear).with_state(receiver.clone());
        #[expect(clippy::disallowed_methods, reason = "ends with the runtime of the test")]
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        receiver
    }

    /// The signature of a call is that of the Standard Webhooks specification.
    pub fn proves(&self, (headers, body): &Call, secret: &[u8]) {
        let header = |name: &str| headers[name].to_str().unwrap().to_owned();
        let own = signature(secret, &header("webhook-id"), &header("webhook-timestamp"), body);
        assert_eq!(header("webhook-signature"), format!("v1,{own}"));
    }

    pub async fn heard(&self, count: usize) -> Vec<Call> {
        for _ in 0..3000 {
            let calls = self.calls.lock().unwrap().clone();
            if calls.len() >= count {
                return calls;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{} of {count} calls were heard", self.calls.lock().unwrap().len());
    }
}

async fn hear(State(receiver): State<Receiver>, headers: HeaderMap, body: axum::body::Bytes) -> StatusCode {
    receiver.calls.lock().unwrap().push((headers, body.to_vec()));
    StatusCode::from_u16(receiver.status.load(Ordering::Relaxed)).unwrap()
}

async fn watching(town: &Town, receivers: &[SocketAddr], sections: &str) -> Newsroom {
    let receiver: String = receivers.iter().map(|address| format!(", \"{address}\"")).collect();
    let desk = Desk::write(&format!(
        "[server]\nlisten = \"127.0.0.1:0\"\n[store]\nmin_free = \"1 MB\"\n[fetch]\nper_host_gap = \"0s\"\ngone_after = \"1h\"\nallow_private = [\"{}\"{receiver}]\n\
         [defaults]\nschedule = \"0 0 0 1 1 *\"\nrecheck = [\"1h\", \"2h\", \"3h\"]\n{sections}\n{}",
        town.address,
        town.source("vi-du/so-cong-thuong")
    ));
    Newsroom::at(desk, Time::real().now()).await
}

fn watch(receiver: &Receiver, extra: &str) -> String {
    format!(
        "[[watch]]\nname = \"nước\"\nquery = \"cap nuoc\"\nwebhook = \"http://{}/hook\"\nsecret = \"whsec_{SECRET}\"\n{extra}\n",
        receiver.address
    )
}

#[tokio::test]
async fn a_match_is_handed_over_signed_and_the_first_listing_is_no_news() {
    let town = Town::with_articles(&["cu"]).await;
    town.write("cu", "Cấp nước cũ");
    let receiver = Receiver::open().await;
    let news = watching(&town, &[receiver.address], &watch(&receiver, "")).await;
    town.write("moi", "Tỉnh cấp nước cho 12 xã theo Chỉ thị số 16/CT-UBND");
    town.write("khac", "Không liên quan");
    town.list(&["moi", "khac", "cu"]);
    let started = std::time::Instant::now();
    news.poll().await;
    let calls = receiver.heard(1).await;
    assert!(started.elapsed() < Duration::from_secs(30));
    receiver.proves(&calls[0], &base64::engine::general_purpose::STANDARD.decode(SECRET).unwrap());
    let payload: serde_json::Value = serde_json::from_slice(&calls[0].1).unwrap();
    assert_eq!(payload["type"], "article.first");
    assert_eq!(payload["data"]["title"], "Thông báo về moi");
    assert_eq!(payload["data"]["documents"][0], "16/CT-UBND");

    let news = news.later(Duration::from_secs(3700)).await;
    town.write("moi", "Tỉnh cấp nước cho 15 xã theo Chỉ thị số 16/CT-UBND");
    news.poll().await;
    let calls = receiver.heard(2).await;
    let payload: serde_json::Value = serde_json::from_slice(&calls[1].1).unwrap();
    assert_eq!(payload["data"]["replaced"][0], serde_json::json!(["12", "15"]));
    assert_ne!(calls[0].0["webhook-id"], calls[1].0["webhook-id"]);
    news.close().await;
}

#[tokio::test]
async fn a_dead_receiver_is_called_again_with_the_same_id_after_a_restart() {
    let town = Town::with_articles(&["cu"]).await;
    let receiver = Receiver::open().await;
    receiver.status.store(500, Ordering::Relaxed);
    let news = watching(&town, &[receiver.address], &watch(&receiver, "kinds = [\"new\"]")).await;
    town.write("moi", "Cấp nước");
    town.list(&["moi", "cu"]);
    news.poll().await;
    receiver.heard(1).await;
    receiver.status.store(204, Ordering::Relaxed);
    let news = news.later(Duration::from_secs(60)).await;
    let calls = receiver.heard(2).await;
    assert_eq!(calls[0].0["webhook-id"], calls[1].0["webhook-id"]);
    assert_eq!(calls[0].1, calls[1].1);
    news.close().await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(receiver.calls.lock().unwrap().len(), 2, "what was handed over is not sent again");
}

#[tokio::test]
async fn a_receiver_on_a_private_address_that_nobody_allowed_is_never_called() {
    let town = Town::with_articles(&["cu"]).await;
    let receiver = Receiver::open().await;
    let news = watching(&town, &[], &watch(&receiver, "template = \"ntfy\"")).await;
    town.write("moi", "Cấp nước");
    town.list(&["moi", "cu"]);
    news.poll().await;
    let trouble = loop {
        let now = Time::real().now() + Duration::from_secs(3600);
        let due = news.store().due_deliveries("alerts", now, 10).await.unwrap();
        if let Some(trouble) = due.first().and_then(|delivery| delivery.trouble.clone()) {
            break trouble;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert!(trouble.contains("not public") || trouble.contains("asks for port"), "{trouble}");
    assert!(receiver.calls.lock().unwrap().is_empty());
    news.close().await;
}

/// A real SMTP server: its port, then each letter as one line of JSON.
const SMTP_SERVER: &str = r#"
import asyncio, json
from aiosmtpd.smtp import SMTP
class Printer:
    async def handle_DATA(self, server, session, envelope):
        print(json.dumps({"to": envelope.rcpt_tos, "data": envelope.content.decode()}), flush=True)
        return "250 OK"
async def main():
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(Printer()), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
"#;

/// A post office that is open until dropped.
pub struct PostOffice {
    pub port: String,
    lines: Lines<BufReader<ChildStdout>>,
    _server: Child,
}

impl PostOffice {
    /// None when this machine lacks the server and may.
    pub async fn open() -> Option<Self> {
        if !judges::has("python3", &["-c", "import aiosmtpd"]) {
            return None;
        }
        let mut command = tokio::process::Command::new("python3");
        let mut server = command.args(["-c", SMTP_SERVER]).stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
        let port = lines.next_line().await.unwrap().unwrap();
        Some(Self { port, lines, _server: server })
    }

    /// The next letter: to whom, and all of it.
    pub async fn letter(&mut self) -> serde_json::Value {
        let line = tokio::time::timeout(Duration::from_secs(30), self.lines.next_line()).await.expect("a letter within 30 s");
        serde_json::from_str(&line.unwrap().unwrap()).unwrap()
    }

    /// True when no letter comes for so long.
    pub async fn is_quiet_for(&mut self, span: Duration) -> bool {
        tokio::time::timeout(span, self.lines.next_line()).await.is_err()
    }

    /// The section that names it as relay.
    pub fn relay(&self) -> String {
        format!("[mail]\nrelay = \"smtp://127.0.0.1:{}\"\nfrom = \"Tin tỉnh <tin@example.vn>\"\n", self.port)
    }
}

#[tokio::test]
async fn a_letter_arrives_and_is_ended_by_one_click() {
    let Some(mut post) = PostOffice::open().await else { return };
    let town = Town::with_articles(&["cu"]).await;
    let sections = format!("{}[[watch]]\nname = \"nước\"\nquery = \"cấp nước\"\nemail = [\"nha-bao@example.vn\"]\n", post.relay());
    let news = watching(&town, &[], &sections).await;
    town.write("moi", "Cấp nước <script>alert(1)</script> cho 12 xã");
    town.list(&["moi", "cu"]);
    news.poll().await;
    let letter = post.letter().await;
    let data = letter["data"].as_str().unwrap();
    assert_eq!(letter["to"][0], "nha-bao@example.vn");
    for header in
        ["List-Unsubscribe: <", "List-Unsubscribe-Post: List-Unsubscribe=One-Click", "Message-ID: <msg_", "text/plain", "text/html"]
    {
        assert!(data.contains(header), "{header}: {data}");
    }
    let unfolded = data.replace("\r\n ", "").replace("\r\n\t", "");
    let link = unfolded.split("List-Unsubscribe: <").nth(1).unwrap().split('>').next().unwrap();
    let path = link.split_once("8080").unwrap().1;
    let client = crate::newsroom::fresh_client();
    let got = client.get(news.url(path)).send().await.unwrap();
    assert!(got.text().await.unwrap().contains("<form method=\"post\""));
    let forged = client.post(news.url(&path.replace("token=", "token=0"))).body("List-Unsubscribe=One-Click").send().await.unwrap();
    assert_eq!(forged.status(), 404);
    let ended = client.post(news.url(path)).body("List-Unsubscribe=One-Click").send().await.unwrap();
    assert_eq!(ended.status(), 200);
    town.write("moi-2", "Cấp nước lần hai");
    town.list(&["moi-2", "moi", "cu"]);
    news.poll().await;
    assert!(post.is_quiet_for(Duration::from_secs(3)).await, "a letter came that nobody is owed");
    news.close().await;
}

#[tokio::test]
async fn faults_of_a_watch_are_told_with_their_place() {
    let desk = Desk::write(
        "[[watch]]\nname = \"a\"\nquery = \"(lũ\"\n[[watch]]\nname = \"a\"\nkinds = [\"moi\"]\nwebhook = \"https://x.vn/\"\nemail = [\"b\"]\n",
    );
    let output = desk.tintinh(&["check"]).await;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("a second watch is called `a`"), "{text}");
    let desk = Desk::write("[[watch]]\nname = \"a\"\nquery = \"(lũ\"\n");
    let text = String::from_utf8_lossy(&desk.tintinh(&["check"]).await.stderr).into_owned();
    assert!(text.contains("parenthesis") && text.contains("config.toml:3"), "{text}");
}

#[tokio::test]
async fn a_daily_digest_is_one_letter_the_next_morning() {
    let Some(mut post) = PostOffice::open().await else { return };
    let town = Town::with_articles(&["cu"]).await;
    let sections =
        format!("{}[[watch]]\nname = \"nước\"\nquery = \"cấp nước\"\nemail = [\"nha-bao@example.vn\"]\ndigest = \"daily\"\n", post.relay());
    let news = watching(&town, &[], &sections).await;
    for (slug, listed) in [("mot", vec!["mot", "cu"]), ("hai", vec!["hai", "mot", "cu"])] {
        town.write(slug, "Cấp nước");
        town.list(&listed);
        news.poll().await;
    }
    news.caught_up().await;
    assert!(post.is_quiet_for(Duration::from_secs(3)).await, "a letter came that nobody is owed");
    let news = news.later(Duration::from_secs(24 * 3600)).await;
    let letter = post.letter().await;
    let data = letter["data"].as_str().unwrap();
    assert_eq!(data.matches("List-Unsubscribe: <").count(), 1);
    assert!(post.is_quiet_for(Duration::from_secs(3)).await, "a letter came that nobody is owed");
    // The letter is here before its deliveries are on record as ended.
    let on_record = tokio::time::timeout(Duration::from_secs(20), async {
        while news.store().ended("alerts", None, 10).await.unwrap().len() < 2 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    assert!(on_record.await.is_ok(), "both articles of the letter are on record as delivered");
    assert_eq!(news.store().ended("alerts", None, 10).await.unwrap().len(), 2);
    news.close().await;
}

#[tokio::test]
async fn a_receiver_that_never_answers_delays_nobody_else() {
    let town = Town::with_articles(&["cu"]).await;
    let receiver = Receiver::open().await;
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = silent.local_addr().unwrap();
    let sections = format!(
        "{}[[watch]]\nname = \"chết\"\nwebhook = \"http://{address}/\"\ntemplate = \"slack\"\n",
        watch(&receiver, "kinds = [\"new\"]")
    );
    let news = watching(&town, &[receiver.address, address], &sections).await;
    for (slug, listed) in [("mot", vec!["mot", "cu"]), ("hai", vec!["hai", "mot", "cu"])] {
        town.write(slug, "Cấp nước");
        town.list(&listed);
        news.poll().await;
        let wanted = if slug == "mot" { 1 } else { 2 };
        let heard = tokio::time::timeout(Duration::from_secs(20), receiver.heard(wanted)).await;
        assert!(heard.is_ok(), "the call of {slug} waited for a dead receiver");
    }
    news.close().await;
}

#[tokio::test]
async fn watches_of_a_changed_configuration_are_in_force_without_a_restart() {
    let town = Town::with_articles(&["cu"]).await;
    let receiver = Receiver::open().await;
    let news = watching(&town, &[receiver.address], "").await;
    let text = std::fs::read_to_string(&news.desk.config).unwrap();
    news.reload(&text.replace("[[source]]", &format!("{}[[source]]", watch(&receiver, "")))).await;
    town.write("moi", "Cấp nước");
    town.list(&["moi", "cu"]);
    news.poll().await;
    receiver.heard(1).await;
    news.close().await;
}
