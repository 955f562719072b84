//! Addresses in every spelling, and names whose answers change.

use crate::config::Allowed;
use crate::net::guard::address::is_public;
use crate::net::guard::{Guard, Names, address_of};
use std::net::{IpAddr, Ipv4Addr};
use url::Url;

fn public(address: &str) -> bool {
    is_public(address.parse().unwrap())
}

#[test]
fn private_addresses_are_known_in_every_spelling() {
    for address in [
        "127.0.0.1",
        "0.0.0.0",
        "10.1.2.3",
        "169.254.169.254",
        "100.64.0.1",
        "::1",
        "::",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "fe80::1",
        "fc00::1",
        "2001::1",
        "ff02::1",
        "64:ff9b:1::1",
        "255.255.255.255",
        "::127.0.0.1",
        "fec0::1",
    ] {
        assert!(!public(address), "{address}");
    }
    for address in ["1.1.1.1", "203.113.131.1", "2606:4700:4700::1111", "64:ff9b::101:101", "2001:4860:4860::8888"] {
        assert!(public(address), "{address}");
    }
}

#[test]
fn exceptions_are_for_one_port() {
    let guard = Guard::new(vec![Allowed { host: "127.0.0.0/8".into(), port: 8081 }], vec![]);
    assert!(guard.allows_private(&Url::parse("http://127.0.0.2:8081/").unwrap()));
    assert!(!guard.allows_private(&Url::parse("http://127.0.0.2:8082/").unwrap()));
}

async fn verdict(address: &str) -> &'static str {
    let guard = Guard::new(vec![], vec![]);
    match address_of(address) {
        Ok(url) => guard.judge(&url).await.map_or_else(|error| error.code(), |_| "passed"),
        Err(error) => error.code(),
    }
}

#[tokio::test]
async fn inside_addresses_are_refused_in_every_spelling() {
    for address in [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://127.0.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://017700000001/",
        "http://127.0.0.1./",
        "http://127。0。0。1/",
        "http://１２７.0.0.1/",
        "http://①②⑦.0.0.1/",
        "http://0/",
        "http://0.0.0.0/",
        "http://0.1.2.3/",
        "http://%31%32%37.0.0.1/",
        "http:127.0.0.1/",
        "http:\\\\127.0.0.1\\",
        "http:/127.0.0.1/",
        "http://gov.vn@127.0.0.1/",
        "http://user:pass@10.0.0.1/",
        "http://10.255.255.255/",
        "http://172.16.0.1/",
        "http://172.31.255.255/",
        "http://192.168.1.1/",
        "http://100.64.0.1/",
        "http://100.127.255.255/",
        "http://169.254.169.254/latest/meta-data/",
        "http://2852039166/",
        "http://0xa9fea9fe/",
        "http://0251.0376.0251.0376/",
        "http://192.0.0.1/",
        "http://192.0.2.1/",
        "http://198.18.0.1/",
        "http://198.19.255.255/",
        "http://198.51.100.1/",
        "http://203.0.113.1/",
        "http://224.0.0.1/",
        "http://239.255.255.250/",
        "http://240.0.0.1/",
        "http://255.255.255.255/",
        "http://192.88.99.1/",
        "http://[::1]/",
        "http://[::]/",
        "http://[0:0:0:0:0:0:0:1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[::127.0.0.1]/",
        "http://[::ffff:0:127.0.0.1]/",
        "http://[64:ff9b::10.0.0.1]/",
        "http://[64:ff9b:1::1]/",
        "http://[2002:7f00:1::]/",
        "http://[2002:a9fe:a9fe::1]/",
        "http://[2001::1]/",
        "http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
        "http://[2001:db8::1]/",
        "http://[2001:2::1]/",
        "http://[2001:10::1]/",
        "http://[3fff::1]/",
        "http://[fc00::1]/",
        "http://[fd00:ec2::254]/",
        "http://[fe80::1]/",
        "http://[fe80::1%25eth0]/",
        "http://[fec0::1]/",
        "http://[ff02::1]/",
        "http://[100::1]/",
        "http://[5f00::1]/",
        "http://[4000::1]/",
        "http://localhost/",
        "http://LOCALHOST/",
        "http://localhost./",
        "http://a.localhost/",
        "http://localhost.localdomain/",
        "http://metadata.google.internal/",
        "http://metadata/",
        "http://kubernetes/",
        "http://printer.local/",
        "http://router.lan/",
        "http://nas.home.arpa/",
        "http://1.0.0.127.in-addr.arpa/",
        "http://256.256.256.256/",
        "http://1.2.3.4.5/",
        "http://0x100000000/",
        "http://4294967296/",
        "http://[::1/",
        "http://[127.0.0.1]/",
        "http://127.0.0.1:8080/",
        "https://10.0.0.1:8443/",
        "127.0.0.1/admin",
        "[::1]/",
        "//127.0.0.1/",
        "10.0.0.1:80/x",
    ] {
        assert_eq!(verdict(address).await, "net.address_refused", "{address}");
    }
}

