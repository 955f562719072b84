//! The unit files: nothing that systemd would complain about, and little that a break-in could reach.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Highest exposure that is acceptable, in the tool's own tenths (docs/operating.md).
const MAX_EXPOSURE_TENTHS: u32 = 15;

/// Runs systemd-analyze; none when this machine lacks it and may.
fn analyze(arguments: &[&str]) -> Option<Output> {
    match Command::new("systemd-analyze").args(arguments).env("SYSTEMD_COLORS", "0").output() {
        Ok(output) => Some(output),
        Err(error) if std::env::var_os("CI").is_none() => {
            eprintln!("skipped: systemd-analyze cannot run ({error}); install the package systemd");
            None
        }
        Err(error) => panic!("systemd-analyze cannot run: {error}"),
    }
}

/// The unit files, with the program where this build has put it.
fn units_of_this_build(folder: &Path) -> Vec<PathBuf> {
    let mut units = Vec::new();
    for entry in fs::read_dir("deploy").unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| ["service", "socket", "timer"].iter().any(|kind| extension == *kind)) {
            let text = fs::read_to_string(&path).unwrap().replace("/usr/bin/tintinh", env!("CARGO_BIN_EXE_tintinh"));
            let unit = folder.join(path.file_name().unwrap());
            fs::write(&unit, text).unwrap();
            units.push(unit);
        }
    }
    units
}

#[test]
fn systemd_has_no_complaint_about_the_units() {
    let folder = tempfile::tempdir().unwrap();
    let units = units_of_this_build(folder.path());
    assert!(!units.is_empty());
    let arguments: Vec<&str> = ["verify"].into_iter().chain(units.iter().map(|unit| unit.to_str().unwrap())).collect();
    let Some(output) = analyze(&arguments) else { return };
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(said.trim().is_empty() && output.status.success(), "{said}");
}

#[test]
fn the_service_is_exposed_to_little() {
    let Some(output) = analyze(&["security", "--offline=true", "--no-pager", "deploy/tintinh.service"]) else { return };
    let report = String::from_utf8_lossy(&output.stdout);
    let line = report.lines().find(|line| line.contains("Overall exposure level")).unwrap_or_else(|| panic!("{report}"));
    let exposure = line.split(": ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap();
    let (whole, tenth) = exposure.split_once('.').unwrap();
    let tenths = whole.parse::<u32>().unwrap() * 10 + tenth.parse::<u32>().unwrap();
    assert!(tenths <= MAX_EXPOSURE_TENTHS, "{line}");
}

/// Names of metrics in a file; what Prometheus itself provides (`up`, `time`) is not ours.
fn metrics_named(path: &str) -> std::collections::BTreeSet<String> {
    let name = regex::Regex::new(r"\btintinh_[a-z_]+\b").unwrap();
    let text = fs::read_to_string(path).unwrap();
    name.find_iter(&text).map(|found| found.as_str().to_owned()).collect()
}

/// Names as samples have them: counters end in `_total`, histograms in three ways.
fn samples() -> Vec<String> {
    use tintinh::metric::{ALL, Kind};
    let named = |metric: &tintinh::metric::Metric| match metric.kind {
        Kind::Counter => vec![format!("{}_total", metric.name)],
        Kind::Gauge => vec![metric.name.to_owned()],
        Kind::Histogram => ["bucket", "sum", "count"].iter().map(|end| format!("{}_{end}", metric.name)).collect(),
    };
    ALL.iter().flat_map(named).collect()
}

#[test]
fn dashboard_and_alert_rules_name_metrics_that_exist() {
    let known = samples();
    for path in ["deploy/grafana.json", "deploy/alerts.yml"] {
        let unknown: Vec<String> = metrics_named(path).into_iter().filter(|name| !known.contains(name)).collect();
        assert!(unknown.is_empty(), "{path} names what src/metric.rs does not: {unknown:?}");
    }
}

#[test]
fn the_dashboard_shows_every_metric() {
    let text = fs::read_to_string("deploy/grafana.json").unwrap();
    serde_json::from_str::<serde_json::Value>(&text).unwrap();
    let missing: Vec<&str> = tintinh::metric::ALL.iter().map(|metric| metric.name).filter(|name| !text.contains(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
