//! What an attached file says: PDF through `pdftotext` where it is installed, Word files by ourselves.

use crate::text::legacy;
use crate::text::office::{self, OfficeError};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;

/// A file is looked at for so long …
const PATIENCE: Duration = Duration::from_secs(30);
/// … with so much memory and time of one CPU …
const MEMORY_BYTES: u64 = 512 << 20;
const CPU_SECONDS: u64 = 20;
/// … and its text is read so far.
const MAX_TEXT_BYTES: u64 = 4 << 20;

/// A larger file is not looked at.
const MAX_FILE_BYTES: u64 = 50 << 20;

/// Fewer letters a page than this are a stamp or a page number over a picture.
const LETTERS_A_PAGE: usize = 20;

/// What a file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// Its text.
    pub text: String,
    /// It shows pages that hold no text: a scan.
    pub is_scanned: bool,
}

/// Why a file's text could not be read.
#[derive(Debug, thiserror::Error)]
pub enum AttachedError {
    /// It cannot be opened.
    #[error("the file cannot be read")]
    Io(#[from] std::io::Error),
    /// It is larger than what is looked at.
    #[error("the file has {bytes} bytes, more than {} MB", MAX_FILE_BYTES >> 20)]
    TooLarge {
        /// Its size.
        bytes: u64,
    },
    /// `pdftotext` gave up, or was stopped at its limits.
    #[error("pdftotext could not read it: {reason}")]
    Pdf {
        /// What it said.
        reason: String,
    },
    /// It is no Word file, or too large a one.
    #[error(transparent)]
    Office(#[from] OfficeError),
}

/// The text of a file; none of a kind that is not read, or of a PDF where `pdftotext` is not installed.
pub async fn said(file: Vec<u8>) -> Result<Option<Said>, AttachedError> {
    let bytes = file.len() as u64;
    if bytes > MAX_FILE_BYTES {
        return Err(AttachedError::TooLarge { bytes });
    }
    match file.as_slice() {
        [b'%', b'P', b'D', b'F', b'-', ..] => pdf(file).await,
        [b'P', b'K', 3, 4, ..] => {
            let text = tokio::task::spawn_blocking(move || office::docx(&file)).await.map_err(std::io::Error::other)?;
            match text {
                Ok(text) => Ok(Some(Said { text, is_scanned: false })),
                // Spreadsheets and archives begin so, too.
                Err(OfficeError::NotOne(_)) => Ok(None),
                Err(error) => Err(error.into()),
            }
        }
        _ => Ok(None),
    }
}

/// In a process of its own, with nothing of our environment and limits that the system holds it to.
async fn pdf(file: Vec<u8>) -> Result<Option<Said>, AttachedError> {
    let mut command = Command::new("prlimit");
    command
        .args([format!("--as={MEMORY_BYTES}"), format!("--cpu={CPU_SECONDS}"), "--core=0".to_owned()])
        .args(["pdftotext", "-q", "-enc", "UTF-8", "-", "-"])
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let (into, out, err) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let writing = async {
        if let Some(mut into) = into {
            // Whoever gives up stops listening: why is on its standard error.
            let _ = into.write_all(&file).await;
        }
    };
    let reading = async {
        let (mut text, mut said) = (Vec::new(), Vec::new());
        if let Some(out) = out {
            out.take(MAX_TEXT_BYTES).read_to_end(&mut text).await?;
        }
        if let Some(err) = err {
            err.take(4096).read_to_end(&mut said).await?;
        }
        Ok::<_, std::io::Error>((text, said))
    };
    let stopped = |reason: String| AttachedError::Pdf { reason };
    let whole = async {
        let ((), read) = tokio::join!(writing, reading);
        Ok::<_, std::io::Error>((read?, child.wait().await?))
    };
    let waited = tokio::time::timeout(PATIENCE, whole).await;
    let ((text, said), status) = waited.map_err(|_| stopped(format!("nothing in {} s", PATIENCE.as_secs())))??;
    let said = String::from_utf8_lossy(&said).trim().to_owned();
    match status.code() {
        Some(0) => Ok(Some(read(&String::from_utf8_lossy(&text)))),
        // What `prlimit` says when the program is not there.
        Some(127) => Ok(None),
        _ if text.len() as u64 == MAX_TEXT_BYTES => Ok(Some(read(&String::from_utf8_lossy(&text)))),
        _ => Err(stopped(if said.is_empty() { status.to_string() } else { said })),
    }
}

/// Each page ends in a form feed.
fn read(text: &str) -> Said {
    let pages = text.matches('\u{c}').count();
    let letters = text.chars().filter(|c| c.is_alphanumeric()).count();
    let text = text.replace('\u{c}', "\n");
    let text = legacy::detect(&text).map_or_else(|| text.clone(), |code| code.decode(&text));
    Said { text, is_scanned: pages > 0 && letters < pages * LETTERS_A_PAGE }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A PDF of one page with these words, or with none; made here.
    fn pdf_of(words: &str) -> Vec<u8> {
        let content = format!("BT /F1 12 Tf 72 720 Td ({words}) Tj ET");
        let objects = [
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
            format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
        ];
        let mut file = "%PDF-1.4\n".to_owned();
        let mut places = Vec::new();
        for (at, object) in objects.iter().enumerate() {
            places.push(file.len());
            file.push_str(&format!("{} 0 obj\n{object}\nendobj\n", at + 1));
        }
        let start = file.len();
        file.push_str("xref\n0 6\n0000000000 65535 f \n");
        places.iter().for_each(|place| file.push_str(&format!("{place:010} 00000 n \n")));
        file.push_str(&format!("trailer << /Size 6 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"));
        file.into_bytes()
    }

    async fn said_of(bytes: &[u8]) -> Result<Option<Said>, AttachedError> {
        said(bytes.to_vec()).await
    }

    #[tokio::test]
    async fn a_pdf_is_read_and_a_scan_is_flagged() {
        let Some(found) = said_of(&pdf_of("Thu hoi 12 ha dat tai huyen Tanh Linh")).await.unwrap() else {
            assert!(std::env::var_os("CI").is_none(), "pdftotext is missing; .ci/packages names poppler-utils");
            return eprintln!("skipped: pdftotext is not installed");
        };
        assert!(found.text.contains("Thu hoi 12 ha dat") && !found.is_scanned, "{found:?}");
        assert!(said_of(&pdf_of("")).await.unwrap().unwrap().is_scanned);
        assert!(matches!(said_of(b"%PDF-1.4\nnothing").await, Err(AttachedError::Pdf { .. })));
    }

    #[tokio::test]
    async fn what_is_neither_is_left_alone() {
        assert_eq!(said_of(b"\xd0\xcf\x11\xe0 an old Word file").await.unwrap(), None);
        assert_eq!(said_of(b"PK\x03\x04 an archive").await.unwrap(), None);
    }

    #[test]
    fn text_in_the_letters_of_an_old_font_becomes_unicode() {
        let old = "Céng hoµ x· héi chñ nghÜa ViÖt Nam, §éc lËp - Tù do - H¹nh phóc. UBND tØnh B×nh ThuËn quyÕt ®Þnh thu håi ®Êt.\u{c}";
        let found = read(old);
        assert!(found.text.contains("Bình Thuận quyết định thu hồi đất"), "{found:?}");
    }
}
