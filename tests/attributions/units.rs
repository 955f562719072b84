//! The units that printed lines mean: right, wrong and silent over the written truth, and over every department with every province.

use chrono::NaiveDate;
use serde_json::Value;
use std::collections::BTreeMap;
use tintinh::directory::lookup::Lookup;
use tintinh::directory::{Directory, Place};
use tintinh::scrape::attribution::{self, LinePlace};

const ROWS: &str = include_str!("../vietnam/units.jsonl");

type Named = (Option<String>, Option<String>);

fn claimed(row: &Value) -> Option<Named> {
    let text = row["text"].as_str().unwrap();
    let read = match row["kind"].as_str().unwrap() {
        "dateline-prefix" => attribution::lead_prefix(text).map(|(read, _)| read),
        "caption-credit" => attribution::read_line(text, LinePlace::Caption),
        _ => attribution::read_line(text, LinePlace::RightAligned),
    };
    let source = &row["source"];
    let place = Place { province: source["province"].as_str(), department: source["department"].as_str() };
    let on: NaiveDate = row["on"].as_str().unwrap().parse().unwrap();
    attribution::resolve(&read.unwrap_or_default(), Directory::built_in(), on, &place).map(|unit| (unit.department, unit.province))
}

fn expected(row: &Value) -> Option<Named> {
    let named = |field: &str| row["unit"][field].as_str().map(str::to_owned);
    row["unit"].is_object().then(|| (named("department"), named("province")))
}

#[test]
fn units_are_claimed_when_sure_and_else_not_at_all() {
    let (mut right, mut wrong, mut silent, mut rightly_silent) = (0, Vec::new(), Vec::new(), 0);
    for line in ROWS.lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        assert!(!row["why"].as_str().unwrap().is_empty(), "a row says why: {row}");
        match (claimed(&row), expected(&row)) {
            (None, None) => rightly_silent += 1,
            (None, Some(unit)) => silent.push(format!("{} on {}: expected {unit:?}", row["text"], row["on"])),
            (found, expected) if found == expected => right += 1,
            (found, expected) => wrong.push(format!("{} on {}: {found:?}, expected {expected:?}", row["text"], row["on"])),
        }
    }
    let (claims, claimable) = (right + wrong.len(), right + silent.len());
    println!("units: {right} right of {claims} claimed, {claimable} could be claimed, {rightly_silent} rightly not claimed");
    println!("WRONG\n{}\nSILENT\n{}", wrong.join("\n"), silent.join("\n"));
    assert!(right * 1000 >= claims * 995, "{} wrong", wrong.len());
    assert!(right * 100 >= claimable * 90, "{} silent", silent.len());
}

/// Ways to print one department of one province.
const FORMS: &[&str] = &[
    "{d} {p}",
    "{d} tỉnh {p}",
    "{d} - {p}",
    "{d} ({p})",
    "{d}, {p}",
    "Văn phòng {d} {p}",
    "Cổng TTĐT {d} {p}",
    "Cổng thông tin điện tử {d} tỉnh {p}",
    "Website {d} tỉnh {p}",
    "BBT {d} {p}",
];

/// Bodies of every province that print their names alike.
fn is_department(key: &str) -> bool {
    key.starts_with("so-") || key == "ban-dan-toc"
}

#[test]
fn every_department_is_found_in_every_province() {
    let directory = Directory::built_in();
    let (mut count, mut faults): (usize, BTreeMap<&str, Vec<String>>) = (0, BTreeMap::new());
    for (on, is_today) in [("2024-06-01", false), ("2025-08-01", true)] {
        let on: NaiveDate = on.parse().unwrap();
        for department in directory.departments().iter().filter(|department| is_department(&department.key)) {
            if !is_today && department.since.is_some() {
                continue;
            }
            for province in directory.provinces().iter().filter(|province| is_today || province.since.is_none()) {
                for form in FORMS {
                    for is_upper in [false, true] {
                        let printed = form.replace("{d}", &department.name).replace("{p}", &province.name);
                        let printed = if is_upper { printed.to_uppercase() } else { printed };
                        count += 1;
                        let found = directory.unit(&printed, on, &Place { province: Some("binh-thuan"), department: None });
                        let is_right = matches!(&found, Lookup::One(unit) if unit.department.as_deref() == Some(&department.key) && unit.province.as_deref() == Some(&province.key));
                        if !is_right {
                            faults.entry(form).or_default().push(format!("{printed} on {on}: {found:?}"));
                        }
                    }
                }
            }
        }
    }
    let all: usize = faults.values().map(Vec::len).sum();
    println!("departments in provinces: {} right, {all} wrong", count - all);
    for (form, faults) in &faults {
        println!(
            "{form}: {}\n  {}",
            faults.len(),
            faults.iter().step_by(faults.len().div_ceil(8)).cloned().collect::<Vec<_>>().join("\n  ")
        );
    }
    assert!(faults.is_empty());
}

/// Every alias alone leads to its department, or to several that are said to be so, never to another one.
#[test]
fn every_spelling_leads_to_its_department_or_is_not_claimed() {
    let directory = Directory::built_in();
    let on: NaiveDate = "2025-08-01".parse().unwrap();
    let place = Place { province: Some("lam-dong"), department: None };
    let (mut claims, mut unclaimed, mut wrong) = (0, Vec::new(), Vec::new());
    for department in directory.departments() {
        for name in std::iter::once(&department.name).chain(&department.aliases) {
            match directory.unit(name, on, &place) {
                Lookup::One(unit) if unit.department.as_deref() == Some(&department.key) => claims += 1,
                Lookup::One(unit) => wrong.push(format!("{name}: {unit:?}, expected {}", department.key)),
                Lookup::Several(_) | Lookup::None => unclaimed.push(name.as_str()),
            }
        }
    }
    println!("spellings: {claims} claimed, {} wrong, not claimed: {unclaimed:?}", wrong.len());
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(unclaimed.len() * 10 <= claims);
}

#[test]
fn persons_newspapers_and_ministries_are_no_units() {
    let directory = Directory::built_in();
    let on: NaiveDate = "2021-11-22".parse().unwrap();
    for province in directory.provinces() {
        let name = &province.name;
        for printed in [
            name.clone(),
            name.to_uppercase(),
            format!("Báo {name}"),
            format!("Báo {name} điện tử"),
            format!("Đài PT-TH {name}"),
            format!("Đài Phát thanh và Truyền hình {name}"),
            format!("Cổng TTĐT {name}"),
            format!("{name} Online"),
            format!("Nguyễn {name}"),
            format!("Trường Đại học {name}"),
            format!("Hội Nhà báo {name}"),
        ] {
            let found = directory.unit(&printed, on, &Place { province: Some("binh-thuan"), department: None });
            assert_eq!(found, Lookup::None, "{printed}");
        }
    }
}

/// Initials that several provinces share are said to be several.
#[test]
fn what_may_mean_several_units_is_said_to_be_several() {
    let nobody = Place::default();
    let Lookup::Several(units) = Directory::built_in().unit("Sở Công Thương BT", "2021-11-22".parse().unwrap(), &nobody) else {
        panic!("several")
    };
    let provinces: Vec<&str> = units.iter().filter_map(|unit| unit.province.as_deref()).collect();
    assert_eq!(provinces, ["ben-tre", "binh-thuan"]);
    assert!(units.iter().all(|unit| unit.department.as_deref() == Some("so-cong-thuong") && unit.confidence <= 0.5));
}
