//! A dossier: everything about one article in a ZIP that a stranger checks with `sha256sum` and `openssl` alone.

use crate::model::article::Article;
use crate::model::observed::Observed;
use crate::model::revision::{Change, Hash, Head, Kind, Removal, Revision, hex};
use crate::store::error::StoreError;
use crate::store::snapshots::PageRecord;
use crate::store::{Store, ledger};
use chrono::{DateTime, SecondsFormat, Utc};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// So many links of the log follow each change at most; a daily stamp comes sooner.
const LINKS: u64 = 5000;

/// How to check, for people who know nothing of us.
const README: &str = include_str!("dossier/README.txt");

/// Checks everything; POSIX sh and sha256sum.
const CHECK: &str = include_str!("dossier/check.sh");

/// One revision with what proves it.
struct Version {
    revision: Revision,
    reading: Article,
}

/// The dossier of an article as ZIP bytes.
pub async fn dossier(store: &Store, head: &Head) -> Result<Vec<u8>, StoreError> {
    let history = store.history(head.n).await?;
    let is_private = head.removals.iter().all(|removal| !removal.is_cut() || matches!(removal, Removal::Followed { .. }));
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut versions = Vec::new();
    let mut warc = Vec::new();
    for revision in history {
        // What only its source took down stays evidence, whole.
        let snapshot = revision.snapshot;
        let (reading, page) = match is_private {
            true => (store.kept_reading(snapshot).await, store.kept_page(snapshot).await),
            false => (store.reading(snapshot).await, store.page(snapshot).await),
        };
        let (reading, page) = (there(reading)?.unwrap_or_else(Article::lost), there(page)?);
        for (at, proof) in revision.proofs.iter().enumerate() {
            let Some(proof) = there(store.page(*proof).await)? else { continue };
            add_page(&mut files, &format!("proofs/{}-{}", revision.number, name_of_proof(revision.kind, at)), &proof);
            warc.extend(archived(&proof));
        }
        let folder = format!("revisions/{}", revision.number);
        if !matches!(revision.kind, Kind::Vanished | Kind::Withdrawn | Kind::Released) {
            if let Some(page) = &page {
                add_page(&mut files, &folder, page);
                warc.extend(archived(page));
            }
            if is_private && !reading.is_lost() {
                files.insert(format!("{folder}/said.txt"), reading.said().into_bytes());
            }
        }
        versions.push(Version { revision, reading });
    }
    add_chain(store, &versions, &mut files).await?;
    let observations = store.observations(head.n).await?;
    files.insert("observations.txt".to_owned(), observations.iter().map(observed).collect::<String>().into_bytes());
    files.insert("article.txt".to_owned(), format!("article {}\naddress {}\n", head.id, head.url).into_bytes());
    files.insert("article.html".to_owned(), printable(head, &versions).into_bytes());
    files.insert("pages.warc".to_owned(), warc);
    files.insert("README.txt".to_owned(), README.as_bytes().to_vec());
    files.insert("check.sh".to_owned(), CHECK.as_bytes().to_vec());
    let sums: String = files.iter().map(|(name, bytes)| format!("{}  {name}\n", sha256(bytes))).collect();
    files.insert("SHA256SUMS".to_owned(), sums.into_bytes());
    packed(&files).map_err(|source| StoreError::Io { path: "dossier.zip".into(), source })
}

/// What is there; none where one file is damaged or missing: a dossier holds the rest.
fn there<T>(read: Result<T, StoreError>) -> Result<Option<T>, StoreError> {
    match read {
        Err(error) if error.is_of_one_file() => Ok(None),
        read => read.map(Some),
    }
}

/// One fetch of the page: when, in the words of the log, and what it showed.
fn observed((at, what): &(DateTime<Utc>, Observed)) -> String {
    format!("{} {}\n", at.to_rfc3339_opts(SecondsFormat::Millis, true), what.name())
}

/// The two proofs of a disappearance, or the files that an article offered.
fn name_of_proof(kind: Kind, at: usize) -> String {
    match (kind, at) {
        (Kind::Vanished, 0) => "answer".to_owned(),
        (Kind::Vanished, _) => "control".to_owned(),
        _ => format!("file-{}", at + 1),
    }
}

fn add_page(files: &mut BTreeMap<String, Vec<u8>>, folder: &str, page: &PageRecord) {
    files.insert(format!("{folder}/evidence.json"), page.evidence());
    for der in &page.chain {
        files.insert(format!("certificates/{}.der", sha256(der)), der.clone());
    }
    if page.is_whole() {
        files.insert(format!("{folder}/page.bin"), page.bytes.clone());
    }
}

