//! Behind a real nginx with the example that is shipped: who may read, and that its cache gives nothing to others.

use crate::judges;
use crate::newsroom::{Desk, Newsroom, PUBLIC, fresh_client};
use crate::serving::eventually;
use crate::town::Town;
use std::path::Path;
use std::process::Stdio;
use tintinh::model::time::Time;

/// `deploy/nginx.conf` without TLS, at this port and before this address.
fn example(folder: &Path, port: u16, behind: &str) -> String {
    let shipped = std::fs::read_to_string("deploy/nginx.conf").unwrap();
    let kept: Vec<&str> = shipped.lines().filter(|line| !line.contains("ssl_certificate") && !line.contains("listen [::]")).collect();
    let changed = [
        ("listen 443 ssl;", format!("listen 127.0.0.1:{port};")),
        ("server 127.0.0.1:8080;", format!("server {behind};")),
        ("/var/cache/nginx/tintinh", folder.join("cache").display().to_string()),
    ];
    let site = changed.iter().fold(kept.join("\n"), |text, (from, to)| {
        assert!(text.contains(from), "deploy/nginx.conf has no `{from}` any more");
        text.replace(from, to)
    });
    let folder = folder.display();
    format!(
        "daemon off;\nmaster_process off;\npid {folder}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n\
         client_body_temp_path {folder}/body;\nproxy_temp_path {folder}/proxy;\nfastcgi_temp_path {folder}/fastcgi;\n\
         uwsgi_temp_path {folder}/uwsgi;\nscgi_temp_path {folder}/scgi;\n{site}\n}}\n"
    )
}

/// Asks through nginx: without a token, with one, and without again; and for the numbers.
async fn statuses(sections: &str) -> Option<[u16; 4]> {
    if !judges::has("nginx", &["-v"]) {
        return None;
    }
    let town = Town::with_articles(&["mot"]).await;
    let desk = Desk::new(&[&town], &town.source("vi-du/so-mot"));
    std::fs::write(desk.path().join("readers"), "lan 0123456789abcdef0123\n").unwrap();
    let text = std::fs::read_to_string(&desk.config).unwrap();
    let public = if sections.contains("public") { PUBLIC } else { "" };
    let server = "[server]\nreaders = \"readers\"\ntrusted_proxies = [\"127.0.0.1\"]\n";
    std::fs::write(&desk.config, format!("{public}{}", text.replace("[server]\n", server))).unwrap();
    let news = Newsroom::at(desk, Time::real().now()).await;
    news.caught_up().await;
    let folder = tempfile::tempdir().unwrap();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let behind = news.url("").trim_start_matches("http://").to_owned();
    std::fs::write(folder.path().join("nginx.conf"), example(folder.path(), port, &behind)).unwrap();
    let mut command = tokio::process::Command::new("nginx");
    command.arg("-p").arg(folder.path()).arg("-c").arg(folder.path().join("nginx.conf")).stderr(Stdio::null()).kill_on_drop(true);
    let mut nginx = command.spawn().unwrap();
    let client = fresh_client();
    let ask = async |path: &str, token: &str| {
        let request = client.get(format!("http://127.0.0.1:{port}{path}")).bearer_auth(token);
        request.send().await.ok().map(|response| response.status().as_u16())
    };
    eventually("nginx answers", async || ask("/healthz", "").await == Some(200)).await;
    let mut found = [0; 4];
    for (status, (path, token)) in
        found.iter_mut().zip([("/feed.atom", ""), ("/feed.atom", "0123456789abcdef0123"), ("/feed.atom", ""), ("/metrics", "")])
    {
        *status = ask(path, token).await.unwrap();
    }
    nginx.kill().await.unwrap();
    news.close().await;
    Some(found)
}

#[tokio::test]
async fn in_private_mode_readers_behind_the_example_need_a_token_and_its_cache_tells_nobody_else() {
    if let Some(found) = statuses("private").await {
        assert_eq!(found, [401, 200, 401, 404]);
    }
}

#[tokio::test]
async fn in_public_mode_everybody_reads_behind_the_example_and_nobody_the_numbers() {
    if let Some(found) = statuses("public").await {
        assert_eq!(found, [200, 200, 200, 404]);
    }
}
