"""What the W3C feed validator warns of, and what JSON Feed 1.1 demands.

Standard input: a line a document, the address it was asked at, a tab, and the file that holds it.
Arguments: the moment (RFC 3339), and `URL=LENGTH` for every file whose real length is known.
Prints a line a fault; nothing when there is none. The names are those of the validator's messages.
"""
import datetime as dt, email.utils, html.parser, json, re, sys, urllib.parse
import xml.etree.ElementTree as ET

ATOM, CONTENT, DC, MEDIA = ("{http://www.w3.org/2005/Atom}", "{http://purl.org/rss/1.0/modules/content/}",
                            "{http://purl.org/dc/elements/1.1/}", "{http://search.yahoo.com/mrss/}")
asked, now = "", dt.datetime.fromisoformat(sys.argv[1])
lengths = dict(pair.rsplit("=", 1) for pair in sys.argv[2:])
fault = lambda name, what: print(f"{asked}: {name}: {what}")


def absolute(url, where):
    parts = urllib.parse.urlsplit(url or "")
    if parts.scheme not in ("http", "https") or not parts.netloc or re.search(r"[\s<>\"{}|\\^`]", url):
        fault("InvalidFullLink", f"{where} {url!r}")


def moment(text, where):
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", text or ""):
        return fault("InvalidRFC3339Date", f"{where} {text!r}")
    not_future(dt.datetime.fromisoformat(text.replace("Z", "+00:00")), where)


