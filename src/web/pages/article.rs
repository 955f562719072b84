//! An article with everything that is known about it: words, source, files, documents, every revision.

use crate::follow::moment::{self, Moment};
use crate::model::article::Article;
use crate::model::entry::Entry;
use crate::model::observed::Observed;
use crate::model::revision::{ArticleId, Head, Presence, Revision, hex};
use crate::model::source::Republish;
use crate::publish::{pictures as kept_pictures, words};
use crate::store::error::StoreError;
use crate::web::Site;
use crate::web::pages::difference::ask_line;
use crate::web::pages::frame::{Asked, Frame, Lang, local};
use crate::web::pages::picture::without_foreign_pictures;
use crate::web::pages::units::{several, sure, unit, unsure};
use crate::web::pages::{answer, failed, kind_words, rows, told};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Datelike, Utc};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "article.html")]
struct ArticlePage {
    frame: Frame,
    /// Set on the page of an older revision.
    older: Option<u32>,
    /// How it is known that it said this at the moment asked for.
    known: Option<String>,
    current: String,
    unit: String,
    unit_link: Option<String>,
    date: String,
    date_words: String,
    first_seen: String,
    original: String,
    state: String,
    attribution: Vec<(&'static str, String)>,
    sure: String,
    html: String,
    images: Vec<Picture>,
    attachments: Vec<(String, String)>,
    documents: Vec<(String, String, String)>,
    revisions: Vec<ShownRevision>,
    observed: Vec<(String, &'static str)>,
    sources: Vec<(String, String)>,
    elsewhere: Vec<Copy>,
    /// The pages of revisions may be handed out.
    hands_out: bool,
    readers: String,
}

/// The same text somewhere else.
struct Copy {
    link: String,
    source: String,
    original: String,
    first_seen: String,
}

struct Picture {
    src: String,
    words: String,
}

struct ShownRevision {
    number: u32,
    at: String,
    what: &'static str,
    labels: String,
    link: String,
    difference: Option<String>,
    page: String,
    /// The page's bytes can be had.
    has_page: bool,
    page_sha256: String,
    snapshot: String,
    content: String,
    seq: u64,
    replaced: Vec<(String, String)>,
}

/// Which words of an article are asked for.
enum Which {
    Current,
    Revision(u32),
    At(DateTime<Utc>),
}

/// `/articles/{id}`, or `?at=TIME`: what it said at a moment.
pub async fn article(State(site): State<Site>, asked: Asked, Path(id): Path<String>) -> Response {
    if let Some(gone) = withdrawn(&site, &asked, &id, None).await {
        return gone;
    }
    let which = match asked.get("at").map(moment::parse) {
        None => Which::Current,
        Some(Ok(at)) => Which::At(at),
        Some(Err(help)) => {
            return told(&site, &asked, StatusCode::BAD_REQUEST, asked.lang.say("Không hiểu thời điểm", "No such moment"), &help);
        }
    };
    let page = page(&site, &asked, &id, which).await;
    answer(&site, &asked, page)
}

/// `/articles/{id}/revisions/{number}`: what it said then.
pub async fn revision(State(site): State<Site>, asked: Asked, Path((id, number)): Path<(String, u32)>) -> Response {
    if let Some(gone) = withdrawn(&site, &asked, &id, Some(number)).await {
        return gone;
    }
    let page = page(&site, &asked, &id, Which::Revision(number)).await;
    answer(&site, &asked, page)
}

/// 410 with the reason, when the whole article or the revision that is asked for was withdrawn.
pub async fn withdrawn(site: &Site, asked: &Asked, id: &str, revision: Option<u32>) -> Option<Response> {
    let head = match head(site, id).await {
        Ok(head) => head?,
        Err(error) => return Some(failed(site, asked, &error)),
    };
    // What is held back is not there yet.
    let whole = head.withdrawn().filter(|_| head.held_until().is_none());
    let what = match whole {
        Some(_) => asked.lang.say("Bài này đã được rút khỏi trang. Lý do", "This article was withdrawn here. Reason"),
        None => asked.lang.say("Lần đọc này đã được rút khỏi trang. Lý do", "This revision was withdrawn here. Reason"),
    };
    let reason = whole.or_else(|| head.withdrawn_revision(revision?))?;
    let title = asked.lang.say("Bài đã được rút", "Withdrawn");
    let message = format!("{what}: {reason}");
    Some(told(site, asked, StatusCode::GONE, title, &message))
}

async fn page(site: &Site, asked: &Asked, id: &str, which: Which) -> Result<Option<ArticlePage>, StoreError> {
    let Some(head) = head(site, id).await?.filter(|head| head.withdrawn().is_none()) else { return Ok(None) };
    let history = site.store().history(head.n).await?;
    let current = head.revision;
    let (number, known) = match which {
        Which::Current => (None, None),
        Which::Revision(number) => (Some(number), None),
        Which::At(at) => {
            let moment = moment::at(at, &history, &site.store().observations(head.n).await?);
            (moment.revision, Some(known(&moment, asked.lang)))
        }
    };
    let older = number.filter(|number| *number != current);
    let Some(shown) = history.iter().find(|revision| revision.number == number.unwrap_or(current)) else { return Ok(None) };
    let lang = asked.lang;
    let is_full = republish(site, &head) == Republish::Full;
    let revisions = shown_revisions(site, lang, &head, &history, is_full).await?;
    let observed = observed(site, lang, head.n).await?;
    let elsewhere = elsewhere(site, &head).await?;
    let mut entry = Arc::unwrap_or_clone(site.rendered.entry(&site.config, head).await?);
    if older.is_some() {
        entry.article = site.store().reading(shown.snapshot).await?.titled(&entry.head.title);
    }
    let scope = rows::unit_scope(&entry.head);
    let mut frame = Frame::new(site, asked, entry.article.title.clone());
    let own = crate::model::scope::Scope::Source(entry.head.source.clone());
    let feed = scope.as_ref().unwrap_or(&own);
    frame = frame.with_feeds(feed, &rows::scope_words(site, feed));
    let resolved = unit(site, &entry);
    Ok(Some(ArticlePage {
        older,
        known,
        current: format!("articles/{}", entry.head.id),
        unit: words::author(&entry),
        unit_link: scope.map(|scope| scope.path()),
        date: match &entry.article.published {
            // Feeds sort it by when it was seen; what the page prints is its day.
            Some(printed) if entry.head.served.is_backdated => words::day_or_minute(printed),
            _ => rows::date(&entry.head, lang),
        },
        date_words: entry.article.published.as_ref().map(|dated| dated.words.clone()).unwrap_or_default(),
        first_seen: local(entry.head.first_seen),
        original: entry.head.url.clone(),
        state: presence(&entry.head, lang),
        attribution: attribution(&entry.article, lang),
        sure: resolved.map_or_else(|| unsure(&several(site, &entry), lang), |unit| sure(&unit, lang)),
        html: body(&entry, &frame),
        images: if is_full { pictures(&entry.article, lang) } else { Vec::new() },
        attachments: attachments(site, &entry, lang).await,
        documents: documents(&entry),
        revisions,
        observed,
        sources: sightings(site, &entry.head),
        elsewhere,
        hands_out: is_full,
        readers: entry.article.readers.iter().map(|found| format!("{}: {}", found.field, found.reader)).collect::<Vec<_>>().join(" · "),
        frame,
    }))
}

/// What the page of a moment opens with.
fn known(moment: &Moment, lang: Lang) -> String {
    let gone = if moment.is_gone { lang.say(" (không còn trên trang gốc)", " (gone from the original site)") } else { "" };
    format!("{} {}{gone}: {}", lang.say("Lúc", "At"), local(moment.at), moment.words(lang))
}

/// An article by the id in an address.
pub async fn head(site: &Site, id: &str) -> Result<Option<Head>, StoreError> {
    match ArticleId::parse(id) {
        Some(id) => site.store().head(id).await,
        None => Ok(None),
    }
}

/// Files, with what is known of their text.
async fn attachments(site: &Site, entry: &Entry, lang: Lang) -> Vec<(String, String)> {
    let said = match &site.search {
        Some(indexer) => indexer.library.known(&entry.head).await,
        None => Vec::new(),
    };
    let note = |href: &str| match said.iter().find(|file| file.href == href) {
        Some(file) if file.said.is_scanned => lang.say(" · bản quét, không tìm được theo chữ", " · a scan, its words cannot be searched"),
        Some(_) => lang.say(" · tìm được theo chữ", " · its words can be searched"),
        None => "",
    };
    crate::publish::body::attachments(entry)
        .iter()
        .map(|file| (file.href.clone(), format!("{}{}", words::attachment(file, lang), note(&file.href))))
        .collect()
}

/// Other articles that say the same, the first seen first.
async fn elsewhere(site: &Site, head: &Head) -> Result<Vec<Copy>, StoreError> {
    let mut members = site.store().cluster(head.cluster.unwrap_or(head.n)).await?;
    members.retain(|member| member.id != head.id && member.withdrawn().is_none());
    members.sort_by_key(|member| (member.first_seen, member.n));
    let copy = |member: Head| Copy {
        link: format!("articles/{}", member.id),
        source: rows::source_words(site, &member.source),
        first_seen: local(member.first_seen),
        original: member.url,
    };
    Ok(members.into_iter().map(copy).collect())
}

/// As much of the text as the source's settings let out.
fn body(entry: &Entry, frame: &Frame) -> String {
    match entry.source.republish {
        Republish::Full => {
            let html = kept_pictures::kept(entry.article.html.as_str(), &entry.pictures, &frame.base);
            without_foreign_pictures(&html, &frame.base, frame.say("Ảnh", "Picture"))
        }
        Republish::Summary => entry.article.lead.as_deref().map(|lead| format!("<p>{}</p>", escaped(lead))).unwrap_or_default(),
        Republish::Link => String::new(),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn attribution(article: &Article, lang: Lang) -> Vec<(&'static str, String)> {
    let attribution = &article.attribution;
    let rows = [
        (lang.say("Dòng in trên trang", "Printed line"), &attribution.printed),
        (lang.say("Nguồn được ghi", "Source named"), &attribution.source),
        (lang.say("Tác giả", "Author"), &attribution.author),
        (lang.say("Ảnh của", "Photo by"), &attribution.photo),
    ];
    rows.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))).collect()
}

fn pictures(article: &Article, lang: Lang) -> Vec<Picture> {
    let words = |image: &crate::model::article::Image| {
        let parts: Vec<&str> = image.caption.as_deref().into_iter().chain(image.credit.as_deref()).collect();
        if parts.is_empty() { lang.say("ảnh không có chú thích", "picture without a caption").to_owned() } else { parts.join(" · ") }
    };
    article.images.iter().map(|image| Picture { src: image.src.clone(), words: words(image) }).collect()
}

/// Key, printed words and issuer of each document it cites.
pub fn documents(entry: &Entry) -> Vec<(String, String, String)> {
    let year = entry.article.published.as_ref().map(|dated| dated.moment.year());
    let row = |citation: &crate::text::citation::Citation| {
        let date = citation.date.map(|date| date.format("%d/%m/%Y").to_string());
        let about: Vec<String> = citation.issuer.clone().into_iter().chain(date).collect();
        (citation.key(entry.head.province.as_deref(), year), citation.printed.clone(), about.join(", "))
    };
    entry.article.citations.iter().map(row).collect()
}

fn sightings(site: &Site, head: &Head) -> Vec<(String, String)> {
    let ids = std::iter::once(&head.source).chain(head.sightings.iter().map(|(id, _)| id));
    ids.map(|id| (format!("sources/{id}/"), rows::source_words(site, id))).collect()
}

fn presence(head: &Head, lang: Lang) -> String {
    match head.presence {
        Presence::Present => String::new(),
        Presence::NotAnswering { since } => {
            format!("{} {}", lang.say("Trang gốc không trả lời từ", "The original has not answered since"), local(since))
        }
        Presence::Gone { since } => {
            format!("{} {}", lang.say("Không còn trên trang gốc, thấy từ", "Gone from the original site, noticed"), local(since))
        }
    }
}

/// How much of a source may be republished.
pub fn republish(site: &Site, head: &Head) -> Republish {
    site.config.republish(&head.source)
}

async fn shown_revisions(
    site: &Site,
    lang: Lang,
    head: &Head,
    history: &[Revision],
    is_full: bool,
) -> Result<Vec<ShownRevision>, StoreError> {
    let mut shown = Vec::new();
    let mut before: Option<(u32, Article)> = None;
    for revision in history {
        let reading = site.store().reading(revision.snapshot).await?.titled(&head.title);
        let link = format!("articles/{}/revisions/{}", head.id, revision.number);
        let replaced = before.as_ref().filter(|_| is_full).map(|(_, before)| ask_line(before, &reading)).unwrap_or_default();
        shown.push(ShownRevision {
            number: revision.number,
            at: local(revision.seen_at),
            what: kind_words(revision.kind, lang),
            labels: words::labels(&revision.labels, lang),
            difference: before
                .as_ref()
                .filter(|_| is_full)
                .map(|(number, _)| format!("articles/{}/difference?from={number}&to={}", head.id, revision.number)),
            page: format!("{link}/page"),
            has_page: site.store().has_body(revision.snapshot).await?,
            link,
            page_sha256: hex(&revision.page_sha256),
            snapshot: hex(&revision.snapshot),
            content: hex(&revision.content_hash),
            seq: revision.seq,
            replaced,
        });
        before = Some((revision.number, reading));
    }
    shown.reverse();
    Ok(shown)
}

/// The last looks at the original, newest first.
async fn observed(site: &Site, lang: Lang, n: u64) -> Result<Vec<(String, &'static str)>, StoreError> {
    let all = site.store().observations(n).await?;
    let word = |observed: &Observed| match observed {
        Observed::SameBytes => lang.say("giống từng byte", "the same bytes"),
        Observed::SameReading => lang.say("cùng nội dung", "the same text"),
        Observed::NotModified => lang.say("máy chủ báo không đổi", "unchanged, says the server"),
        Observed::Changed => lang.say("nội dung khác", "another text"),
        Observed::Absent => lang.say("không có trang", "no such page"),
        Observed::Failed => lang.say("không đọc được", "could not be read"),
        Observed::FrontPage => lang.say("chuyển về trang chủ", "led to the front page"),
        Observed::NotFoundPage => lang.say("trang báo không tìm thấy", "a page that says not found"),
        Observed::First => lang.say("đọc lần đầu", "read for the first time"),
        Observed::OtherPage => lang.say("một trang khác", "another page"),
        Observed::Moved => lang.say("chuyển sang địa chỉ khác", "moved to another address"),
        Observed::Unconfirmed => lang.say("đọc khác, chờ xác nhận", "read differently, to be confirmed"),
    };
    Ok(all.iter().rev().take(10).map(|(at, observed)| (local(*at), word(observed))).collect())
}
