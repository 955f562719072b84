//! Deliveries of watches: what is owed, what failed and why, what arrived; each can be sent again.

use crate::follow::alerts::NAME;
use crate::model::delivery::Delivery;
use crate::notify::notice::Notice;
use crate::web::Site;
use crate::web::operator::session::{Signed, Submitted};
use crate::web::operator::{Around, back};
use crate::web::pages::frame::{Asked, Lang, local};
use crate::web::pages::{failed, show};
use askama::Template;
use axum::extract::State;
use axum::response::Response;

/// Rows of one page.
const ROWS: usize = 100;

#[derive(Template)]
#[template(path = "operator/deliveries.html")]
struct DeliveriesPage {
    around: Around,
    owed: Vec<Row>,
    ended: Vec<Row>,
    older: Option<String>,
}

struct Row {
    id: u64,
    watch: String,
    to: String,
    title: String,
    link: String,
    made: String,
    state: String,
    /// For the style sheet: good, poor or bad; never the only sign.
    class: &'static str,
}

/// `/deliveries`.
pub async fn list(State(site): State<Site>, signed: Signed, asked: Asked) -> Response {
    let (lang, before) = (asked.lang, asked.parsed("before"));
    let owed = match site.store().owed(NAME, ROWS).await {
        Ok(owed) if before.is_none() => owed,
        Ok(_) => Vec::new(),
        Err(error) => return failed(&site, &asked, &error),
    };
    let ended = match site.store().ended(NAME, before, ROWS).await {
        Ok(ended) => ended,
        Err(error) => return failed(&site, &asked, &error),
    };
    let older = ended.last().filter(|_| ended.len() == ROWS).map(|last| format!("/deliveries?before={}", last.delivery.id));
    let owed = owed.into_iter().map(|delivery| {
        let state = waiting(&delivery, lang);
        let class = if delivery.trouble.is_some() { "poor" } else { "new" };
        row(delivery, state, class)
    });
    let ended = ended.into_iter().map(|ended| {
        let at = local(ended.ending.at);
        let (words, class) = match ended.ending.is_handed_over {
            true => (lang.say("đã trao lúc", "handed over"), "good"),
            false => (lang.say("thôi gửi lúc", "given up"), "bad"),
        };
        let why = ended.ending.why.map(|why| format!(": {why}")).unwrap_or_default();
        row(ended.delivery, format!("{words} {at}{why}"), class)
    });
    let around = Around::new(&asked, &signed, lang.say("Tin đã gửi", "Deliveries"));
    show(&DeliveriesPage { owed: owed.collect(), ended: ended.collect(), older, around })
}

fn waiting(delivery: &Delivery, lang: Lang) -> String {
    let at = local(delivery.due_at);
    match &delivery.trouble {
        None => format!("{} {at}", lang.say("sẽ gửi lúc", "is sent at")),
        Some(trouble) => {
            let (tried, again) = (lang.say("lần thử, gửi lại lúc", "tries, again at"), delivery.attempts);
            format!("{again} {tried} {at}: {trouble}")
        }
    }
}

fn row(delivery: Delivery, state: String, class: &'static str) -> Row {
    let mut parts = delivery.target.split('\n');
    let (kind, watch) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default().to_owned());
    let to = parts.next().map_or_else(|| kind.to_owned(), str::to_owned);
    let notice: Option<Notice> = serde_json::from_slice(&delivery.body).ok();
    let (title, link) = notice.map(|notice| (notice.title, notice.page)).unwrap_or_default();
    Row { id: delivery.id, watch, to, title, link, made: local(delivery.made_at), state, class }
}

/// `/deliveries/again`: now, under the same id.
pub async fn again(State(site): State<Site>, signed: Signed, asked: Asked, submitted: Submitted) -> Response {
    if let Some(refusal) = signed.refusal(&submitted) {
        return refusal;
    }
    let id = submitted.get("id").parse().unwrap_or_default();
    match site.store().deliver_again(NAME, id, site.time.now()).await {
        Ok(is_there) => back("/deliveries", if is_there { "again" } else { "absent" }),
        Err(error) => failed(&site, &asked, &error),
    }
}
