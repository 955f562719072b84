//! Feeds as they come: what is read of each.

use crate::model::candidate::Candidate;
use crate::model::dated::Dated;
use crate::scrape::error::ScrapeError;
use crate::scrape::listing::Wanted;
use crate::scrape::listing::feed::{MAX_ENTRIES, Stating, candidates, parse, plain};
use url::Url;

fn parse_text(text: &str) -> Result<Stating, ScrapeError> {
    parse(text.as_bytes(), &Url::parse("https://so.vidu.gov.vn/tin/rss").unwrap(), None)
}

fn rss(items: &str) -> Stating {
    parse_text(&format!("<rss version=\"2.0\"><channel><title>Sở</title>{items}</channel></rss>")).unwrap()
}

fn atom(inner: &str) -> Stating {
    parse_text(&format!("<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Sở</title>{inner}</feed>")).unwrap()
}

fn rows(text: &str) -> Vec<Candidate> {
    let wanted = Wanted {
        url: Url::parse("https://so.vidu.gov.vn/tin/rss").unwrap(),
        media_type: None,
        fetched_at: "2026-11-24T00:00:00Z".parse().unwrap(),
        listing: crate::model::source::Listing::Auto,
        family: None,
        month_first: false,
    };
    candidates(text.as_bytes(), &wanted).unwrap().candidates
}

fn title(stating: &Stating) -> Option<String> {
    stating.entries[0].title.as_ref().map(plain)
}

#[test]
fn a_bare_ampersand_loses_no_entry() {
    let feed = rss("<item><title>A & B</title><link>https://a.vn/1</link></item>");
    assert_eq!(title(&feed).as_deref(), Some("A & B"));
}

#[test]
fn a_cut_feed_keeps_its_complete_entries() {
    let feed =
        parse_text("<rss version=\"2.0\"><channel><title>A</title><item><title>x</title><link>https://a.vn/1</link></item><item><tit")
            .unwrap();
    assert_eq!(feed.entries.len(), 1);
}

#[test]
fn a_page_is_no_feed() {
    for page in ["<!DOCTYPE html><html><body>Xin chào</body></html>", "<html>", "<!-- <rss> --><html><rss></rss></html>"] {
        assert_eq!(parse_text(page).unwrap_err().code(), "scrape.html_instead_of_feed", "{page}");
    }
    assert_eq!(parse_text("<svg/>").unwrap_err().code(), "scrape.bad_feed");
    assert_eq!(parse_text("").unwrap_err().code(), "scrape.bad_feed");
}

#[test]
fn rss_without_a_version_is_read() {
    let feed = parse_text("<rss><channel><title>Sở</title><item><title>Tin</title><link>https://a.vn/1</link></item></channel></rss>");
    assert_eq!(title(&feed.unwrap()).as_deref(), Some("Tin"));
}

#[test]
fn atom_0_3_is_read() {
    let feed = parse_text(
        "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><title>Sở</title><entry><title mode='escaped' type='text/html'>A &lt;b&gt;B&lt;/b&gt;</title>\
         <link rel='alternate' type='text/html' href='/tin/1'/><id>tag:a,1</id><issued>2003-12-31T10:14:55Z</issued><modified>2004-01-01T10:14:55Z</modified></entry></feed>",
    )
    .unwrap();
    assert_eq!(title(&feed).as_deref(), Some("A B"));
    let entry = &feed.entries[0];
    assert_eq!(entry.link.as_deref(), Some("https://so.vidu.gov.vn/tin/1"));
    assert_eq!(entry.published.as_ref().unwrap().moment.to_utc().to_rfc3339(), "2003-12-31T10:14:55+00:00");
    assert_eq!(entry.updated.as_ref().unwrap().moment.to_utc().to_rfc3339(), "2004-01-01T10:14:55+00:00");
}

#[test]
fn rdf_and_rss_0_9_are_read() {
    let feed = parse_text(
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://my.netscape.com/rdf/simple/0.9/' xmlns:dc='http://purl.org/dc/elements/1.1/'>\
         <channel><title>Sở</title><link>https://a.vn/</link></channel><image><title>Logo</title><link>https://a.vn/logo</link></image>\
         <item rdf:about='https://a.vn/1'><title>Tin</title><link>https://a.vn/1</link><dc:date>2004-01-01T00:00:00Z</dc:date><dc:creator>Phòng A</dc:creator></item></rdf:RDF>",
    )
    .unwrap();
    assert_eq!((feed.title.as_ref().map(plain).as_deref(), feed.link.as_deref()), (Some("Sở"), Some("https://a.vn/")));
    let entry = &feed.entries[0];
    assert_eq!((entry.id.as_deref(), entry.link.as_deref()), (Some("https://a.vn/1"), Some("https://a.vn/1")));
    assert!(entry.updated.is_some());
    assert_eq!(entry.authors, ["Phòng A"]);
}

