//! Pages that answer 200 and are not what was asked for: gates for browsers, logins, "not found".

use crate::ingest::error::IngestError;
use crate::model::page::Page;
use crate::text::charset;
use crate::text::fold;
use url::Url;

/// A page that is only a gate is short.
const MAX_GATE_BYTES: usize = 60_000;

/// A gate for browsers says little.
const MAX_GATE_TEXT: usize = 1500;

/// So much of a title is looked for in a page.
const TITLE_CHARS: usize = 40;

/// Words of pages that ask for a browser (Cloudflare, and the cookie gates of Vietnamese hosting).
const CHALLENGE: &[&str] = &[
    "/cdn-cgi/challenge-platform",
    "cf_chl_",
    "<title>just a moment",
    "<title>attention required!",
    "<title>ddos-guard",
    "_incapsula_resource",
    "/_sec/verify?provider=interstitial",
    "checking your browser",
    "enable javascript and cookies to continue",
    "d1n=",
    "g-recaptcha",
    "h-captcha",
    "cf-turnstile",
    "vui lòng xác minh",
    "đang kiểm tra trình duyệt",
    "xác thực bạn không phải là robot",
];

/// Words in headings and addresses of login pages, folded.
const LOGIN: &[&str] = &["dang nhap", "login", "log in", "sign in", "signin", "xac thuc nguoi dung"];

/// Parts of addresses that a login is asked for at.
const LOGIN_PATHS: &[&str] = &["/login", "/signin", "/sign-in", "/dang-nhap", "/dangnhap", "/authenticate", "/account/logon", "/cas/"];

/// Words of "not found" pages, folded.
const NOT_FOUND: &[&str] = &[
    "404",
    "not found",
    "khong tim thay",
    "khong ton tai",
    "trang ban yeu cau",
    "bai viet da bi xoa",
    "da bi go bo",
    "page cannot be found",
];

/// Words of notices that a site shows in place of its pages, folded: work on it, its database, its firewall, its lease.
const NOTICE: &[&str] = &[
    "dang bao tri",
    "bao tri he thong",
    "dang nang cap",
    "he thong tam ngung",
    "tam ngung hoat dong",
    "under maintenance",
    "scheduled maintenance",
    "request rejected",
    "web page blocked",
    "access denied",
    "403 forbidden",
    "sqlexception",
    "server error in",
    "runtime error",
    "internal server error",
    "error establishing a database connection",
    "service unavailable",
    "bad gateway",
    "ten mien da het han",
    "domain has expired",
    "tai khoan da bi khoa",
    "account suspended",
];

/// Words in the text of "not found" pages, where no heading says so; folded.
const NOT_FOUND_IN_TEXT: &[&str] =
    &["khong con ton tai", "khong con nua", "da bi xoa", "da bi go", "da duoc go", "no longer available", "has been removed"];

/// A notice says little.
const MAX_NOTICE_TEXT: usize = 600;

/// A page that stands in place of the one asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// It wants to see a browser first.
    Challenge,
    /// It wants to know who asks.
    Login,
    /// It says that nothing was found.
    NotFound,
    /// It says that the site is not well.
    Notice,
}

impl Gate {
    /// The fault that it costs.
    pub fn fault(self, url: &Url) -> IngestError {
        let url = url.clone();
        match self {
            Self::Challenge => IngestError::Challenge { url },
            Self::Login => IngestError::Login { url },
            Self::NotFound => IngestError::NothingFound { url },
            Self::Notice => IngestError::Notice { url },
        }
    }
}

/// What a page is instead of the one that was asked for; `title` is of the article where it is known.
/// A long page that nobody was led to is looked at by its title alone, once it is read ([`is_nothing`]).
pub fn gate(page: &Page, title: Option<&str>) -> Option<Gate> {
    if page.bytes.len() > MAX_GATE_BYTES && page.url == page.requested {
        return None;
    }
    let text = charset::decode_html(&page.bytes, page.media_type.as_deref()).text;
    let title = title.map(beginning).filter(|title| !title.is_empty());
    if title.is_some_and(|title| fold::fold(&text).contains(&title)) {
        return None;
    }
    // An article with a form that asks for a proof of humanity is no gate.
    if is_challenge(&text) && !has_more_text_than(&text, MAX_GATE_TEXT) {
        return Some(Gate::Challenge);
    }
    if is_login(&text, page) {
        return Some(Gate::Login);
    }
    if is_notice(&text) {
        return Some(Gate::Notice);
    }
    says_not_found(&text).then_some(Gate::NotFound)
}

