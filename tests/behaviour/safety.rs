//! What strangers write reaches no reader's browser as anything but words.

use crate::hostile::{Act, Hostile};
use crate::judges;
use crate::newsroom::{Desk, Newsroom};
use crate::town::{self, Reply, Town};
use std::process::Command;
use tintinh::model::time::Time;

/// Fragments that would mark the page or call `CANARY` if anything of them ran or was loaded.
const FRAGMENTS: &[&str] = &[
    "<script>PWN</script>",
    "<ScRiPt src=CANARY/1></sCrIpT>",
    "<scr<script>ipt>PWN</script>",
    "<script\n>PWN</script\n>",
    "<script/x>PWN</script>",
    "<<script>PWN//<</script>",
    "<img src=x onerror=PWN>",
    "<img src='x' onerror='PWN'>",
    "<img/src=x/onerror=PWN>",
    "<img src=CANARY/2>",
    "<img srcset='CANARY/3 1x, CANARY/4 2x'>",
    "<img src=https://127.0.0.1/x>",
    "<img lowsrc=CANARY/5 dynsrc=CANARY/6>",
    "<picture><source srcset=CANARY/7><img></picture>",
    "<svg onload=PWN></svg>",
    "<svg><script>PWN</script></svg>",
    "<svg><image href=CANARY/8 /></svg>",
    "<svg><use href='data:image/svg+xml,<svg id=x xmlns=http://www.w3.org/2000/svg><script>PWN</script></svg>#x'/></svg>",
    "<svg><animate onbegin=PWN attributeName=x dur=1s></svg>",
    "<svg><style><img src=x onerror=PWN></style></svg>",
    "<svg></p><style><a id='</style><img src=x onerror=PWN>'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror=PWN&gt;'>",
    "<math href=javascript:PWN>x</math>",
    "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=PWN>",
    "<noscript><p title='</noscript><img src=x onerror=PWN>'>",
    "<xmp><p title='</xmp><img src=x onerror=PWN>'></xmp>",
    "<textarea><p title='</textarea><img src=x onerror=PWN>'></textarea>",
    "<title><p title='</title><img src=x onerror=PWN>'></title>",
    "<template><script>PWN</script></template>",
    "<iframe src=CANARY/9></iframe>",
    "<iframe srcdoc='<script>parent.PWN</script>'></iframe>",
    "<iframe src='javascript:parent.PWN'></iframe>",
    "<object data=CANARY/10></object>",
    "<embed src=CANARY/11>",
    "<applet code=CANARY/12></applet>",
    "<frameset><frame src=CANARY/13></frameset>",
    "<link rel=stylesheet href=CANARY/14>",
    "<link rel=preload as=image href=CANARY/15>",
    "<link rel=dns-prefetch href=CANARY/16>",
    "<meta http-equiv=refresh content='0;url=CANARY/17'>",
    "<base href=CANARY/18/>",
    "<style>@import 'CANARY/19';*{background:url(CANARY/20)}</style>",
    "<p style='background:url(CANARY/21)'>x</p>",
    "<table background=CANARY/22><tr><td background=CANARY/23>x</table>",
    "<body background=CANARY/24 onload=PWN>",
    "<video src=CANARY/25 poster=CANARY/26 autoplay onerror=PWN></video>",
    "<audio src=CANARY/27 autoplay></audio>",
    "<video><source src=CANARY/28 onerror=PWN></video>",
    "<track src=CANARY/29>",
    "<input type=image src=CANARY/30>",
    "<input autofocus onfocus=PWN>",
    "<button autofocus onfocus=PWN>x</button>",
    "<select autofocus onfocus=PWN></select>",
    "<details open ontoggle=PWN>x</details>",
    "<marquee onstart=PWN>x</marquee>",
    "<a href=x autofocus tabindex=1 onfocus=PWN>x</a>",
    "<a href='javascript:PWN' id=x>x</a>",
    "<a href=' &#14; javascript:PWN'>x</a>",
    "<a href='jav&#x09;ascript:PWN'>x</a>",
    "<a href='data:text/html,<script>PWN</script>'>x</a>",
    "<a ping=CANARY/31 href=x>x</a>",
    "<div onpointerover=PWN style='position:fixed;inset:0'>x</div>",
    "<form action=CANARY/32><input type=submit></form>",
    "<isindex action=CANARY/33 type=image>",
    "<portal src=CANARY/34></portal>",
    "<dialog open onclose=PWN>x</dialog>",
    "<x onclick=PWN tabindex=1 autofocus onfocus=PWN>x</x>",
    "<!--><img src=x onerror=PWN>-->",
    "<!--[if gte IE 4]><script>PWN</script><![endif]-->",
    "<![CDATA[<img src=x onerror=PWN>]]>",
    "<?xml-stylesheet href='CANARY/35'?>",
    "]]><script>PWN</script>",
    "</div></article></main><script>PWN</script>",
    "&lt;script&gt;PWN&lt;/script&gt;",
    "&amp;lt;img src=x onerror=PWN&amp;gt;",
    "<p title='\"><img src=x onerror=PWN>'>x</p>",
    "<img alt='<img src=x onerror=PWN>' src=https://so.vidu.gov.vn.invalid/a.jpg>",
    "<img alt='><script>PWN</script>' src=https://so.vidu.gov.vn.invalid/b.jpg>",
    "\u{0}<scr\u{0}ipt>PWN</script>",
    "<p>\u{202e}\u{2028}\u{8}\u{b}x</p>",
    // Parsers that disagree: mutation on the second parse.
    "<math><mi><mglyph><svg><mtext><style><path id='</style><img src=x onerror=PWN>'>",
    "<svg><desc><template><style></template></desc><a title='</style><img src=x onerror=PWN>'>",
    "<svg><foreignobject><math><mi><style><![CDATA[</style><img src=x onerror=PWN>]]>",
    "<math><annotation-xml encoding='text/html'><style><img src=x onerror=PWN></style></annotation-xml></math>",
    "<math><annotation-xml encoding='application/xhtml+xml'><svg><script>PWN</script></svg></annotation-xml></math>",
    "<svg><title><style><img title='</style><img src=x onerror=PWN>'></title></svg>",
    "<svg><p><style><g title='</style><img src=x onerror=PWN>'>",
    "<form><form><p title='</form><img src=x onerror=PWN>'>",
    "<table><tr><td><svg><foreignObject><table><script>PWN</script>",
    "<table><caption><svg><title><table><caption></table><style><a title='</style><img src=x onerror=PWN>'>",
    "<select><template><style></select><img src=x onerror=PWN></style>",
    "<noembed><p title='</noembed><img src=x onerror=PWN>'>",
    "<noframes><p title='</noframes><img src=x onerror=PWN>'>",
    "<plaintext><img src=x onerror=PWN>",
    "<listing>\n<img src=x onerror=PWN></listing>",
    "<iframe><p title='</iframe><img src=x onerror=PWN>'>",
    "<style><style/><img src=x onerror=PWN>",
    "<script><!--<script></script><img src=x onerror=PWN>--></script>",
    "<a><a><b><i></a></b><img src=x onerror=PWN></i>",
    "<p><svg><style><!--</p><img src=x onerror=PWN>-->",
    "<frameset onload=PWN>",
    "<template shadowrootmode=open><script>PWN</script></template>",
    "<div><template shadowrootmode=open><img src=CANARY/40></template></div>",
    // Everything that is loaded without being asked for.
    "<link rel=import href=CANARY/41>",
    "<link rel=prefetch href=CANARY/42>",
    "<link rel=preconnect href=CANARY/43>",
    "<link rel=modulepreload href=CANARY/44>",
    "<link rel=manifest href=CANARY/45>",
    "<link rel=icon href=CANARY/46>",
    "<link rel='alternate stylesheet' href=CANARY/47>",
    "<style>@font-face{font-family:x;src:url(CANARY/48)}p{font-family:x}</style>",
    "<style>p{background:image-set('CANARY/49' 1x);cursor:url(CANARY/50),auto;list-style:url(CANARY/51)}</style>",
    "<p style='background:\\75\\72\\6c(CANARY/52)'>x</p>",
    "<p style='content:url(CANARY/53);border-image:url(CANARY/54);mask:url(CANARY/55);filter:url(CANARY/56#x)'>x</p>",
    "<p style=\"behavior:url(CANARY/57);-moz-binding:url(CANARY/58)\">x</p>",
    "<svg><image xlink:href=CANARY/59 /><feImage href=CANARY/60 /></svg>",
    "<svg><a xlink:href=javascript:PWN><text y=20>x</text></a></svg>",
    "<svg><set attributeName=href to=javascript:PWN /></svg>",
    "<svg><animate attributeName=href values=javascript:PWN begin=0s></svg>",
    "<picture><source srcset='CANARY/61 2x' media='(min-width:1px)'><source src=CANARY/62></picture>",
    "<img srcset=CANARY/63 sizes=100vw>",
    "<img src=data:, srcset='data:, 1x, CANARY/64 9x'>",
    "<img src=//127.0.0.1/x><img src=\\\\127.0.0.1\\x><img src=http:CANARY/65>",
    "<img src='CANARY/66' loading=eager fetchpriority=high crossorigin>",
    "<image src=CANARY/67>",
    "<input type=image src=CANARY/68><input type=text background=CANARY/69>",
    "<video><track default src=CANARY/70><source src=CANARY/71 type=video/mp4></video>",
    "<audio controls preload=auto src=CANARY/72></audio>",
    "<bgsound src=CANARY/73>",
    "<object type=text/html data=CANARY/74><param name=src value=CANARY/75></object>",
    "<object classid=x codebase=CANARY/76></object>",
    "<embed type=image/svg+xml src='data:image/svg+xml,<svg xmlns=http://www.w3.org/2000/svg onload=PWN/>'>",
    "<iframe src='data:text/html,<script>parent.PWN</script>'></iframe>",
    "<iframe srcdoc='&lt;img src=CANARY/77&gt;' loading=eager></iframe>",
    "<iframe src=CANARY/78 allow='camera *' sandbox='allow-scripts'></iframe>",
    "<fencedframe src=CANARY/79></fencedframe>",
    "<meta http-equiv=refresh content='0; url=javascript:PWN'>",
    "<meta http-equiv=Content-Security-Policy content='report-uri CANARY/80'>",
    "<meta http-equiv=set-cookie content='x=y'><meta http-equiv=x-dns-prefetch-control content=on>",
    "<base href='javascript:/a/-PWN///////'><a href=../lol/>x</a>",
    "<base target=_blank><base href=//127.0.0.1/>",
    "<html manifest=CANARY/81>",
    "<head profile=CANARY/82>",
    "<body onhashchange=PWN onpageshow=PWN onfocus=PWN background=CANARY/83>",
    "<script type=module>import 'CANARY/84'</script>",
    "<script type=importmap>{\"imports\":{\"x\":\"CANARY/85\"}}</script>",
    "<script type=speculationrules>{\"prefetch\":[{\"source\":\"list\",\"urls\":[\"CANARY/86\"]}]}</script>",
    // Links that run, and forms that send.
    "<a href='&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;PWN'>x</a>",
    "<a href='javascript&colon;PWN'>x</a>",
    "<a href='java\nscript:PWN'>x</a>",
    "<a href='java&NewLine;script&Tab;:PWN'>x</a>",
    "<a href='\u{1}javascript:PWN'>x</a>",
    "<a href='\u{feff}javascript:PWN'>x</a>",
    "<a href='JaVaScRiPt:PWN//https://so.vidu.gov.vn'>x</a>",
    "<a href='vbscript:PWN'>x</a><a href='livescript:PWN'>x</a><a href='mocha:PWN'>x</a>",
    "<a href='view-source:javascript:PWN'>x</a><a href='blob:x'>x</a><a href='filesystem:x'>x</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=='>x</a>",
    "<a href='http://x' download ping=CANARY/87 attributionsrc=CANARY/88>x</a>",
    "<img attributionsrc=CANARY/89 src=data:,>",
    "<area shape=default href=javascript:PWN><map name=m><area href=CANARY/90></map>",
    "<form id=f action=javascript:PWN></form><button form=f formaction=javascript:PWN>x</button>",
    "<input type=submit formaction=CANARY/91 autofocus onfocus=PWN>",
    "<keygen autofocus onfocus=PWN><textarea autofocus onfocus=PWN></textarea>",
    "<object><form action=CANARY/92><input name=nodeName></object>",
    // Names that cover what the page itself uses.
    "<a id=location href=CANARY/93>x</a><form name=body></form><img name=getElementById>",
    "<div id=__proto__><p id=constructor class=hidden></p></div>",
    "<p id=content style='display:none'>x</p><p hidden contenteditable onbeforeinput=PWN>x</p>",
    "<div popover id=p onbeforetoggle=PWN>x</div><button popovertarget=p>x</button>",
    "<video autoplay oncanplay=PWN><source src=data:video/mp4;base64,AAAA></video>",
    "<p onanimationstart=PWN style='animation:x 1s'>x</p><style>@keyframes x{}</style>",
    "<p ontransitionend=PWN onscrollend=PWN onsecuritypolicyviolation=PWN>x</p>",
    // Names of elements and attributes that are not what they look like.
    "<\u{212a}bd><\u{17f}cript>PWN</\u{17f}cript>",
    "<img \u{a0}src=x \u{a0}onerror=PWN>",
    "<img src=x o\u{0}nerror=PWN>",
    "<img src=x onerror\n=\nPWN>",
    "<img src=`x` onerror=`PWN`>",
    "<img src=\"x\"\"onerror=PWN>",
    "<a b='\"'onclick=PWN//'>x</a>",
    "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>PWN</x:script>",
    "<html:img xmlns:html='http://www.w3.org/1999/xhtml' src='x' onerror='PWN'/>",
    "<?php echo '<script>PWN</script>' ?>",
    "<!DOCTYPE x [<!ENTITY y '<script>PWN</script>'>]>&y;",
    "<%= '<script>PWN</script>' %>",
    "+ADw-script+AD4-PWN+ADw-/script+AD4-",
    "\u{2028}<script>PWN</script>\u{2029}",
    "{{constructor.constructor('PWN')()}}",
    "[[1]]<script>PWN</script>]]&gt;",
];

