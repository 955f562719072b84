//! Windows and archives: nobody misses an entry, whoever comes back late finds it in the archives.

use crate::newsroom::{Desk, Newsroom};
use crate::town::Town;
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use tintinh::model::revision::{ArticleId, Head, Kind, Removal};
use tintinh::model::time::Time;
use tintinh::store::record::{ArticleWrite, Kept, NewRevision, PollRecord};

const HOUR: std::time::Duration = std::time::Duration::from_secs(3700);

/// Two thousand departments, each with two articles in a working day of eight
/// hours, publish 500 an hour; this is twice that.
const AN_HOUR: usize = 1000;

/// Articles recorded at once, as polls do.
const A_POLL: usize = 50;

fn write(head: Head, kind: Kind, at: DateTime<Utc>) -> ArticleWrite {
    let kept = Kept { snapshot: head.snapshot, evidence: head.evidence };
    let (content_hash, page_sha256) = (head.content_hash, head.page_sha256);
    let labels = Vec::new();
    let revision = NewRevision { kind, seen_at: at, labels, is_material: true, content_hash, kept, page_sha256, proofs: Vec::new() };
    ArticleWrite { head, revision: Some(revision), observed: None, aliases: Vec::new() }
}

/// Records an hour of articles; returns their ids.
async fn an_hour(news: &Newsroom, like: &Head, begin: DateTime<Utc>, hour: usize) -> BTreeSet<String> {
    polls(news, like, begin + TimeDelta::hours(hour as i64), hour, AN_HOUR / A_POLL).await
}

/// Records polls of articles, all alike but for their ids; returns the ids.
pub async fn polls(news: &Newsroom, like: &Head, begin: DateTime<Utc>, hour: usize, polls: usize) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    let state = news.store().source(like.source.clone()).await.unwrap();
    for poll in 0..polls {
        let at = begin + TimeDelta::seconds(poll as i64 * 180);
        let mut articles = Vec::new();
        for number in 0..A_POLL {
            let name = format!("{hour} {poll} {number}");
            let mut head = Head { n: 0, first_seen: at, revision: 0, is_combined: true, edited_at: None, recheck_at: None, ..like.clone() };
            head.id = ArticleId(Sha256::digest(&name)[..16].try_into().unwrap());
            head.url = format!("{}?{}", like.url, name.replace(' ', "-"));
            head.served.order = at;
            head.served.published = Some(at.fixed_offset());
            ids.insert(head.id.urn());
            articles.push(write(head, Kind::First, at));
        }
        news.store().record(PollRecord { source: like.source.clone(), state: state.clone(), articles }).await.unwrap();
    }
    ids
}

