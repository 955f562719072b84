//! A legal document: every article that cites it, over time.

use crate::model::revision::Head;
use crate::model::scope::Scope;
use crate::model::time::vietnam;
use crate::store::error::StoreError;
use crate::text::fold;
use crate::web::Site;
use crate::web::pages::article;
use crate::web::pages::frame::{Asked, Frame};
use crate::web::pages::rows::{self, Day};
use crate::web::pages::{PAGE, answer};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};

/// Documents offered for one number.
const CHOICES: usize = 50;

#[derive(Template)]
#[template(path = "document.html")]
struct DocumentPage {
    frame: Frame,
    key: String,
    about: String,
    span: (String, String),
    days: Vec<Day>,
    older: Option<String>,
}

#[derive(Template)]
#[template(path = "documents.html")]
struct DocumentsPage {
    frame: Frame,
    number: String,
    choices: Vec<String>,
}

/// `/documents?number=…`: the documents a number may mean.
pub async fn find(State(site): State<Site>, asked: Asked) -> Response {
    let number = asked.get("number").map(slug).unwrap_or_default();
    match choices(&site, &number).await {
        Ok(choices) if choices.len() == 1 && !number.is_empty() => {
            let frame = Frame::new(&site, &asked, "");
            Redirect::to(&frame.to(&Scope::Document(choices[0].clone()).path())).into_response()
        }
        choices => answer(&site, &asked, choices.map(|choices| Some(documents_page(&site, &asked, number, choices)))),
    }
}

/// `/documents/{key}/`; a bare number shows the choices.
pub async fn document(site: &Site, asked: &Asked, key: String) -> Response {
    match page(site, asked, &key).await {
        Ok(None) => {
            let choices = choices(site, &key).await;
            answer(site, asked, choices.map(|choices| (!choices.is_empty()).then(|| documents_page(site, asked, key, choices))))
        }
        page => answer(site, asked, page),
    }
}

async fn choices(site: &Site, number: &str) -> Result<Vec<String>, StoreError> {
    site.store().documents(number.to_owned(), CHOICES).await
}

fn documents_page(site: &Site, asked: &Asked, number: String, choices: Vec<String>) -> DocumentsPage {
    let frame = Frame::new(site, asked, asked.lang.say("Văn bản được viện dẫn", "Documents cited"));
    DocumentsPage { frame, number, choices }
}

/// A number as keys write it: `16/CT-UBND` is `16-ct-ubnd`.
fn slug(number: &str) -> String {
    let folded = fold::fold(number);
    let parts: Vec<&str> = folded.split(|c: char| !c.is_ascii_alphanumeric() && c != '.').filter(|part| !part.is_empty()).collect();
    parts.join("-")
}

async fn page(site: &Site, asked: &Asked, key: &str) -> Result<Option<DocumentPage>, StoreError> {
    let scope = Scope::Document(key.to_owned());
    let before = asked.get("before").and_then(rows::place);
    let mut heads = site.store().listed(scope.clone(), None, before, PAGE + 1).await?;
    let Some(span) = site.store().span(scope.clone()).await? else { return Ok(None) };
    let has_more = heads.len() > PAGE;
    heads.truncate(PAGE);
    let (title, about) = match heads.first() {
        Some(head) => printed(site, head.clone(), key).await?,
        None => None,
    }
    .unwrap_or_else(|| (format!("{} {key}", asked.lang.say("Văn bản", "Document")), String::new()));
    let frame = Frame::new(site, asked, title.clone()).with_feeds(&scope, &title);
    let older = heads.last().filter(|_| has_more).map(|last| frame.to(&asked.with(&[("before", &rows::cursor(last))])));
    // The moments are those of lists: a day alone stands at noon there.
    let day = |at: DateTime<Utc>| at.with_timezone(&vietnam()).format("%d/%m/%Y").to_string();
    let span = (day(span.0), day(span.1));
    Ok(Some(DocumentPage { key: key.to_owned(), about, span, days: rows::days(site, asked.lang, heads).await?, older, frame }))
}

/// What an article calls the document, and who issued it when.
async fn printed(site: &Site, head: Head, key: &str) -> Result<Option<(String, String)>, StoreError> {
    let entry = site.rendered.entry(&site.config, head).await?;
    let found = article::documents(&entry).into_iter().find(|(own, ..)| own == key);
    Ok(found.map(|(_, printed, about)| {
        let mut letters = printed.chars();
        (letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect(), about)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_number_becomes_the_beginning_of_a_key() {
        assert_eq!(slug("16/CT-UBND"), "16-ct-ubnd");
        assert_eq!(slug("45/2025/NĐ-CP"), "45-2025-nd-cp");
    }
}
