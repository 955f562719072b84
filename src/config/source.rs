//! `[defaults]` and `[[source]]`: from words as written to a source that needs no further check.

use crate::config::Config;
use crate::config::check::{self, Written};
use crate::config::error::Fault;
use crate::config::file::{DEFAULT_RECHECK, DEFAULT_SCHEDULE};
use crate::config::section::{Reading, Section};
use crate::model::schedule::{Quiet, Schedule};
use crate::model::source::{Articles, Attachments, Budget, Dialling, Listing, ListingRecipe, Recipe, Republish, Source, Trust};
use crate::text::units;
use crate::text::url::has_login;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;
use std::time::Duration;
use toml::Spanned;
use url::Url;

/// `[defaults]`: what sources take when they say nothing.
#[derive(Debug, Clone)]
pub struct Defaults {
    schedule: Schedule,
    zone: Tz,
    recheck: Vec<Duration>,
    quiet: Option<Quiet>,
    budget: Budget,
}

/// Reads `[defaults]`.
pub fn defaults(mut section: Section<'_>, now: DateTime<Utc>, reading: &mut Reading) -> Defaults {
    let zone = match section.text("timezone", reading) {
        None => chrono_tz::Asia::Ho_Chi_Minh,
        Some((name, span)) => name.parse().unwrap_or_else(|_| {
            reading.fault(span, format!("`{name}` is no time zone"), "write a name of the IANA list, such as \"Asia/Ho_Chi_Minh\"");
            chrono_tz::Asia::Ho_Chi_Minh
        }),
    };
    let shipped = Schedule::parse(DEFAULT_SCHEDULE, zone, now).expect("the default schedule is tested");
    let schedule = schedule(section.text("schedule", reading), &shipped, zone, now, reading);
    let recheck = recheck(section.texts("recheck", reading), reading)
        .unwrap_or_else(|| DEFAULT_RECHECK.iter().filter_map(|age| units::duration(age)).collect());
    let quiet = quiet(section.text("quiet", reading), None, reading);
    let budget = budget(&mut section, Budget::default(), reading);
    section.finish(reading);
    Defaults { schedule, zone, recheck, quiet, budget }
}

/// `max_requests`, `max_received` and `max_disk`; 0 is no bound.
fn budget(section: &mut Section<'_>, default: Budget, reading: &mut Reading) -> Budget {
    let bounded = |bound: Option<u64>, default: Option<u64>| bound.map_or(default, |bound| (bound > 0).then_some(bound));
    Budget {
        requests: bounded(section.number("max_requests", reading), default.requests),
        received_bytes: bounded(section.size_if_any("max_received", reading), default.received_bytes),
        disk_bytes: bounded(section.size_if_any("max_disk", reading), default.disk_bytes),
    }
}

/// Hours such as `23:00-05:00`; an empty text is none.
fn quiet(written: Written, default: Option<Quiet>, reading: &mut Reading) -> Option<Quiet> {
    let Some((text, span)) = written else { return default };
    let quiet = Quiet::parse(&text);
    if quiet.is_none() && !text.is_empty() {
        reading.fault(span, format!("`{text}` names no hours"), "write from-to in the time zone of the schedule, such as \"23:00-05:00\"");
    }
    quiet
}

fn schedule(written: Written, default: &Schedule, zone: Tz, now: DateTime<Utc>, reading: &mut Reading) -> Schedule {
    let Some((expression, span)) = written else { return default.clone() };
    Schedule::parse(&expression, zone, now).unwrap_or_else(|error| {
        reading.fault(span, error.to_string(), error.help());
        default.clone()
    })
}

fn recheck(written: Option<Vec<(String, Range<usize>)>>, reading: &mut Reading) -> Option<Vec<Duration>> {
    let ages = written?;
    let mut durations = Vec::new();
    for (age, span) in ages {
        match units::duration(&age) {
            Some(duration) => durations.push(duration),
            None => reading.fault(span, format!("`{age}` is no duration"), "write a number and ms, s, m, h or d, such as \"6h\""),
        }
    }
    durations.sort();
    Some(durations)
}

