//! Other people's software that judges what we publish. With `CI` set, one that is missing fails the test.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// True when a component can be run; says what is skipped otherwise.
pub fn has(program: &str, arguments: &[&str]) -> bool {
    let is_there =
        Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success());
    assert!(is_there || std::env::var_os("CI").is_none(), "{program} is missing; .ci/packages and .ci/pip name what CI installs");
    if !is_there {
        eprintln!("skipped: {program} {} does not run here", arguments.join(" "));
    }
    is_there
}

fn run(program: &str, arguments: &[&str], input: &[u8]) -> (bool, String, String) {
    let mut child =
        Command::new(program).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writing = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    let _ = writing.join().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.success(), text(&output.stdout), text(&output.stderr))
}

/// libxml2: the document is well-formed.
pub fn well_formed(document: &[u8]) {
    if has("xmllint", &["--version"]) {
        let (is_good, _, said) = run("xmllint", &["--noout", "-"], document);
        assert!(is_good && said.is_empty(), "{said}\n{}", String::from_utf8_lossy(document));
    }
}

/// The schema of RFC 4287: the document is Atom.
pub fn valid_atom(document: &[u8]) {
    if has("xmllint", &["--version"]) {
        let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/feeds/atom.rng");
        let (is_good, _, said) = run("xmllint", &["--noout", "--relaxng", schema, "-"], document);
        assert!(is_good, "{said}\n{}", String::from_utf8_lossy(document));
    }
}

/// feed-rs: ids and titles of the entries.
pub fn feed_rs(document: &[u8]) -> Vec<(String, String)> {
    let feed = feed_rs::parser::parse(document).unwrap_or_else(|error| panic!("{error}\n{}", String::from_utf8_lossy(document)));
    let title = |entry: &feed_rs::model::Entry| entry.title.as_ref().map(|title| title.content.clone()).unwrap_or_default();
    feed.entries.iter().map(|entry| (entry.id.clone(), title(entry))).collect()
}

/// Documents as they were served, each with the address it was asked at, for judges who read many at once.
pub struct Served {
    folder: tempfile::TempDir,
    files: Vec<(String, PathBuf)>,
}

impl Served {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), files: Vec::new() }
    }

    pub fn add(&mut self, asked: String, document: &[u8]) {
        let path = self.folder.path().join(self.files.len().to_string());
        std::fs::write(&path, document).unwrap();
        self.files.push((asked, path));
    }

    /// Those whose address has an extension.
    fn paths(&self, extensions: &[&str]) -> Vec<String> {
        let has = |asked: &str| extensions.iter().any(|extension| asked.split('?').next().unwrap().ends_with(extension));
        self.files.iter().filter(|(asked, _)| has(asked)).map(|(_, path)| path.to_str().unwrap().to_owned()).collect()
    }

    /// libxml2 reads the XML, the schema of RFC 4287 knows the Atom, feedparser reads both and
    /// the W3C validator's warnings hold for everything; `now` is the moment, `lengths` are those of files.
    pub fn judge(&self, now: &str, lengths: &[(String, usize)]) {
        let with = |fixed: &[&str], files: Vec<String>| fixed.iter().map(|&word| word.to_owned()).chain(files).collect::<Vec<_>>();
        let said = |program: &str, arguments: &[String], input: &str| {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let (is_good, out, fault) = run(program, &arguments, input.as_bytes());
            assert!(is_good, "{program}: {out}{fault}\n{:?}", self.files);
            out
        };
        if has("xmllint", &["--version"]) {
            said("xmllint", &with(&["--noout"], self.paths(&["atom", "rss", "opml"])), "");
            let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/feeds/atom.rng");
            said("xmllint", &with(&["--noout", "--relaxng", schema], self.paths(&["atom"])), "");
        }
        if has("python3", &["-c", "import feedparser"]) {
            said("python3", &with(&["-c", EACH_BY_FEEDPARSER], self.paths(&["atom", "rss"])), "");
            let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/feeds/warnings.py");
            let lengths = lengths.iter().map(|(url, length)| format!("{url}={length}")).collect();
            let feeds = self.files.iter().filter(|(asked, _)| !asked.ends_with(".opml"));
            let lines: String = feeds.map(|(asked, path)| format!("{asked}\t{}\n", path.display())).collect();
            let warned = said("python3", &with(&[script, now], lengths), &lines);
            assert!(warned.is_empty(), "{warned}");
        }
    }
}

const EACH_BY_FEEDPARSER: &str = "\
import sys, feedparser
for path in sys.argv[1:]:
    feed = feedparser.parse(open(path, 'rb').read())
    assert not feed.bozo, (path, feed.get('bozo_exception'))
    assert feed.feed.title and feed.entries, path
    for e in feed.entries:
        assert e.id and e.title and e.link and e.content[0].value and e.author, (path, e)";
