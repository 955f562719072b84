//! Days and hours of programmes, which are the article's own words, and icons beside a date. The forms are made.

use crate::page::{LAYOUTS, Page};
use crate::read;
use tintinh::model::article::Article;

const FETCHED: &str = "2025-10-31T09:12:00+07:00";

fn everywhere(page: &Page) -> Vec<(&'static str, Article)> {
    LAYOUTS.iter().map(|(name, layout)| (*name, read(&layout(page), Some(FETCHED.parse().unwrap())))).collect()
}

fn published(article: &Article) -> Option<String> {
    article.published.as_ref().map(|dated| dated.rfc3339())
}

#[test]
fn an_icon_named_for_a_clock_hides_no_date() {
    for icon in [
        "<i class=\"fa fa-clock-o\"></i>",
        "<i class=\"far fa-clock\" aria-hidden=\"true\"></i>",
        "<span class=\"bi-clock\"></span>",
        "<img class=\"icon-clock\" src=\"/clock.png\">",
        "<svg class=\"svg-clock\"><path d=\"M0 0\"/></svg>",
    ] {
        for (layout, article) in everywhere(&Page { date: format!("{icon} Ngày đăng: 12/06/2025 08:05"), ..Page::default() }) {
            assert_eq!(published(&article).as_deref(), Some("2025-06-12T08:05:00+07:00"), "{layout}: {icon}");
        }
    }
}

/// A page beside whose headline stands a day, and whose text is this.
fn notice(date: &str, text: &str) -> Article {
    let title = "Thông báo lịch ngừng cấp điện";
    let html = format!(
        "<html lang=\"vi\"><head><title>{title}</title></head><body><div class=\"main\"><h1>{title}</h1>{date}<div class=\"n\">{text}</div></div></body></html>"
    );
    read(&html, Some(FETCHED.parse().unwrap()))
}

const PROSE: &str = "<p>Công ty Điện lực thông báo lịch ngừng cấp điện để bảo trì lưới điện, mong quý khách hàng thông cảm và chủ động bố trí sản xuất, sinh hoạt.";

#[test]
fn the_hour_of_an_event_is_not_that_of_the_day_printed() {
    for line in ["Từ 7h30 ngày 15/07/2025", "7:30 - 11:00", "Từ 7h30", "7h30 ngày 15/07", "Khai mạc 7h30", "7h30"] {
        let article = notice("<div class=\"d\">12/06/2025</div>", &format!("<p>{line}{PROSE}{PROSE}"));
        assert_eq!(published(&article).as_deref(), Some("2025-06-12"), "{line}");
        assert!(article.text.starts_with(line), "{line}: {}", article.text);
    }
    let article = notice("<div class=\"d\">12/06/2025</div><div class=\"d\">08:05</div>", &format!("{PROSE}{PROSE}"));
    assert_eq!(published(&article).as_deref(), Some("2025-06-12T08:05:00+07:00"));
}

#[test]
fn days_that_head_a_programme_are_no_publication_and_stay_in_the_text() {
    let programme = |first: &str, second: &str| {
        format!("<p><b>{first}</b><p>- Sáng: Giao ban tuần.<p>- Chiều: Tiếp công dân.<p><b>{second}</b><p>- Sáng: Dự hội nghị.")
    };
    for (first, text) in [
        ("Thứ Hai, ngày 07/07/2025", programme("Thứ Hai, ngày 07/07/2025", "Thứ Ba, ngày 08/07/2025")),
        ("Ngày 07/07/2025", "<p>Ngày 07/07/2025<p>Khu vực phường Phú Thủy mất điện từ 7h đến 11h.".to_owned()),
        ("07/07/2025:", "<p>07/07/2025:<p>Khu vực phường Phú Thủy mất điện cả ngày.".to_owned()),
    ] {
        let article = notice("", &format!("{text}{PROSE}{PROSE}"));
        assert_eq!(published(&article), None, "{first}");
        assert!(article.text.starts_with(first), "{first}: {}", article.text);
        let article = notice("<div class=\"d\">12/06/2025 08:05</div>", &format!("{text}{PROSE}{PROSE}"));
        assert_eq!(published(&article).as_deref(), Some("2025-06-12T08:05:00+07:00"), "{first}");
        assert!(article.text.starts_with(first), "{first}: {}", article.text);
    }
    for text in [
        programme("Ngày 07/07/2025", "Ngày 08/07/2025"),
        "<p>Thứ Hai, 07/07/2025<p>Khu vực phường Phú Thủy mất điện từ 7h đến 11h.".to_owned(),
    ] {
        assert_eq!(published(&notice("", &format!("{text}{PROSE}{PROSE}"))), None, "{text}");
    }
    // The day of the page looks otherwise than those of its programme.
    let article = notice("<p>12/06/2025</p>", &programme("Thứ Hai, ngày 07/07/2025", "Thứ Ba, ngày 08/07/2025"));
    assert_eq!(published(&article).as_deref(), Some("2025-06-12"));
    // A day that opens a whole text is its own, as editors type it.
    assert_eq!(published(&notice("", &format!("<p><em>07/07/2025</em>{PROSE}{PROSE}"))).as_deref(), Some("2025-07-07"));
    let article = notice("", &programme("Thứ Hai, ngày 07/07/2025", "Thứ Ba, ngày 08/07/2025"));
    assert_eq!(published(&article), None);
    assert!(article.text.starts_with("Thứ Hai, ngày 07/07/2025"), "{}", article.text);
}
