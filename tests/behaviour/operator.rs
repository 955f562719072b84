//! The operator's address: closed by default, changed by signed forms only.

use crate::newsroom::{Desk, Newsroom, fresh_client};
use crate::town::Town;
use reqwest::{RequestBuilder, Response};
use tintinh::model::time::Time;

const PASSWORD: &str = "mat-khau-cua-toa-soan";

struct Office {
    news: Newsroom,
    _town: Town,
    root: String,
}

async fn office(password: &str) -> Office {
    let town = Town::with_articles(&["cu"]).await;
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let desk = Desk::write(&format!(
        "[server]\nlisten = \"127.0.0.1:0\"\noperator = \"{address}\"\n{password}[store]\nmin_free = \"1 MB\"\n[fetch]\nper_host_gap = \"0s\"\n\
         allow_private = [\"{}\"]\n[defaults]\nschedule = \"0 0 0 1 1 *\"\n{}",
        town.address,
        town.source("vi-du/so-cong-thuong")
    ));
    std::fs::write(desk.path().join("password"), PASSWORD).unwrap();
    Office { news: Newsroom::at(desk, Time::real().now()).await, _town: town, root: format!("http://{address}") }
}

impl Office {
    async fn get(&self, path: &str, cookie: &str) -> Response {
        sent(client().get(format!("{}{path}", self.root)).header("cookie", cookie)).await
    }

    async fn post(&self, path: &str, cookie: &str, body: String) -> Response {
        sent(self.posting(path, cookie, body)).await
    }

    fn posting(&self, path: &str, cookie: &str, body: String) -> RequestBuilder {
        let form = "application/x-www-form-urlencoded";
        client().post(format!("{}{path}", self.root)).header("cookie", cookie).header("content-type", form).body(body)
    }

    /// Cookie and token of a session.
    async fn signed(&self) -> (String, String) {
        let answer = self.post("/sign-in", "", format!("password={PASSWORD}")).await;
        assert_eq!(answer.status(), 303);
        let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
        assert!(cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Strict"), "{cookie}");
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let page = self.get("/watches", &cookie).await.text().await.unwrap();
        let csrf = page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        (cookie, csrf)
    }
}

fn client() -> reqwest::Client {
    let _ = fresh_client();
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

async fn sent(request: RequestBuilder) -> Response {
    request.send().await.unwrap()
}

#[tokio::test]
async fn without_a_password_nobody_signs_in() {
    let office = office("").await;
    assert_eq!(office.get("/status", "").await.status(), 200);
    assert!(office.get("/sign-in", "").await.text().await.unwrap().contains("operator_password"));
    assert_eq!(office.post("/sign-in", "", "password=".to_owned()).await.status(), 403);
    assert_eq!(office.get("/watches", "").await.status(), 303);
    assert_eq!(office.news.get("/sign-in").await.status(), 404, "readers have no such page");
    office.news.close().await;
}

#[tokio::test]
async fn watches_are_set_and_deleted_by_signed_forms_and_last() {
    let office = office("operator_password = \"password\"\n").await;
    assert_eq!(office.post("/sign-in", "", "password=falsch-falsch".to_owned()).await.status(), 401);
    let (cookie, csrf) = office.signed().await;
    let forged = format!("{}{}", if csrf.starts_with('0') { '1' } else { '0' }, &csrf[1..]);
    let watch = "name=l%C5%A9&query=lu+lut&kinds=new";
    for (request, status) in [
        (office.posting("/watches", "", format!("csrf={csrf}&{watch}")), 303),
        (office.posting("/watches", &cookie, watch.to_owned()), 403),
        (office.posting("/watches", &cookie, format!("csrf={forged}&{watch}")), 403),
        (office.posting("/watches", &cookie, format!("csrf={csrf}&{watch}")).header("sec-fetch-site", "cross-site"), 403),
        (office.posting("/watches", &cookie, format!("csrf={csrf}&{watch}")).header("origin", "http://x.vn"), 403),
    ] {
        assert_eq!(sent(request).await.status(), status);
    }
    assert!(office.get("/watches", &cookie).await.text().await.unwrap().contains("Chưa có theo dõi nào"));
    let refused = office.post("/watches", &cookie, format!("csrf={csrf}&name=x&query=(a&kinds=q&webhook=ftp://x&email=b")).await;
    assert_eq!(refused.status(), 400);
    let page = refused.text().await.unwrap();
    for fault in ["ngoặc đơn", "loại thay đổi", "bắt đầu bằng https://", "không phải địa chỉ thư", "[mail]"] {
        assert!(page.contains(fault), "{fault}: {page}");
    }
    assert_eq!(office.post("/watches", &cookie, format!("csrf={csrf}&{watch}")).await.status(), 303);
    assert_eq!(office.post("/watches", &cookie, format!("csrf={csrf}&{watch}")).await.status(), 409);
    for path in ["/watches/delete", "/deliveries/again", "/sign-out"] {
        assert_eq!(office.get(path, &cookie).await.status(), 405, "nothing changes by asking for {path}");
    }
    // A restart ends sessions and keeps watches.
    let office = Office { news: office.news.later(std::time::Duration::from_secs(1)).await, ..office };
    assert_eq!(office.get("/watches", &cookie).await.status(), 303);
    let (cookie, csrf) = office.signed().await;
    let page = office.get("/watches", &cookie).await.text().await.unwrap();
    assert!(page.contains("lu lut") && page.contains("/watches/"), "{page}");
    assert_eq!(office.post("/watches/delete", &cookie, format!("csrf={csrf}&name=l%C5%A9")).await.status(), 303);
    assert!(!office.get("/watches", &cookie).await.text().await.unwrap().contains("lu lut"));
    assert_eq!(office.post("/sign-out", &cookie, format!("csrf={csrf}")).await.status(), 303);
    assert_eq!(office.get("/deliveries", &cookie).await.status(), 303);
    office.news.close().await;
}