#[test]
fn the_channel_definition_format_is_read() {
    let feed = parse_text("<CHANNEL HREF='https://a.vn/'><TITLE>Sở</TITLE><ITEM HREF='https://a.vn/1' LASTMOD='2002-11-13T14:48Z'><TITLE>Tin</TITLE></ITEM></CHANNEL>").unwrap();
    assert_eq!((feed.format.as_str(), feed.link.as_deref()), ("cdf", Some("https://a.vn/")));
    assert_eq!((title(&feed).as_deref(), feed.entries[0].link.as_deref()), (Some("Tin"), Some("https://a.vn/1")));
    assert!(feed.entries[0].updated.is_some());
}

#[test]
fn undeclared_and_declared_entities_are_resolved() {
    let feed = rss("<item><title>Sở&nbsp;A &ndash; B &eacute;</title><link>https://a.vn/1</link></item>");
    assert_eq!(title(&feed).as_deref(), Some("Sở A – B é"));
    let feed = parse_text("<!DOCTYPE rss [<!ENTITY so \"Sở Y tế\">]><rss version='2.0'><channel><item><title>&so;</title><link>https://a.vn/1</link></item></channel></rss>").unwrap();
    assert_eq!(title(&feed).as_deref(), Some("Sở Y tế"));
}

#[test]
fn entities_do_not_grow() {
    let bomb = "<!DOCTYPE rss [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;\">]>\
                <rss version='2.0'><channel><item><title>&c;</title><link>https://a.vn/1</link></item></channel></rss>";
    assert!(title(&parse_text(bomb).unwrap()).unwrap().len() < 100);
}

#[test]
fn a_title_escaped_twice_is_read_once_more() {
    assert_eq!(title(&rss("<item><title>Tin &amp;amp;amp; bài &amp;quot;A&amp;quot;</title></item>")).as_deref(), Some("Tin & bài \"A\""));
    assert_eq!(title(&atom("<entry><title>R&amp;D</title></entry>")).as_deref(), Some("R&D"));
}

#[test]
fn text_is_not_taken_for_markup() {
    assert_eq!(title(&atom("<entry><title type='text'>a &lt;b&gt; c</title></entry>")).as_deref(), Some("a <b> c"));
    let row =
        &rows("<feed xmlns='http://www.w3.org/2005/Atom'><entry><link href='https://a.vn/1'/><content>1 &lt; 2</content></entry></feed>")
            [0];
    assert_eq!(row.content.as_deref(), Some("1 &lt; 2"));
}

#[test]
fn xhtml_titles_and_contents_keep_their_markup() {
    let feed = atom("<entry><title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>A <b>B</b></div></title></entry>");
    assert_eq!(feed.entries[0].title.as_ref().unwrap().text, "A <b>B</b>");
}

#[test]
fn relative_links_resolve_against_xml_base() {
    let feed = atom("<entry xml:base='https://b.vn/x/'><link href='y'/><id>urn:1</id></entry><entry><link href='y'/></entry>");
    assert_eq!(feed.entries[0].link.as_deref(), Some("https://b.vn/x/y"));
    assert_eq!(feed.entries[1].link.as_deref(), Some("https://so.vidu.gov.vn/tin/y"));
}

#[test]
fn links_that_run_something_are_none() {
    let feed =
        rss("<item><title>x</title><link>javascript:alert(1)</link></item><item><title>y</title><link>file:///etc/passwd</link></item>");
    assert!(feed.entries.iter().all(|entry| entry.link.is_none()));
    assert!(rows("<rss version='2.0'><channel><item><title>x</title><link> JaVaScript:alert(1)</link></item></channel></rss>").is_empty());
}

#[test]
fn a_permalink_guid_is_the_link_and_another_is_not() {
    let feed = rss("<item><guid>https://a.vn/1</guid></item><item><guid isPermaLink='false'>https://a.vn/2</guid></item>");
    assert_eq!(feed.entries[0].link.as_deref(), Some("https://a.vn/1"));
    assert_eq!(feed.entries[1].link, None);
}