#[tokio::test]
async fn other_schemes_and_ports_are_refused() {
    for address in [
        "file:///etc/passwd",
        "ftp://1.1.1.1/",
        "gopher://1.1.1.1/",
        "javascript:alert(1)",
        "data:text/html,x",
        "ws://1.1.1.1/",
        "dict://1.1.1.1:11211/",
        "jar:http://1.1.1.1!/",
        "blob:http://1.1.1.1/x",
        "about:blank",
        "mailto:a@b.vn",
        "unix:/run/x.sock",
        "FILE:/etc/passwd",
        "view-source:http://1.1.1.1/",
    ] {
        assert_eq!(verdict(address).await, "net.scheme_refused", "{address}");
    }
    for address in [
        "http://1.1.1.1:22/",
        "http://1.1.1.1:25/",
        "http://1.1.1.1:0/",
        "http://1.1.1.1:6379/",
        "https://[2606:4700::1111]:11211/",
        "http://so.vidu.gov.vn:8081/",
        "http://1.1.1.1:65535/",
    ] {
        assert_eq!(verdict(address).await, "net.port_refused", "{address}");
    }
}

/// An IPv4 address as tools write it, and as IPv6 carries it.
fn spellings(address: Ipv4Addr) -> Vec<String> {
    let ([a, b, c, d], number) = (address.octets(), u32::from(address));
    let (high, low) = (number >> 16, number & 0xffff);
    let plain = [
        address.to_string(),
        number.to_string(),
        format!("{number:#x}"),
        format!("0{number:o}"),
        format!("{a:#x}.{b:#x}.{c:#x}.{d:#x}"),
        format!("0{a:o}.0{b:o}.0{c:o}.0{d:o}"),
        format!("{a}.{}", number & 0xff_ffff),
        format!("{a}.{b}.{low}"),
        format!("{address}."),
    ];
    let carried = [
        format!("[::ffff:{address}]"),
        format!("[::ffff:{high:x}:{low:x}]"),
        format!("[64:ff9b::{address}]"),
        format!("[2002:{high:x}:{low:x}::1]"),
    ];
    plain.into_iter().chain(carried).map(|host| format!("http://{host}/")).collect()
}

/// First and last addresses of special networks (IANA IPv4 Special-Purpose Address Registry).
const SPECIAL: &[(&str, &str)] = &[
    ("0.0.0.0", "0.255.255.255"),
    ("10.0.0.0", "10.255.255.255"),
    ("100.64.0.0", "100.127.255.255"),
    ("127.0.0.0", "127.255.255.255"),
    ("169.254.0.0", "169.254.255.255"),
    ("172.16.0.0", "172.31.255.255"),
    ("192.0.0.0", "192.0.0.255"),
    ("192.0.2.0", "192.0.2.255"),
    ("192.88.99.0", "192.88.99.255"),
    ("192.168.0.0", "192.168.255.255"),
    ("198.18.0.0", "198.19.255.255"),
    ("198.51.100.0", "198.51.100.255"),
    ("203.0.113.0", "203.0.113.255"),
    ("224.0.0.0", "255.255.255.255"),
];

#[tokio::test]
async fn special_networks_are_refused_to_their_last_address_and_their_neighbours_pass_in_every_spelling() {
    for (first, last) in SPECIAL.iter().map(|(first, last)| (first.parse::<Ipv4Addr>().unwrap(), last.parse::<Ipv4Addr>().unwrap())) {
        for address in [first, last].into_iter().flat_map(spellings) {
            assert_eq!(verdict(&address).await, "net.address_refused", "{address}");
        }
        let neighbours = [u32::from(first).checked_sub(1), u32::from(last).checked_add(1)];
        for address in neighbours.into_iter().flatten().map(Ipv4Addr::from).flat_map(spellings) {
            assert_eq!(verdict(&address).await, "passed", "{address}");
        }
    }
}

