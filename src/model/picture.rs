//! Pictures that are kept: what they are, by their bytes, and who shows them.

use crate::model::revision::{ArticleId, Hash};
use serde::{Deserialize, Serialize};

/// Kinds of pictures that are kept and served. SVG is a program and is none of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PictureKind {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF.
    Gif,
    /// WebP.
    Webp,
    /// AVIF.
    Avif,
}

impl PictureKind {
    /// What bytes are, by how they begin, whatever their server calls them.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let brand = bytes.get(8..12).unwrap_or_default();
        match bytes {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            [b'R', b'I', b'F', b'F', ..] if brand == b"WEBP" => Some(Self::Webp),
            [_, _, _, _, b'f', b't', b'y', b'p', ..] if matches!(brand, b"avif" | b"avis") => Some(Self::Avif),
            _ => None,
        }
    }

    /// The media type it is served as.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
            Self::Avif => "image/avif",
        }
    }
}

/// A kept picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// SHA-256 of its bytes: its name.
    pub sha256: Hash,
    /// Where its bytes are kept, with the request and the answer that brought them.
    pub snapshot: Hash,
    /// What it is.
    pub kind: PictureKind,
    /// Addresses it was fetched from.
    pub addresses: Vec<String>,
    /// Articles that show it.
    pub users: Vec<ArticleId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_what_its_bytes_are() {
        assert_eq!(PictureKind::of(b"\x89PNG\r\n\x1a\n....IHDR"), Some(PictureKind::Png));
        assert_eq!(PictureKind::of(b"\xff\xd8\xff\xe0"), Some(PictureKind::Jpeg));
        assert_eq!(PictureKind::of(b"GIF89a"), Some(PictureKind::Gif));
        assert_eq!(PictureKind::of(b"RIFF\0\0\0\0WEBPVP8 "), Some(PictureKind::Webp));
        assert_eq!(PictureKind::of(b"\0\0\0\x20ftypavif"), Some(PictureKind::Avif));
        for other in
            [&b"<svg xmlns='http://www.w3.org/2000/svg'>"[..], b"<?xml version='1.0'?><svg/>", b"<html>", b"BM....", b"%PDF", b"", b"RIFF"]
        {
            assert_eq!(PictureKind::of(other), None);
        }
    }
}
