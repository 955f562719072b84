//! Feeds of every kind that specifications and their readers have seen: none is refused, and
//! title, link, id and date are what each states. Made from the specifications, not collected.

use crate::model::dated::Dated;
use crate::scrape::listing::feed::{Stating, parse};
use url::Url;

const DC: &str = "xmlns:dc='http://purl.org/dc/elements/1.1/'";

/// `title`, `link`, `id`, `updated` of the feed, or with `0.` before of its first entry.
fn said(feed: &Stating, path: &str) -> Option<String> {
    let moment = |dated: &Option<Dated>| {
        dated.as_ref().map(|dated| match dated.precision {
            crate::text::date::Precision::Minute => dated.moment.to_utc().format("%Y-%m-%dT%H:%M:%SZ").to_string(),
            crate::text::date::Precision::Day => dated.rfc3339(),
        })
    };
    let text = |stated: &Option<crate::scrape::listing::feed::stated::Stated>| stated.as_ref().map(|stated| stated.text.clone());
    match path.strip_prefix("0.") {
        None => match path {
            "title" => text(&feed.title),
            "link" => feed.link.clone(),
            "id" => feed.id.clone(),
            "updated" => moment(&feed.updated),
            other => panic!("{other}"),
        },
        Some(path) => {
            let entry = feed.entries.first()?;
            match path {
                "title" => text(&entry.title),
                "link" => entry.link.clone(),
                "id" => entry.id.clone(),
                "published" => moment(&entry.published),
                "updated" => moment(&entry.updated),
                "summary" => text(&entry.summary),
                "content" => text(&entry.content),
                "author" => entry.authors.first().cloned(),
                other => panic!("{other}"),
            }
        }
    }
}

/// What is wrong with one feed; `expected` is `path=value` (`path=` for absent).
fn faults(document: &[u8], expected: &[&str]) -> Vec<String> {
    let shown = String::from_utf8_lossy(document);
    match parse(document, &Url::parse("http://so.vidu.gov.vn/tin/rss").unwrap(), None) {
        Err(error) => vec![format!("refused ({}): {shown}", error.code())],
        Ok(feed) => {
            let checks = expected.iter().filter_map(|line| {
                let (path, value) = line.split_once('=').unwrap();
                let found = said(&feed, path).unwrap_or_default();
                (found != value).then(|| format!("{path} is {found:?}, not {value:?}: {shown}"))
            });
            checks.collect()
        }
    }
}

fn hold<D: AsRef<[u8]>>(table: &[(D, &[&str])]) {
    let faults: Vec<String> = table.iter().flat_map(|(document, expected)| faults(document.as_ref(), expected)).collect();
    assert!(faults.is_empty(), "{} of {} feeds:\n{}", faults.len(), table.len(), faults.join("\n"));
}

