//! The file as written: sections, includes, defaults.

use crate::config::alarm;
use crate::config::check;
use crate::config::directory;
use crate::config::error::Fault;
use crate::config::home::{Home, folder};
use crate::config::section::{Reading, Section};
use crate::config::source;
use crate::config::watch;
use crate::config::{Config, Fetch, Images, Keep, Mode, Publish, Publisher, Server, Storage, secret};
use crate::text::units;
use crate::text::url::has_login;
use chrono::{DateTime, Utc};
use std::fs;
use std::io::ErrorKind;
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::de::DeTable;

/// Polls every twenty minutes from six to ten in the evening.
pub const DEFAULT_SCHEDULE: &str = "0 */20 6-22 * * *";

/// Ages at which an article is read again, most edits being early ones.
pub const DEFAULT_RECHECK: &[&str] = &["1h", "6h", "1d", "3d", "7d", "30d", "60d", "120d", "240d", "365d"];

/// Reads the main file and everything it includes: what is sound of it, and the faults of the rest.
/// Nothing of it can be told when the file is no TOML.
pub fn written(path: &Path, now: DateTime<Utc>) -> Result<(Config, Vec<Fault>), Vec<Fault>> {
    let text = read(path)?;
    let mut reading = Reading::of(path, &text);
    let table = parse(&text, &mut reading)?;
    let span = 0..0;
    let mut root = Section::new("", Some(table.get_ref()), span);
    let (folder, home) = (folder(path), Home::of(path));

    let publisher = publisher(&mut root, &mut reading);
    let server = server(&mut root, &home, &mut reading);
    let storage = storage(&mut root, &home.state, now, &mut reading);
    let mut fetch = fetch(&mut root, &mut reading);
    // What must be withdrawn in time must be known in time.
    fetch.gone_after = publisher.follow_removal.map_or(fetch.gone_after, |span| span.min(fetch.gone_after));
    let publish = publish(&mut root, &home.state, &mut reading);
    let defaults = source::defaults(root.section("defaults", &mut reading), now, &mut reading);
    let includes = root.texts("include", &mut reading).unwrap_or_default();

    let mail = watch::mail(&mut root, &folder, &mut reading);
    let alarm = alarm::alarm(&mut root, &folder, mail.is_some(), &mut reading);
    let mut config = Config {
        file: path.to_owned(),
        publisher,
        server,
        storage,
        fetch,
        publish,
        mail,
        alarm,
        withheld: Vec::new(),
        watches: Vec::new(),
        additions: Default::default(),
        sources: Default::default(),
        former: Default::default(),
        watched: vec![path.to_owned()],
        places: Default::default(),
    };
    for section in root.sections("source", &mut reading) {
        source::source(section, &defaults, now, &mut config, &mut reading);
    }
    for section in root.sections("department", &mut reading) {
        directory::department(section, &mut config.additions, &mut reading);
    }
    for section in root.sections("outlet", &mut reading) {
        directory::outlet(section, &mut config.additions, &mut reading);
    }
    for section in root.sections("watch", &mut reading) {
        watch::watch(section, &folder, &mut config, &mut reading);
    }
    root.finish(&mut reading);
    let mut faults = Vec::new();
    for (pattern, span) in includes {
        match included(&folder, &pattern) {
            Ok(files) => {
                config.watched.extend(folder.join(&pattern).parent().filter(|_| pattern.ends_with("*.toml")).map(Path::to_owned));
                config.watched.extend(files.iter().cloned());
                for file in files {
                    match fs::read_to_string(&file) {
                        Ok(text) => include(&file, &text, &defaults, now, &mut config, &mut faults),
                        Err(error) => not_included(span.clone(), &file, &error, &mut reading),
                    }
                }
            }
            Err(error) => not_included(span, &folder.join(&pattern), &error, &mut reading),
        }
    }
    reading.faults.append(&mut faults);
    reading.faults.extend(source::dialling_conflicts(&config));
    config.withheld = reading.withheld;
    Ok((config, reading.faults))
}

/// The control socket that a file names, or the usual one where it names none that can be read.
pub fn control_socket(path: &Path) -> PathBuf {
    let home = Home::of(path);
    let text = read(path).unwrap_or_default();
    let mut reading = Reading::of(path, &text);
    let table = DeTable::parse(&text).ok();
    let mut root = Section::new("", table.as_ref().map(toml::Spanned::get_ref), 0..0);
    server(&mut root, &home, &mut reading).control
}