#[test]
fn duplicate_guids_name_nothing() {
    let item = |n: u8| format!("<item><title>{n}</title><guid isPermaLink='false'>news</guid><link>https://a.vn/{n}</link></item>");
    let rows = rows(&format!("<rss version='2.0'><channel>{}{}</channel></rss>", item(1), item(2)));
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().all(|row| row.guid.is_none()));
}

#[test]
fn what_is_not_stated_is_absent() {
    let feed = rss("<item><title>x</title></item>");
    let entry = &feed.entries[0];
    assert_eq!((&entry.id, &entry.link, entry.published.is_none(), entry.updated.is_none()), (&None, &None, true, true));
}

#[test]
fn sources_are_read_in_both_forms() {
    let feed = rss("<item><title>x</title><source url='https://b.vn/rss'>Báo B</source></item>");
    assert_eq!(feed.entries[0].source.as_deref(), Some("Báo B"));
    let feed = atom(
        "<entry><title>x</title><id>urn:1</id><source><id>urn:s</id><title>Báo B</title><link href='https://b.vn/'/><updated>2003-12-13T18:30:02Z</updated></source></entry>",
    );
    let entry = &feed.entries[0];
    assert_eq!((entry.source.as_deref(), entry.id.as_deref(), entry.link.as_deref()), (Some("Báo B"), Some("urn:1"), None));
    assert!(entry.updated.is_none());
}

#[test]
fn every_enclosure_is_read_once() {
    let feed = parse_text(
        "<rss version='2.0' xmlns:media='http://search.yahoo.com/mrss/'><channel><item><title>x</title>\
         <enclosure url='https://a.vn/1.pdf' type='application/pdf' length='10'/><enclosure url='/2.pdf' type='application/pdf' length='x'/>\
         <media:content url='https://a.vn/3.jpg' type='image/jpeg'/><media:content url='https://a.vn/1.pdf'/></item></channel></rss>",
    )
    .unwrap();
    let urls: Vec<&str> = feed.entries[0].enclosures.iter().map(|file| file.url.as_str()).collect();
    assert_eq!(urls, ["https://a.vn/1.pdf", "https://so.vidu.gov.vn/2.pdf", "https://a.vn/3.jpg"]);
    assert_eq!(feed.entries[0].enclosures[0].length, Some(10));
}

#[test]
fn dates_are_read_in_local_and_machine_forms() {
    let at = |words: &str| rss(&format!("<item><pubDate>{words}</pubDate></item>")).entries[0].published.as_ref().map(Dated::rfc3339);
    assert_eq!(at("22/11/2021 08:30").as_deref(), Some("2021-11-22T08:30:00+07:00"));
    assert_eq!(at("Thứ Hai, 22/11/2021, 08:30 (GMT+7)").as_deref(), Some("2021-11-22T08:30:00+07:00"));
    assert_eq!(at("Thu, 01 Jan 2004 19:48:21 GMT").as_deref(), Some("2004-01-02T02:48:21+07:00"));
    assert_eq!(at("Mon, 01 Jan 2004 19:48:21 EST").as_deref(), Some("2004-01-02T07:48:21+07:00"));
    assert_eq!(at("hôm qua"), None);
}

#[test]
fn deep_nesting_and_many_entries_are_refused_before_parsing() {
    let deep = format!("<rss version='2.0'><channel>{}", "<a>".repeat(100_000));
    assert_eq!(parse_text(&deep).unwrap_err().code(), "scrape.too_deep");
    let many = format!("<rss version='2.0'><channel>{}</channel></rss>", "<item/>".repeat(MAX_ENTRIES + 1));
    assert_eq!(parse_text(&many).unwrap_err().code(), "scrape.too_many");
}

#[test]
fn a_prefix_on_every_element_changes_nothing() {
    let feed = parse_text("<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:title>Sở</a:title><a:entry><a:title>Tin</a:title><a:link href='https://a.vn/1'/></a:entry></a:feed>").unwrap();
    assert_eq!((title(&feed).as_deref(), feed.entries[0].link.as_deref()), (Some("Tin"), Some("https://a.vn/1")));
}

#[test]
fn utf_32_is_read() {
    let text = "<rss version='2.0'><channel><title>Sở</title></channel></rss>";
    let little: Vec<u8> = text.chars().flat_map(|c| (c as u32).to_le_bytes()).collect();
    let feed = parse(&little, &Url::parse("https://a.vn/").unwrap(), None).unwrap();
    assert_eq!(feed.title.as_ref().map(plain).as_deref(), Some("Sở"));
}
