//! The text of one field while it is read, as words and as markup.

use crate::scrape::listing::feed::facts::Field;
use crate::scrape::listing::feed::stated::{Attributes, Stated};
use base64::Engine;
use quick_xml::escape::escape;

/// How the text of a field is written (RFC 4287 section 3.1; Atom 0.3 `mode`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Words.
    Text,
    /// Markup as words.
    Html,
    /// Markup as elements.
    Inline,
    /// Markup in base64 (Atom 0.3).
    Base64,
}

/// Elements of HTML that have no end tag.
const VOID: &[&str] = &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

/// The text of the field that is being read.
#[derive(Debug)]
pub struct Capture {
    /// How many elements were open when it began, its own included.
    pub depth: usize,
    /// What it is of.
    pub field: Field,
    /// It is a `guid` that is an address as well.
    pub is_permalink: bool,
    form: Form,
    text: String,
    markup: String,
    open: Vec<String>,
    has_elements: bool,
}

impl Capture {
    /// Nothing read yet.
    pub fn new(depth: usize, field: Field, form: Form, is_permalink: bool) -> Self {
        Self { depth, field, is_permalink, form, text: String::new(), markup: String::new(), open: Vec::new(), has_elements: false }
    }

    /// An element in the text.
    pub fn start(&mut self, name: &str, attributes: &Attributes) {
        if !self.has_elements {
            self.has_elements = true;
            self.markup = escape(self.text.as_str()).into_owned();
        }
        self.markup.push_str(&format!("<{name}"));
        for (name, value) in attributes.all().filter(|(name, _)| !name.starts_with("xmlns")) {
            self.markup.push_str(&format!(" {name}=\"{}\"", escape(value)));
        }
        self.markup.push('>');
        self.open.push(name.to_owned());
    }

    /// Words in the text.
    pub fn words(&mut self, words: &str) {
        self.text.push_str(words);
        if self.has_elements {
            self.markup.push_str(&escape(words));
        }
    }

    /// The end of an element in the text.
    pub fn end(&mut self) {
        let Some(name) = self.open.pop() else { return };
        if !VOID.contains(&name.as_str()) {
            self.markup.push_str(&format!("</{name}>"));
        }
    }

    /// What was read. In Atom, HTML is what its type says, whatever it looks like.
    pub fn stated(self, is_atom: bool) -> Stated {
        match self.form {
            Form::Base64 => Stated { text: base64(&self.text).unwrap_or(self.text), is_html: true },
            Form::Inline if self.has_elements => Stated { text: without_wrapper(self.markup.trim()).to_owned(), is_html: true },
            // Sloppy feeds write elements into what they call text.
            Form::Text | Form::Html if self.has_elements => Stated { text: self.markup.trim().to_owned(), is_html: true },
            Form::Html if is_atom => Stated { text: with_whole_ampersands(&self.text), is_html: true },
            form => Stated { text: self.text, is_html: form == Form::Html },
        }
    }
}

/// The `div` that Atom wraps XHTML in is no part of it (RFC 4287 section 3.1.1.3).
fn without_wrapper(inner: &str) -> &str {
    let Some((start, rest)) = inner.strip_prefix("<div").and_then(|rest| rest.split_once('>')) else { return inner };
    let Some(body) = rest.strip_suffix("</div>") else { return inner };
    let is_div = start.is_empty() || start.starts_with(' ');
    let is_whole = !body.contains("</div>") || body.matches("<div").count() == body.matches("</div>").count();
    if is_div && is_whole { body.trim() } else { inner }
}

/// An ampersand that begins no reference is written as one in HTML.
fn with_whole_ampersands(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..=at]);
        rest = &rest[at + 1..];
        let name = rest.split_once(';').map(|(name, _)| name).unwrap_or_default();
        let is_reference = (1..=32).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'#');
        if !is_reference {
            out.push_str("amp;");
        }
    }
    out.push_str(rest);
    out
}

/// Base64 with white space between (Atom 0.3).
fn base64(text: &str) -> Option<String> {
    let packed: String = text.split_whitespace().collect();
    String::from_utf8(base64::engine::general_purpose::STANDARD.decode(packed).ok()?).ok()
}