fn read(path: &Path) -> Result<String, Vec<Fault>> {
    fs::read_to_string(path).map_err(|error| {
        let help = match error.kind() {
            ErrorKind::PermissionDenied => "use sudo, or join the group that may read it (the package's is tintinh)",
            ErrorKind::InvalidData => "save it as UTF-8",
            _ => "name the file with --config FILE or $TINTINH_CONFIG; the repository's config.toml is a template",
        };
        vec![Fault::general(format!("{} cannot be read: {error}", path.display())).help(help)]
    })
}

fn parse<'t>(text: &'t str, reading: &mut Reading) -> Result<toml::Spanned<DeTable<'t>>, Vec<Fault>> {
    DeTable::parse(text).map_err(|error| {
        let span = error.span().unwrap_or(0..0);
        reading.fault(span, format!("this is not TOML: {}", error.message()), "see https://toml.io for how to write it");
        std::mem::take(&mut reading.faults)
    })
}

/// A further file may hold sources only.
fn include(path: &Path, text: &str, defaults: &source::Defaults, now: DateTime<Utc>, config: &mut Config, faults: &mut Vec<Fault>) {
    let mut reading = Reading::of(path, text);
    match parse(text, &mut reading) {
        Err(mut errors) => faults.append(&mut errors),
        Ok(table) => {
            let mut root = Section::new("", Some(table.get_ref()), 0..0);
            for section in root.sections("source", &mut reading) {
                source::source(section, defaults, now, config, &mut reading);
            }
            root.finish(&mut reading);
            faults.append(&mut reading.faults);
        }
    }
}

fn not_included(span: Range<usize>, file: &Path, error: &std::io::Error, reading: &mut Reading) {
    let help = match error.kind() {
        ErrorKind::NotFound => "write a file that is there, relative to the folder of this one, or folder/*.toml",
        ErrorKind::PermissionDenied => "let this user read it (the package's group is tintinh)",
        ErrorKind::InvalidData => "save it as UTF-8",
        _ => "write a file or folder/*.toml",
    };
    reading.fault(span, format!("{} cannot be included: {error}", file.display()), help);
}

