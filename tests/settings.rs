//! docs/settings.md and config.toml name every setting the code knows.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::fs;
use tintinh::config::Config;
use tintinh::model::time::Time;

/// No setting looks like it, so that the remedy lists all that are known.
const NOBODY: &str = "qqqqqqqqqqqqqqqq";

/// The keys of a table, as the complaint about an unknown one lists them; none when it is no table.
fn known(text: &str) -> Option<Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.toml");
    fs::write(&file, text).unwrap();
    let faults = Config::load(&file, Time::real().now()).err()?;
    let fault = faults.iter().find(|fault| fault.message.contains(NOBODY))?;
    let help = fault.help.as_ref().unwrap();
    let (_, names) = help.split_once(" knows: ").unwrap_or_else(|| panic!("{help}"));
    Some(names.split(", ").filter(|name| !name.is_empty()).map(str::to_owned).collect())
}

/// Every table with its keys, found by asking the code: `("fetch", ["concurrency", …])`.
fn tables(path: &str, parents: &str, found: &mut Vec<(String, Vec<String>)>) {
    let forms = if path.is_empty() { vec![String::new()] } else { vec![format!("[{path}]\n"), format!("[[{path}]]\n")] };
    for form in forms {
        let text = format!("{parents}{form}");
        let Some(keys) = known(&format!("{text}{NOBODY} = 1\n")) else { continue };
        for key in &keys {
            let child = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            tables(&child, &text, found);
        }
        if !keys.is_empty() {
            found.push((path.to_owned(), keys));
        }
        return;
    }
}

fn all() -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    tables("", "", &mut found);
    found
}

#[test]
fn the_code_is_asked_and_answers() {
    let found = all();
    let of = |path: &str| found.iter().find(|(name, _)| name == path).map(|(_, keys)| keys.clone()).unwrap_or_default();
    assert!(of("fetch").contains(&"per_host_gap".to_owned()), "{found:?}");
    assert!(of("source.listing.html").contains(&"item".to_owned()), "{found:?}");
    assert!(of("source.recipe").contains(&"remove".to_owned()), "{found:?}");
}

#[test]
fn the_settings_page_has_a_line_for_every_setting() {
    let page = fs::read_to_string("docs/settings.md").unwrap();
    let mut missing = Vec::new();
    for (path, keys) in all() {
        let headings =
            if path.is_empty() { vec!["## The file\n".to_owned()] } else { vec![format!("## [{path}]\n"), format!("## [[{path}]]\n")] };
        let section =
            headings.iter().find_map(|heading| page.split_once(heading.as_str())).map(|(_, rest)| rest.split("\n## ").next().unwrap());
        match section {
            None => missing.push(format!("a section for [{path}]")),
            Some(section) => {
                missing.extend(keys.iter().filter(|key| !section.contains(&format!("`{key}`"))).map(|key| format!("[{path}] {key}")))
            }
        }
    }
    assert!(missing.is_empty(), "docs/settings.md lacks: {missing:#?}");
}

#[test]
fn the_shipped_configuration_shows_every_setting() {
    let shipped = fs::read_to_string("config.toml").unwrap();
    let is_shown = |key: &str| shipped.lines().any(|line| line.trim_start_matches(['#', ' ', '[']).starts_with(key));
    let missing: Vec<String> = all()
        .into_iter()
        .flat_map(|(path, keys)| {
            keys.into_iter().filter(|key| !is_shown(key) && !shipped.contains(&format!(".{key}"))).map(move |key| format!("[{path}] {key}"))
        })
        .collect();
    assert!(missing.is_empty(), "config.toml does not show: {missing:#?}");
}
