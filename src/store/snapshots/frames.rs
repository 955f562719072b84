//! What lies in a snapshot's file: the lengths of the first two frames (32 bits each), then a zstd frame each for
//! the reading, the evidence and the body.
//!
//! A page holds the words of its reading and what all pages of its host have alike: its body is compressed with its
//! host's template and its reading as a dictionary (decisions 0610, 0612). The highest bit of the second length says
//! that the reading is part of it; that of the first, that the template's name stands before the frames. Older files
//! lack them. Reading and evidence hang on nothing else.

use crate::store::snapshots::template::{Name, Template};
use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::sync::Arc;
use zstd::bulk::{Compressor, Decompressor};

/// Largest content that is read back: a page of 16 MB and its reading.
const MAX_CONTENT_BYTES: usize = 64 * 1024 * 1024;

/// zstd level: more would cost several times the time for a twelfth of the size (decision 0610).
const LEVEL: i32 = 3;

/// Of a body after its template, which says most of it: level 3 would make it a twentieth smaller.
const AFTER_TEMPLATE: i32 = 1;

/// A body within one block of the file system spares nothing by being smaller: what feeds carry is compressed alone.
const MIN_AFTER_BYTES: usize = 4096;

/// In a length: the body's dictionary ends with the reading, or begins with a template.
const IS_AFTER: u32 = 1 << 31;

/// A frame of nothing takes fewer bytes than this, a frame of anything more.
const EMPTY_FRAME_BYTES: u64 = 10;

