//! The language of questions: words, phrases, fields, AND, OR, NOT, parentheses.

use crate::search::query::{Property, Query, Term};
use crate::search::tokenizer::{self, Word};
use crate::text::fold;
use chrono::NaiveDate;

/// A longer question is refused.
const MAX_CHARS: usize = 1000;

/// Parentheses within parentheses.
const MAX_DEPTH: usize = 20;

/// Why a question was not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// A quotation mark is never closed.
    #[error("a quotation mark is not closed")]
    OpenQuote,
    /// A parenthesis is missing.
    #[error("a parenthesis is not closed or not opened")]
    Parenthesis,
    /// A field without a value.
    #[error("`{field}:` needs a value, such as {field}:{example}")]
    NoValue {
        /// The field.
        field: String,
        /// A value that would do.
        example: &'static str,
    },
    /// A field that does not exist.
    #[error("there is no field `{field}`; fields are province, department, source, document, title, after, before, is, has")]
    NoField {
        /// As written.
        field: String,
    },
    /// A value that a field does not take.
    #[error("`{field}:{value}` is not understood; write {field}:{example}")]
    BadValue {
        /// The field.
        field: String,
        /// As written.
        value: String,
        /// A value that would do.
        example: &'static str,
    },
    /// AND, OR or NOT without something beside it.
    #[error("`{word}` stands alone: write something on both sides, or in quotes to search for the word")]
    Alone {
        /// The word.
        word: String,
    },
    /// Too long or too deep.
    #[error("the question is too long")]
    TooLong,
}

impl QueryError {
    /// The same in Vietnamese.
    pub fn vietnamese(&self) -> String {
        match self {
            Self::OpenQuote => "thiếu dấu ngoặc kép đóng".to_owned(),
            Self::Parenthesis => "dấu ngoặc đơn thiếu một bên".to_owned(),
            Self::NoValue { field, example } => format!("sau “{field}:” cần một giá trị, chẳng hạn {field}:{example}"),
            Self::NoField { field } => {
                format!("không có mục “{field}”; các mục là province, department, source, document, title, after, before, is, has")
            }
            Self::BadValue { field, value, example } => format!("không hiểu “{field}:{value}”; hãy viết {field}:{example}"),
            Self::Alone { word } => format!("“{word}” đứng một mình: cần có từ ở hai bên, hoặc đặt trong ngoặc kép để tìm chính từ đó"),
            Self::TooLong => "câu tìm quá dài".to_owned(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Open,
    Close,
    And,
    Or,
    Not,
    Quoted(String),
    Field(String, String),
    Plain(String),
}

/// Understands a question, or says what is wrong with it.
pub fn parse(text: &str) -> Result<Query, QueryError> {
    if text.chars().count() > MAX_CHARS {
        return Err(QueryError::TooLong);
    }
    let pieces = pieces(text)?;
    if pieces.is_empty() {
        return Ok(Query::All);
    }
    let mut reader = Reader { pieces, at: 0, depth: 0 };
    let query = reader.any()?;
    if reader.at < reader.pieces.len() {
        return Err(QueryError::Parenthesis);
    }
    Ok(query)
}

fn pieces(text: &str) -> Result<Vec<Piece>, QueryError> {
    let chars: Vec<char> = fold::nfc(text).chars().map(|c| if matches!(c, '“' | '”' | '„') { '"' } else { c }).collect();
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        match c {
            c if c.is_whitespace() => at += 1,
            '(' => {
                pieces.push(Piece::Open);
                at += 1;
            }
            ')' => {
                pieces.push(Piece::Close);
                at += 1;
            }
            '"' => {
                let (quoted, after) = quoted(&chars, at)?;
                pieces.push(Piece::Quoted(quoted));
                at = after;
            }
            '-' if chars.get(at + 1).is_some_and(|next| !next.is_whitespace() && *next != '-') => {
                pieces.push(Piece::Not);
                at += 1;
            }
            _ => {
                let end =
                    (at..chars.len()).find(|at| chars[*at].is_whitespace() || matches!(chars[*at], '(' | ')' | '"')).unwrap_or(chars.len());
                let word: String = chars[at..end].iter().collect();
                at = end;
                let is_quoted_value = word.ends_with(':') && chars.get(at) == Some(&'"');
                pieces.push(match (word.as_str(), field(&word)) {
                    ("AND", _) => Piece::And,
                    ("OR", _) => Piece::Or,
                    ("NOT", _) => Piece::Not,
                    (_, Some((name, _))) if is_quoted_value => {
                        let (value, after) = quoted(&chars, at)?;
                        at = after;
                        Piece::Field(name, value)
                    }
                    (_, Some((name, value))) => Piece::Field(name, value),
                    _ => Piece::Plain(word),
                });
            }
        }
    }
    Ok(pieces)
}

fn quoted(chars: &[char], at: usize) -> Result<(String, usize), QueryError> {
    let end = (at + 1..chars.len()).find(|at| chars[*at] == '"').ok_or(QueryError::OpenQuote)?;
    Ok((chars[at + 1..end].iter().collect(), end + 1))
}

/// `name:value`; a clock time or an address is no field.
fn field(word: &str) -> Option<(String, String)> {
    let (name, value) = word.split_once(':')?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphabetic()) && !value.starts_with("//");
    is_name.then(|| (name.to_ascii_lowercase(), value.to_owned()))
}

struct Reader {
    pieces: Vec<Piece>,
    at: usize,
    depth: usize,
}

impl Reader {
    fn peek(&self) -> Option<&Piece> {
        self.pieces.get(self.at)
    }