#[test]
fn every_version_of_rss_is_read() {
    let item = "<item><title>Tin</title><link>http://a.vn/1</link></item>";
    let channel = format!("<channel><title>Sở</title><link>http://a.vn/</link>{item}</channel>");
    let all: &[&str] = &["title=Sở", "link=http://a.vn/", "0.title=Tin", "0.link=http://a.vn/1"];
    let rdf = "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'";
    let mut table: Vec<(String, &[&str])> = Vec::new();
    for root in [
        "rss",
        "rss version='0.91'",
        "rss version='0.92'",
        "rss version='0.93'",
        "rss version='0.94'",
        "rss version='2.0'",
        "rss version='2'",
        "rss version=''",
        "rss version='9.9'",
        "rss version='2.0' xmlns='http://purl.org/net/rss2.0'",
        "rss version='2.0' xmlns='http://backend.userland.com/rss2'",
        "rss version='2.0' xmlns='http://blogs.law.harvard.edu/tech/rss'",
        "rss version='2.0' xmlns='http://example.com/nobody/knows'",
        "rss version='2.0' xmlns=''",
        "RSS version='2.0'",
    ] {
        let name = root.split(' ').next().unwrap();
        table.push((format!("<?xml version='1.0'?><{root}>{channel}</{name}>"), all));
    }
    table.push((format!("<!DOCTYPE rss PUBLIC '-//Netscape Communications//DTD RSS 0.91//EN' 'http://my.netscape.com/publish/formats/rss-0.91.dtd'><rss version='0.91'>{channel}</rss>"), all));
    table.push((format!("<!DOCTYPE rss SYSTEM \"http://a.vn/x.dtd\" [<!ENTITY a 'b'>]>\n<rss version='0.91'>{channel}</rss>"), all));
    table.push((
        format!("<?xml version='1.0'?><?xml-stylesheet href='a.xsl'?><!-- c --><rss version='2.0'>{channel}</rss><!-- end -->"),
        all,
    ));
    table.push((
        format!("<rss version='2.0'>{}</rss>", channel.replace("<item>", "</channel><item>").replace("</item></channel>", "</item>")),
        all,
    ));
    for default in [
        "http://my.netscape.com/rdf/simple/0.9/",
        "http://channel.netscape.com/rdf/simple/0.9/",
        "http://purl.org/rss/1.0/",
        "http://purl.org/net/rss1.1#",
        "",
    ] {
        let outside = channel.replace(item, "");
        table.push((format!("<rdf:RDF {rdf} xmlns='{default}'>{outside}{item}</rdf:RDF>"), all));
        table.push((format!("<rdf:RDF {rdf} xmlns='{default}'>{channel}</rdf:RDF>"), all));
    }
    table.push((
        format!(
            "<RDF xmlns='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:r='http://purl.org/rss/1.0/'>{}</RDF>",
            channel.replace("</", "</r:").replace('<', "<r:").replace("<r:/", "</").replace("r:r:", "r:")
        ),
        all,
    ));
    table.push(("<rss version='2.0'><channel><title>Sở</title></channel></rss>".to_owned(), &["title=Sở", "link=", "0.title="]));
    table.push(("<rss version='2.0'><channel/></rss>".to_owned(), &["title="]));
    table.push(("<rss version='2.0'/>".to_owned(), &["title="]));
    hold(&table);
}

