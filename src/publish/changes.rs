//! What departments changed, removed and put back, as entries of their own.

use crate::model::entry::Entry;
use crate::model::lang::Lang;
use crate::model::revision::{ArticleId, Change, Kind};
use crate::model::source::Republish;
use crate::model::time::vietnam;
use crate::publish::categories::Category;
use crate::publish::{Feed, escape, words};
use crate::text::diff::Replaced;
use chrono::{DateTime, FixedOffset};
use sha2::{Digest, Sha256};

/// Replacements told in one entry.
const MAX_REPLACED: usize = 50;

/// One change with what it needs to be told.
#[derive(Debug, Clone)]
pub struct Told {
    /// The change.
    pub change: Change,
    /// The article as the change left it.
    pub entry: Entry,
    /// Words that were replaced.
    pub replaced: Vec<Replaced>,
    /// Number of the revision before, where it can be read.
    pub earlier: Option<u32>,
    /// The page is as it was: a file that it offers has changed.
    pub is_of_file: bool,
}

impl Told {
    /// When it was seen.
    pub fn seen_at(&self) -> DateTime<FixedOffset> {
        self.change.seen_at.with_timezone(&vietnam())
    }

    /// What happened to what.
    pub fn title(&self, feed: &Feed) -> String {
        format!("{}: {}", headline(self.change.kind, feed.language), words::title(&self.entry, feed.unit_when_generic))
    }

    /// The kind of change.
    pub fn category(&self, lang: Lang) -> Category {
        let kind = self.change.kind;
        Category { kind: "change", term: kind.name().to_owned(), label: Some(what(kind, lang).to_owned()) }
    }

    /// Minted from article and revision alone, so that a lost store yields the same.
    pub fn id(&self) -> String {
        let mut hasher = Sha256::new();
        hasher.update(b"tintinh-change-1");
        hasher.update(self.change.id.0);
        hasher.update(self.change.revision.to_be_bytes());
        let digest: [u8; 32] = hasher.finalize().into();
        let mut id = [0; 16];
        id.copy_from_slice(&digest[..16]);
        id[6] = (id[6] & 0x0f) | 0x80;
        id[8] = (id[8] & 0x3f) | 0x80;
        ArticleId(id).urn()
    }
}

/// Plain lines that read alone; `ins` and `del` only decorate them.
pub fn html(told: &Told, page: &str, lang: Lang) -> String {
    let labels = words::labels(&told.change.labels, lang);
    let labels = if labels.is_empty() { labels } else { format!(" {}: {labels}.", lang.say("Thay đổi về", "What changed")) };
    let mut html = format!("<p>{}{labels}</p>", seen(told, lang));
    let full = told.entry.source.republish == Republish::Full;
    let (old_words, new_words) = (lang.say("Cũ", "Old"), lang.say("Mới", "New"));
    for Replaced { old, new } in told.replaced.iter().take(MAX_REPLACED).filter(|_| full) {
        let (old, new) = (shown(old, lang), shown(new, lang));
        html.push_str(&format!("<p>{old_words}: <del>{old}</del><br>{new_words}: <ins>{new}</ins></p>"));
    }
    if full && told.replaced.len() > MAX_REPLACED {
        let left = told.replaced.len() - MAX_REPLACED;
        html.push_str(&match lang {
            Lang::Vi => format!("<p>… và {left} chỗ khác.</p>"),
            Lang::En => format!("<p>… and {left} more.</p>"),
        });
    }
    let link = |address: &str, words: &str| format!("<a href=\"{}\">{words}</a>", escape(address));
    let mut links = vec![link(page, lang.say("Xem bài và mọi thay đổi", "The article and all its changes"))];
    links.extend(told.earlier.map(|number| link(&format!("{page}/revisions/{number}"), lang.say("Bản trước", "The revision before"))));
    links.push(link(&told.entry.head.url, lang.say("Bản gốc", "Original")));
    html.push_str(&format!("<p>{}</p>", links.join(" · ")));
    html
}

fn seen(told: &Told, lang: Lang) -> String {
    let at = words::minute(told.seen_at());
    match (told.change.kind, lang) {
        (Kind::First, Lang::Vi) => format!("Thấy lần đầu lúc {at}."),
        (Kind::First, Lang::En) => format!("First seen {at}."),
        (Kind::Edited, Lang::Vi) if told.is_of_file => format!("Tệp đính kèm đã đổi, thấy lúc {at}."),
        (Kind::Edited, Lang::En) if told.is_of_file => format!("An attached file has changed, seen {at}."),
        (Kind::Edited, Lang::Vi) => format!("Trang đã đổi, thấy lúc {at}."),
        (Kind::Edited, Lang::En) => format!("The page has changed, seen {at}."),
        (Kind::Vanished, Lang::Vi) => format!("Bài không còn trên trang gốc, thấy lúc {at}. Bản đã lưu vẫn xem được ở đây."),
        (Kind::Vanished, Lang::En) => {
            format!("The article is gone from the original site, seen {at}. The kept copy can still be read here.")
        }
        (Kind::Returned, Lang::Vi) => format!("Bài lại có trên trang gốc, thấy lúc {at}."),
        (Kind::Returned, Lang::En) => format!("The article is back on the original site, seen {at}."),
        (Kind::Withdrawn, Lang::Vi) => format!("Một phần đã được rút khỏi trang này lúc {at}."),
        (Kind::Withdrawn, Lang::En) => format!("A part was withdrawn from this site {at}."),
        (Kind::Released, Lang::Vi) => format!("Công bố trên trang này lúc {at}."),
        (Kind::Released, Lang::En) => format!("Published on this site {at}."),
    }
}

fn shown(words: &str, lang: Lang) -> String {
    if words.trim().is_empty() { lang.say("(không có)", "(nothing)").to_owned() } else { escape(words) }
}

/// What a title opens with: short, since titles of changes are read in lists.
fn headline(kind: Kind, lang: Lang) -> &'static str {
    match kind {
        Kind::Edited => lang.say("Sửa", "Edited"),
        Kind::Vanished => lang.say("Gỡ", "Gone"),
        Kind::Returned => lang.say("Đăng lại", "Back"),
        Kind::First | Kind::Withdrawn | Kind::Released => what(kind, lang),
    }
}

/// What happened, for people.
pub fn what(kind: Kind, lang: Lang) -> &'static str {
    match kind {
        Kind::First => lang.say("Mới", "New"),
        Kind::Edited => lang.say("Đã sửa", "Edited"),
        Kind::Vanished => lang.say("Không còn trên trang gốc", "Gone from the original site"),
        Kind::Returned => lang.say("Xuất hiện lại", "Back on the original site"),
        Kind::Withdrawn => lang.say("Đã rút khỏi trang này", "Withdrawn here"),
        Kind::Released => lang.say("Mới", "New"),
    }
}
