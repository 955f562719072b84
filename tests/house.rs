//! The shape of the house, held by a test: which module may import which.
//!
//! A module may import modules of lower layers only. Modules that share a layer
//! do not know one another. To move a line of this table is a decision: say why
//! in docs/decisions/.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::fs;
use std::path::{Path, PathBuf};

const LAYERS: &[&[&str]] = &[
    &["text", "metric"],
    &["model"],
    &["directory"],
    &["config"],
    &["net"],
    &["fetch", "scrape", "store", "search", "publish", "notify"],
    &["ingest", "follow"],
    &["web"],
    &["daemon"],
    &["cli"],
];

#[test]
fn modules_import_lower_layers_only() {
    let mut faults = Vec::new();
    for path in rust_files(Path::new("src")) {
        let Some(importer) = top_module(&path) else { continue };
        let own = layer(&importer);
        let text = fs::read_to_string(&path).unwrap();
        for imported in crate_paths(&shipped_code(&text)) {
            if imported != importer && own <= layer(&imported) {
                faults.push(format!("{}: `{importer}` may not import `{imported}`", path.display()));
            }
        }
    }
    assert!(faults.is_empty(), "imports that climb:\n{}", faults.join("\n"));
}

/// Where a foreign crate may be named. What is not listed may be named anywhere.
const ROOMS: &[(&str, &[&str])] = &[
    ("axum", &["src/web", "src/cli/demo"]),
    ("clap", &["src/cli", "src/main.rs"]),
    ("annotate_snippets", &["src/cli"]),
    ("reqwest", &["src/net"]),
    ("scraper", &["src/scrape/dom"]),
    ("html5ever", &["src/scrape/dom"]),
    ("ammonia", &["src/text/clean"]),
    ("sled", &["src/store/sled"]),
    ("tokio_postgres", &["src/store/postgres"]),
    ("tantivy", &["src/search"]),
    ("toml", &["src/config", "src/directory", "src/scrape/families"]),
    ("toml_edit", &["src/cli"]),
    ("prometheus_client", &["src/metric"]),
    ("listenfd", &["src/daemon/systemd"]),
    ("sd_notify", &["src/daemon/systemd"]),
    (
        "tokio",
        &["src/net", "src/fetch", "src/store", "src/search", "src/notify", "src/ingest", "src/follow", "src/web", "src/daemon", "src/cli"],
    ),
];

#[test]
fn foreign_crates_stay_in_their_rooms() {
    let mut faults = Vec::new();
    for path in rust_files(Path::new("src")) {
        let code = shipped_code(&fs::read_to_string(&path).unwrap());
        for (name, rooms) in ROOMS {
            let at_home = rooms.iter().any(|room| path.to_str().unwrap().starts_with(room));
            if !at_home && names_crate(&code, name) {
                faults.push(format!("{} names `{name}`; only {rooms:?} may", path.display()));
            }
        }
    }
    assert!(faults.is_empty(), "crates out of their rooms:\n{}", faults.join("\n"));
}

/// True for `name::…` as a path root, not for `crate::name::…` or `my_name::…`.
fn names_crate(code: &str, name: &str) -> bool {
    let root = format!("{name}::");
    code.match_indices(&root).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        !before.is_some_and(|c| c == ':' || c == '_' || c.is_alphanumeric())
    })
}

#[test]
fn every_file_says_what_it_is_for() {
    for path in rust_files(Path::new("src")) {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("//! "), "{} has no opening //! line", path.display());
    }
}

fn layer(module: &str) -> usize {
    LAYERS
        .iter()
        .position(|names| names.contains(&module))
        .unwrap_or_else(|| panic!("`{module}` has no layer yet: give it one in tests/house.rs"))
}

/// `src/store/sled.rs` and `src/store.rs` are both `store`; `lib.rs` and `main.rs` are above all.
fn top_module(path: &Path) -> Option<String> {
    let first = path.strip_prefix("src").unwrap().components().next()?;
    let name = first.as_os_str().to_str()?.trim_end_matches(".rs").to_owned();
    (name != "lib" && name != "main").then_some(name)
}

