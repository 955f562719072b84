//! Changing a configuration file so that what stands in it keeps its words, comments and order.

use crate::cli::report::Failure;
use std::path::Path;
use toml_edit::{DocumentMut, Item};

/// Appends a block.
pub fn append(file: &Path, block: &str) -> Result<(), Failure> {
    let before = read(file)?;
    let joined = format!("{}\n\n{block}", before.trim_end());
    joined.parse::<DocumentMut>().map_err(|error| fault(file, &error.to_string()))?;
    write(file, &joined)
}

/// Sets `enabled = true` in the block of a source.
pub fn enable(file: &Path, id: &str) -> Result<(), Failure> {
    let mut document: DocumentMut = read(file)?.parse().map_err(|error: toml_edit::TomlError| fault(file, &error.to_string()))?;
    let blocks = document.get_mut("source").and_then(Item::as_array_of_tables_mut);
    let block = blocks.and_then(|blocks| blocks.iter_mut().find(|block| block.get("id").and_then(Item::as_str) == Some(id)));
    let Some(block) = block else { return Err(fault(file, &format!("it has no [[source]] with id = \"{id}\""))) };
    match block.get_mut("enabled").and_then(Item::as_value_mut) {
        Some(value) => {
            let decor = value.decor().clone();
            *value = toml_edit::Value::from(true);
            *value.decor_mut() = decor;
        }
        None => {
            block.insert("enabled", toml_edit::value(true));
        }
    }
    write(file, &document.to_string())
}

fn read(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file).map_err(|error| fault(file, &error.to_string()))
}

/// A new file in the place of the old one: a full disk never leaves half a configuration.
fn write(file: &Path, text: &str) -> Result<(), Failure> {
    let file = &std::fs::canonicalize(file).map_err(|error| fault(file, &error.to_string()))?;
    let new = file.with_extension("toml.new");
    let written = std::fs::write(&new, text)
        .and_then(|()| std::fs::set_permissions(&new, std::fs::metadata(file)?.permissions()))
        .and_then(|()| std::fs::rename(&new, file));
    written.map_err(|error| {
        // What is left of the new file helps nobody.
        let _ = std::fs::remove_file(&new);
        fault(file, &error.to_string())
    })
}

fn fault(file: &Path, reason: &str) -> Failure {
    Failure::message("cli.write", &format!("{} cannot be changed: {reason}", file.display()), "change the file by hand")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enabling_changes_one_word_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.toml");
        let text = "# đầu\n[[source]]\n# một\nid = \"a/b\"   # mã\nurl = \"https://a.vn/\"\nenabled = false # chưa\n\n[[source]]\nid = \"c/d\"\nurl = \"https://c.vn/\"\nenabled = false\n# cuối\n";
        std::fs::write(&file, text).unwrap();
        enable(&file, "a/b").unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), text.replacen("enabled = false", "enabled = true", 1));
        assert!(enable(&file, "x/y").is_err());
    }
}