thread_local! {
    /// Making their tables takes longer than a reading.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// The file of a snapshot.
pub fn packed(reading: &[u8], evidence: &[u8], body: &[u8], template: Option<&Template>) -> io::Result<Vec<u8>> {
    let template = template.filter(|_| !body.is_empty());
    let is_after_reading = !reading.is_empty() && body.len() > MIN_AFTER_BYTES;
    let mut dictionary = template.map_or_else(Vec::new, |template| template.content.clone());
    dictionary.extend_from_slice(if is_after_reading { reading } else { &[] });
    COMPRESSOR.with_borrow_mut(|compressor| {
        let compressor = match compressor {
            Some(compressor) => compressor,
            none => none.insert(Compressor::new(LEVEL)?),
        };
        let frames = [compressor.compress(reading)?, compressor.compress(evidence)?];
        let body = if dictionary.is_empty() {
            compressor.compress(body)?
        } else {
            compressor.set_dictionary(if template.is_some() { AFTER_TEMPLATE } else { LEVEL }, &dictionary)?;
            let body = compressor.compress(body);
            compressor.set_dictionary(LEVEL, &[])?;
            body?
        };
        let mut file = Vec::with_capacity(8 + Name::BYTES + frames[0].len() + frames[1].len() + body.len());
        for (frame, is_after) in frames.iter().zip([template.is_some(), is_after_reading]) {
            file.extend((frame.len() as u32 | if is_after { IS_AFTER } else { 0 }).to_be_bytes());
        }
        file.extend(template.into_iter().flat_map(|template| template.name.to_bytes()));
        frames.iter().chain([&body]).for_each(|frame| file.extend_from_slice(frame));
        Ok(file)
    })
}

/// What stands before the frames.
struct Head {
    /// Lengths of the first two frames.
    lengths: [u64; 2],
    template: Option<Name>,
    is_after_reading: bool,
}

impl Head {
    fn read(mut file: impl Read) -> io::Result<Self> {
        let mut lengths = [[0; 4]; 2];
        file.read_exact(lengths.as_flattened_mut())?;
        let [first, second] = lengths.map(u32::from_be_bytes);
        let template = if first & IS_AFTER != 0 {
            let mut name = [0; Name::BYTES];
            file.read_exact(&mut name)?;
            Some(Name::from_bytes(&name))
        } else {
            None
        };
        let lengths = [first, second].map(|length| u64::from(length & !IS_AFTER));
        Ok(Self { lengths, template, is_after_reading: second & IS_AFTER != 0 })
    }
}

/// Reading, evidence and body of a file; none when it is cut.
pub fn unpacked(file: &[u8], template: impl FnOnce(&Name) -> io::Result<Arc<Template>>) -> io::Result<Option<[Vec<u8>; 3]>> {
    let mut rest = file;
    let Ok(head) = Head::read(&mut rest) else { return Ok(None) };
    let split = || {
        let (reading, rest) = rest.split_at_checked(head.lengths[0] as usize)?;
        let (evidence, body) = rest.split_at_checked(head.lengths[1] as usize)?;
        Some((reading, evidence, body))
    };
    let Some((reading, evidence, body)) = split() else { return Ok(None) };
    let (reading, evidence) = (decompressed(reading)?, decompressed(evidence)?);
    let mut dictionary = head.template.map(|name| template(&name)).transpose()?.map_or_else(Vec::new, |template| template.content.clone());
    dictionary.extend_from_slice(if head.is_after_reading { &reading } else { &[] });
    let body = match dictionary.is_empty() {
        true => decompressed(body)?,
        false => Decompressor::with_dictionary(&dictionary)?.decompress(body, MAX_CONTENT_BYTES)?,
    };
    Ok(Some([reading, evidence, body]))
}

/// The reading and the evidence alone; they need no template.
pub fn without_body(mut file: File) -> io::Result<[Vec<u8>; 2]> {
    let [reading, evidence] = Head::read(&mut file)?.lengths;
    Ok([content(&mut file, reading)?, content(&mut file, evidence)?])
}

/// The reading alone.
pub fn reading(mut file: File) -> io::Result<Vec<u8>> {
    let [reading, _] = Head::read(&mut file)?.lengths;
    content(&mut file, reading)
}

/// The content of the frame that comes next in a file.
fn content(file: &mut File, length: u64) -> io::Result<Vec<u8>> {
    let mut frame = Vec::new();
    file.take(length).read_to_end(&mut frame)?;
    decompressed(&frame)
}

/// True when there is a body.
pub fn has_body(mut file: File) -> io::Result<bool> {
    let head = Head::read(&mut file)?;
    let before = file.stream_position()? + head.lengths.iter().sum::<u64>();
    Ok(file.metadata()?.len().saturating_sub(before) >= EMPTY_FRAME_BYTES)
}

/// The content of a frame.
pub fn decompressed(frame: &[u8]) -> io::Result<Vec<u8>> {
    DECOMPRESSOR.with_borrow_mut(|decompressor| match decompressor {
        Some(decompressor) => decompressor.decompress(frame, MAX_CONTENT_BYTES),
        none => none.insert(Decompressor::new()?).decompress(frame, MAX_CONTENT_BYTES),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(part: &[u8]) -> Vec<u8> {
        zstd::bulk::compress(part, LEVEL).unwrap()
    }

    #[test]
    fn a_file_is_read_as_it_was_written_also_one_of_before_bodies_followed_readings() {
        let words: String = (0..300).map(|at| format!("Điểm {at}: hoàn thành {} hồ sơ. ", at * 7919 % 1000)).collect();
        let page = format!("<html><body><p>{words}</p></body></html>");
        let parts: [&[u8]; 3] = [words.as_bytes(), b"{}", page.as_bytes()];
        let none = |_: &Name| Err(io::Error::other("there is none"));
        let file = packed(parts[0], parts[1], parts[2], None).unwrap();
        assert_eq!(unpacked(&file, none).unwrap().unwrap(), parts);
        assert_eq!(unpacked(&packed(&[], parts[1], parts[2], None).unwrap(), none).unwrap().unwrap(), [&[], parts[1], parts[2]]);
        let frames = parts.map(frame);
        let mut before: Vec<u8> = frames[..2].iter().flat_map(|frame| (frame.len() as u32).to_be_bytes()).collect();
        frames.iter().for_each(|frame| before.extend_from_slice(frame));
        assert_eq!(unpacked(&before, none).unwrap().unwrap(), parts);
        assert!(file.len() * 10 < before.len() * 7, "{} bytes, before {}", file.len(), before.len());
        assert!(unpacked(&file[..file.len() - 1], none).is_err() && unpacked(&file[..6], none).unwrap().is_none());
    }
}