fn fragments(canary: &Hostile) -> String {
    let pwn = format!("document.documentElement.setAttribute('data-pwned',1),fetch('{}')", canary.url("/ran"));
    let all: String = FRAGMENTS.iter().map(|fragment| format!("<div><p>Mẩu tin.</p>{fragment}</div>\n")).collect();
    all.replace("PWN", &pwn.replace('\'', "`")).replace("CANARY", &canary.url(""))
}

/// A town whose article and feed are full of them, polled.
async fn poisoned(canary: &Hostile) -> (Town, Newsroom) {
    let town = Town::empty().await;
    let bad = fragments(canary);
    town.list(&["xau"]);
    town.serve("/xau.html", Reply::html(town::article("xau", &bad)));
    let escaped = bad.replace(']', "&#93;").replace('&', "&amp;").replace('<', "&lt;");
    town.serve(
        "/rss",
        Reply::of(
            "application/rss+xml",
            format!(
                "<rss version=\"2.0\"><channel><title>Sở</title><item><title>Tin {escaped}</title><link>{}</link><description>{escaped}</description></item></channel></rss>",
                town.url("/tin-rss.html")
            ),
        ),
    );
    let sources = format!(
        "{}[[source]]\nid = \"vi-du/so-y-te\"\nurl = \"{}\"\narticles = \"feed\"\n",
        town.source("vi-du/so-cong-thuong"),
        town.url("/rss")
    );
    let news = Newsroom::at(Desk::new(&[&town], &sources), Time::real().now()).await;
    (town, news)
}

