//! Watches: those of the configuration are shown; the operator sets and deletes others here.

use crate::config::template::Template as Request;
use crate::config::watch::{Digest, Form, KINDS, Watch, Webhook, is_address, receiver, signing_secret};
use crate::follow::alerts::InForce;
use crate::follow::follower::FollowError;
use crate::follow::secret::random;
use crate::search::parse;
use crate::web::Site;
use crate::web::operator::session::{Signed, Submitted};
use crate::web::operator::{Around, back};
use crate::web::pages::frame::{Asked, Lang};
use crate::web::pages::show;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use base64::Engine;

/// Watches that can be set here.
const MAX_WATCHES: usize = 200;

#[derive(Template)]
#[template(path = "operator/watches.html")]
struct WatchesPage {
    around: Around,
    watches: Vec<Shown>,
    kinds: Vec<(&'static str, &'static str, bool)>,
    has_mail: bool,
    draft: Draft,
    faults: Vec<String>,
    /// The signing secret of the webhook just set: shown once.
    secret: Option<String>,
}

struct Shown {
    name: String,
    query: String,
    kinds: String,
    receivers: Vec<String>,
    feeds: Vec<String>,
    is_stored: bool,
}

/// A watch as the form has it.
#[derive(Default)]
struct Draft {
    name: String,
    query: String,
    kinds: Vec<String>,
    webhook: String,
    form: String,
    email: String,
    is_daily: bool,
}

/// `/watches`.
pub async fn list(State(site): State<Site>, signed: Signed, asked: Asked) -> Response {
    show(&page(&site, &asked, &signed, Draft::default(), Vec::new(), None))
}

fn page(site: &Site, asked: &Asked, signed: &Signed, draft: Draft, faults: Vec<String>, secret: Option<String>) -> WatchesPage {
    let lang = asked.lang;
    let standing = site.alerts.standing();
    let names =
        KINDS.iter().map(|kind| (*kind, kind_words(kind, lang), draft.kinds.is_empty() || draft.kinds.iter().any(|own| own == kind)));
    WatchesPage {
        around: Around::new(asked, signed, lang.say("Theo dõi", "Watches")),
        watches: standing.watches.iter().map(|watch| shown(site, watch, lang)).collect(),
        kinds: names.collect(),
        has_mail: standing.config.mail.is_some(),
        draft,
        faults,
        secret,
    }
}

fn kind_words(kind: &str, lang: Lang) -> &'static str {
    match kind {
        "new" => lang.say("bài mới", "new articles"),
        "edited" => lang.say("bài bị sửa", "edits"),
        "vanished" => lang.say("bài không còn", "disappearances"),
        _ => lang.say("bài xuất hiện lại", "returns"),
    }
}

fn shown(site: &Site, InForce { watch, is_stored, .. }: &InForce, lang: Lang) -> Shown {
    let hook = watch.webhook.iter().map(|hook| {
        let form = match &hook.form {
            Form::Standard => "Standard Webhooks",
            Form::Template(template) if *template == Request::ntfy() => "ntfy",
            Form::Template(template) if *template == Request::slack() => "Slack",
            Form::Template(_) => lang.say("mẫu riêng", "own template"),
        };
        // The path of a webhook is often its secret.
        format!("{} ({form})", hook.url.origin().ascii_serialization())
    });
    let daily = if watch.digest == Digest::Daily { lang.say(" (mỗi sáng)", " (every morning)") } else { "" };
    let letters = watch.email.iter().map(|address| format!("{address}{daily}"));
    let listed = site.alerts.listed().into_iter().find(|listed| listed.name == watch.name);
    Shown {
        name: watch.name.clone(),
        query: watch.query.clone(),
        kinds: watch.kinds.iter().map(|kind| kind_words(kind, lang)).collect::<Vec<_>>().join(", "),
        receivers: hook.chain(letters).collect(),
        feeds: listed.map(|listed| listed.feeds).unwrap_or_default(),
        is_stored: *is_stored,
    }
}

/// Sets a watch, or says everything that is wrong with it.
pub async fn set(State(site): State<Site>, signed: Signed, asked: Asked, submitted: Submitted) -> Response {
    if let Some(refusal) = signed.refusal(&submitted) {
        return refusal;
    }
    let lang = asked.lang;
    let draft = Draft {
        name: submitted.get("name").to_owned(),
        query: submitted.get("query").to_owned(),
        kinds: submitted.all("kinds"),
        webhook: submitted.get("webhook").to_owned(),
        form: submitted.get("form").to_owned(),
        email: submitted.get("email").to_owned(),
        is_daily: submitted.get("digest") == "daily",
    };
    let (watch, secret) = match checked(&site, &draft, submitted.get("secret"), lang) {
        Ok(checked) => checked,
        Err(faults) => return (StatusCode::BAD_REQUEST, show(&page(&site, &asked, &signed, draft, faults, None))).into_response(),
    };
    match site.alerts.set(watch).await {
        Ok(true) if secret.is_some() => show(&page(&site, &asked, &signed, Draft::default(), Vec::new(), secret)),
        Ok(true) => back("/watches", "set"),
        Ok(false) => {
            let fault = lang.say("đã có theo dõi tên này", "there is a watch of this name").to_owned();
            (StatusCode::CONFLICT, show(&page(&site, &asked, &signed, draft, vec![fault], None))).into_response()
        }
        Err(error) => refused(&error),
    }
}

