//! Sessions of the operator: in memory only, a cookie that no other site can use, a token in every form.

use crate::follow::secret::{is_same, random};
use crate::model::revision::hex;
use crate::web::Site;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, OptionalFromRequestParts, Request};
use axum::http::header::{COOKIE, HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Name of the cookie.
const COOKIE_NAME: &str = "tintinh_operator";

/// A session ends so long after it was used last.
const IDLE: TimeDelta = TimeDelta::hours(8);

/// Sessions at once; the oldest gives way.
const MAX_SESSIONS: usize = 20;

/// Wrong passwords in a row that cost nothing; then each doubles the wait.
const FREE_TRIES: u32 = 5;
const LONGEST_WAIT_SECONDS: u32 = 900;

#[derive(Debug)]
struct Session {
    id: String,
    csrf: String,
    used_at: DateTime<Utc>,
}

#[derive(Debug, Default)]
struct Kept {
    sessions: Vec<Session>,
    wrong: u32,
    wait_until: Option<DateTime<Utc>>,
}

/// Everybody who has signed in.
#[derive(Debug, Default)]
pub struct Sessions {
    kept: Mutex<Kept>,
}

impl Sessions {
    /// The cookie of a new session; else how long to wait, zero when the password was wrong.
    pub fn sign_in(&self, password: &str, digest: &[u8; 32], now: DateTime<Utc>) -> Result<String, Duration> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(left) = kept.wait_until.and_then(|until| (until - now).to_std().ok()).filter(|left| !left.is_zero()) {
            return Err(left.max(Duration::from_secs(1)));
        }
        // Hashes are compared: how long that takes says nothing about the password.
        let given: [u8; 32] = Sha256::digest(password.as_bytes()).into();
        if given != *digest {
            kept.wrong += 1;
            let doubled = 1u32.checked_shl(kept.wrong.saturating_sub(FREE_TRIES)).unwrap_or(u32::MAX);
            let wait = if kept.wrong < FREE_TRIES { 0 } else { doubled.min(LONGEST_WAIT_SECONDS) };
            kept.wait_until = Some(now + TimeDelta::seconds(wait.into()));
            return Err(Duration::ZERO);
        }
        let (Ok(id), Ok(csrf)) = (random(), random()) else { return Err(Duration::from_secs(1)) };
        let (id, csrf) = (hex(&id), hex(&csrf));
        (kept.wrong, kept.wait_until) = (0, None);
        if kept.sessions.len() == MAX_SESSIONS {
            kept.sessions.remove(0);
        }
        kept.sessions.push(Session { id: id.clone(), csrf, used_at: now });
        Ok(id)
    }

    fn known(&self, id: &str, now: DateTime<Utc>) -> Option<Signed> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.sessions.retain(|session| now - session.used_at < IDLE);
        let session = kept.sessions.iter_mut().find(|session| is_same(&session.id, id))?;
        session.used_at = now;
        Some(Signed { id: session.id.clone(), csrf: session.csrf.clone() })
    }

    /// Ends a session.
    pub fn end(&self, signed: &Signed) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).sessions.retain(|session| session.id != signed.id);
    }
}

/// The Set-Cookie of a session; over TLS only, when that is how the operator came.
pub fn cookie(id: &str, headers: &HeaderMap) -> String {
    let is_tls = headers.get(ORIGIN).is_some_and(|origin| origin.as_bytes().starts_with(b"https://"));
    let secure = if is_tls { "; Secure" } else { "" };
    format!("{COOKIE_NAME}={id}; Path=/; HttpOnly; SameSite=Strict{secure}")
}

/// The Set-Cookie that ends a session.
pub fn no_cookie() -> String {
    format!("{COOKIE_NAME}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0")
}

/// Somebody who has signed in.
#[derive(Debug, Clone)]
pub struct Signed {
    id: String,
    /// Stands in every form of the session.
    pub csrf: String,
}

impl Signed {
    /// Nothing when a form is one of ours.
    pub fn refusal(&self, submitted: &Submitted) -> Option<Response> {
        let is_ours = is_same(&self.csrf, submitted.get("csrf"));
        (!is_ours).then(|| (StatusCode::FORBIDDEN, "this form is of no session; open the page again\n").into_response())
    }
}