/// Reads one `[[source]]` and adds it.
pub fn source(mut section: Section<'_>, defaults: &Defaults, now: DateTime<Utc>, config: &mut Config, reading: &mut Reading) {
    let id = id(&mut section, config, reading);
    let url = url(&mut section, reading);
    let url_span = section.value("url").map(Spanned::span);
    let site = section.text("site", reading).map(|(site, span)| {
        check::host(&site, span, "site", reading);
        site
    });
    let department = section.text("department", reading);
    let province = section.text("province", reading);
    let outlet = section.text("outlet", reading).map(|(outlet, span)| {
        if outlet.trim().is_empty() {
            reading.fault(span, "`outlet` is empty", "write the name of the newspaper or portal, or leave the line out");
        }
        outlet
    });
    let family = section.text("family", reading);
    let enabled = section.flag("enabled", true, reading);
    let republish =
        section.choice("republish", &[("full", Republish::Full), ("summary", Republish::Summary), ("link", Republish::Link)], reading);
    let articles = section.choice("articles", &[("page", Articles::Page), ("feed", Articles::Feed)], reading);
    let attachments = section.choice("attachments", &[("head", Attachments::Head), ("keep", Attachments::Keep)], reading);
    let allow_empty = section.flag("allow_empty", false, reading);
    let expect_every = section.duration_if_any("expect_every", reading);
    let month_first = section.flag("month_first", false, reading);
    let hosts = section.texts("hosts", reading).unwrap_or_default().into_iter().map(|(host, span)| {
        check::host(&host, span, "each of `hosts`", reading);
        host.to_ascii_lowercase()
    });
    let hosts = hosts.collect();
    let ignore_params = section.texts("ignore_params", reading).unwrap_or_default().into_iter().map(|(name, _)| name).collect();
    let span_of_schedule = section.span();
    let own_schedule = schedule(section.text("schedule", reading), &defaults.schedule, defaults.zone, now, reading);
    let schedule = own_schedule.with_quiet(quiet(section.text("quiet", reading), defaults.quiet, reading));
    if schedule.next_after(now).is_none() {
        reading.fault(span_of_schedule, "its schedule fires in its quiet hours only", "choose other hours in `schedule` or `quiet`");
    }
    let recheck = recheck(section.texts("recheck", reading), reading).unwrap_or_else(|| defaults.recheck.clone());
    let mut places = Vec::new();
    let listing = listing(&mut section, &mut places, reading);
    let recipes = recipes(&mut section, &mut places, reading);
    let dialling = dialling(&mut section, config, reading);
    let budget = budget(&mut section, defaults.budget, reading);
    let span = section.span();
    section.finish(reading);
    let (Some(id), Some(url)) = (id, url) else { return };
    config.places.insert(format!("{id}.id"), reading.place(span));
    let written = [("family", &family), ("province", &province), ("department", &department)];
    let written = written.into_iter().filter_map(|(field, written)| Some((field, written.as_ref()?.1.clone())));
    for (field, span) in written.chain(url_span.map(|span| ("url", span))) {
        config.places.insert(format!("{id}.{field}"), reading.place(span));
    }
    for (field, span) in places {
        config.places.insert(format!("{id}.{field}"), reading.place(span));
    }
    let (own_province, own_department) = own_unit(&id);
    config.sources.push(Source {
        site: site.unwrap_or_else(|| url.host_str().unwrap_or_default().to_owned()),
        province: province.map(|(key, _)| key).or_else(|| outlet.is_none().then_some(own_province)),
        department: department.map(|(key, _)| key).or_else(|| outlet.is_none().then_some(own_department).flatten()),
        family: family.map(|(name, _)| name),
        id,
        url,
        enabled,
        outlet,
        republish,
        articles,
        attachments,
        allow_empty,
        expect_every,
        hosts,
        ignore_params,
        month_first,
        schedule,
        recheck,
        listing,
        recipes,
        dialling,
        budget,
    });
}