/// Tests stand last in a file and may reach anywhere; comments are not imports.
fn shipped_code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The house writes one `use crate::module::…` per module, so a plain scan is enough.
fn crate_paths(code: &str) -> Vec<String> {
    assert!(!code.contains("crate::{"), "write one `use crate::module` per line");
    assert!(!code.contains("super::"), "write `crate::` paths outside tests");
    code.split("crate::").skip(1).map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()).collect()
}

fn rust_files(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// `deny.toml`, held without `cargo-deny`, whose build takes longer than the whole suite;
/// `cargo deny check bans licenses sources` reads the same file.
#[test]
fn every_crate_is_licensed_and_comes_from_where_deny_toml_says() {
    let deny: toml::Table = toml::from_str(&fs::read_to_string("deny.toml").unwrap()).unwrap();
    let strings = |value: &toml::Value| value.as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect::<Vec<_>>();
    let allowed = strings(&deny["licenses"]["allow"]);
    let banned: Vec<(String, Vec<String>)> = deny["bans"]["deny"]
        .as_array()
        .unwrap()
        .iter()
        .map(|ban| (ban["crate"].as_str().unwrap().to_owned(), ban.get("wrappers").map(strings).unwrap_or_default()))
        .collect();
    let output = std::process::Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline", "--all-features"])
        // What other platforms would need is downloaded on none.
        .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 300, "{}", packages.len());
    let mut faults = Vec::new();
    for package in packages {
        let text = |field: &str| package[field].as_str().unwrap_or_default().to_owned();
        let (name, license, source) = (text("name"), text("license"), text("source"));
        if !permits(&license, &allowed) {
            faults.push(format!("{name}: the licence `{license}` is not in deny.toml"));
        }
        if !(source.is_empty() && name == "tintinh" || source == "registry+https://github.com/rust-lang/crates.io-index") {
            faults.push(format!("{name}: comes from `{source}`"));
        }
        // What tests of others need is no part of us.
        let needs = package["dependencies"].as_array().unwrap().iter().filter(|needed| needed["kind"] != "dev");
        for needed in needs {
            let needed = needed["name"].as_str().unwrap();
            let is_here = packages.iter().any(|package| package["name"] == needed);
            if banned.iter().any(|(banned, wrappers)| banned == needed && is_here && !wrappers.contains(&name)) {
                faults.push(format!("{name} needs {needed}, which deny.toml bans"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// True when an SPDX expression can be met with the allowed licences; `/` is an old way to write OR.
fn permits(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ").replace(" WITH ", "+WITH+");
    let words: Vec<String> = spaced.split_whitespace().map(|word| word.replace("+WITH+", " WITH ")).collect();
    let mut at = 0;
    either(&words, &mut at, allowed) && at == words.len()
}

fn either(words: &[String], at: &mut usize, allowed: &[String]) -> bool {
    let mut is_met = both(words, at, allowed);
    while words.get(*at).is_some_and(|word| word == "OR") {
        *at += 1;
        is_met |= both(words, at, allowed);
    }
    is_met
}

fn both(words: &[String], at: &mut usize, allowed: &[String]) -> bool {
    let mut is_met = one(words, at, allowed);
    while words.get(*at).is_some_and(|word| word == "AND") {
        *at += 1;
        is_met &= one(words, at, allowed);
    }
    is_met
}

fn one(words: &[String], at: &mut usize, allowed: &[String]) -> bool {
    let Some(word) = words.get(*at) else { return false };
    *at += 1;
    if word != "(" {
        return allowed.contains(word);
    }
    let is_met = either(words, at, allowed);
    *at += 1;
    is_met
}

#[test]
fn licence_expressions_are_read() {
    let allowed = ["MIT".to_owned(), "Apache-2.0 WITH LLVM-exception".to_owned()];
    for met in ["MIT", "GPL-3.0 OR MIT", "GPL-3.0/MIT", "(GPL-3.0 OR MIT) AND MIT", "Apache-2.0 WITH LLVM-exception OR X"] {
        assert!(permits(met, &allowed), "{met}");
    }
    for unmet in ["", "GPL-3.0", "MIT AND GPL-3.0", "Apache-2.0", "MIT MIT"] {
        assert!(!permits(unmet, &allowed), "{unmet}");
    }
}
