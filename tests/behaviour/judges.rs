//! Other people's software that judges what we publish. With `CI` set, one that is missing fails the test.

use std::io::Write;
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

const FEEDPARSER: &str = "\
import sys, json, feedparser
feed = feedparser.parse(sys.stdin.buffer.read())
assert not feed.bozo, feed.get('bozo_exception')
print(json.dumps({'version': feed.version, 'title': feed.feed.get('title'), 'entries': [
  {'id': e.get('id'), 'title': e.get('title'), 'link': e.get('link'), 'published': e.get('published'),
   'content': [c.value for c in e.get('content', [])], 'tags': [t.get('term') for t in e.get('tags', [])],
   'enclosures': [(x.get('href'), x.get('length'), x.get('type')) for x in e.get('enclosures', [])]}
  for e in feed.entries]}))";

/// feedparser (PyPI): what it reads, when it finds nothing wrong.
pub fn feedparser(document: &[u8]) -> Option<serde_json::Value> {
    has("python3", &["-c", "import feedparser"]).then(|| {
        let (is_good, said, fault) = run("python3", &["-c", FEEDPARSER], document);
        assert!(is_good, "{fault}\n{}", String::from_utf8_lossy(document));
        serde_json::from_str(&said).unwrap()
    })
}

/// feed-rs: ids and titles of the entries.
pub fn feed_rs(document: &[u8]) -> Vec<(String, String)> {
    let feed = feed_rs::parser::parse(document).unwrap_or_else(|error| panic!("{error}\n{}", String::from_utf8_lossy(document)));
    let title = |entry: &feed_rs::model::Entry| entry.title.as_ref().map(|title| title.content.clone()).unwrap_or_default();
    feed.entries.iter().map(|entry| (entry.id.clone(), title(entry))).collect()
}
