//! Who said it on one page: every line and field that may state the origin, the strongest places first.

use crate::model::attribution::{Attribution, Kind};
use crate::model::candidate::Candidate;
use crate::scrape::article::layout::{Layout, Line, Zone};
use crate::scrape::article::readable::leak;
use crate::scrape::article::readers::Found;
use crate::scrape::article::same_words;
use crate::scrape::attribution::foreign::{is_before_text, is_beneath_figure, is_elsewhere, is_entry, is_item};
use crate::scrape::attribution::offices::signs_document;
use crate::scrape::attribution::{self, LinePlace, is_affiliation};
use crate::scrape::dom::{Element, Key};
use crate::text::fold;
use std::collections::HashSet;

/// A lead or a first paragraph has so many characters, and is among so many lines.
const OPENING_CHARS: usize = 40;
const OPENINGS: usize = 3;

/// How many of the last lines of a body may be its attribution.
const LAST_LINES: usize = 4;

/// How many lines after the body, and between headline and body, may be.
const AFTER_LINES: usize = 6;
const HEAD_LINES: usize = 200;

/// What has been gathered.
#[derive(Default)]
struct Gathered {
    whole: Attribution,
    /// Elements that show it and so leave the body.
    shown: HashSet<Key>,
    reader: Option<String>,
}