/// Addresses of the public router as its source names them, with parameters filled in.
fn routes(id: &str) -> Vec<String> {
    let mut routes = vec![
        "/feed.atom",
        "/feed.rss",
        "/feed.json",
        "/changes.atom",
        "/nowhere",
        "/a/b/c/d",
        "/%ff",
        "/articles/zz",
        "/search?q=%22",
        "/media/00",
    ]
    .into_iter()
    .map(str::to_owned)
    .collect::<Vec<_>>();
    let mut files = vec![std::path::PathBuf::from("src/web")];
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if !path.ends_with("control.rs") && path.extension().is_some_and(|kind| kind == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            for route in text.split(".route(\"").skip(1) {
                let route = route.split('"').next().unwrap();
                routes.push(route.replace("{id}", id).replace("{number}", "1").replace("{month}", "2021-11").replace(['{', '}', '*'], ""));
            }
        }
    }
    assert!(routes.len() > 25, "{routes:?}");
    routes
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_make_it_harmless() {
    let town = Town::with_articles(&["thong-bao"]).await;
    let news = Newsroom::watching(&town).await;
    let id = news.articles().await[0].0.id.to_string();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let missing = ["/nowhere/feed.atom", "/feed.rss/x.json", "/archive/9.atom", "/changes.atom?kind=x"].map(str::to_owned);
    for route in routes(&id).into_iter().chain(missing) {
        let is_feed = [".atom", ".rss", ".opml", "feed.json"].iter().any(|end| route.split('?').next().unwrap().ends_with(end));
        for method in ["GET", "HEAD", "POST", "DELETE", "TRACE"] {
            let request = client.request(method.parse().unwrap(), news.url(&route)).header("if-none-match", "*");
            let answer = request.send().await.unwrap();
            let header = |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
            let policy = header("content-security-policy");
            assert!(policy.starts_with("default-src 'none'"), "{method} {route}: {policy}");
            assert!(!policy.contains("unsafe"), "{method} {route}: {policy}");
            assert_eq!(header("x-content-type-options"), "nosniff", "{method} {route}");
            assert_eq!(header("referrer-policy"), "no-referrer", "{method} {route}");
            assert!(!is_feed || policy.contains("sandbox"), "{method} {route}: {policy}");
            let kind = header("content-type");
            assert!(!(kind.contains("atom") || kind.contains("rss")) || policy.contains("sandbox"), "{method} {route}: {policy}");
        }
    }
    news.close().await;
}

