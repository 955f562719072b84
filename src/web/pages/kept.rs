//! The page of a revision as its server sent it.

use crate::model::revision::hex;
use crate::model::source::Republish;
use crate::store::error::StoreError;
use crate::store::snapshots::PageRecord;
use crate::web::Site;
use crate::web::pages::article::{head, republish, withdrawn};
use crate::web::pages::frame::Asked;
use crate::web::pages::{failed, not_found, told};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

/// `/articles/{id}/revisions/{number}/page`: the bytes as the server sent them, to be saved and never run.
pub async fn page(State(site): State<Site>, asked: Asked, Path((id, number)): Path<(String, u32)>) -> Response {
    if let Some(gone) = withdrawn(&site, &asked, &id, Some(number)).await {
        return gone;
    }
    match kept(&site, &id, number).await {
        Ok(Some((_, page))) if !page.is_whole() => {
            let title = asked.lang.say("Không còn giữ trang này", "This page is not kept any more");
            let message = asked.lang.say(
                "Nội dung từng byte đã được bỏ (hết hạn lưu, hoặc đã rút); tiêu đề, bài đã đọc và mã SHA-256 vẫn còn",
                "Its bytes were dropped (their time was up, or they were withdrawn); headers, reading and SHA-256 stay",
            );
            told(&site, &asked, StatusCode::GONE, title, &format!("{message}: {}", hex(&page.sha256)))
        }
        Ok(Some((name, page))) => {
            let headers = [
                (CONTENT_TYPE, "application/octet-stream".to_owned()),
                (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
                (CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned()),
            ];
            (headers, page.bytes).into_response()
        }
        Ok(None) => not_found(&site, &asked),
        Err(error) => failed(&site, &asked, &error),
    }
}

async fn kept(site: &Site, id: &str, number: u32) -> Result<Option<(String, PageRecord)>, StoreError> {
    let Some(head) = head(site, id).await?.filter(|head| head.withdrawn().is_none()) else { return Ok(None) };
    // Where only a summary may be republished, the page is not handed out either.
    if republish(site, &head) != Republish::Full {
        return Ok(None);
    }
    let history = site.store().history(head.n).await?;
    let Some(revision) = history.into_iter().find(|revision| revision.number == number) else { return Ok(None) };
    let page = site.store().page(revision.snapshot).await?;
    Ok(Some((format!("{}-{number}-{}.html", head.id, &hex(&page.sha256)[..12]), page)))
}