/// Files that a pattern names: one file, or `folder/*.toml` in order of name.
fn included(folder: &Path, pattern: &str) -> std::io::Result<Vec<PathBuf>> {
    let path = folder.join(pattern);
    if path.file_name().is_none_or(|name| name != "*.toml") {
        return Ok(vec![path]);
    }
    let parent = path.parent().unwrap_or(folder);
    if !parent.exists() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(parent)? {
        let file = entry?.path();
        if file.extension().is_some_and(|extension| extension == "toml") {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}

fn publisher(root: &mut Section<'_>, reading: &mut Reading) -> Publisher {
    let mut section = root.section("publisher", reading);
    let title = section.text_or("title", "Tin các sở, ban, ngành", reading);
    let base_url = check::base_url(section.text("base_url", reading), reading);
    let contact = check::contact(section.text("contact", reading), reading);
    let mode = section.choice("mode", &[("private", Mode::Private), ("public", Mode::Public)], reading);
    let said = |key, section: &mut Section<'_>, reading: &mut Reading| {
        section.text(key, reading).map(|(text, _)| text).filter(|text| !text.is_empty())
    };
    let operator = said("operator", &mut section, reading);
    let complaints = said("complaints", &mut section, reading);
    let hold = section.duration("hold", "0s", reading);
    let follow_removal = check::follow_removal(section.text("follow_removal", reading), reading);
    check::public(&mut section, reading);
    section.finish(reading);
    Publisher { title, base_url, contact, mode, operator, complaints, hold, follow_removal }
}

fn server(root: &mut Section<'_>, home: &Home, reading: &mut Reading) -> Server {
    let mut section = root.section("server", reading);
    let listen = check::listen(section.text("listen", reading), reading).unwrap_or_else(|| "127.0.0.1:8080".to_owned());
    let control = section.text("control", reading).map_or_else(|| home.runtime.join("control.sock"), |(path, _)| home.state.join(path));
    let operator = check::listen(section.text("operator", reading), reading);
    check::apart(&listen, operator.as_deref(), &mut section, reading);
    let reload_on_change = section.choice("reload", &[("on-change", true), ("on-signal", false)], reading);
    let language = section.choice("language", &[("vi", "vi"), ("en", "en")], reading).to_owned();
    let trusted_proxies = check::addresses(section.texts("trusted_proxies", reading).unwrap_or_default(), reading);
    let readers = check::readers(section.text("readers", reading), &home.state, reading);
    let operator_password = secret::password(section.text("operator_password", reading), &home.state, reading);
    section.finish(reading);
    Server { listen, operator, operator_password, reload_on_change, control, language, trusted_proxies, readers }
}

fn storage(root: &mut Section<'_>, home: &Path, now: DateTime<Utc>, reading: &mut Reading) -> Storage {
    let mut store = root.section("store", reading);
    let directory = check::place_of("sled:", store.text("url", reading), "sled:data", home, reading);
    let min_free_bytes = store.size("min_free", "1 GB", reading);
    let backup = store.text("backup", reading).map(|(path, _)| home.join(path));
    let stamps = store.text("stamps", reading).and_then(|(text, span)| {
        let url = url::Url::parse(&text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        if url.as_ref().is_some_and(has_login) {
            check::login_fault("stamps", span, reading);
        } else if url.is_none() {
            reading.fault(
                span,
                format!("`{text}` is no web address"),
                "write the address of an RFC 3161 authority, such as \"https://freetsa.org/tsr\"",
            );
        }
        url
    });
    let backup_every = store.duration("backup_every", "24h", reading);
    let compact = check::window(store.text("compact", reading), chrono_tz::Asia::Ho_Chi_Minh, now, reading);
    store.finish(reading);
    let mut snapshots = root.section("snapshots", reading);
    let folder = check::place_of("file:", snapshots.text("url", reading), "file:data/snapshots", home, reading);
    let keep = snapshots.text("keep", reading).map_or(Keep::Forever, |(text, span)| {
        let kept = if text == "forever" { Some(Keep::Forever) } else { units::duration(&text).map(Keep::Age) };
        kept.or_else(|| units::size_bytes(&text).map(Keep::Size)).unwrap_or_else(|| {
            reading.fault(
                span,
                format!("`{text}` is neither an age nor a size"),
                "write \"forever\", an age such as \"400d\" or a size such as \"20 GB\"",
            );
            Keep::Forever
        })
    });
    snapshots.finish(reading);
    // Beside the snapshots: archives can be made again from them and the log.
    let archives = folder.parent().unwrap_or(home).join("archives");
    Storage { directory, snapshots: folder, archives, min_free_bytes, backup, stamps, backup_every, compact, keep }
}

fn fetch(root: &mut Section<'_>, reading: &mut Reading) -> Fetch {
    let mut section = root.section("fetch", reading);
    let fetch = Fetch {
        concurrency: section.count("concurrency", 16, 1..1025, reading),
        per_host_gap: section.duration("per_host_gap", "1s", reading),
        connect_timeout: section.span_of_time("connect_timeout", "10s", reading),
        timeout: section.span_of_time("timeout", "45s", reading),
        max_page_bytes: section.room("max_page", "16 MB", reading),
        max_feed_bytes: section.room("max_feed", "4 MB", reading),
        max_rechecks: section.count("max_rechecks", 20, 0..1001, reading),
        gone_after: section.span_of_time("gone_after", "24h", reading),
        allow_private: check::allow_private(section.texts("allow_private", reading).unwrap_or_default(), reading),
    };
    section.finish(reading);
    fetch
}

fn publish(root: &mut Section<'_>, home: &Path, reading: &mut Reading) -> Publish {
    let mut section = root.section("publish", reading);
    let publish = Publish {
        images: section.choice("images", &[("hotlink", Images::Hotlink), ("link", Images::Link), ("keep", Images::Keep)], reading),
        backdated_first_seen: section.choice("backdated", &[("first-seen", true), ("printed", false)], reading),
        unit_when_generic: section.choice("titles", &[("unit-when-generic", true), ("plain", false)], reading),
        files: section.text("files", reading).filter(|(path, _)| !path.is_empty()).map(|(path, _)| home.join(path)),
        hubs: check::hubs(section.texts("hubs", reading).unwrap_or_default(), reading),
        memory_bytes: section.size("memory", "64 MB", reading),
        renamed: check::renamed(section.texts("renamed", reading).unwrap_or_default(), reading),
    };
    section.finish(reading);
    publish
}