/// What Chromium makes of an address.
fn shown(url: &str, profile: &std::path::Path) -> String {
    let output = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--virtual-time-budget=3000", "--timeout=20000"])
        .args(["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"])
        // Nothing but this machine is asked.
        .args(["--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1", "--dump-dom"])
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(url)
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test]
async fn nothing_of_a_hostile_page_runs_or_loads_in_a_browser() {
    let canary = Hostile::new().await;
    let (_town, news) = poisoned(&canary).await;
    let articles = news.articles().await;
    assert_eq!(articles.len(), 2);
    for (_, article) in &articles {
        let html = article.html.as_str().to_ascii_lowercase();
        for mark in [
            "<script",
            "<svg",
            "<math",
            "<style",
            "<iframe",
            "<form",
            "<input",
            "<video",
            " onerror=\"",
            "href=\"javascript",
            "src=\"http:",
        ] {
            assert!(!html.contains(mark), "{mark}: {html}");
        }
    }
    if !judges::has("chromium", &["--version"]) {
        return news.close().await;
    }
    let mut urls: Vec<String> = articles.iter().map(|(head, _)| news.url(&format!("/articles/{}", head.id))).collect();
    urls.extend(["/", "/feed.atom", "/feed.rss", "/feed.json", "/changes"].map(|path| news.url(path)));
    // A feed reader shows the text of an entry on a page of its own, without our policy.
    for (at, (_, article)) in articles.iter().enumerate() {
        let path = format!("/reader/{at}");
        canary.acts(&path, Act::page("text/html; charset=utf-8", format!("<!doctype html><title>Tin</title>{}", article.html.as_str())));
        urls.push(canary.url(&path));
    }
    let profile = tempfile::tempdir().unwrap();
    let folder = profile.path().to_owned();
    let seen =
        tokio::task::spawn_blocking(move || urls.into_iter().map(|url| (shown(&url, &folder), url)).collect::<Vec<_>>()).await.unwrap();
    for (dom, url) in seen {
        assert!(dom.contains("Thông báo về xau") || dom.contains("Tin"), "{url} was not shown: {dom}");
        assert!(!dom.contains("data-pwned=\""), "{url} ran something: {dom}");
    }
    let asked: Vec<String> = canary.asked().into_iter().filter(|path| !path.starts_with("/reader/") && path != "/favicon.ico").collect();
    assert_eq!(asked, Vec::<String>::new());
    news.close().await;
}

#[tokio::test]
async fn terminals_and_logs_get_no_control_characters() {
    let town = Town::empty().await;
    town.list(&["xau"]);
    town.serve(
        "/xau.html",
        Reply::html(town::article("xau", "a").replace("Thông báo về xau", "Tin\u{1b}]0;x\u{7}\u{9b}31m\u{202e}\u{2028}\u{2066}\u{200f}x")),
    );
    let desk = Desk::new(&[&town], &town.source("vi-du/so-cong-thuong"));
    for arguments in [&["poll"][..], &["try", "vi-du/so-cong-thuong"], &["status"]] {
        let output = desk.tintinh(arguments).await;
        for bytes in [&output.stdout, &output.stderr] {
            let text = String::from_utf8_lossy(bytes);
            assert!(
                !text.contains(['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}', '\u{2028}', '\u{2066}', '\u{200f}']),
                "{arguments:?}: {text:?}"
            );
        }
    }
}
