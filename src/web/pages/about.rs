//! What this is, and what it knows about its readers.

use crate::model::scope::Scope;
use crate::web::Site;
use crate::web::pages::frame::{Asked, Frame};
use crate::web::pages::show;
use askama::Template;
use axum::extract::State;
use axum::response::Response;

#[derive(Template)]
#[template(path = "about.html")]
struct AboutPage {
    frame: Frame,
    contact: String,
    operator: String,
    complaints: String,
}

#[derive(Template)]
#[template(path = "privacy.html")]
struct PrivacyPage {
    frame: Frame,
    contact: String,
}

/// `/about`.
pub async fn about(State(site): State<Site>, asked: Asked) -> Response {
    let frame = Frame::new(&site, &asked, asked.lang.say("Giới thiệu", "About")).with_feeds(&Scope::Combined, &site.config.publisher.title);
    let publisher = &site.config.publisher;
    let said = |words: &Option<String>| words.clone().unwrap_or_default();
    show(&AboutPage { frame, contact: contact(&site), operator: said(&publisher.operator), complaints: said(&publisher.complaints) })
}

/// `/privacy`.
pub async fn privacy(State(site): State<Site>, asked: Asked) -> Response {
    let frame = Frame::new(&site, &asked, asked.lang.say("Quyền riêng tư", "Privacy"));
    show(&PrivacyPage { frame, contact: contact(&site) })
}

fn contact(site: &Site) -> String {
    site.config.publisher.contact.clone().unwrap_or_default()
}
