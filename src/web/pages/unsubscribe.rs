//! `/unsubscribe`: ends the letters of a watch by one POST (RFC 8058); a GET only asks.

use crate::web::Site;
use crate::web::pages::frame::{Asked, Frame};
use crate::web::pages::{not_found, show, told};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "unsubscribe.html")]
struct UnsubscribePage {
    frame: Frame,
    watch: String,
    to: String,
    action: String,
}

/// Shows the button; nothing changes on GET.
pub async fn ask(State(site): State<Site>, asked: Asked) -> Response {
    let frame = Frame::new(&site, &asked, asked.lang.say("Thôi nhận thư", "Unsubscribe"));
    let action = frame.to(&asked.with(&[]));
    let own = |name: &str| asked.get(name).unwrap_or_default().to_owned();
    show(&UnsubscribePage { watch: own("watch"), to: own("to"), action, frame })
}

/// Ends the letters; doing it twice changes nothing.
pub async fn stop(State(site): State<Site>, asked: Asked) -> Response {
    let own = |name: &str| asked.get(name).unwrap_or_default().to_owned();
    let (watch, to, token) = (own("watch"), own("to"), own("token"));
    let stopped = site.alerts.unsubscribe(&watch, &to, &token).await;
    let lang = asked.lang;
    match stopped {
        Ok(true) => {
            let message = lang.say("Bạn sẽ không nhận thư này nữa.", "You will not get these letters any more.");
            told(&site, &asked, StatusCode::OK, lang.say("Đã thôi nhận", "Unsubscribed"), message)
        }
        Ok(false) => not_found(&site, &asked),
        Err(error) => {
            tracing::error!(error.code = error.code(), "an end of letters could not be kept: {error}");
            let message = lang.say("Chưa ghi lại được; xin thử lại sau.", "This could not be kept; please try again later.");
            told(&site, &asked, StatusCode::INTERNAL_SERVER_ERROR, lang.say("Lỗi máy chủ", "Server fault"), message)
        }
    }
}