    fn any(&mut self) -> Result<Query, QueryError> {
        let mut choices = vec![self.all()?];
        while self.peek() == Some(&Piece::Or) {
            self.at += 1;
            choices.push(self.all()?);
        }
        Ok(if choices.len() == 1 { choices.remove(0) } else { Query::Or(choices) })
    }

    fn all(&mut self) -> Result<Query, QueryError> {
        let mut parts = Vec::new();
        let mut is_open = false;
        loop {
            match self.peek() {
                None | Some(Piece::Close | Piece::Or) => break,
                Some(Piece::And) if parts.is_empty() || is_open => return Err(QueryError::Alone { word: "AND".to_owned() }),
                Some(Piece::And) => {
                    self.at += 1;
                    is_open = true;
                }
                Some(_) => {
                    parts.push(self.one()?);
                    is_open = false;
                }
            }
        }
        let after = || if let Some(Piece::Or) = self.pieces.get(self.at) { "OR" } else { "AND" };
        match parts.len() {
            _ if is_open => Err(QueryError::Alone { word: "AND".to_owned() }),
            0 if self.at > 0 && self.pieces[self.at - 1] == Piece::Or || self.peek() == Some(&Piece::Or) => {
                Err(QueryError::Alone { word: if self.at > 0 { "OR" } else { after() }.to_owned() })
            }
            0 => Err(QueryError::Parenthesis),
            1 => Ok(parts.remove(0)),
            _ => Ok(Query::And(parts)),
        }
    }

    fn one(&mut self) -> Result<Query, QueryError> {
        let Some(piece) = self.peek().cloned() else { return Err(QueryError::Alone { word: "NOT".to_owned() }) };
        self.at += 1;
        match piece {
            Piece::Not => match self.peek() {
                None | Some(Piece::Close | Piece::And | Piece::Or) => Err(QueryError::Alone { word: "NOT".to_owned() }),
                Some(_) => {
                    self.depth += 1;
                    if self.depth > MAX_DEPTH {
                        return Err(QueryError::TooLong);
                    }
                    let inner = self.one()?;
                    self.depth -= 1;
                    Ok(Query::Not(Box::new(inner)))
                }
            },
            Piece::Open => {
                self.depth += 1;
                if self.depth > MAX_DEPTH {
                    return Err(QueryError::TooLong);
                }
                let inner = self.any()?;
                self.depth -= 1;
                if self.peek() != Some(&Piece::Close) {
                    return Err(QueryError::Parenthesis);
                }
                self.at += 1;
                Ok(inner)
            }
            Piece::Quoted(words) | Piece::Plain(words) => Ok(phrase(&words)),
            Piece::Field(name, value) => property(&name, &value),
            Piece::Close => Err(QueryError::Parenthesis),
            Piece::And | Piece::Or => Err(QueryError::Alone { word: if piece == Piece::And { "AND" } else { "OR" }.to_owned() }),
        }
    }
}

fn terms(text: &str) -> Vec<Term> {
    let term = |word: Word| Term { exact: (word.exact != word.folded).then_some(word.exact), folded: word.folded };
    tokenizer::words(text).into_iter().map(term).collect()
}

/// Signs alone say nothing and exclude nothing.
fn phrase(text: &str) -> Query {
    let terms = terms(text);
    if terms.is_empty() { Query::All } else { Query::Words(terms) }
}

fn property(name: &str, value: &str) -> Result<Query, QueryError> {
    let example = match name {
        "province" => "lam-dong",
        "department" => "so-y-te",
        "source" => "binh-thuan/so-cong-thuong",
        "document" => "16/CT-UBND",
        "title" => "\"thu hồi đất\"",
        "after" | "before" => "2026-01-31",
        "is" => "vanished (or edited, unchanged)",
        "has" => "attachment",
        _ => return Err(QueryError::NoField { field: name.to_owned() }),
    };
    if value.trim().is_empty() {
        return Err(QueryError::NoValue { field: name.to_owned(), example });
    }
    let bad = || QueryError::BadValue { field: name.to_owned(), value: value.to_owned(), example };
    let day = || value.parse::<NaiveDate>().map_err(|_| bad());
    let property = match (name, value) {
        ("province", _) => Property::Province(key(value)),
        ("department", _) => Property::Department(key(value)),
        ("source", _) => Property::Source(value.trim_matches('/').to_ascii_lowercase()),
        ("document", _) => Property::Document(key(value)),
        ("after", _) => Property::After(day()?),
        ("before", _) => Property::Before(day()?),
        ("is", "vanished" | "gone") => Property::Vanished,
        ("is", "edited") => Property::Edited,
        ("is", "unchanged") => Property::Unchanged,
        ("has", "attachment" | "attachments") => Property::Attachment,
        ("title", _) => {
            let terms = terms(value);
            return if terms.is_empty() { Err(bad()) } else { Ok(Query::Title(terms)) };
        }
        _ => return Err(bad()),
    };
    Ok(Query::Is(property))
}

/// "Bình Thuận" as keys write it: `binh-thuan`.
fn key(value: &str) -> String {
    let folded = fold::fold(value);
    let parts: Vec<&str> = folded.split(|c: char| !c.is_ascii_alphanumeric() && c != '.').filter(|part| !part.is_empty()).collect();
    parts.join("-")
}