#[tokio::test]
async fn public_addresses_pass_in_every_spelling() {
    for address in [
        "http://1.1.1.1/",
        "https://1.1.1.1/",
        "http://1.1.1.1:80/",
        "http://1.1.1.1:8080/",
        "https://1.1.1.1:8443/",
        "http://16843009/",
        "http://0x1.0x1.0x1.0x1/",
        "http://01.01.01.01/",
        "http://1.1/",
        "http://1.1.1.1./",
        "http://u@1.1.1.1/",
        "http://11.0.0.1/",
        "http://9.255.255.255/",
        "http://172.15.0.1/",
        "http://172.32.0.1/",
        "http://192.167.0.1/",
        "http://100.63.0.1/",
        "http://100.128.0.1/",
        "http://169.253.0.1/",
        "http://198.17.0.1/",
        "http://223.255.255.255/",
        "http://[2606:4700:4700::1111]/",
        "http://[2606:4700:4700:0:0:0:0:1111]:8080/",
        "http://[::ffff:1.1.1.1]/",
        "http://[2001:4860:4860::8888]/",
        "HTTP://1.1.1.1/",
        "http://1。1。1。1/",
        "1.1.1.1/tin",
    ] {
        assert_eq!(verdict(address).await, "passed", "{address}");
    }
}

#[tokio::test]
async fn a_name_that_does_not_resolve_is_unresolved_not_refused() {
    assert_eq!(verdict("http://so.vidu.invalid/").await, "net.unresolved");
}

#[tokio::test]
async fn a_name_that_resolves_inside_is_refused() {
    let guard = Guard::new(vec![], vec![]);
    let error = guard.judge(&Url::parse("http://localhost/").unwrap()).await.unwrap_err();
    assert_eq!(error.code(), "net.address_refused");
    let error = guard.judge(&Url::parse("http://2130706433/").unwrap()).await.unwrap_err();
    assert_eq!(error.code(), "net.address_refused");
}

/// A guard whose names resolve to the next answer each time they are asked for.
fn guard_with(answers: &[&[&str]], allowed: Vec<Allowed>) -> Guard {
    let answers: Vec<Vec<IpAddr>> = answers.iter().map(|answer| answer.iter().map(|address| address.parse().unwrap()).collect()).collect();
    let asked = std::sync::atomic::AtomicUsize::new(0);
    let table = move |_: &str| {
        let at = asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        answers[at.min(answers.len() - 1)].clone()
    };
    Guard::with_names(allowed, vec![], Names::Table(std::sync::Arc::new(table)))
}

#[tokio::test]
async fn one_inside_address_among_public_ones_refuses_the_name() {
    let url = Url::parse("https://so.vidu.gov.vn/").unwrap();
    for answer in
        [&["10.0.0.1"][..], &["1.1.1.1", "10.0.0.1"], &["::ffff:127.0.0.1", "1.1.1.1"], &["1.1.1.1", "fe80::1"], &["64:ff9b::a00:1"]]
    {
        let error = guard_with(&[answer], vec![]).judge(&url).await.unwrap_err();
        assert_eq!(error.code(), "net.address_refused", "{answer:?}");
    }
    let pass = guard_with(&[&["1.1.1.1", "2606:4700:4700::1111"]], vec![]).judge(&url).await.unwrap();
    assert_eq!(pass.addresses.len(), 2);
}

#[tokio::test]
async fn a_name_that_changes_its_answer_is_judged_each_time() {
    let guard = guard_with(&[&["1.1.1.1"], &["127.0.0.1"], &["1.0.0.1"]], vec![]);
    let url = Url::parse("https://so.vidu.gov.vn/").unwrap();
    assert!(guard.judge(&url).await.is_ok());
    assert_eq!(guard.judge(&url).await.unwrap_err().code(), "net.address_refused");
    assert!(guard.judge(&url).await.is_ok());
}

#[tokio::test]
async fn what_is_allowed_opens_no_public_address_beside_it() {
    let allowed = vec![Allowed { host: "127.0.0.1".into(), port: 9000 }];
    let guard = guard_with(&[&["127.0.0.1", "1.1.1.1"]], allowed);
    let pass = guard.judge(&Url::parse("http://so.vidu.gov.vn:9000/").unwrap()).await.unwrap();
    assert_eq!((pass.addresses, pass.is_private), (vec!["127.0.0.1".parse::<IpAddr>().unwrap()], true));
}

#[tokio::test]
async fn a_port_of_its_own_is_open_at_its_host_alone() {
    let table = Names::Table(std::sync::Arc::new(|_: &str| vec!["1.1.1.1".parse().unwrap()]));
    let guard = Guard::with_names(vec![], vec![("so.vidu.gov.vn".into(), 8888)], table);
    let verdict = async |address: &str| guard.judge(&Url::parse(address).unwrap()).await.map_or_else(|error| error.code(), |_| "passed");
    assert_eq!(verdict("http://so.vidu.gov.vn:8888/").await, "passed");
    assert_eq!(verdict("http://SO.vidu.gov.vn.:8888/").await, "passed");
    assert_eq!(verdict("http://khac.vidu.gov.vn:8888/").await, "net.port_refused");
}