fn signed(parts: &Parts, site: &Site) -> Option<Signed> {
    let sessions = parts.extensions.get::<Arc<Sessions>>()?;
    let cookies = parts.headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';'));
    let own = cookies.filter_map(|cookie| cookie.trim().strip_prefix(COOKIE_NAME)?.strip_prefix('='));
    own.into_iter().find_map(|id| sessions.known(id, site.time.now()))
}

impl FromRequestParts<Site> for Signed {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        signed(parts, site).ok_or_else(|| Redirect::to("/sign-in").into_response())
    }
}

impl OptionalFromRequestParts<Site> for Signed {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Option<Self>, Infallible> {
        Ok(signed(parts, site))
    }
}

/// Refuses what another site has a browser send: by what the browser says of itself (Fetch
/// Metadata), else by Origin. What says neither is no browser, and has no cookie either.
pub async fn same_site(request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD) || is_same_site(request.headers()) {
        return next.run(request).await;
    }
    (StatusCode::FORBIDDEN, "this was sent by another site\n").into_response()
}

fn is_same_site(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &axum::http::HeaderValue| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    match (headers.get(ORIGIN), text(HOST.as_str())) {
        (None, _) => true,
        (Some(origin), Some(host)) => origin.to_str().ok().and_then(|origin| origin.split_once("://")).is_some_and(|(_, own)| own == host),
        (Some(_), None) => false,
    }
}

/// Fields of a form.
#[derive(Debug, Clone)]
pub struct Submitted(Vec<(String, String)>);

impl Submitted {
    /// A field, trimmed; empty when it is not there.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim()).unwrap_or_default()
    }

    /// Every value of a field that may come several times.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.trim().to_owned()).collect()
    }
}

impl<S: Send + Sync> FromRequest<S> for Submitted {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let bytes = Bytes::from_request(request, state).await.map_err(IntoResponse::into_response)?;
        Ok(Self(url::form_urlencoded::parse(&bytes).into_owned().collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_passwords_make_one_wait_longer_and_longer() {
        let (sessions, digest) = (Sessions::default(), Sha256::digest("right").into());
        let mut now: DateTime<Utc> = "2026-11-24T03:00:00Z".parse().unwrap();
        for _ in 0..FREE_TRIES {
            assert_eq!(sessions.sign_in("wrong", &digest, now), Err(Duration::ZERO));
        }
        assert!(sessions.sign_in("right", &digest, now).is_err_and(|wait| !wait.is_zero()));
        now += TimeDelta::seconds(2);
        assert_eq!(sessions.sign_in("wrong", &digest, now), Err(Duration::ZERO));
        assert!(sessions.sign_in("right", &digest, now + TimeDelta::seconds(1)).is_err_and(|wait| !wait.is_zero()));
        let id = sessions.sign_in("right", &digest, now + TimeDelta::seconds(3)).unwrap();
        assert!(sessions.known(&id, now + TimeDelta::hours(7)).is_some());
        assert!(sessions.known(&id, now + TimeDelta::hours(16)).is_none());
    }

    #[test]
    fn what_another_site_sends_is_told_apart() {
        let headers = |pairs: &[(&'static str, &'static str)]| {
            let named = pairs.iter().map(|(name, value)| (axum::http::HeaderName::from_static(name), value.parse().unwrap()));
            HeaderMap::from_iter(named)
        };
        for (pairs, is_ours) in [
            (vec![("sec-fetch-site", "cross-site")], false),
            (vec![("sec-fetch-site", "same-site")], false),
            (vec![("sec-fetch-site", "same-origin"), ("origin", "http://other")], true),
            (vec![("origin", "http://127.0.0.1:8081"), ("host", "127.0.0.1:8081")], true),
            (vec![("origin", "http://127.0.0.1:80"), ("host", "127.0.0.1:8081")], false),
            (vec![("origin", "null"), ("host", "127.0.0.1:8081")], false),
            (vec![], true),
        ] {
            assert_eq!(is_same_site(&headers(&pairs)), is_ours, "{pairs:?}");
        }
    }
}
