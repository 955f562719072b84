//! What departments see of us: robots, waiting, conditional requests, redirects remembered.

use crate::hostile::{Act, Hostile};
use crate::limits::{fetcher, get, told};
use crate::newsroom::{Desk, Newsroom};
use crate::town::{Reply, Town};
use std::time::Duration;
use tintinh::fetch::fetcher::Fetched;
use tintinh::fetch::robots::Said;
use tintinh::fetch::spent::Spent;
use tintinh::model::page::Validators;
use tintinh::model::time::Time;

async fn with_robots(act: Act) -> (Hostile, String) {
    let hostile = Hostile::with(Act::page("text/html", "abc")).await;
    hostile.acts("/robots.txt", act);
    let told = told(get(&fetcher(&[&hostile]), &hostile.url("/")).await);
    (hostile, told)
}

#[tokio::test]
async fn robots_are_obeyed_in_every_form() {
    let forbids = "User-agent: *\nDisallow: /\n";
    for (act, expected) in [
        (Act::page("text/plain", forbids), "fetch.robots_disallowed"),
        (Act::page("text/plain", format!("\u{feff}{forbids}")), "fetch.robots_disallowed"),
        (Act::page("text/plain", forbids.replace('\n', "\r\n")), "fetch.robots_disallowed"),
        (Act::page("text/plain", format!("{forbids}{}", "# lời dẫn\n".repeat(200_000))), "fetch.robots_disallowed"),
        (Act::Endless(Act::head("Content-Type: text/plain\r\n"), forbids.as_bytes().to_vec()), "fetch.robots_disallowed"),
        (Act::page("text/plain", "User-agent: tintinh\nAllow: /\n\nUser-agent: *\nDisallow: /\n"), "3 bytes"),
        (Act::page("text/html", "<!doctype html><h1>Không tìm thấy</h1>"), "3 bytes"),
        (Act::page("text/plain", ""), "3 bytes"),
        (Act::page("text/plain", [0xff_u8; 5000]), "3 bytes"),
        (Act::answer("404 Not Found", "", ""), "3 bytes"),
        (Act::answer("401 Unauthorized", "", ""), "3 bytes"),
        (Act::answer("403 Forbidden", "", ""), "3 bytes"),
        (Act::answer("410 Gone", "", ""), "3 bytes"),
        (Act::answer("500 Oops", "", ""), "fetch.robots_unreachable"),
        (Act::answer("503 Busy", "", ""), "fetch.robots_unreachable"),
        (Act::answer("429 Slow down", "", ""), "fetch.asked_to_wait"),
        (Act::answer("503 Busy", "Retry-After: 60\r\n", ""), "fetch.asked_to_wait"),
        (Act::Hang, "net.timed_out"),
        (Act::Reset(Vec::new()), "net.unreachable"),
        (Act::redirect("/robots.txt"), "3 bytes"),
        (Act::redirect("file:///etc/robots.txt"), "net.scheme_refused"),
        (Act::redirect("http://10.0.0.1/robots.txt"), "net.address_refused"),
    ] {
        let (hostile, told) = with_robots(act).await;
        assert_eq!(told, expected);
        assert_eq!(hostile.asked().is_empty(), expected != "3 bytes", "{expected}");
    }
}

#[tokio::test]
async fn robots_of_another_host_hold_where_the_redirect_comes_from() {
    let rules = Hostile::new().await;
    rules.acts("/rules", Act::page("text/plain", "User-agent: *\nDisallow: /\n"));
    let hostile = Hostile::with(Act::page("text/html", "abc")).await;
    hostile.acts("/robots.txt", Act::redirect(&rules.url("/rules")));
    assert_eq!(told(get(&fetcher(&[&hostile, &rules]), &hostile.url("/")).await), "fetch.robots_disallowed");
}