/// Who said it, with the elements that show it and so leave the body.
pub fn gather(
    layout: &Layout<'_>,
    found: &[Found<'_>],
    lead: Option<&str>,
    candidate: Option<&Candidate>,
) -> (Option<(Attribution, String)>, HashSet<Key>) {
    let mut gathered = Gathered::default();
    let fields: HashSet<Key> = found.iter().flat_map(|found| &found.attribution).map(|element| element.key()).collect();
    // What the text itself is signed with outweighs the field that names who posted it.
    let (signed, around): (Vec<_>, Vec<_>) = candidates(layout, &fields).into_iter().partition(|(line, _)| line.zone == Zone::Body);
    gathered.read_lines(&signed, layout);
    gathered.read_fields(found);
    gathered.read_lines(&around, layout);
    gathered.read_opening(layout, lead);
    gathered.read_end(layout);
    gathered.read_statements(found, candidate);
    (gathered.reader.map(|reader| (gathered.whole, reader)), gathered.shown)
}

/// What markup, metadata or the feed state and nothing else.
pub fn stated(found: &[Found<'_>], candidate: Option<&Candidate>) -> Option<(Attribution, String)> {
    let mut gathered = Gathered::default();
    let author =
        found.iter().filter_map(|found| found.author.as_ref().map(|author| (author, &found.reader))).max_by(|a, b| a.0.1.total_cmp(&b.0.1));
    if let Some(((name, _), who)) = author {
        gathered.whole.author = Some(name.clone());
        gathered.reader = Some(who.clone());
    }
    gathered.read_statements(&[], candidate);
    gathered.reader.map(|reader| (gathered.whole, reader))
}

impl Gathered {
    /// Reads lines in order; those of the body that were read leave it.
    fn read_lines(&mut self, lines: &[(&Line<'_>, LinePlace)], layout: &Layout<'_>) {
        for (at, (line, place)) in lines.iter().enumerate() {
            if line.keys().iter().any(|key| self.shown.contains(key)) {
                continue;
            }
            let above = at.checked_sub(1).map(|above| lines[above].0);
            if above.is_some_and(|above| is_affiliation(&above.text, &line.text) && self.whole.author.is_some()) {
                // Signed by the person above, who works there.
                if line.zone == Zone::Body {
                    self.shown.extend(line.keys());
                }
                continue;
            }
            // "(Đã ký)", "PHÓ GIÁM ĐỐC": who signed a document did not write the page.
            if above.is_some_and(|above| signs_document(&above.text)) {
                continue;
            }
            // A titled person signs above the affiliation, in a line that is not the last.
            let is_above = lines.get(at + 1).is_some_and(|(below, _)| is_affiliation(&line.text, &below.text));
            let place = if is_above { LinePlace::LastLine } else { *place };
            if let Some(read) = attribution::read_line(&line.text, place).filter(|_| !is_elsewhere(line, layout.container())) {
                let is_caption = read.kind == Some(Kind::CaptionCredit);
                if self.add(read) && line.zone == Zone::Body && !is_caption {
                    self.shown.extend(line.keys());
                }
                self.reader.get_or_insert_with(|| "readable".to_owned());
            }
        }
    }

    /// Elements that a recipe or a family keeps for it.
    fn read_fields(&mut self, found: &[Found<'_>]) {
        for found in found {
            for element in &found.attribution {
                let lines = element.lines();
                for (at, line) in lines.iter().enumerate() {
                    if attribution::is_account(line) {
                        // A CMS account signs nothing.
                        self.shown.insert(element.key());
                    } else if at > 0 && is_affiliation(&lines[at - 1], line) {
                    } else if let Some(read) = attribution::read_line(line, LinePlace::Labelled) {
                        self.add(read);
                        self.shown.insert(element.key());
                        self.reader.get_or_insert_with(|| found.reader.clone());
                    }
                }
            }
        }
    }

    /// A code that opens the lead or the text.
    fn read_opening(&mut self, layout: &Layout<'_>, lead: Option<&str>) {
        let is_opening = |line: &&Line<'_>| matches!(line.zone, Zone::Head | Zone::Body) && line.text.chars().count() >= OPENING_CHARS;
        let openings = layout.lines().iter().filter(is_opening).take(OPENINGS).map(|line| line.text.as_str());
        if let Some((read, _)) = lead.into_iter().chain(openings).find_map(attribution::lead_prefix)
            && self.add(read)
        {
            self.reader.get_or_insert_with(|| "readable".to_owned());
        }
    }

    /// Words at the end of the last paragraph.
    fn read_end(&mut self, layout: &Layout<'_>) {
        let is_shown = |line: &&Line<'_>| line.keys().iter().any(|key| self.shown.contains(key));
        let last = layout.body().last().filter(|line| !is_shown(line) && !is_elsewhere(line, layout.container()));
        let read = last.and_then(|line| attribution::trailing(&line.text).map(|(_, read)| read).or_else(|| set_off(line)));
        if let Some(read) = read
            && self.add(read)
        {
            self.reader.get_or_insert_with(|| "readable".to_owned());
        }
    }

    /// What markup, metadata or the feed state, where the page prints nothing.
    fn read_statements(&mut self, found: &[Found<'_>], candidate: Option<&Candidate>) {
        let by_markup =
            found.iter().filter_map(|found| found.author.as_ref().map(|(name, sure)| (name.clone(), *sure, found.reader.clone())));
        let by_feed = candidate.and_then(|candidate| candidate.author.clone()).map(|name| (name, 0.6, "feed".to_owned()));
        if let Some((name, _, who)) = by_markup.chain(by_feed).filter(|(_, sure, _)| *sure >= 0.5).max_by(|a, b| a.1.total_cmp(&b.1)) {
            self.read_author(name, who);
        }
        if self.whole.source.is_none()
            && let Some(source) = candidate.and_then(|candidate| candidate.source.clone())
        {
            self.whole.printed.get_or_insert_with(|| source.clone());
            self.whole.kind.get_or_insert(Kind::SourceLine);
            self.whole.source = Some(source);
            self.reader.get_or_insert_with(|| "feed".to_owned());
        }
    }

    /// What stands where authors do may be a source line or a unit.
    fn read_author(&mut self, name: String, who: String) {
        let read = attribution::read_line(&name, LinePlace::Labelled);
        // The place for the author holds words that were read already, or a line without its end.
        let is_printed = self.whole.printed.as_ref().is_some_and(|printed| same_words(printed, &name) || printed.contains(&name));
        match read {
            Some(read) if read.author.is_none() => {
                // Person and affiliation run together.
                let is_known = self.whole.author.is_some() && is_printed;
                let adds = !is_known && self.add(read);
                self.reader = self.reader.take().or(adds.then_some(who));
            }
            read if self.whole.author.is_none() && !is_printed => {
                if let Some(author) = as_stated(read.and_then(|read| read.author), name) {
                    self.whole.author = Some(author);
                    self.reader.get_or_insert(who);
                }
            }
            _ => {}
        }
    }

    /// Adds what is not known yet; the first source line gives the printed words.
    fn add(&mut self, read: Attribution) -> bool {
        let whole = &mut self.whole;
        let mut is_new = false;
        let mut fill = |slot: &mut Option<String>, value: Option<String>| {
            if slot.is_none() && value.is_some() {
                *slot = value;
                is_new = true;
            }
        };
        let has_source = read.source.is_some() && whole.source.is_none();
        fill(&mut whole.source, read.source);
        fill(&mut whole.author, read.author);
        fill(&mut whole.photo, read.photo);
        // The credit of a picture is the article's line only where it has no other.
        let is_better = whole.kind == Some(Kind::CaptionCredit) && read.kind != Some(Kind::CaptionCredit);
        if is_new && (whole.printed.is_none() || has_source || is_better) {
            whole.printed = read.printed;
            whole.kind = read.kind;
        }
        is_new
    }
}

/// "… trong thời gian tới. <strong>Lan Anh</strong>": a name that is set off from the sentence before it.
fn set_off(line: &Line<'_>) -> Option<Attribution> {
    let mark = line.element.children().next_back().filter(|last| matches!(last.name(), "strong" | "b" | "em" | "i"))?;
    let name = mark.text();
    let before = line.text.strip_suffix(name.as_str())?.trim_end();
    before.ends_with(['.', '!', '?', '…', '”', '/']).then(|| attribution::read_line(&name, LinePlace::RightAligned)).flatten()
}

/// A name as metadata lists it: our own reading joins several with semicolons, and metadata with commas.
fn as_stated(read: Option<String>, name: String) -> Option<String> {
    match read {
        Some(read) if read.contains("; ") && is_name(&name) => Some(name),
        Some(read) => Some(read),
        None => is_name(&name).then_some(name),
    }
}

/// A name outside Vietnam's roles: letters, several words or an initial, no account, and no label of a source.
fn is_name(name: &str) -> bool {
    let folded = fold::fold(name);
    let is_account =
        ["admin", "administrator", "super user", "root", "editor", "webmaster", "ban bien tap", "bbt"].contains(&folded.as_str());
    let is_label = ["nguon ", "theo ", "nguon:", "theo:"].iter().any(|label| folded.starts_with(label));
    !is_account
        && !is_label
        && !folded.contains("admin")
        && folded.split(' ').count() <= 8
        && !name.contains(['@', '/'])
        && name.chars().any(char::is_uppercase)
}

/// Lines that may state the origin, the strongest places first.
fn candidates<'l, 'a>(layout: &'l Layout<'a>, fields: &HashSet<Key>) -> Vec<(&'l Line<'a>, LinePlace)> {
    // A field of the template is read as what it is, not as the last line of the text.
    let is_field =
        |line: &Line<'_>| fields.contains(&line.element.key()) || line.element.ancestors().any(|above| fields.contains(&above.key()));
    let body: Vec<&Line<'_>> = layout.body().filter(|line| fields.is_empty() || !is_field(line)).collect();
    let last_at = body.len().saturating_sub(LAST_LINES);
    let mut lines: Vec<(&Line<'_>, LinePlace)> = Vec::new();
    for (at, line) in body.iter().enumerate().skip(last_at) {
        let is_before_text = is_before_text(&body, at, fields);
        let place = match (line.is_right, at + 1 == body.len()) {
            _ if is_named_for_it(line) => LinePlace::Labelled,
            _ if is_before_text || is_beneath_figure(line, is_before_text) => continue,
            _ if is_item(&body, at) => LinePlace::OwnLine,
            (true, _) => LinePlace::RightAligned,
            (_, true) => LinePlace::LastLine,
            _ => LinePlace::OwnLine,
        };
        lines.push((line, place));
    }
    let place = |line: &Line<'_>| match line.is_right {
        _ if is_named_for_it(line) => LinePlace::Labelled,
        true => LinePlace::RightAligned,
        false => LinePlace::OwnLine,
    };
    let after = outside_boxes(layout, body.last().copied()).take(AFTER_LINES).enumerate();
    lines.extend(
        after.map(
            |(at, line)| if at == 0 && ends(&body, line) && !is_entry(line) { (line, LinePlace::LastLine) } else { (line, place(line)) },
        ),
    );
    lines.extend(layout.head().take(HEAD_LINES).map(|line| (line, place(line))));
    lines.extend(body.iter().filter(|line| line.is_caption()).map(|line| (*line, LinePlace::Caption)));
    lines
}

/// Lines after the body that stand in no box of other articles.
fn outside_boxes<'l, 'a>(layout: &'l Layout<'a>, last: Option<&'l Line<'a>>) -> impl Iterator<Item = &'l Line<'a>> {
    let holds = |outer: Element<'_>, inner: Element<'_>| inner == outer || inner.ancestors().any(|above| above == outer);
    let mut boxed: Option<Element<'a>> = None;
    let mut is_list = false;
    layout.after().filter(move |line| {
        if leak::heads_others(&line.text) {
            // The box is the least that holds its heading with links; where that holds the text as well, the list has no box.
            let around = std::iter::once(line.element).chain(line.element.ancestors());
            let least = around.into_iter().find(|above| above.find("a").next().is_some());
            boxed = least.filter(|least| !last.is_some_and(|last| holds(*least, last.element)));
            is_list = boxed.is_none();
            return false;
        }
        let is_in_list = is_list && (is_link(line) || !line.is_right && !opens_source(&line.text));
        !is_in_list && !boxed.is_some_and(|boxed| holds(boxed, line.element))
    })
}

/// "Nguồn: …", "(Theo …": a line that says itself what it is.
fn opens_source(line: &str) -> bool {
    let folded = fold::fold(line);
    let head = folded.trim_start_matches(|c: char| !c.is_alphanumeric());
    ["nguon", "theo ", "tac gia", "nguoi viet"].iter().any(|label| head.starts_with(label))
}

/// True for a line most words of which are a link, and for a row of a list with one.
fn is_link(line: &Line<'_>) -> bool {
    let is_linked = |element: &Element<'_>| element.name() == "a" || element.name() == "li" && element.find("a").next().is_some();
    let links: usize = line.element.find("a").map(|link| link.text().len()).sum();
    is_linked(&line.element) || line.element.ancestors().take(3).any(|above| is_linked(&above)) || links * 2 > line.text.len()
}

/// An element that templates keep for author or source.
fn is_named_for_it(line: &Line<'_>) -> bool {
    let names = ["author", "tacgia", "nguon", "nguontin", "source", "byline", "signature", "pnnguontin", "lblnguonthongtin"];
    line.element.labels().replace("tac-gia", "tacgia").split(|c: char| !c.is_alphanumeric()).any(|part| names.contains(&part))
}

/// The first line after the body ends it when both stand in one element: the judge of blocks leaves short ends out.
fn ends(body: &[&Line<'_>], line: &Line<'_>) -> bool {
    let Some(last) = body.last() else { return false };
    let parent = line.element.parent();
    parent == Some(last.element) || parent.is_some() && parent == last.element.parent()
}