def rfc822(text, where):
    if not re.fullmatch(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d [+-]\d{4}", text or ""):
        return fault("InvalidRFC2822Date", f"{where} {text!r}")
    at = email.utils.parsedate_to_datetime(text)
    if at.strftime("%a") != text[:3]:
        fault("IncorrectDOW", text)
    not_future(at, where)


def not_future(at, where):
    if at > now + dt.timedelta(seconds=5):
        fault("ImplausibleDate", f"{where} {at} is after {now}")


class Body(html.parser.HTMLParser):
    """Relative references, and what a reader's browser could run."""
    RISKY = {"script", "iframe", "object", "embed", "meta", "link", "form", "style", "base", "svg", "math"}

    def handle_starttag(self, tag, attributes):
        if tag in self.RISKY:
            fault("SecurityRisk", tag)
        for name, value in attributes:
            if name.startswith("on") or name == "style":
                fault("SecurityRiskAttr", f"{tag} {name}")
            if name in ("href", "src", "cite", "longdesc"):
                absolute(value, f"ContainsRelRef {tag} {name}")


def body(text, where):
    if not text or not text.strip():
        fault("MissingContent", where)
    Body().feed(text or "")


def title(text, where):
    if not (text or "").strip():
        fault("MissingTitle", where)
    if re.search(r"<\w+[ >/]|&(amp|lt|gt|quot|#\d+);", text or ""):
        fault("ContainsHTML", f"{where} {text!r}")


def unique(ids, where):
    if len(ids) != len(set(ids)):
        fault("DuplicateEntries", where)
    for one in ids:
        if not re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", one or ""):
            fault("InvalidURN", one)


def file(url, length, media_type):
    absolute(url, "enclosure")
    if length is not None and (not str(length).isdigit() or lengths.get(url, str(length)) != str(length)):
        fault("InvalidIntegerAttribute", f"length {length} of {url}, really {lengths.get(url)}")
    if media_type is not None and not re.fullmatch(r"[a-z]+/[a-z0-9.+-]+", media_type):
        fault("InvalidMIMEAttribute", media_type)


def atom(root):
    links = {(link.get("rel", "alternate")): link.get("href") for link in root.findall(ATOM + "link")}
    if links.get("self") != asked:
        fault("SelfDoesntMatchLocation", f"{links.get('self')} was asked at {asked}")
    for rel, href in links.items():
        absolute(href, rel)
    for name in ("id", "title", "updated", "generator", "icon"):
        if root.find(ATOM + name) is None:
            fault("MissingElement", name)
    moment(root.findtext(ATOM + "updated"), "feed updated")
    absolute(root.findtext(ATOM + "icon"), "icon")
    entries = root.findall(ATOM + "entry")
    unique([entry.findtext(ATOM + "id") for entry in entries], "entries")
    for entry in entries:
        name = entry.findtext(ATOM + "title")
        title(name, "entry")
        moment(entry.findtext(ATOM + "updated"), name)
        if entry.find(ATOM + "published") is not None:
            moment(entry.findtext(ATOM + "published"), name)
        if not all((author.findtext(ATOM + "name") or "").strip() for author in entry.findall(ATOM + "author")) or entry.find(ATOM + "author") is None:
            fault("MissingAuthor", name)
        content = entry.find(ATOM + "content")
        if content is None or content.get("type") != "html":
            fault("MissingContent", name)
        else:
            body(content.text, name)
        rels = [link.get("rel") for link in entry.findall(ATOM + "link")]
        if rels.count("alternate") != 1:
            fault("DuplicateAlternateLink", name)
        for link in entry.findall(ATOM + "link"):
            absolute(link.get("href"), link.get("rel"))
            if link.get("rel") == "enclosure":
                file(link.get("href"), link.get("length"), link.get("type"))
        for category in entry.findall(ATOM + "category"):
            if not category.get("term") or not re.match(r"[a-z]+:", category.get("scheme", "")):
                fault("InvalidCategory", f"{name} {category.attrib}")
        source = entry.find(ATOM + "source")
        if source is None or any(source.find(ATOM + part) is None for part in ("id", "title", "updated", "link")):
            fault("MissingSource", name)
        order = [child.tag for child in entry]
        if any(order.index(ATOM + "source") < order.index(ATOM + part) for part in ("title", "id", "link")):
            fault("SourceFirst", name)


def rss(root):
    channel = root.find("channel")
    own = [link.get("href") for link in channel.findall(ATOM + "link") if link.get("rel") == "self"]
    if root.get("version") != "2.0" or own != [asked]:
        fault("SelfDoesntMatchLocation", f"{own} was asked at {asked}")
    for name in ("title", "link", "description", "language", "lastBuildDate", "generator"):
        if not (channel.findtext(name) or "").strip():
            fault("MissingElement", name)
    absolute(channel.findtext("link"), "channel link")
    rfc822(channel.findtext("lastBuildDate"), "channel")
    items = channel.findall("item")
    unique([item.findtext("guid") for item in items], "items")
    for item in items:
        name = item.findtext("title")
        title(name, "item")
        absolute(item.findtext("link"), name)
        if item.find("guid").get("isPermaLink") != "false":
            fault("InvalidPermalink", name)
        if item.find("pubDate") is not None:
            rfc822(item.findtext("pubDate"), name)
        order = [child.tag for child in item]
        if "description" not in order or order.index("description") > order.index(CONTENT + "encoded"):
            fault("NeedDescriptionBeforeContent", name)
        if not item.findtext(DC + "creator"):
            fault("MissingAuthor", name)
        body(item.findtext(CONTENT + "encoded"), name)
        enclosures = item.findall("enclosure")
        if len(enclosures) > 1:
            fault("DuplicateEnclosure", name)
        for enclosure in enclosures:
            if enclosure.get("length") is None:
                fault("MissingAttribute", "length")
            file(enclosure.get("url"), enclosure.get("length"), enclosure.get("type"))
        for media in item.findall(MEDIA + "content"):
            file(media.get("url"), media.get("fileSize"), media.get("type"))
        source = item.find("source")
        if source is None or not (source.text or "").strip():
            fault("MissingSource", name)
        else:
            absolute(source.get("url"), "source")


def json_feed(feed):
    if feed.get("version") != "https://jsonfeed.org/version/1.1" or feed.get("feed_url") != asked:
        fault("SelfDoesntMatchLocation", f"{feed.get('feed_url')} was asked at {asked}")
    for name in ("feed_url", "home_page_url", "icon"):
        absolute(feed.get(name), name)
    title(feed.get("title"), "feed")
    unique([item.get("id") for item in feed["items"]], "items")
    for item in feed["items"]:
        name = item.get("title")
        title(name, "item")
        absolute(item.get("url"), name)
        body(item.get("content_html"), name)
        moment(item.get("date_modified"), name)
        if "date_published" in item:
            moment(item["date_published"], name)
        if not item.get("authors") or not all(author.get("name") for author in item["authors"]):
            fault("MissingAuthor", name)
        if "author" in item or not all(isinstance(tag, str) for tag in item.get("tags", [])):
            fault("JSONFeed10", name)
        for attachment in item.get("attachments", []):
            file(attachment["url"], attachment.get("size_in_bytes"), attachment["mime_type"])
        for key in item:
            if key.startswith("_") and not isinstance(item[key], dict):
                fault("JSONExtension", key)


for line in sys.stdin.read().splitlines():
    asked, path = line.split("\t")
    document = open(path, "rb").read()
    if document.lstrip().startswith(b"{"):
        json_feed(json.loads(document))
    else:
        root = ET.fromstring(document)
        {ATOM + "feed": atom, "rss": rss}[root.tag](root)