/// The links of the article's changes, and those that follow up to the next stamp or the end of the log.
async fn add_chain(store: &Store, versions: &[Version], files: &mut BTreeMap<String, Vec<u8>>) -> Result<(), StoreError> {
    let stamps = store.stamps().await?;
    let end = store.totals().await?.seq;
    for version in versions {
        let from = version.revision.seq;
        let stamp = stamps.iter().find(|stamp| stamp.seq >= from);
        let until = stamp.map_or(end, |stamp| stamp.seq).min(from + LINKS);
        let mut before = store.chain(from).await?.0;
        let changes: Vec<Change> = store.changes(from - 1, (until + 1 - from) as usize).await?;
        for change in changes {
            files.entry(format!("chain/{:08}.txt", change.seq)).or_insert_with(|| ledger::text(&before, &change).into_bytes());
            before = ledger::link(&before, &change);
        }
        if let Some(stamp) = stamp.filter(|stamp| stamp.seq == until) {
            files.insert(format!("stamps/{:08}.tsr", stamp.seq), stamp.token.clone());
            files.insert(format!("stamps/{:08}.txt", stamp.seq), ledger::stamped(stamp.seq, &stamp.chain).into_bytes());
        }
    }
    Ok(())
}

/// Versions and differences for printing.
fn printable(head: &Head, versions: &[Version]) -> String {
    let mut html = format!(
        "<!doctype html><html lang=vi><meta charset=utf-8><title>{0}</title><style>body{{max-width:50em;margin:2em auto;font:16px/1.5 serif}}\
         del{{background:#fdd}}ins{{background:#dfd}}</style><h1>{0}</h1><p><a href=\"{1}\">{1}</a></p>",
        escape(&head.title),
        escape(&head.url)
    );
    let mut before: Option<&Article> = None;
    for Version { revision, reading } in versions {
        let at = revision.seen_at.with_timezone(&crate::model::time::vietnam()).format("%d/%m/%Y %H:%M:%S");
        let kind = revision.kind.name();
        write!(html, "<h2>{}. {at} ({kind})</h2><p>SHA-256: {}</p>", revision.number, hex(&revision.page_sha256)).expect("memory");
        if revision.kind == Kind::Edited
            && let Some(before) = before
        {
            for change in reading.replaced(before) {
                write!(html, "<p>Cũ: <del>{}</del><br>Mới: <ins>{}</ins></p>", escape(&change.old), escape(&change.new)).expect("memory");
            }
        }
        for line in reading.text.lines() {
            write!(html, "<p>{}</p>", escape(line)).expect("memory");
        }
        if let Some(line) = &reading.attribution.printed {
            write!(html, "<p><em>{}</em></p>", escape(line)).expect("memory");
        }
        before = Some(reading);
    }
    html.push_str("</html>\n");
    html
}

/// Request and response as WARC/1.1 records (ISO 28500); of a page whose bytes are not here none: it was not empty.
fn archived(page: &PageRecord) -> Vec<u8> {
    let mut out = Vec::new();
    if !page.is_whole() {
        return out;
    }
    let date = page.fetched_at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let path = url::Url::parse(&page.url).map_or_else(|_| "/".to_owned(), |url| url[url::Position::BeforePath..].to_owned());
    let host = url::Url::parse(&page.url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    let mut request = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\n");
    page.request.iter().for_each(|(name, value)| request.push_str(&format!("{name}: {value}\r\n")));
    request.push_str("\r\n");
    // The body stands here decoded: its own codings would be untrue.
    let mut response = format!("HTTP/1.1 {} -\r\n", page.status);
    let is_own = |name: &str| !matches!(name, "content-encoding" | "transfer-encoding" | "content-length");
    page.headers.iter().filter(|(name, _)| is_own(name)).for_each(|(name, value)| response.push_str(&format!("{name}: {value}\r\n")));
    response.push_str(&format!("content-length: {}\r\n\r\n", page.bytes.len()));
    let mut response = response.into_bytes();
    response.extend_from_slice(&page.bytes);
    for (kind, block) in [("request", request.as_bytes()), ("response", &response)] {
        let id = &sha256(&[block, kind.as_bytes(), date.as_bytes()].concat())[..32];
        let head = format!(
            "WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{}-{}-{}-{}-{}>\r\nWARC-Date: {date}\r\nWARC-Target-URI: {}\r\n\
             Content-Type: application/http;msgtype={kind}\r\nContent-Length: {}\r\n\r\n",
            &id[..8],
            &id[8..12],
            &id[12..16],
            &id[16..20],
            &id[20..],
            page.url,
            block.len()
        );
        out.extend_from_slice(head.as_bytes());
        out.extend_from_slice(block);
        out.extend_from_slice(b"\r\n\r\n");
    }
    out
}

fn packed(files: &BTreeMap<String, Vec<u8>>) -> std::io::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name.as_str(), SimpleFileOptions::default())?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    let hash: Hash = Sha256::digest(bytes).into();
    hex(&hash)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
