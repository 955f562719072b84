//! What a watch tells: the unit, the title, the documents, old words and new ones.

use crate::model::revision::Kind;
use crate::text::fold;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// One match of a watch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// The watch.
    pub watch: String,
    /// What happened.
    pub kind: Kind,
    /// Place in the change log.
    pub seq: u64,
    /// Id of the article.
    pub article: String,
    /// The headline.
    pub title: String,
    /// Who says it.
    pub unit: String,
    /// Numbers of the documents it cites.
    pub documents: Vec<String>,
    /// When it was published, as served.
    pub published: Option<String>,
    /// When the change was seen.
    pub seen_at: DateTime<Utc>,
    /// Its page here.
    pub page: String,
    /// The original.
    pub original: String,
    /// Old and new words.
    pub replaced: Vec<(String, String)>,
}

/// The kind in Vietnamese.
pub fn kind_words(kind: Kind) -> &'static str {
    match kind {
        Kind::First => "Mới",
        Kind::Edited => "Đã sửa",
        Kind::Vanished => "Không còn trên trang gốc",
        Kind::Returned => "Xuất hiện lại",
        Kind::Withdrawn => "Đã rút",
        Kind::Released => "Mới",
    }
}

impl Notice {
    /// One line, safe in a header.
    pub fn subject(&self) -> String {
        let line = format!("[{}] {}: {}", self.watch, kind_words(self.kind), self.title);
        line.chars().filter(|c| !fold::is_invisible(*c)).map(|c| if c.is_control() { ' ' } else { c }).take(200).collect()
    }

    /// What a name in a template stands for.
    pub fn value(&self, name: &str) -> String {
        match name {
            "watch" => self.watch.clone(),
            "subject" => format!("{}: {}", kind_words(self.kind), self.title),
            "kind" => kind_words(self.kind).to_owned(),
            "title" => self.title.clone(),
            "unit" => self.unit.clone(),
            "documents" => self.documents.join(", "),
            "published" => self.published.clone().unwrap_or_default(),
            "changes" => self.changes().join("\n"),
            "page" => self.page.clone(),
            "original" => self.original.clone(),
            "text" => self.text(),
            _ => String::new(),
        }
    }

    /// Old and new words, a line each.
    fn changes(&self) -> Vec<String> {
        let line = |word: &str, words: &String| (!words.is_empty()).then(|| format!("{word}: {words}"));
        self.replaced.iter().flat_map(|(old, new)| [line("Cũ", old), line("Mới", new)]).flatten().collect()
    }

    /// Plain text.
    pub fn text(&self) -> String {
        let mut lines = vec![format!("{}: {}", kind_words(self.kind), self.title), format!("Đơn vị: {}", self.unit)];
        lines.extend(self.published.iter().map(|date| format!("Ngày đăng: {date}")));
        if !self.documents.is_empty() {
            lines.push(format!("Văn bản: {}", self.documents.join(", ")));
        }
        lines.extend(self.changes());
        lines.push(format!("Xem: {}", self.page));
        lines.push(format!("Bản gốc: {}", self.original));
        lines.join("\n").chars().filter(|c| !fold::is_invisible(*c) && (*c == '\n' || !c.is_control())).collect()
    }

    /// The same as HTML; everything from a page is escaped.
    pub fn html(&self) -> String {
        let mut html = format!(
            "<h2 style=\"margin:1em 0 .2em\">{}: <a href=\"{}\">{}</a></h2><p>{}{}</p>",
            kind_words(self.kind),
            escaped(&self.page),
            escaped(&self.title),
            escaped(&self.unit),
            self.published.as_ref().map(|date| format!(" · {}", escaped(date))).unwrap_or_default(),
        );
        if !self.documents.is_empty() {
            html.push_str(&format!("<p>Văn bản: {}</p>", escaped(&self.documents.join(", "))));
        }
        for (old, new) in &self.replaced {
            html.push_str(&format!("<p>Cũ: <del>{}</del><br>Mới: <ins>{}</ins></p>", escaped(old), escaped(new)));
        }
        html.push_str(&format!("<p><a href=\"{}\">Bản gốc</a></p>", escaped(&self.original)));
        html
    }
}

/// Text within HTML, without what turns the direction of writing.
pub fn escaped(text: &str) -> String {
    let seen: String = text.chars().filter(|c| !fold::is_invisible(*c)).collect();
    seen.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