/// The watch that a form describes, with the signing secret that was made for it; else all faults.
fn checked(site: &Site, draft: &Draft, secret: &str, lang: Lang) -> Result<(Watch, Option<String>), Vec<String>> {
    let mut faults = Vec::new();
    let mut fault = |vi: String, en: String| faults.push(if lang == Lang::Vi { vi } else { en });
    let standing = site.alerts.standing();
    if draft.name.is_empty() || draft.name.chars().count() > 80 || draft.name.chars().any(char::is_control) {
        fault("tên cần từ 1 đến 80 chữ".to_owned(), "the name needs 1 to 80 letters".to_owned());
    }
    if let Err(error) = parse::parse(&draft.query) {
        fault(format!("câu tìm: {}", error.vietnamese()), format!("the question: {error}"));
    }
    if draft.kinds.is_empty() || draft.kinds.iter().any(|kind| !KINDS.contains(&kind.as_str())) {
        fault("chọn ít nhất một loại thay đổi".to_owned(), "choose at least one kind of change".to_owned());
    }
    if standing.watches.iter().filter(|watch| watch.is_stored).count() >= MAX_WATCHES {
        fault(format!("đã có {MAX_WATCHES} theo dõi; xóa bớt"), format!("there are {MAX_WATCHES} watches; delete some"));
    }
    let email: Vec<String> =
        draft.email.split([',', ';', ' ', '\n']).map(str::trim).filter(|one| !one.is_empty()).map(str::to_owned).collect();
    for address in email.iter().filter(|address| !is_address(address)) {
        fault(format!("“{address}” không phải địa chỉ thư"), format!("“{address}” is no mail address"));
    }
    if !email.is_empty() && standing.config.mail.is_none() {
        fault(
            "chưa có máy chủ thư: thêm [mail] vào config.toml".to_owned(),
            "there is no mail relay: add [mail] to config.toml".to_owned(),
        );
    }
    let mut made = None;
    let webhook = (!draft.webhook.is_empty()).then(|| {
        let Some(url) = receiver(&draft.webhook) else {
            fault(
                "webhook: viết đủ địa chỉ, bắt đầu bằng https://".to_owned(),
                "webhook: write the whole address, beginning with https://".to_owned(),
            );
            return None;
        };
        let form = match draft.form.as_str() {
            "ntfy" => Form::Template(Request::ntfy()),
            "slack" => Form::Template(Request::slack()),
            _ => Form::Standard,
        };
        let secret = match (secret, &form) {
            ("", Form::Standard) => {
                let bytes = random().ok()?;
                made = Some(format!("whsec_{}", base64::engine::general_purpose::STANDARD.encode(bytes)));
                Some(bytes.to_vec())
            }
            ("", Form::Template(_)) => None,
            (text, _) => {
                let bytes = signing_secret(text);
                if bytes.is_none() {
                    fault("khóa ký: whsec_ và 24 đến 64 byte base64".to_owned(), "secret: whsec_ and 24 to 64 bytes in base64".to_owned());
                }
                bytes
            }
        };
        Some(Webhook { url, form, secret })
    });
    let digest = if draft.is_daily { Digest::Daily } else { Digest::Instant };
    let watch = Watch {
        name: draft.name.clone(),
        query: draft.query.clone(),
        kinds: draft.kinds.clone(),
        webhook: webhook.flatten(),
        email,
        digest,
    };
    if faults.is_empty() { Ok((watch, made)) } else { Err(faults) }
}

/// Deletes a watch that was set here.
pub async fn delete(State(site): State<Site>, signed: Signed, submitted: Submitted) -> Response {
    if let Some(refusal) = signed.refusal(&submitted) {
        return refusal;
    }
    match site.alerts.delete(submitted.get("name")).await {
        Ok(is_deleted) => back("/watches", if is_deleted { "deleted" } else { "absent" }),
        Err(error) => refused(&error),
    }
}

fn refused(error: &FollowError) -> Response {
    tracing::error!(error.code = error.code(), "a watch could not be kept: {error}");
    (StatusCode::INTERNAL_SERVER_ERROR, format!("the watch could not be kept: {error}\n")).into_response()
}