#[test]
fn titles_ids_and_links_of_rss_are_as_stated() {
    let in_item = |inner: &str| {
        format!(
            "<rss version='2.0' {DC} xmlns:atom='http://www.w3.org/2005/Atom' xmlns:media='http://search.yahoo.com/mrss/' xmlns:dcterms='http://purl.org/dc/terms/'><channel><item>{inner}</item></channel></rss>"
        )
    };
    let table: Vec<(String, &[&str])> = vec![
        (in_item("<title>A &amp; B</title>"), &["0.title=A & B"]),
        (in_item("<title>A &#38; B &#x26; C</title>"), &["0.title=A & B & C"]),
        (in_item("<title>a &lt;b&gt;c&lt;/b&gt;</title>"), &["0.title=a <b>c</b>"]),
        (in_item("<title><![CDATA[a <b>c</b> & d]]></title>"), &["0.title=a <b>c</b> & d"]),
        (in_item("<title>a <![CDATA[& b]]> c</title>"), &["0.title=a & b c"]),
        (in_item("<title>&#8217;&rsquo;&amp;rsquo;</title>"), &["0.title=’’&rsquo;"]),
        (in_item("<title>\n  Tin \n</title>"), &["0.title=Tin"]),
        (in_item("<title/>"), &["0.title="]),
        (in_item("<title>A</title><media:title>B</media:title><dc:title>C</dc:title>"), &["0.title=A"]),
        (in_item("<media:title>B</media:title><dc:title>C</dc:title><title>A</title>"), &["0.title=A"]),
        (in_item("<dc:title>C</dc:title>"), &["0.title=C"]),
        (in_item("<media:title>B</media:title>"), &["0.title=B"]),
        (in_item("<title>A</title><media:group><media:title>B</media:title></media:group>"), &["0.title=A"]),
        (
            in_item("<title>A</title><source url='http://b.vn/'>B</source><image><title>I</title><link>http://i/</link></image>"),
            &["0.title=A", "0.link="],
        ),
        (in_item("<guid>http://a.vn/g</guid>"), &["0.id=http://a.vn/g", "0.link=http://a.vn/g"]),
        (in_item("<guid isPermaLink='true'>http://a.vn/g</guid>"), &["0.link=http://a.vn/g"]),
        (in_item("<guid isPermaLink='false'>http://a.vn/g</guid>"), &["0.id=http://a.vn/g", "0.link="]),
        (in_item("<guid isPermaLink=' False '>http://a.vn/g</guid>"), &["0.link="]),
        (in_item("<guid>http://a.vn/g</guid><link>http://a.vn/l</link>"), &["0.id=http://a.vn/g", "0.link=http://a.vn/l"]),
        (in_item("<link>http://a.vn/l</link><guid>http://a.vn/g</guid>"), &["0.id=http://a.vn/g", "0.link=http://a.vn/l"]),
        (in_item("<guid>tag:a.vn,2020:1</guid>"), &["0.id=tag:a.vn,2020:1", "0.link="]),
        (in_item("<guid>1234</guid><link>/tin/1</link>"), &["0.id=1234", "0.link=http://so.vidu.gov.vn/tin/1"]),
        (in_item("<link> http://a.vn/1?a=1&amp;b=2 </link>"), &["0.link=http://a.vn/1?a=1&b=2"]),
        (in_item("<link><![CDATA[http://a.vn/1?a=1&b=2]]></link>"), &["0.link=http://a.vn/1?a=1&b=2"]),
        (in_item("<link>1.html</link>"), &["0.link=http://so.vidu.gov.vn/tin/1.html"]),
        (in_item("<link>//b.vn/1</link>"), &["0.link=http://b.vn/1"]),
        (in_item("<link/><guid>http://a.vn/g</guid>"), &["0.link=http://a.vn/g"]),
        (in_item("<link>http://a.vn/l</link><atom:link rel='self' href='http://a.vn/s'/>"), &["0.link=http://a.vn/l"]),
        (in_item("<atom:link href='http://a.vn/l'/>"), &["0.link=http://a.vn/l"]),
        (in_item("<LINK>http://a.vn/l</LINK><TITLE>T</TITLE>"), &["0.link=http://a.vn/l", "0.title=T"]),
        (in_item("<pubDate>Thu, 01 Jan 2004 19:48:21 GMT</pubDate>"), &["0.published=2004-01-01T19:48:21Z"]),
        (in_item("<dc:date>2004-01-01T19:48:21Z</dc:date>"), &["0.updated=2004-01-01T19:48:21Z"]),
        (
            in_item("<dc:date>2004-01-01T19:48:21Z</dc:date><dcterms:modified>2004-02-01T19:48:21Z</dcterms:modified>"),
            &["0.published=2004-01-01T19:48:21Z", "0.updated=2004-02-01T19:48:21Z"],
        ),
        (in_item("<dcterms:issued>2004-01-01T19:48:21Z</dcterms:issued>"), &["0.published=2004-01-01T19:48:21Z"]),
        (in_item("<dcterms:created>2004-01-01T19:48:21Z</dcterms:created>"), &["0.published=2004-01-01T19:48:21Z"]),
        (in_item("<description>A &lt;p&gt;</description>"), &["0.summary=A <p>"]),
        (
            in_item("<content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'><![CDATA[<p>x</p>]]></content:encoded>"),
            &["0.content=<p>x</p>"],
        ),
        (in_item("<content:encoded><![CDATA[<p>x</p>]]></content:encoded>"), &["0.content=<p>x</p>"]),
        (in_item("<body xmlns='http://www.w3.org/1999/xhtml'><p>x<br/></p></body>"), &["0.content=<p>x<br></p>"]),
        (in_item("<x:body xmlns:x='http://www.w3.org/1999/xhtml'><x:p>x</x:p></x:body>"), &["0.content=<p>x</p>"]),
        (in_item("<author>a@b.vn (Phòng A)</author>"), &["0.author=a@b.vn (Phòng A)"]),
        (in_item("<x:y xmlns:x='urn:x'><title>B</title></x:y><title>A</title>"), &["0.title=A"]),
        (in_item("<undeclared:title>B</undeclared:title><title>A</title>"), &["0.title=A"]),
        (in_item("<title>A\u{b}B\u{1}</title>"), &["0.title=AB"]),
        (in_item("<title>A&#11;B&#0;&#xFFFF;</title>"), &["0.title=AB"]),
    ];
    hold(&table);
    let in_channel = |inner: &str| {
        format!(
            "<rss version='2.0' {DC} xmlns:atom='http://www.w3.org/2005/Atom' xmlns:admin='http://webns.net/mvcb/'><channel>{inner}</channel></rss>"
        )
    };
    let table: Vec<(String, &[&str])> = vec![
        (in_channel("<title>A</title><image><title>B</title><link>http://b/</link></image>"), &["title=A", "link="]),
        (in_channel("<image><title>B</title></image><title>A</title><textInput><title>C</title></textInput>"), &["title=A"]),
        (in_channel("<title>A &lt; B</title>"), &["title=A < B"]),
        (in_channel("<title>A&apos;B</title>"), &["title=A'B"]),
        (in_channel("<dc:title>A</dc:title>"), &["title=A"]),
        (in_channel("<link>http://a.vn/</link><atom:link rel='self' href='http://a.vn/rss'/>"), &["link=http://a.vn/"]),
        (in_channel("<atom:link rel='self' href='http://a.vn/rss'/><link>http://a.vn/</link>"), &["link=http://a.vn/"]),
        (in_channel("<pubDate>Thu, 01 Jan 2004 19:48:21 GMT</pubDate>"), &["updated=2004-01-01T19:48:21Z"]),
        (in_channel("<lastBuildDate>Thu, 01 Jan 2004 19:48:21 GMT</lastBuildDate>"), &["updated=2004-01-01T19:48:21Z"]),
        (in_channel("<dc:date>2004-01-01T19:48:21Z</dc:date>"), &["updated=2004-01-01T19:48:21Z"]),
    ];
    hold(&table);
}