#[tokio::test]
async fn robots_are_asked_for_once_and_then_conditionally() {
    let town = Town::with_articles(&["thong-bao"]).await;
    town.serve("/robots.txt", Reply::of("text/plain", "User-agent: *\nCrawl-delay: 0\n"));
    let news = Newsroom::watching(&town).await;
    news.poll().await;
    assert_eq!(town.asked_for("/robots.txt").len(), 1);
    news.close().await;
}

#[tokio::test]
async fn a_restart_does_not_forget_what_robots_said() {
    let town = Town::with_articles(&["thong-bao"]).await;
    town.serve("/robots.txt", Reply::of("text/plain", "User-agent: *\nDisallow: /cam\n"));
    let news = Newsroom::watching(&town).await;
    let news = news.later(Duration::from_secs(2 * 3600)).await;
    news.poll().await;
    assert_eq!(town.asked_for("/robots.txt").len(), 1, "it is believed for a day");
    let news = news.later(Duration::from_secs(25 * 3600)).await;
    news.poll().await;
    let asked = town.asked_for("/robots.txt");
    assert_eq!(asked.len(), 2);
    assert!(asked[1].headers.contains_key("if-none-match"), "{:?}", asked[1].headers);
    let news = news.later(Duration::from_secs(2 * 3600)).await;
    news.poll().await;
    assert_eq!(town.asked_for("/robots.txt").len(), 2, "\"as it was\" is believed for a day too");
    news.close().await;
}

#[tokio::test]
async fn a_host_that_asks_to_wait_is_left_alone() {
    let date = httpdate::fmt_http_date(std::time::SystemTime::now() + Duration::from_secs(3600));
    for (status, header) in [
        ("429 Slow down", "Retry-After: 120\r\n".to_owned()),
        ("503 Busy", "Retry-After: 120\r\n".to_owned()),
        ("503 Busy", format!("Retry-After: {date}\r\n")),
        ("429 Slow down", String::new()),
        ("429 Slow down", "Retry-After: soon\r\n".to_owned()),
    ] {
        let hostile = Hostile::with(Act::answer(status, &header, "")).await;
        let fetcher = fetcher(&[&hostile]);
        for path in ["/", "/", "/other"] {
            assert_eq!(told(get(&fetcher, &hostile.url(path)).await), "fetch.asked_to_wait", "{status} {header}");
        }
        assert_eq!(hostile.asked(), ["/"], "{status} {header}");
    }
}

#[tokio::test]
async fn a_host_that_answers_a_question_about_a_file_with_a_wait_is_left_alone() {
    let hostile = Hostile::new().await;
    hostile.acts("/tep.pdf", Act::answer("503 Busy", "Retry-After: 120\r\n", ""));
    hostile.acts("/", Act::page("text/html", "abc"));
    let fetcher = fetcher(&[&hostile]);
    let file = hostile.url("/tep.pdf").parse().unwrap();
    let error = fetcher.describe(&file, &Spent::default()).await.unwrap_err();
    assert_eq!(error.code(), "fetch.asked_to_wait");
    assert_eq!(told(get(&fetcher, &hostile.url("/")).await), "fetch.asked_to_wait");
    assert_eq!(hostile.asked(), ["/tep.pdf"]);
}

#[tokio::test]
async fn a_host_that_asked_to_wait_is_left_alone_by_its_other_sources_after_a_restart_too() {
    let town = Town::with_articles(&["thong-bao"]).await;
    town.serve("/tin", Reply::status(429).header("retry-after", "7200"));
    let news = Newsroom::watching(&town).await;
    let other = town.source("vi-du/so-y-te").replace("/tin\"", "/tin-khac\"");
    let news = news.reconfigured(&town, &other, Duration::from_secs(60)).await;
    news.poll().await;
    let trouble = news.status("vi-du/so-y-te").await.trouble.unwrap();
    assert_eq!(trouble.code, "fetch.asked_to_wait");
    assert_eq!(town.asked_for("/tin-khac").len(), 0);
    let news = news.reconfigured(&town, &other, Duration::from_secs(7200)).await;
    news.poll().await;
    assert!(!town.asked_for("/tin-khac").is_empty());
    news.dropped().await;
}