/// `ca`, `certificate`, `tls` and `proxy`: at most one exception in whom to trust.
/// Sources of one host and port that would dial it differently: one of them would get what another was meant to have.
pub fn dialling_conflicts(config: &Config) -> Vec<Fault> {
    let mut known: HashMap<(String, u16), &Source> = HashMap::new();
    let mut faults = Vec::new();
    for source in config.enabled() {
        for (host, port) in source.places() {
            let first = known.entry((host.clone(), port)).or_insert(source);
            if first.dialling != source.dialling {
                let message = format!("`{}` and `{}` dial {host}:{port} differently", first.id, source.id);
                let fault = config
                    .place(&source.id, "id")
                    .map_or_else(|| Fault::general(message.clone()), |place| Fault::at(place, message.clone()));
                faults.push(fault.help("write the same `ca`, `certificate`, `tls` and `proxy` in every source of a host"));
                break;
            }
        }
    }
    faults
}

fn dialling(section: &mut Section<'_>, config: &Config, reading: &mut Reading) -> Dialling {
    let folder = config.file.parent().unwrap_or(Path::new("."));
    let ca = section.text("ca", reading);
    let certificate = section.text("certificate", reading);
    let tls = section.text("tls", reading);
    let proxy = section.text("proxy", reading).and_then(|(text, span)| {
        let url = Url::parse(&text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        if url.is_none() {
            reading.fault(span, format!("`{text}` is no proxy"), "write \"http://host:port\"");
        }
        url
    });
    if let Some((_, span)) = [&ca, &certificate, &tls].into_iter().flatten().nth(1) {
        reading.fault(span.clone(), "a source makes one exception in whom to trust", "keep one of `ca`, `certificate` and `tls`");
    }
    let trust = match (ca, certificate, tls) {
        (Some((path, span)), ..) => {
            let path = folder.join(path);
            if let Err(reason) = check::authority(&path) {
                reading.fault(
                    span,
                    format!("{} cannot be read as PEM certificates: {reason}", path.display()),
                    "name a file with the authority's certificate, beginning with -----BEGIN CERTIFICATE-----",
                );
            }
            Trust::Authority(path)
        }
        (_, Some((text, span)), _) => sha256(&text).map_or_else(
            || {
                reading.fault(
                    span,
                    format!("`{text}` is no certificate"),
                    "write \"sha256:\" and 64 hexadecimal digits; colons between them are fine",
                );
                Trust::Usual
            },
            Trust::Pinned,
        ),
        (.., Some((text, span))) => match text.as_str() {
            "verify" => Trust::Usual,
            "legacy" => Trust::Legacy,
            "unverified" => Trust::Unverified,
            _ => {
                reading.fault(span, format!("`{text}` is no value of `tls`"), "choose one of: verify, legacy, unverified");
                Trust::Usual
            }
        },
        _ => Trust::Usual,
    };
    Dialling { trust, proxy }
}

fn sha256(text: &str) -> Option<[u8; 32]> {
    let digits: String = text.strip_prefix("sha256:")?.chars().filter(|c| *c != ':').collect();
    if digits.len() != 64 || !digits.is_ascii() {
        return None;
    }
    let mut hash = [0; 32];
    for (at, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(hash)
}

/// An id such as `binh-thuan/so-cong-thuong` says province and department.
fn own_unit(id: &str) -> (String, Option<String>) {
    let mut parts = id.split('/');
    let province = parts.next().unwrap_or_default().to_owned();
    let department =
        parts.next().filter(|part| ["so-", "ban-", "ubnd", "van-phong", "thanh-tra"].iter().any(|prefix| part.starts_with(prefix)));
    (province, department.map(str::to_owned))
}

fn id(section: &mut Section<'_>, config: &Config, reading: &mut Reading) -> Option<String> {
    let Some((id, span)) = section.text("id", reading) else {
        reading.fault(
            section.span(),
            "this source has no `id`",
            "write id = \"province/department\", such as \"binh-thuan/so-cong-thuong\"",
        );
        return None;
    };
    let parts: Vec<&str> = id.split('/').collect();
    let is_name = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !(2..=3).contains(&parts.len()) || !parts.iter().all(is_name) {
        reading.fault(
            span,
            format!("`{id}` is no source id"),
            "write province/department or province/department/section with a-z, 0-9 and -",
        );
        return None;
    }
    if config.source(&id).is_some() {
        reading.fault(
            span,
            format!("a second source is called `{id}`"),
            "ids are stable for ever: give this one a section, such as \"…/thong-bao\"",
        );
        return None;
    }
    Some(id)
}

fn url(section: &mut Section<'_>, reading: &mut Reading) -> Option<Url> {
    let Some((text, span)) = section.text("url", reading) else {
        reading.fault(section.span(), "this source has no `url`", "give the address of its feed or of the page that lists its articles");
        return None;
    };
    match Url::parse(&text) {
        Ok(url) if has_login(&url) => {
            check::login_fault("url", span, reading);
            None
        }
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Some(url),
        _ => {
            reading.fault(span, format!("`{text}` is no web address"), "write it whole, beginning with https:// or http://");
            None
        }
    }
}

/// Fields whose selectors the reading trade judges later, with their places.
type Places = Vec<(String, Range<usize>)>;

fn listing(section: &mut Section<'_>, places: &mut Places, reading: &mut Reading) -> Listing {
    let mut listing = section.section("listing", reading);
    let mut html = listing.section("html", reading);
    let feed = listing.section("feed", reading);
    if html.is_present() && feed.is_present() {
        reading.fault(feed.span(), "a listing is either a feed or HTML", "remove one of [source.listing.feed] and [source.listing.html]");
    }
    let mut pick = |name: &'static str| {
        let (css, span) = html.text(name, reading)?;
        places.push((format!("listing.html.{name}"), span));
        Some(css)
    };
    let recipe = ListingRecipe {
        item: pick("item"),
        link: pick("link"),
        title: pick("title"),
        date: pick("date"),
        summary: pick("summary"),
        next: pick("next"),
    };
    let kind = match (html.is_present(), feed.is_present()) {
        (true, _) => Listing::Html(recipe),
        (_, true) => Listing::Feed,
        _ => Listing::Auto,
    };
    html.finish(reading);
    feed.finish(reading);
    listing.finish(reading);
    kind
}

fn recipes(section: &mut Section<'_>, places: &mut Places, reading: &mut Reading) -> Vec<Recipe> {
    let mut recipes = Vec::new();
    for (at, mut recipe) in section.sections("recipe", reading).into_iter().enumerate() {
        let since = recipe.text("since", reading).and_then(|(text, span)| {
            let day = text.parse().ok();
            if day.is_none() {
                reading.fault(span, format!("`{text}` is no day"), "write it as \"2026-01-31\"");
            }
            day
        });
        let mut pick = |name: &'static str, recipe: &mut Section<'_>| {
            let (css, span) = recipe.text(name, reading)?;
            places.push((format!("recipe.{at}.{name}"), span));
            Some(css)
        };
        let mut read = Recipe {
            since,
            title: pick("title", &mut recipe),
            published: pick("published", &mut recipe),
            lead: pick("lead", &mut recipe),
            body: pick("body", &mut recipe),
            attribution: pick("attribution", &mut recipe),
            remove: Vec::new(),
        };
        for (css, span) in recipe.texts("remove", reading).unwrap_or_default() {
            places.push((format!("recipe.{at}.remove.{}", read.remove.len()), span));
            read.remove.push(css);
        }
        recipe.finish(reading);
        recipes.push(read);
    }
    recipes.sort_by_key(|recipe| recipe.since);
    recipes
}