/// How a title begins, folded: listings cut long ones off.
fn beginning(title: &str) -> String {
    fold::fold(title).trim_end_matches(['.', '…', ' ']).chars().take(TITLE_CHARS).collect()
}

/// True when more than so many bytes of a page stand outside of tags, scripts and styles.
fn has_more_text_than(html: &str, limit_bytes: usize) -> bool {
    let mut seen = 0;
    let mut rest = html;
    while seen <= limit_bytes && !rest.is_empty() {
        let (words, tag) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
        seen += words.trim().len();
        let name: String = tag.chars().skip(1).take_while(char::is_ascii_alphabetic).collect::<String>().to_ascii_lowercase();
        let end = if matches!(name.as_str(), "script" | "style") {
            tag.find(&format!("</{name}")).or_else(|| tag.find("</"))
        } else {
            tag.find('>')
        };
        rest = end.and_then(|end| tag.get(end + 1..)).unwrap_or_default();
    }
    seen > limit_bytes
}

/// True where the title of a page says that nothing was found, and a listing did not announce it so.
pub fn is_nothing(title: &str, announced: Option<&str>) -> bool {
    let title = fold::fold(title);
    NOT_FOUND.iter().any(|phrase| says(&title, phrase)) && announced.map(fold::fold).is_none_or(|announced| !title.contains(&announced))
}

/// True for a page that wants to see a browser: short, with the marks of a gate.
pub fn is_challenge(text: &str) -> bool {
    if text.len() >= 30_000 {
        return false;
    }
    let lower = text.to_lowercase();
    CHALLENGE.iter().any(|mark| lower.contains(mark))
}

/// A page that asks for a password and calls itself a login, or that was led to one. Many
/// portals have a login box on every page: the box alone says nothing.
pub fn is_login(text: &str, page: &Page) -> bool {
    let lower = text.to_ascii_lowercase();
    let asks = lower.split("<input").skip(1).any(|input| input.split('>').next().is_some_and(|tag| tag.contains("password")));
    let path = page.url.path().to_ascii_lowercase();
    let was_led = page.url != page.requested && LOGIN_PATHS.iter().any(|part| path.contains(part));
    let is_called_so = || headings(text, &["title", "h1"]).iter().any(|words| LOGIN.iter().any(|login| words.contains(login)));
    asks && (was_led || text.len() < MAX_GATE_BYTES && is_called_so())
}

/// True where the title or a heading says that nothing was found.
pub fn says_not_found(text: &str) -> bool {
    headings(text, &["title", "h1", "h2"]).iter().any(|words| NOT_FOUND.iter().any(|phrase| says(words, phrase)))
}

/// True where the title of a page is that of a notice of the site, or where little more than one stands there.
pub fn is_notice(text: &str) -> bool {
    let says = |words: &str| NOTICE.iter().any(|phrase| words.contains(phrase));
    headings(text, &["title"]).iter().any(|words| says(words)) || !has_more_text_than(text, MAX_NOTICE_TEXT) && says(&fold::fold(text))
}

/// True where words of a page say that nothing was found; whoever asks knows that the article's title is not among them.
pub fn words_say_not_found(words: &str) -> bool {
    let words = fold::fold(words);
    NOT_FOUND.iter().chain(NOT_FOUND_IN_TEXT).any(|phrase| phrase.contains(' ') && words.contains(phrase))
}

/// "404" is a word of its own: "1404 hồ sơ" and "404/QĐ-UBND" are none.
fn says(words: &str, phrase: &str) -> bool {
    if phrase.len() > 3 {
        words.contains(phrase)
    } else {
        words.split(|c: char| !c.is_alphanumeric() && c != '/').any(|word| word == phrase)
    }
}

/// The words of the first elements of these names, folded.
fn headings(html: &str, names: &[&str]) -> Vec<String> {
    names.iter().filter_map(|name| element(html, name)).map(|words| fold::fold(&words)).collect()
}

