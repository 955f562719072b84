//! The difference between any two revisions, side by side or in one column.

use crate::model::article::{Article, Attachment};
use crate::model::revision::Head;
use crate::model::scope::Scope;
use crate::model::source::Republish;
use crate::publish::words;
use crate::store::error::StoreError;
use crate::text::difference::{self, Line, Part};
use crate::web::Site;
use crate::web::pages::article::{head, republish, withdrawn};
use crate::web::pages::frame::{Asked, Frame, local};
use crate::web::pages::{answer, kind_words, rows};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

/// Replacements shown beside a revision; the whole difference is a click away.
const SHOWN: usize = 5;

#[derive(Template)]
#[template(path = "difference.html")]
struct DifferencePage {
    frame: Frame,
    article: String,
    is_beside: bool,
    beside: String,
    inline: String,
    path: String,
    choices: Vec<Choice>,
    from: u32,
    to: u32,
    fields: Vec<Field>,
    is_same: bool,
}

struct Choice {
    number: u32,
    label: String,
}

struct Field {
    name: &'static str,
    lines: Vec<Line>,
}

impl Field {
    fn is_changed(&self) -> bool {
        self.lines.iter().any(|line| line.is_changed)
    }
}

/// Old and new words of an edit, the first few.
pub fn ask_line(old: &Article, new: &Article) -> Vec<(String, String)> {
    new.replaced(old).into_iter().take(SHOWN).map(|change| (change.old, change.new)).collect()
}

/// `/articles/{id}/difference?from=1&to=2`.
pub async fn difference(State(site): State<Site>, asked: Asked, Path(id): Path<String>) -> Response {
    let (to, from) = (asked.parsed("to"), asked.parsed("from"));
    for number in [None].into_iter().chain([to, from].into_iter().flatten().map(Some)) {
        if let Some(gone) = withdrawn(&site, &asked, &id, number).await {
            return gone;
        }
    }
    let page = page(&site, &asked, &id).await;
    answer(&site, &asked, page)
}

async fn page(site: &Site, asked: &Asked, id: &str) -> Result<Option<DifferencePage>, StoreError> {
    // Where only a summary may be republished, neither is what changed in the rest.
    let may_show = |head: &Head| head.withdrawn().is_none() && republish(site, head) == Republish::Full;
    let Some(head) = head(site, id).await?.filter(may_show) else { return Ok(None) };
    let history = site.store().history(head.n).await?;
    let to = asked.parsed("to").unwrap_or(head.revision);
    let from = asked.parsed("from").unwrap_or_else(|| to.saturating_sub(1).max(1));
    let find = |number: u32| history.iter().find(|revision| revision.number == number);
    let (Some(old), Some(new)) = (find(from), find(to)) else { return Ok(None) };
    let (old, new) = (site.store().reading(old.snapshot).await?, site.store().reading(new.snapshot).await?);
    let lang = asked.lang;
    let title = format!("{}: {}", lang.say("Khác biệt", "Difference"), head.title);
    // The difference to what was withdrawn would tell it.
    let is_told = !old.says_nothing() && !new.says_nothing();
    let fields = if is_told { fields(&old, &new, asked) } else { Vec::new() };
    Ok(Some(DifferencePage {
        frame: Frame::new(site, asked, title).with_changes_of(
            &Scope::Source(head.source.clone()),
            None,
            &rows::source_words(site, &head.source),
        ),
        article: format!("articles/{}", head.id),
        is_beside: asked.get("view") == Some("beside"),
        beside: asked.with(&[("view", "beside")]),
        inline: asked.with(&[("view", "")]),
        path: asked.path.clone(),
        choices: history
            .iter()
            .map(|revision| Choice {
                number: revision.number,
                label: format!("{} · {} · {}", revision.number, local(revision.seen_at), kind_words(revision.kind, lang)),
            })
            .collect(),
        from,
        to,
        is_same: is_told && fields.iter().all(|field| !field.is_changed()),
        fields,
    }))
}

fn fields(old: &Article, new: &Article, asked: &Asked) -> Vec<Field> {
    let lang = asked.lang;
    let file = |file: &Attachment| format!("{} ({})", words::attachment(file, lang), file.href);
    let files = |article: &Article| article.attachments.iter().map(file).collect::<Vec<_>>().join("\n");
    let cited = |article: &Article| article.citations.iter().map(|citation| citation.printed.clone()).collect::<Vec<_>>().join("\n");
    let images = |article: &Article| article.images.iter().map(|image| image.src.clone()).collect::<Vec<_>>().join("\n");
    let printed = |article: &Article| article.attribution.printed.clone().unwrap_or_default();
    let date = |article: &Article| article.published.as_ref().map(|dated| dated.words.clone()).unwrap_or_default();
    let compared = [
        (lang.say("Tiêu đề", "Title"), old.title.clone(), new.title.clone()),
        (lang.say("Ngày đăng", "Date"), date(old), date(new)),
        (lang.say("Nội dung", "Text"), old.text.clone(), new.text.clone()),
        (lang.say("Nguồn", "Attribution"), printed(old), printed(new)),
        (lang.say("Tệp đính kèm", "Attachments"), files(old), files(new)),
        (lang.say("Văn bản viện dẫn", "Documents cited"), cited(old), cited(new)),
        (lang.say("Ảnh", "Pictures"), images(old), images(new)),
    ];
    compared.into_iter().map(|(name, old, new)| Field { name, lines: difference::lines(&old, &new) }).filter(Field::is_changed).collect()
}