#[test]
fn both_versions_of_atom_are_read() {
    let old = |inner: &str| format!("<feed version='0.3' xmlns='http://purl.org/atom/ns#'>{inner}</feed>");
    let new = |inner: &str| format!("<feed xmlns='http://www.w3.org/2005/Atom'>{inner}</feed>");
    let bare = |inner: &str| format!("<feed>{inner}</feed>");
    let mut table: Vec<(String, &[&str])> = Vec::new();
    for feed in [&old as &dyn Fn(&str) -> String, &new, &bare] {
        table.extend::<Vec<(String, &[&str])>>(vec![
            (feed("<title>A &amp; B</title>"), &["title=A & B"]),
            (feed("<id>urn:1</id><link href='http://a.vn/'/>"), &["id=urn:1", "link=http://a.vn/"]),
            (feed("<link rel='self' href='http://a.vn/s'/><link rel='alternate' type='text/html' href='http://a.vn/'/>"), &["link=http://a.vn/"]),
            (feed("<link rel='service.post' href='http://a.vn/s'/>"), &["link="]),
            (feed("<link rel='http://www.iana.org/assignments/relation/alternate' href='http://a.vn/'/>"), &["link=http://a.vn/"]),
            (feed("<entry><title>A</title><id>urn:2</id><link href='/1'/></entry>"), &["0.title=A", "0.id=urn:2", "0.link=http://so.vidu.gov.vn/1"]),
            (feed("<entry><title>A</title><author><name>N</name><uri>http://u/</uri></author></entry>"), &["0.title=A", "0.author=N"]),
            (feed("<entry><title>A</title><link rel='enclosure' href='http://a.vn/1.pdf'/></entry>"), &["0.link="]),
            (feed("<entry xml:base='http://b.vn/x/'><link href='y'/></entry>"), &["0.link=http://b.vn/x/y"]),
            (feed("<entry><link xml:base='http://b.vn/x/' href='y'/></entry>"), &["0.link=http://b.vn/x/y"]),
            (feed("<entry xml:base='x/'><link xml:base='z/' href='y'/></entry>"), &["0.link=http://so.vidu.gov.vn/tin/x/z/y"]),
            (feed("<entry><title>A</title><x:title xmlns:x='urn:x'>B</x:title></entry>"), &["0.title=A"]),
            (feed("<entry><title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>A <b>B</b></div></title></entry>"), &["0.title=A <b>B</b>"]),
            (feed("<entry><title type='xhtml'><x:div xmlns:x='http://www.w3.org/1999/xhtml'>A <x:b>B</x:b><x:br/></x:div></title></entry>"), &["0.title=A <b>B</b><br>"]),
            (feed("<entry><title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>A &amp; B &#60; <![CDATA[<C>]]></div></title></entry>"), &["0.title=A &amp; B &lt; &lt;C&gt;"]),
        ]);
    }
    table.extend::<Vec<(String, &[&str])>>(vec![
        (old("<entry><title mode='escaped' type='text/html'>A &lt;b&gt;B&lt;/b&gt;</title></entry>"), &["0.title=A <b>B</b>"]),
        (old("<entry><title mode='escaped' type='text/html'>A &amp;amp; B</title></entry>"), &["0.title=A &amp; B"]),
        (old("<entry><title mode='escaped' type='text/html'>A &amp; B</title></entry>"), &["0.title=A &amp; B"]),
        (old("<entry><title mode='escaped' type='text/plain'>a &lt;blink&gt; tag</title></entry>"), &["0.title=a <blink> tag"]),
        (old("<entry><title mode='escaped'><![CDATA[A <b>B</b>]]></title></entry>"), &["0.title=A <b>B</b>"]),
        (old("<entry><title type='text/html' mode='base64'>RXhhbXBsZSA8Yj5BdG9tPC9iPg==</title></entry>"), &["0.title=Example <b>Atom</b>"]),
        (old("<entry><title type='text/html' mode='base64'>RXhhbXBs\nZSA8Yj5B\ndG9tPC9iPg==</title></entry>"), &["0.title=Example <b>Atom</b>"]),
        (old("<entry><title type='application/xhtml+xml' mode='xml'><div xmlns='http://www.w3.org/1999/xhtml'>A <b>B</b></div></title></entry>"), &["0.title=A <b>B</b>"]),
        (old("<entry><title type='application/xhtml+xml'>A <b>B</b></title></entry>"), &["0.title=A <b>B</b>"]),
        (old("<modified>2003-12-31T10:14:55Z</modified>"), &["updated=2003-12-31T10:14:55Z"]),
        (old("<modified>Thu, 01 Jan 2004 19:48:21 GMT</modified>"), &["updated=2004-01-01T19:48:21Z"]),
        (old("<entry><issued>2003-12-31T10:14:55-08:00</issued><modified>2004-01-01T10:14:55Z</modified></entry>"), &["0.published=2003-12-31T18:14:55Z", "0.updated=2004-01-01T10:14:55Z"]),
        (old("<entry><created>2003-12-31T10:14:55+08:00</created></entry>"), &["0.published=2003-12-31T02:14:55Z"]),
        (old("<entry><created>2003-12-30T10:14:55Z</created><issued>2003-12-31T10:14:55Z</issued></entry>"), &["0.published=2003-12-31T10:14:55Z"]),
        (new("<entry><title type='html'>A &lt;b&gt;B&lt;/b&gt;</title></entry>"), &["0.title=A <b>B</b>"]),
        (new("<entry><title type='html'>A &amp; B</title></entry>"), &["0.title=A &amp; B"]),
        (new("<entry><title type='html'><![CDATA[A &amp; B]]></title></entry>"), &["0.title=A &amp; B"]),
        (new("<entry><title type='text'>A &lt; B</title></entry>"), &["0.title=A < B"]),
        (new("<entry><title type='TEXT'>A</title></entry>"), &["0.title=A"]),
        (new("<entry><published>2003-12-31T10:14:55Z</published><updated>2004-01-01T10:14:55.5Z</updated></entry>"), &["0.published=2003-12-31T10:14:55Z", "0.updated=2004-01-01T10:14:55Z"]),
        (new("<updated>2004-01-01T10:14:55Z</updated>"), &["updated=2004-01-01T10:14:55Z"]),
        (new("<entry><title>A</title><source><title>B</title><id>urn:s</id><link href='http://b.vn/'/><updated>2003-12-31T10:14:55Z</updated></source></entry>"), &["0.title=A", "0.id=", "0.link=", "0.updated="]),
        (new("<entry><source><title>B</title></source><title>A</title></entry>"), &["0.title=A"]),
        (new("<entry><content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>x &amp; y</p></div></content></entry>"), &["0.content=<p>x &amp; y</p>"]),
        (new("<entry><content type='application/xml'><title>B</title></content><title>A</title></entry>"), &["0.title=A"]),
        ("<entry xmlns='http://www.w3.org/2005/Atom'><title>A</title><id>urn:1</id></entry>".to_owned(), &["0.title=A", "0.id=urn:1"]),
        ("<feed xmlns='http://www.w3.org/2005/Atom' xml:base='http://b.vn/x/' xml:lang='vi'><link href='y'/></feed>".to_owned(), &["link=http://b.vn/x/y"]),
    ]);
    hold(&table);
}

