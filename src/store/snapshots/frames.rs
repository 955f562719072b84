//! What lies in a snapshot's file: the lengths of the first two frames (32 bits each), then a zstd frame each for
//! the reading, the evidence and the body.
//!
//! A page holds the words of its reading: its body is compressed with the reading as a dictionary, which makes it
//! a fifth smaller (decision 0610). The highest bit of the second length says so; older files lack it.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read};
use zstd::bulk::{Compressor, Decompressor};

/// Largest content that is read back: a page of 16 MB and its reading.
const MAX_CONTENT_BYTES: usize = 64 * 1024 * 1024;

/// zstd level: more would cost several times the time for a twelfth of the size (decision 0610).
const LEVEL: i32 = 3;

/// The body's dictionary is the reading.
const AFTER_READING: u32 = 1 << 31;

/// A frame of nothing takes fewer bytes than this, a frame of anything more.
const EMPTY_FRAME_BYTES: u64 = 10;

thread_local! {
    /// Making their tables takes longer than a reading.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// The file of a snapshot.
pub fn packed(reading: &[u8], evidence: &[u8], body: &[u8]) -> io::Result<Vec<u8>> {
    COMPRESSOR.with_borrow_mut(|compressor| {
        let compressor = match compressor {
            Some(compressor) => compressor,
            none => none.insert(Compressor::new(LEVEL)?),
        };
        let frames = [compressor.compress(reading)?, compressor.compress(evidence)?];
        let is_after = !reading.is_empty() && !body.is_empty();
        let body = if is_after {
            compressor.set_dictionary(LEVEL, reading)?;
            let body = compressor.compress(body);
            compressor.set_dictionary(LEVEL, &[])?;
            body?
        } else {
            compressor.compress(body)?
        };
        let mut file = Vec::with_capacity(8 + frames[0].len() + frames[1].len() + body.len());
        file.extend((frames[0].len() as u32).to_be_bytes());
        file.extend((frames[1].len() as u32 | if is_after { AFTER_READING } else { 0 }).to_be_bytes());
        frames.iter().chain([&body]).for_each(|frame| file.extend_from_slice(frame));
        Ok(file)
    })
}

/// Reading, evidence and body of a file; none when it is cut.
pub fn unpacked(file: &[u8]) -> io::Result<Option<[Vec<u8>; 3]>> {
    let split = || {
        let (first, rest) = file.split_first_chunk::<4>()?;
        let (second, rest) = rest.split_first_chunk::<4>()?;
        let second = u32::from_be_bytes(*second);
        let (reading, rest) = rest.split_at_checked(u32::from_be_bytes(*first) as usize)?;
        let (evidence, body) = rest.split_at_checked((second & !AFTER_READING) as usize)?;
        Some((reading, evidence, body, second & AFTER_READING != 0))
    };
    let Some((reading, evidence, body, is_after)) = split() else { return Ok(None) };
    let (reading, evidence) = (decompressed(reading)?, decompressed(evidence)?);
    let body = if is_after { Decompressor::with_dictionary(&reading)?.decompress(body, MAX_CONTENT_BYTES)? } else { decompressed(body)? };
    Ok(Some([reading, evidence, body]))
}

/// The reading alone.
pub fn reading(mut file: File) -> io::Result<Vec<u8>> {
    let [length, _] = lengths(&mut file)?;
    let mut frame = Vec::new();
    file.take(length).read_to_end(&mut frame)?;
    decompressed(&frame)
}

/// True when there is a body.
pub fn has_body(mut file: File) -> io::Result<bool> {
    let before: u64 = lengths(&mut file)?.iter().sum();
    Ok(file.metadata()?.len().saturating_sub(8 + before) >= EMPTY_FRAME_BYTES)
}

fn lengths(file: &mut File) -> io::Result<[u64; 2]> {
    let mut lengths = [[0; 4]; 2];
    file.read_exact(lengths.as_flattened_mut())?;
    Ok(lengths.map(|length| u64::from(u32::from_be_bytes(length) & !AFTER_READING)))
}

fn decompressed(frame: &[u8]) -> io::Result<Vec<u8>> {
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
        let file = packed(parts[0], parts[1], parts[2]).unwrap();
        assert_eq!(unpacked(&file).unwrap().unwrap(), parts);
        assert_eq!(unpacked(&packed(&[], parts[1], parts[2]).unwrap()).unwrap().unwrap(), [&[], parts[1], parts[2]]);
        let frames = parts.map(frame);
        let mut before: Vec<u8> = frames[..2].iter().flat_map(|frame| (frame.len() as u32).to_be_bytes()).collect();
        frames.iter().for_each(|frame| before.extend_from_slice(frame));
        assert_eq!(unpacked(&before).unwrap().unwrap(), parts);
        assert!(file.len() * 10 < before.len() * 7, "{} bytes, before {}", file.len(), before.len());
        assert!(unpacked(&file[..file.len() - 1]).is_err() && unpacked(&file[..6]).unwrap().is_none());
    }
}
