//! The operator's address: numbers for everybody who reaches it, watches and deliveries for who knows the password.

pub mod deliveries;
pub mod session;
pub mod watches;

use crate::web::control::{self, Control};
use crate::web::operator::session::{Sessions, Signed, Submitted};
use crate::web::pages::frame::{Asked, Lang, address};
use crate::web::pages::{script, show, style};
use crate::web::{Site, make_harmless};
use askama::Template;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use std::sync::Arc;
use tokio::sync::mpsc;

/// What stands around a page of the operator.
pub struct Around {
    /// Language.
    pub lang: Lang,
    /// Title.
    pub title: String,
    /// Token that every form carries; none before signing in.
    pub csrf: Option<String>,
    /// What came of the last thing that was asked for.
    pub told: Option<String>,
}

impl Around {
    /// Around a page for somebody who has signed in.
    pub fn new(asked: &Asked, signed: &Signed, title: &str) -> Self {
        let told = asked.get("told").and_then(|told| said(told, asked.lang)).map(str::to_owned);
        Self { lang: asked.lang, title: title.to_owned(), csrf: Some(signed.csrf.clone()), told }
    }

    /// One of two wordings.
    pub fn say<'a>(&self, vi: &'a str, en: &'a str) -> &'a str {
        self.lang.say(vi, en)
    }
}

/// What an address may tell: words of ours only, named by a word.
fn said(name: &str, lang: Lang) -> Option<&'static str> {
    Some(match name {
        "set" => lang.say("Đã đặt theo dõi.", "The watch is set."),
        "deleted" => lang.say("Đã xóa.", "Deleted."),
        "again" => lang.say("Sẽ gửi lại ngay.", "It is sent again now."),
        "absent" => lang.say("Không còn mục này.", "There is no such thing any more."),
        _ => return None,
    })
}

#[derive(Template)]
#[template(path = "operator/sign_in.html")]
struct SignInPage {
    around: Around,
    /// False when no password is configured: then nobody signs in.
    is_open: bool,
    fault: Option<String>,
}

/// The router of the operator's address.
pub fn router(sender: mpsc::Sender<Control>, site: Site) -> Router {
    let sessions = Arc::new(Sessions::default());
    let pages = Router::new()
        .route("/", get(front))
        .route("/sign-in", get(ask).post(sign_in))
        .route("/sign-out", post(sign_out))
        .route("/watches", get(watches::list).post(watches::set))
        .route("/watches/delete", post(watches::delete))
        .route("/deliveries", get(deliveries::list))
        .route("/deliveries/again", post(deliveries::again))
        .layer(middleware::map_response(uncached))
        .layer(middleware::from_fn(session::same_site))
        .layer(Extension(sessions))
        .route("/style.css", get(style))
        .route("/script.js", get(script))
        .with_state(site.clone());
    pages.merge(control::read_only(sender, site))
}

async fn uncached(mut response: Response) -> Response {
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    make_harmless(response.headers_mut(), false);
    response
}

async fn front(signed: Option<Signed>) -> Redirect {
    Redirect::to(if signed.is_some() { "/watches" } else { "/sign-in" })
}

async fn ask(State(site): State<Site>, asked: Asked) -> Response {
    show(&sign_in_page(&site, &asked, None))
}

fn sign_in_page(site: &Site, asked: &Asked, fault: Option<String>) -> SignInPage {
    let title = asked.lang.say("Dành cho người vận hành", "For the operator").to_owned();
    SignInPage {
        is_open: site.alerts.standing().config.server.operator_password.is_some(),
        around: Around { lang: asked.lang, title, csrf: None, told: None },
        fault,
    }
}

async fn sign_in(
    State(site): State<Site>,
    Extension(sessions): Extension<Arc<Sessions>>,
    asked: Asked,
    headers: HeaderMap,
    submitted: Submitted,
) -> Response {
    let lang = asked.lang;
    let Some(password) = site.alerts.standing().config.server.operator_password else {
        return (StatusCode::FORBIDDEN, show(&sign_in_page(&site, &asked, None))).into_response();
    };
    match sessions.sign_in(submitted.get("password"), &password, site.time.now()) {
        Ok(cookie) => {
            tracing::info!("the operator signed in");
            ([(SET_COOKIE, session::cookie(&cookie, &headers))], Redirect::to("/watches")).into_response()
        }
        Err(wait) if wait.is_zero() => {
            tracing::warn!("somebody tried to sign in with a wrong password");
            let fault = lang.say("Mật khẩu không đúng.", "The password is wrong.").to_owned();
            (StatusCode::UNAUTHORIZED, show(&sign_in_page(&site, &asked, Some(fault)))).into_response()
        }
        Err(wait) => {
            let fault = match lang {
                Lang::Vi => format!("Thử sai nhiều lần; xin chờ {} giây.", wait.as_secs()),
                Lang::En => format!("Too many wrong tries; please wait {} seconds.", wait.as_secs()),
            };
            (StatusCode::TOO_MANY_REQUESTS, show(&sign_in_page(&site, &asked, Some(fault)))).into_response()
        }
    }
}

async fn sign_out(Extension(sessions): Extension<Arc<Sessions>>, signed: Signed, submitted: Submitted) -> Response {
    if let Some(refusal) = signed.refusal(&submitted) {
        return refusal;
    }
    sessions.end(&signed);
    ([(SET_COOKIE, session::no_cookie())], Redirect::to("/sign-in")).into_response()
}

/// Back to a page with a word about what came of it.
fn back(page: &str, told: &str) -> Response {
    Redirect::to(&address(page, &[("told", told)])).into_response()
}