#[test]
fn the_channel_definition_format_keeps_everything_in_attributes() {
    hold::<&str>(&[
        (
            "<CHANNEL HREF='http://a.vn/' LASTMOD='2002-11-13T14:48Z'><TITLE>Sở</TITLE><ABSTRACT>B</ABSTRACT><LOGO HREF='http://a.vn/l'/><ITEM HREF='/1'><TITLE>A</TITLE><ABSTRACT>C</ABSTRACT></ITEM></CHANNEL>",
            &[
                "title=Sở",
                "link=http://a.vn/",
                "updated=2002-11-13T14:48:00Z",
                "0.title=A",
                "0.link=http://so.vidu.gov.vn/1",
                "0.summary=C",
            ],
        ),
        (
            "<Channel><Title>Sở</Title><Item href='http://a.vn/1' lastmod='2002-11-13T14:48Z'><Title>A</Title></Item></Channel>",
            &["title=Sở", "0.updated=2002-11-13T14:48:00Z", "0.link=http://a.vn/1"],
        ),
        (
            "<CHANNEL BASE='http://b.vn/x/'><A HREF='http://a.vn/'/><ITEM><A HREF='http://a.vn/1'/><TITLE>A</TITLE></ITEM></CHANNEL>",
            &["0.title=A", "0.link=http://a.vn/1", "link=http://a.vn/"],
        ),
    ]);
}