#[tokio::test]
async fn commands_ask_no_host_that_asked_to_wait_and_are_counted_beside_a_daemon_and_after_it() {
    let (town, other) = (Town::with_articles(&["thong-bao"]).await, Town::with_articles(&["mot", "hai", "ba"]).await);
    town.serve("/tin", Reply::status(429).header("retry-after", "7200"));
    let desk = Desk::new(&[&town, &other], &town.source("vi-du/so-mot"));
    assert_eq!(desk.tintinh(&["poll"]).await.status.code(), Some(1));
    let asked = town.asked().len();
    let running = desk.run(&[]).await;
    desk.answers().await;
    let refused = async |desk: &Desk, command: &str| {
        let output = desk.tintinh(&[command, &town.url("/tin-khac")]).await;
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(1) && said.contains("fetch.asked_to_wait"), "{command}: {said}");
    };
    let counted = async |desk: &Desk| {
        let output = desk.tintinh(&["status", "--format", "json"]).await;
        let status: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        status["asked"].as_array().unwrap().iter().map(|row| row["requests"].as_u64().unwrap()).sum::<u64>()
    };
    refused(&desk, "try").await;
    refused(&desk, "add").await;
    assert!(desk.tintinh(&["try", &other.url("/tin")]).await.status.success());
    assert_eq!(counted(&desk).await, (town.asked().len() + other.asked().len()) as u64);
    assert_eq!(other.asked_for("/robots.txt").len(), 1);
    assert!(running.terminate().await.success());
    refused(&desk, "try").await;
    assert!(desk.tintinh(&["try", &other.url("/tin")]).await.status.success());
    assert_eq!(other.asked_for("/robots.txt").len(), 1, "what was read beside the daemon is remembered");
    assert_eq!(counted(&desk).await, (town.asked().len() + other.asked().len()) as u64);
    assert_eq!(town.asked().len(), asked);
}