/// The words of the first element of a name; markup within is left as it is.
fn element(html: &str, name: &str) -> Option<String> {
    let lower = html.to_ascii_lowercase();
    let start = lower.find(&format!("<{name}"))?;
    let open = start + lower[start..].find('>')? + 1;
    let end = open + lower[open..].find(&format!("</{name}"))?;
    Some(html[open..end].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::candidate::Candidate;

    fn page(at: &str, html: &str) -> Page {
        let candidate =
            Candidate { content: Some(html.to_owned()), ..Candidate::at(Url::parse("https://so.vidu.gov.vn/tin/1.html").unwrap()) };
        let page = crate::ingest::first::feed_page(&candidate, chrono::DateTime::UNIX_EPOCH);
        Page { url: Url::parse(at).unwrap(), ..page }
    }

    fn told(html: &str) -> Option<Gate> {
        gate(&page("https://so.vidu.gov.vn/tin/1.html", html), None)
    }

    #[test]
    fn a_gate_is_a_challenge_and_an_article_about_gates_is_none() {
        assert!(is_challenge("<title>Just a moment...</title><script src='/cdn-cgi/challenge-platform/x'></script>"));
        assert!(!is_challenge("<h1>Kiểm tra an toàn thực phẩm</h1>"));
        assert_eq!(told("<script>document.cookie='D1N=abc';location.reload()</script>"), Some(Gate::Challenge));
    }

    #[test]
    fn an_article_with_a_form_for_humans_is_no_gate() {
        let form = "<div class=g-recaptcha></div><script>var a = '<p>';</script>";
        let body = "<p>Sở Y tế thông báo lịch tiếp công dân trong tháng.</p>".repeat(40);
        assert_eq!(told(&format!("<title>Lịch tiếp công dân</title>{form}{body}")), None);
        assert_eq!(told(&format!("<title>Kiểm tra</title>{form}<script>{}</script>", "x".repeat(5000))), Some(Gate::Challenge));
        let cut = page("https://so.vidu.gov.vn/tin/1.html", &format!("<h1>Lịch tiếp công dân tháng 11</h1>{form}"));
        assert_eq!(gate(&cut, Some("Lịch tiếp công dân …")), None);
    }

    #[test]
    fn a_page_that_calls_itself_a_login_is_one_and_a_box_is_none() {
        let form = "<form><input name=u><input type=\"password\" name=p></form>";
        assert_eq!(told(&format!("<title>Đăng nhập hệ thống</title>{form}")), Some(Gate::Login));
        assert_eq!(told(&format!("<title>Sở Y tế - Tin tức</title>{form}<p>Tin")), None);
        assert_eq!(told("<title>Hướng dẫn đăng nhập cổng dịch vụ công</title><p>Bước 1"), None);
        let led = page("https://so.vidu.gov.vn/dang-nhap?ReturnUrl=%2ftin", &format!("<title>Sở Y tế</title>{form}"));
        assert_eq!(gate(&led, None), Some(Gate::Login));
    }

    #[test]
    fn a_page_that_found_nothing_says_so_in_a_heading() {
        assert_eq!(told("<title>Lỗi 404</title>"), Some(Gate::NotFound));
        assert_eq!(told("<title>Sở Y tế</title><h1>Không tìm thấy trang</h1>"), Some(Gate::NotFound));
        for title in ["1404 hồ sơ được giải quyết", "Quyết định 404/QĐ-UBND"] {
            assert_eq!(told(&format!("<title>{title}</title>")), None, "{title}");
        }
        assert!(is_nothing("Không tìm thấy trang", Some("Lịch tiếp công dân")) && !is_nothing("Lịch tiếp công dân", None));
        assert!(!is_nothing("Không tìm thấy hồ sơ thì làm gì?", Some("Không tìm thấy hồ sơ")));
        let about = page(
            "https://so.vidu.gov.vn/tin/1.html",
            "<title>Không tìm thấy hồ sơ thì làm gì?</title><h1>Không tìm thấy hồ sơ thì làm gì?</h1>",
        );
        assert_eq!(gate(&about, Some("Không tìm thấy hồ sơ thì làm gì?")), None);
    }
}