#[test]
fn what_is_no_xml_is_read_all_the_same() {
    hold::<&str>(&[
        (
            "<rss version='2.0'><channel><item><title>A & B</title><link>http://a.vn/?a=1&b=2</link></item></channel></rss>",
            &["0.title=A & B", "0.link=http://a.vn/?a=1&b=2"],
        ),
        ("<rss version='2.0'><channel><item><title>A &nbsp; B &copy C</title></item></channel></rss>", &["0.title=A \u{a0} B &copy C"]),
        ("<rss version=2.0><channel><item><title>A</title></item></channel></rss>", &["0.title=A"]),
        (
            "<rss version='2.0'><channel><item><title>A<br>B</title><link>http://a.vn/1</link></item></channel></rss>",
            &["0.link=http://a.vn/1"],
        ),
        ("<rss version='2.0'><channel><item><title>A</title><link>http://a.vn/1</link></item>", &["0.title=A"]),
        (
            "<rss version='2.0'><channel><item><title>A</TITLE><link>http://a.vn/1</Link></item></channel></rss>",
            &["0.title=A", "0.link=http://a.vn/1"],
        ),
        ("<rss version='2.0'><channel><item><title>A</title></item></channel></rss><script>x</script>", &["0.title=A"]),
        ("<rss version='2.0'><channel><item><title>A</title></item></channel></rss>\n</html> rest", &["0.title=A"]),
        (
            "<br />\n<b>Warning</b>: mysql in <b>/x.php</b> on line <b>3</b><br />\n<?xml version='1.0'?><rss version='2.0'><channel><item><title>A</title></item></channel></rss>",
            &["0.title=A"],
        ),
        ("Notice: x\n<rss version='2.0'><channel><item><title>A</title></item></channel></rss>", &["0.title=A"]),
        ("\u{feff}\n\n <?xml version='1.0'?>\n<rss version='2.0'><channel><item><title>A</title></item></channel></rss>", &["0.title=A"]),
        (
            "<?xml version='1.1' encoding='utf-8' standalone='yes'?><rss version='2.0'><channel><item><title>A</title></item></channel></rss>",
            &["0.title=A"],
        ),
        (
            "<rss version='2.0'><channel><item><title>A</title><description><![CDATA[x ]]></description><description><![CDATA[y</description></item></channel></rss>",
            &[],
        ),
        ("<rss version='2.0'><channel><item title='x' title='y'><title>A</title></item></channel></rss>", &["0.title=A"]),
        (
            "<rss version='2.0'><channel><item><dc:title>A</dc:title><dc:date>2004-01-01T19:48:21Z</dc:date></item></channel></rss>",
            &["0.title=A", "0.updated=2004-01-01T19:48:21Z"],
        ),
        ("<rss version='2.0'><channel><item><title>a < b</title></item></channel></rss>", &["0.title=a < b"]),
        ("<rss version='2.0'><channel><item><title>A</title><item><title>B</title></item></channel></rss>", &["0.title=A"]),
        (
            "<!DOCTYPE rss [<!ENTITY % x SYSTEM 'file:///etc/passwd'> %x; <!ENTITY y SYSTEM 'file:///etc/passwd'>]><rss version='2.0'><channel><item><title>A&y;</title></item></channel></rss>",
            &["0.title=A&y;"],
        ),
    ]);
}