#[tokio::test]
async fn a_crawl_delay_holds_from_the_first_page_on() {
    let hostile = Hostile::new().await;
    hostile.acts("/robots.txt", Act::page("text/plain", "User-agent: *\nCrawl-delay: 1\n"));
    hostile.acts("/", Act::page("text/html", "abc"));
    let fetcher = fetcher(&[&hostile]);
    let begun = std::time::Instant::now();
    assert_eq!(told(get(&fetcher, &hostile.url("/")).await), "3 bytes");
    assert!(begun.elapsed() >= Duration::from_secs(1), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn after_a_restart_a_crawl_delay_that_is_remembered_holds_from_the_start() {
    let hostile = Hostile::with(Act::page("text/html", "abc")).await;
    let fetcher = fetcher(&[&hostile]);
    let url = hostile.url("/").parse().unwrap();
    let text = Some("User-agent: *\nCrawl-delay: 1\n".to_owned());
    let until = Time::real().now() + chrono::TimeDelta::hours(1);
    let begun = std::time::Instant::now();
    fetcher.recall_robots(&url, Said { status: 200, text, validators: Validators::default(), until }).await;
    assert_eq!(told(get(&fetcher, &hostile.url("/")).await), "3 bytes");
    assert!(begun.elapsed() >= Duration::from_secs(1), "{:?}", begun.elapsed());
    assert_eq!(hostile.asked(), ["/"]);
}

#[tokio::test]
async fn no_name_and_password_of_an_address_is_sent_or_kept() {
    let town = Town::with_articles(&["thong-bao"]).await;
    let url = town.url("/tin").replace("http://", "http://u:matkhau@");
    let hostile = Hostile::new().await;
    hostile.acts("/", Act::redirect(&url));
    let fetcher = crate::limits::fetcher_to(&[hostile.address, town.address]);
    for url in [url, hostile.url("/")] {
        let Ok(Fetched::Fresh(page)) = get(&fetcher, &url).await else { panic!("{url}") };
        assert!(!page.url.as_str().contains("matkhau") && !page.requested.as_str().contains("matkhau"), "{page:?}");
    }
    assert!(town.asked().iter().all(|asked| !asked.headers.contains_key("authorization")));
    let desk = Desk::new(&[&town], &town.source("vi-du/so-mot").replace("http://", "http://u:matkhau@"));
    let output = desk.tintinh(&["check", "--format", "json"]).await;
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("the address in `url` holds a name or a password") && !said.contains("matkhau"), "{said}");
}

#[tokio::test]
async fn retries_are_few_and_only_where_they_help() {
    for (act, asked) in [
        (Act::answer("502 Bad", "", ""), 3),
        (Act::answer("504 Late", "", ""), 3),
        (Act::answer("500 Oops", "", ""), 1),
        (Act::answer("503 Busy", "", ""), 1),
        (Act::answer("403 No", "", ""), 1),
        (Act::Hang, 1),
    ] {
        let hostile = Hostile::with(act).await;
        let told = told(get(&fetcher(&[&hostile]), &hostile.url("/")).await);
        assert_eq!(hostile.asked().len(), asked, "{told}");
    }
}

#[tokio::test]
async fn a_permanent_redirect_is_remembered_and_told_and_a_passing_one_is_asked_again() {
    let hostile = Hostile::new().await;
    hostile.acts("/cu", Act::answer("301 Moved", "Location: /moi\r\n", ""));
    hostile.acts("/tam", Act::redirect("/moi"));
    hostile.acts("/moi", Act::page("text/html", "abc"));
    let fetcher = fetcher(&[&hostile]);
    for (path, asked) in [("/cu", 1), ("/tam", 2)] {
        for _ in 0..2 {
            assert_eq!(told(get(&fetcher, &hostile.url(path)).await), "3 bytes");
        }
        assert_eq!(hostile.asked_for(path), asked, "{path}");
    }
    let page = match get(&fetcher, &hostile.url("/cu")).await {
        Ok(tintinh::fetch::fetcher::Fetched::Fresh(page)) => page,
        other => panic!("{other:?}"),
    };
    assert!(page.moved_for_good);
    assert_eq!(page.url.path(), "/moi");
    // An article that seems to be gone is asked for at its own address.
    fetcher.ask_anew(&hostile.url("/cu").parse().unwrap());
    assert_eq!(told(get(&fetcher, &hostile.url("/cu")).await), "3 bytes");
    assert_eq!(hostile.asked_for("/cu"), 2);
}

#[tokio::test]
async fn every_repeat_is_conditional_behind_a_redirect_too() {
    let town = Town::with_articles(&["thong-bao"]).await;
    town.serve("/", Reply::status(302).header("location", "/tin"));
    let source = town.source("vi-du/so-cong-thuong").replace("/tin\"", "/\"");
    let news = Newsroom::at(Desk::new(&[&town], &source), Time::real().now()).await;
    news.poll().await;
    let statuses: Vec<u16> = town.asked_for("/tin").iter().map(|asked| asked.status).collect();
    assert_eq!(statuses, [200, 304]);
    news.close().await;
}

#[tokio::test]
async fn we_say_who_we_are_and_ask_for_compressed_answers() {
    let town = Town::with_articles(&["thong-bao"]).await;
    let news = Newsroom::watching(&town).await;
    for asked in town.asked() {
        let agent = asked.headers["user-agent"].to_str().unwrap();
        assert!(agent.starts_with("tintinh/"), "{agent}");
        let codings = asked.headers["accept-encoding"].to_str().unwrap();
        assert!(codings.contains("gzip") && codings.contains("br"), "{codings}");
        assert!(!asked.headers.contains_key("cookie") && !asked.headers.contains_key("referer"));
    }
    news.close().await;
}

#[tokio::test]
async fn requests_and_bytes_a_day_are_kept_for_each_host() {
    let town = Town::with_articles(&["thong-bao", "ke-hoach"]).await;
    let news = Newsroom::watching(&town).await;
    news.poll().await;
    let status = news.whole_status().await;
    assert_eq!(status.asked.len(), 1, "{:?}", status.asked);
    assert_eq!(status.asked[0].host, "127.0.0.1");
    assert_eq!(status.asked[0].requests, town.asked().len() as u64);
    assert!(status.asked[0].bytes > 500);
    news.close().await;
}

#[tokio::test]
async fn nobody_else_waits_for_servers_that_hang() {
    let healthy = Town::with_articles(&["thong-bao"]).await;
    let mut hanging = Vec::new();
    for _ in 0..20 {
        let hostile = Hostile::with(Act::Hang).await;
        hostile.acts("/robots.txt", Act::Hang);
        hanging.push(hostile);
    }
    let mut sources = String::new();
    let mut allowed = vec![format!("\"{}\"", healthy.address)];
    for (at, hostile) in hanging.iter().enumerate() {
        allowed.push(format!("\"{}\"", hostile.address));
        sources.push_str(&format!("[[source]]\nid = \"xau/nguon-{at}\"\nurl = \"{}\"\n", hostile.url("/")));
    }
    sources.push_str(&healthy.source("vi-du/so-cong-thuong"));
    let desk = Desk::write(&format!(
        "[server]\nlisten = \"127.0.0.1:0\"\n[store]\nmin_free = \"1 MB\"\n[fetch]\nconcurrency = 2\ntimeout = \"8s\"\nper_host_gap = \"0s\"\n\
         allow_private = [{}]\n[defaults]\nschedule = \"0 0 0 1 1 *\"\n{sources}",
        allowed.join(", ")
    ));
    let news = Newsroom::at(desk, Time::real().now()).await;
    // The hosts are known to be slow by now.
    let started = std::time::Instant::now();
    let seen = healthy.asked().len();
    let (outcomes, waited) = tokio::join!(news.poll(), async {
        while healthy.asked().len() == seen {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        started.elapsed()
    });
    assert!(outcomes.iter().filter(|outcome| outcome.is_failed).count() == 20);
    assert!(waited < Duration::from_secs(2), "{waited:?}");
    news.close().await;
}

/// Articles of `/bai-N.html` that were asked for since the town forgot.
fn rereads(town: &Town) -> usize {
    town.asked().iter().filter(|asked| asked.path.starts_with("/bai-")).count()
}

#[tokio::test]
async fn over_time_known_articles_are_read_again_no_more_often_than_their_host_is_polled() {
    let slugs: Vec<String> = (0..50).map(|at| format!("bai-{at}")).collect();
    let slugs: Vec<&str> = slugs.iter().map(String::as_str).collect();
    let town = Town::with_articles(&slugs).await;
    let ages: Vec<String> = (1..60).map(|hour| format!("\"{hour}h\"")).collect();
    let source = town.source("vi-du/so-y-te").replacen("url", &format!("recheck = [{}]\nurl", ages.join(",")), 1);
    let mut news = Newsroom::at(Desk::new(&[&town], &source), Time::real().now()).await;
    town.forget();
    for polls in 1..=8 {
        news = news.later(Duration::from_secs(3700)).await;
        news.poll().await;
        // All fifty are due at each poll: twenty are read (max_rechecks) until the hundred that may be saved up are used.
        assert_eq!(rereads(&town), (20 * polls).min(100 + polls - 1), "after {polls} polls");
    }
    let times = |slug: &str| town.asked_for(&format!("/{slug}.html")).len();
    assert!(slugs.iter().all(|slug| (1..=3).contains(&times(slug))), "the oldest check first: each has its turn");
    // What must not wait is asked for with the next poll, before all that is due.
    town.list(&slugs.iter().copied().filter(|slug| *slug != "bai-7").collect::<Vec<_>>());
    town.remove("bai-7");
    town.forget();
    news.poll().await;
    news.poll().await;
    assert!(!town.asked_for("/bai-7.html").is_empty() && rereads(&town) <= 2);
    news.close().await;
}
