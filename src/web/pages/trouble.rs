//! Why a source is not read, in words for readers: what logs say in English is said here in Vietnamese too.

use crate::model::health::Trouble;
use crate::web::pages::frame::Lang;

/// Codes, and what they mean for a reader.
const VIETNAMESE: &[(&str, &str)] = &[
    ("fetch.robots_disallowed", "robots.txt của trang không cho đọc"),
    ("fetch.robots_unreachable", "không tải được robots.txt của trang nên không hỏi gì thêm"),
    ("fetch.asked_to_wait", "trang yêu cầu chờ rồi mới hỏi lại"),
    ("fetch.status", "trang báo lỗi"),
    ("fetch.too_many_redirects", "trang chuyển hướng vòng quanh"),
    ("net.address_refused", "trang dẫn tới một địa chỉ nội bộ, không được hỏi"),
    ("net.port_refused", "trang dẫn tới một cổng không được hỏi"),
    ("net.scheme_refused", "trang dẫn tới địa chỉ không phải http hay https"),
    ("net.no_contact", "chưa khai địa chỉ liên hệ nên không hỏi trang nào"),
    ("net.unresolved", "không tìm thấy tên miền của trang"),
    ("net.unreachable", "không kết nối được với trang"),
    ("net.timed_out", "trang trả lời quá chậm"),
    ("net.too_large", "trang trả lời quá dài"),
    ("net.headers_too_large", "phần đầu câu trả lời của trang quá dài"),
    ("net.coding", "trang nén câu trả lời theo cách không đọc được"),
    ("net.broken", "câu trả lời của trang bị đứt giữa chừng"),
    ("net.tls", "không lập được kết nối bảo mật với trang"),
    ("net.tls_expired", "chứng thư bảo mật của trang đã hết hạn"),
    ("net.tls_not_yet_valid", "chứng thư bảo mật của trang chưa có hiệu lực"),
    ("net.tls_wrong_host", "chứng thư bảo mật của trang được cấp cho tên khác"),
    ("net.tls_unknown_issuer", "không xác minh được ai cấp chứng thư bảo mật của trang"),
    ("net.tls_revoked", "chứng thư bảo mật của trang đã bị thu hồi"),
    ("net.tls_old_protocol", "trang chỉ dùng giao thức bảo mật đã cũ"),
    ("net.tls_not_pinned", "chứng thư bảo mật của trang không phải chứng thư đã ghim"),
    ("net.tls_none", "trang không có kết nối bảo mật ở địa chỉ này"),
    ("ingest.listing_gone", "trang danh sách không còn"),
    ("ingest.empty_listing", "danh sách không có bài nào dù trước đây có"),
    ("ingest.article_absent", "có bài trong danh sách nhưng không mở được"),
    ("ingest.challenge", "trang đòi xác minh trình duyệt"),
    ("ingest.login", "trang đòi đăng nhập"),
    ("ingest.nothing_found", "trang báo là không tìm thấy gì"),
    ("ingest.notice", "trang đang bảo trì hoặc gặp lỗi"),
    ("ingest.all_absent", "không bài mới nhất nào còn ở địa chỉ của nó: trang có thể đã được làm lại"),
    ("ingest.cut_page", "trang của bài bị ngắt giữa chừng"),
    ("ingest.other_page", "tại địa chỉ của bài là một trang khác"),
    ("ingest.other_host", "trang đã dẫn sang máy chủ khác"),
    ("ingest.fallback_reading", "chỉ đọc được bằng cách dự phòng; chờ lần hỏi sau xác nhận"),
    ("ingest.budget_spent", "đã hỏi hết mức cho phép trong ngày"),
    ("ingest.little_space", "máy chủ ở đây sắp hết chỗ nên tạm ngừng hỏi"),
    ("scrape.too_deep", "trang lồng quá nhiều tầng nên không đọc"),
    ("scrape.too_slow", "đọc trang tốn quá nhiều thời gian nên dừng lại"),
    ("scrape.bad_selector", "cách đọc đã cấu hình không dùng được"),
    ("scrape.no_match", "trang không còn khớp với cách đọc đã cấu hình"),
    ("scrape.no_title", "không tìm thấy tiêu đề trên trang"),
    ("scrape.unreadable", "không tìm thấy bài nào trên trang"),
    ("scrape.html_instead_of_feed", "địa chỉ của nguồn tin nay là một trang thường"),
    ("scrape.bad_feed", "nguồn tin của trang bị hỏng"),
    ("scrape.too_many", "trang có quá nhiều mục nên không đọc"),
    ("scrape.panicked", "trang làm hỏng bộ đọc; lỗi đã được ghi lại"),
    ("health.quiet", "lâu hơn thường lệ chưa có bài mới"),
    ("health.fill_rate", "một số mục của bài không còn đọc được như trước"),
    ("health.fallback_reader", "phải đọc bằng cách dự phòng"),
];

/// What went wrong; the words of the log where there are no others.
pub fn words(trouble: &Trouble, lang: Lang) -> String {
    match VIETNAMESE.iter().find(|(code, _)| *code == trouble.code) {
        Some((code, words)) if lang == Lang::Vi => match status(&trouble.message).filter(|_| STATED.contains(code)) {
            Some(status) => format!("{words} ({status})"),
            None => (*words).to_owned(),
        },
        _ => trouble.message.clone(),
    }
}

/// Codes whose message ends with the HTTP status that was answered.
const STATED: &[&str] = &["fetch.status", "ingest.listing_gone", "ingest.article_absent"];

fn status(message: &str) -> Option<&str> {
    message.rsplit(' ').next().filter(|word| word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_of_a_source_has_words_in_vietnamese() {
        let files = [
            include_str!("../../net/error.rs"),
            include_str!("../../net/tls.rs"),
            include_str!("../../fetch/error.rs"),
            include_str!("../../scrape/error.rs"),
            include_str!("../../ingest/error.rs"),
            include_str!("../../ingest/health.rs"),
        ];
        let of_a_source = |word: &&str| {
            let is_code = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
            word.split_once('.')
                .is_some_and(|(trade, name)| ["net", "fetch", "scrape", "ingest", "health"].contains(&trade) && is_code(name))
        };
        let codes: Vec<&str> = files.iter().flat_map(|file| file.split('"')).filter(of_a_source).collect();
        assert!(codes.len() > 40, "{codes:?}");
        for code in codes {
            assert!(VIETNAMESE.iter().any(|(known, _)| *known == code), "{code}");
        }
    }

    #[test]
    fn a_status_is_told_and_english_is_the_log_s_own() {
        let trouble = |code: &str, message: &str| Trouble { code: code.to_owned(), message: message.to_owned(), help: String::new() };
        let answered = trouble("fetch.status", "https://so.vidu.gov.vn/tin answered 500");
        assert_eq!(words(&answered, Lang::Vi), "trang báo lỗi (500)");
        assert_eq!(words(&answered, Lang::En), "https://so.vidu.gov.vn/tin answered 500");
        assert_eq!(words(&trouble("net.timed_out", "x took 45 s"), Lang::Vi), "trang trả lời quá chậm");
        assert_eq!(words(&trouble("x.new", "something"), Lang::Vi), "something");
    }
}