/// Bytes of a feed in an encoding that encoding_rs writes.
fn encoded(label: &str, text: &str) -> Vec<u8> {
    encoding_rs::Encoding::for_label(label.as_bytes()).unwrap().encode(text).0.into_owned()
}

#[test]
fn every_encoding_is_read() {
    let feed = |label: &str, title: &str| {
        format!("<?xml version='1.0' encoding='{label}'?><rss version='2.0'><channel><title>{title}</title></channel></rss>")
    };
    let mut wrong = Vec::new();
    for (label, title) in [
        ("utf-8", "Sở Y tế"),
        ("windows-1258", "Điện lực"),
        ("windows-1252", "été"),
        ("iso-8859-1", "été"),
        ("latin1", "été"),
        ("us-ascii", "abc"),
        ("windows-1250", "žluť"),
        ("iso-8859-2", "žluť"),
        ("windows-1251", "Привет всем"),
        ("iso-8859-5", "Привет всем"),
        ("koi8-r", "Привет всем"),
        ("koi8-u", "Привет всем"),
        ("windows-1253", "Καλημέρα"),
        ("iso-8859-7", "Καλημέρα"),
        ("windows-1254", "ışık"),
        ("iso-8859-9", "ışık"),
        ("windows-1255", "שלום"),
        ("windows-1256", "سلام"),
        ("windows-1257", "ąžuolas"),
        ("iso-8859-15", "10 €"),
        ("windows-874", "สวัสดี"),
        ("big5", "中文新聞"),
        ("gb2312", "中文新闻"),
        ("gbk", "中文新闻"),
        ("gb18030", "中文新闻"),
        ("euc-jp", "日本語"),
        ("shift_jis", "日本語"),
        ("iso-2022-jp", "日本語"),
        ("euc-kr", "한국어"),
        ("macintosh", "été"),
    ] {
        wrong.extend(faults(&encoded(label, &feed(label, title)), &[&format!("title={title}")]));
    }
    let text = feed("utf-16", "Sở Y tế");
    let units: Vec<u16> = text.encode_utf16().collect();
    let points: Vec<u32> = text.chars().map(u32::from).collect();
    for mark in [false, true] {
        let sixteen = |bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            mark.then_some(0xfeff).into_iter().chain(units.iter().copied()).flat_map(bytes).collect()
        };
        let thirty_two = |bytes: fn(u32) -> [u8; 4]| -> Vec<u8> {
            mark.then_some(0xfeff).into_iter().chain(points.iter().copied()).flat_map(bytes).collect()
        };
        for document in [sixteen(u16::to_le_bytes), sixteen(u16::to_be_bytes), thirty_two(u32::to_le_bytes), thirty_two(u32::to_be_bytes)] {
            wrong.extend(faults(&document, &["title=Sở Y tế"]));
        }
    }
    for declared in ["utf-16", "us-ascii", "iso-8859-1", "no-such-encoding", ""] {
        wrong.extend(faults(feed(declared, "Sở Y tế").as_bytes(), &["title=Sở Y tế"]));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