/// The feed, once it shows what was recorded last: preparing a thousand entries takes a moment.
async fn fresh(news: &Newsroom, shows: impl Fn(&str) -> bool) -> String {
    let begun = std::time::Instant::now();
    loop {
        let feed = news.text("/feed.atom").await;
        if shows(&feed) {
            return feed;
        }
        assert!(begun.elapsed() < std::time::Duration::from_secs(60), "the feed stays as it was");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

fn ids(feed: &str) -> BTreeSet<String> {
    feed.split("<entry>").skip(1).map(|entry| entry.split("<id>").nth(1).unwrap().split('<').next().unwrap().to_owned()).collect()
}

fn prev_archive(feed: &str) -> Option<String> {
    let link = feed.split("<link ").find(|link| link.contains("rel=\"prev-archive\""))?;
    let href = link.split("href=\"").nth(1)?.split('"').next()?;
    Some(url::Url::parse(href).unwrap().path().to_owned())
}

#[tokio::test]
async fn an_hourly_reader_misses_nothing_and_the_archives_hold_everything() {
    let town = Town::with_articles(&["mau"]).await;
    let news = Newsroom::watching(&town).await;
    let (like, _) = news.articles().await.remove(0);
    let begin = like.first_seen;
    let (mut published, mut seen) = (BTreeSet::from([like.id.urn()]), BTreeSet::new());
    for hour in 0..3 {
        published.append(&mut an_hour(&news, &like, begin, hour).await);
        news.caught_up().await;
        seen.append(&mut ids(&fresh(&news, |feed| feed.contains(&format!("?{hour}-19-49\""))).await));
        let missed = published.difference(&seen).filter(|id| **id != like.id.urn()).count();
        assert_eq!(missed, 0, "in hour {hour}");
    }
    // An article of the first hour is edited: it comes again, newer, under the same id.
    let edited = news.store().changes(1, 1).await.unwrap().remove(0);
    let mut head = news.store().head(edited.id).await.unwrap().unwrap();
    let at = begin + TimeDelta::hours(4);
    head.edited_at = Some(at);
    let state = news.store().source(head.source.clone()).await.unwrap();
    let record = PollRecord { source: head.source.clone(), state, articles: vec![write(head, Kind::Edited, at)] };
    news.store().record(record).await.unwrap();
    news.caught_up().await;
    let mut document = fresh(&news, |feed| feed.contains("Đã sửa lúc")).await;
    assert!(ids(&document).contains(&edited.id.urn()), "an edit is news");
    let (mut found, mut archives) = (ids(&document), 0);
    while let Some(path) = prev_archive(&document) {
        document = news.text(&path).await;
        crate::judges::valid_atom(document.as_bytes());
        assert!(document.contains("<fh:archive") && document.contains("rel=\"current\""), "{path}");
        assert_eq!(ids(&document).len(), 500, "{path}");
        assert_eq!(news.text(&path).await, document, "an archive never changes");
        found.append(&mut ids(&document));
        archives += 1;
    }
    assert_eq!((archives, found), (6, published), "following prev-archive yields every article");

    // One of the first hour is withdrawn: its archive is written again without it, and so is every later answer.
    let withdrawn = news.store().changes(10, 1).await.unwrap().remove(0).id;
    let holds = |text: &str| text.contains(&withdrawn.urn());
    assert!(holds(&news.text("/archive/1.atom").await));
    let reason = Removal::Whole { reason: "theo yêu cầu".to_owned() };
    news.store().withdraw(withdrawn, reason, false, begin + TimeDelta::hours(5)).await.unwrap();
    news.caught_up().await;
    let archive = news.text("/archive/1.atom").await;
    assert!(!holds(&archive) && ids(&archive).len() == 499, "{}", ids(&archive).len());
    crate::judges::valid_atom(archive.as_bytes());
    assert_eq!(ids(&news.text("/archive/2.atom").await).len(), 500, "the others stay as they were");
    news.close().await;
}

#[tokio::test]
async fn what_comes_back_stands_in_the_log_again_for_those_who_read_archives() {
    let town = Town::with_articles(&["ba", "hai", "mot"]).await;
    let desk = Desk::new(&[&town], &town.source("vi-du/so-cong-thuong"));
    let config = std::fs::read_to_string(&desk.config).unwrap();
    std::fs::write(&desk.config, format!("[publisher]\nfollow_removal = \"3h\"\n{config}")).unwrap();
    let mut news = Newsroom::at(desk, Time::real().now()).await;
    let heads: Vec<Head> = news.articles().await.into_iter().map(|(head, _)| head).collect();
    let find = |slug: &str| heads.iter().find(|head| head.url.contains(slug)).unwrap().clone();
    let (hai, like) = (find("hai"), find("mot"));
    town.remove("hai");
    for _ in 0..2 {
        news = news.later(HOUR).await;
        news.poll().await;
    }
    while news.store().numbered(hai.n).await.unwrap().unwrap().withdrawn().is_none() {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    // Its archive is cut and written while it is taken down.
    polls(&news, &like, news.now(), 1, 11).await;
    news.caught_up().await;
    let archive = news.text("/archive/1.atom").await;
    assert_eq!((ids(&archive).len(), archive.contains(&hai.id.urn())), (499, false));
    town.write("hai", "Nội dung của hai");
    let news = news.later(2 * HOUR).await;
    news.poll().await;
    news.caught_up().await;
    assert_eq!(news.kinds().await.last(), Some(&Kind::Returned));
    let feed = fresh(&news, |feed| feed.contains(&hai.id.urn())).await;
    assert_eq!(prev_archive(&feed).as_deref(), Some("/archive/1.atom"));
    // Who comes by later still finds it.
    polls(&news, &like, news.now(), 2, 10).await;
    news.caught_up().await;
    let archive = news.text("/archive/2.atom").await;
    crate::judges::valid_atom(archive.as_bytes());
    let entry = archive.split("<entry>").find(|entry| entry.contains(&hai.id.urn())).expect("a later archive holds it");
    assert!(!entry.contains("Đã sửa lúc"), "nobody edited it: {entry}");
    news.close().await;
}

#[tokio::test]
async fn while_there_is_no_archive_everything_stands_in_the_feed() {
    let town = Town::with_articles(&["mau"]).await;
    let news = Newsroom::watching(&town).await;
    let (like, _) = news.articles().await.remove(0);
    let mut published = BTreeSet::from([like.id.urn()]);
    // Three hundred in two weeks: fewer than an archive holds, more than a hundred, most of them older than two days.
    for day in 0..6 {
        published.append(&mut polls(&news, &like, like.first_seen + TimeDelta::hours(48 * day as i64), day, 1).await);
    }
    news.caught_up().await;
    let feed = fresh(&news, |feed| feed.contains("?5-0-49\"")).await;
    assert_eq!((ids(&feed), prev_archive(&feed)), (published, None));
    news.close().await;
}

#[tokio::test]
async fn a_document_never_exceeds_four_megabytes_and_its_oldest_entries_become_summaries() {
    let town = Town::with_articles(&["mau"]).await;
    let long: String = (0..400)
        .map(|line| format!("<p>Đoạn {line}: <b>đơn vị</b> &amp; cá nhân \"liên quan\" tổ chức thực hiện theo chức năng.</p>"))
        .collect();
    town.write("mau", &long);
    let news = Newsroom::watching(&town).await;
    let (like, _) = news.articles().await.remove(0);
    polls(&news, &like, like.first_seen, 1, 2).await;
    news.caught_up().await;
    fresh(&news, |feed| feed.contains("?1-1-49\"")).await;
    for format in tintinh::publish::FORMATS {
        let text = news.text(&format!("/feed.{}", format.extension)).await;
        assert!(text.len() <= 4_000_000 && text.len() > 3_000_000, "{}: {}", format.extension, text.len());
        let entries = feed_rs::parser::parse(text.as_bytes()).unwrap().entries;
        assert_eq!(entries.len(), 101, "nothing is left out");
        let words = |entry: &feed_rs::model::Entry| entry.content.as_ref().unwrap().body.as_deref().unwrap().to_owned();
        let (newest, oldest) = (words(&entries[0]), words(entries.last().unwrap()));
        assert!(newest.contains("Đoạn 399") && !oldest.contains("Đoạn 0:"), "{}", format.extension);
        assert!(oldest.contains("Tóm tắt của mau.") && oldest.contains("Bản gốc"), "{oldest}");
    }
    news.close().await;
}
