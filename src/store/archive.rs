//! The portable stream: every row and every snapshot as compressed JSON Lines, with count and checksum.

use crate::model::revision::{Hash, hex, unhex};
use crate::store::Damage;
use crate::store::error::StoreError;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;

/// Fixed, so that the same store gives the same bytes.
const LEVEL: i32 = 3;

/// Version of the stream.
const VERSION: u32 = 1;

/// One line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Line {
    /// Opens the stream.
    Tintinh {
        /// Version of the stream.
        version: u32,
        /// Last Seq within.
        seq: u64,
    },
    /// A snapshot: its name and its file, as hexadecimal digits.
    Snapshot(String, String),
    /// A row: key and value, as hexadecimal digits.
    Row(String, String),
    /// A small file beside the database: its name, and its bytes as hexadecimal digits.
    File(String, String),
    /// Ends the stream; what follows it is no part of it.
    End {
        /// Snapshots before.
        snapshots: u64,
        /// Rows before.
        rows: u64,
        /// SHA-256 of every line before.
        sha256: String,
    },
}

/// What a stream held.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// Snapshots.
    pub snapshots: u64,
    /// Rows.
    pub rows: u64,
    /// Last Seq.
    pub seq: u64,
    /// What was ruined or not there, and is therefore not in the copy.
    #[serde(default)]
    pub missing: Vec<Damage>,
}

/// Writes a stream.
pub struct Writer<W: Write> {
    out: zstd::stream::write::Encoder<'static, W>,
    hasher: Sha256,
    counted: Counted,
}

impl<W: Write> Writer<W> {
    /// Opens a stream that ends at `seq`.
    pub fn new(out: W, seq: u64) -> std::io::Result<Self> {
        let mut writer = Self {
            out: zstd::stream::write::Encoder::new(out, LEVEL)?,
            hasher: Sha256::new(),
            counted: Counted { seq, ..Counted::default() },
        };
        writer.line(&Line::Tintinh { version: VERSION, seq })?;
        Ok(writer)
    }

    fn line(&mut self, line: &Line) -> std::io::Result<()> {
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        self.hasher.update(&text);
        self.out.write_all(&text)
    }

    /// Adds a snapshot's file.
    pub fn snapshot(&mut self, name: &Hash, file: &[u8]) -> std::io::Result<()> {
        self.counted.snapshots += 1;
        self.line(&Line::Snapshot(hex(name), hex(file)))
    }

    /// Adds a row.
    pub fn row(&mut self, key: &[u8], value: &[u8]) -> std::io::Result<()> {
        self.counted.rows += 1;
        self.line(&Line::Row(hex(key), hex(value)))
    }

    /// Adds a small file that lies beside the database.
    pub fn file(&mut self, name: &str, bytes: &[u8]) -> std::io::Result<()> {
        self.line(&Line::File(name.to_owned(), hex(bytes)))
    }

    /// Ends the stream.
    pub fn finish(mut self) -> std::io::Result<(W, Counted)> {
        let Counted { snapshots, rows, .. } = self.counted.clone();
        let sha256 = hex(&self.hasher.clone().finalize());
        self.line(&Line::End { snapshots, rows, sha256 })?;
        Ok((self.out.finish()?, self.counted))
    }
}

/// One thing found in a stream.
pub enum Item {
    /// A snapshot's name and file.
    Snapshot(Hash, Vec<u8>),
    /// A row.
    Row(Vec<u8>, Vec<u8>),
    /// A small file's name and bytes.
    File(String, Vec<u8>),
}

/// The last Seq that a stream says it holds, from its first line.
pub fn seq<R: Read>(input: R) -> Option<u64> {
    let mut text = Vec::new();
    BufReader::new(zstd::stream::read::Decoder::new(input).ok()?).take(1000).read_until(b'\n', &mut text).ok()?;
    match serde_json::from_slice(&text).ok()? {
        Line::Tintinh { version: VERSION, seq } => Some(seq),
        _ => None,
    }
}

/// Reads a stream whole, giving each thing on; fails when it is cut or changed, and then says at which of its lines.
pub fn read<R: Read>(input: R, file: &Path, mut each: impl FnMut(Item) -> Result<(), StoreError>) -> Result<Counted, StoreError> {
    let mut lines =
        BufReader::new(zstd::stream::read::Decoder::new(input).map_err(|source| StoreError::Io { path: file.to_owned(), source })?);
    let mut hasher = Sha256::new();
    let mut counted = Counted::default();
    let mut text = Vec::new();
    let mut number = 0;
    loop {
        let is_first = number == 0;
        number += 1;
        let damaged = |reason: &str| StoreError::Unreadable { file: file.to_owned(), line: number, reason: reason.to_owned() };
        text.clear();
        if lines.read_until(b'\n', &mut text).map_err(|error| damaged(&error.to_string()))? == 0 {
            return Err(damaged("it ends before its last line"));
        }
        let line: Line = serde_json::from_slice(&text).map_err(|error| damaged(&format!("it is no line of an export ({error})")))?;
        match line {
            Line::Tintinh { version: VERSION, seq } if is_first => counted.seq = seq,
            _ if is_first => return Err(damaged("it is no export that this version reads")),
            Line::Tintinh { .. } => return Err(damaged("it begins twice")),
            Line::Snapshot(name, file) => {
                counted.snapshots += 1;
                let name = unhex(&name).ok_or_else(|| damaged("a snapshot has no name"))?;
                each(Item::Snapshot(name, bytes(&file).ok_or_else(|| damaged("a snapshot is no bytes"))?))?;
            }
            Line::Row(key, value) => {
                counted.rows += 1;
                let (key, value) = bytes(&key).zip(bytes(&value)).ok_or_else(|| damaged("a row is no bytes"))?;
                each(Item::Row(key, value))?;
            }
            Line::File(name, file) => each(Item::File(name, bytes(&file).ok_or_else(|| damaged("a file is no bytes"))?))?,
            Line::End { snapshots, rows, sha256 } => {
                let is_whole = (snapshots, rows) == (counted.snapshots, counted.rows) && sha256 == hex(&hasher.finalize());
                return if is_whole { Ok(counted) } else { Err(damaged("count or checksum differ")) };
            }
        }
        hasher.update(&text);
    }
}

/// Bytes from their hexadecimal digits.
pub fn bytes(digits: &str) -> Option<Vec<u8>> {
    let digits = digits.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let value = |digit: u8| char::from(digit).to_digit(16);
    digits.chunks(2).map(|pair| Some((value(pair[0])? * 16 + value(pair[1])?) as u8)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_that_was_cut_or_changed_is_refused() {
        let mut writer = Writer::new(Vec::new(), 7).unwrap();
        writer.snapshot(&[3; 32], b"file").unwrap();
        writer.row(b"key", b"value").unwrap();
        writer.file("secret", b"file").unwrap();
        let (whole, counted) = writer.finish().unwrap();
        let read_back = |stream: &[u8]| read(stream, Path::new("test"), |_| Ok(()));
        assert_eq!(read_back(&whole).unwrap(), counted);
        assert!(matches!(read_back(&whole[..whole.len() - 4]), Err(StoreError::Unreadable { .. })));
        assert!(matches!(read_back(b"{\"no\": \"archive\"}"), Err(StoreError::Unreadable { line: 1, .. })));
    }
}
