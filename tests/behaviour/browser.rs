//! A real browser: Chromium behind chromedriver, spoken to over WebDriver (W3C).

use crate::judges;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// Key that stands for an element in WebDriver's JSON.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A window that a reader has in front of her.
pub struct Browser {
    driver: Child,
    _profile: TempDir,
    client: reqwest::Client,
    session: String,
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Chromium ends with its driver; a driver that has ended already is fine.
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Browser {
    /// Opens a window; none where no browser is installed.
    pub async fn open() -> Option<Self> {
        if !judges::has("chromedriver", &["--version"]) || !judges::has("chromium", &["--version"]) {
            return None;
        }
        let profile = tempfile::tempdir().unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let log = profile.path().join("driver.log");
        let driver = Command::new("chromedriver")
            .args([format!("--port={port}"), format!("--log-path={}", log.display())])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let client = crate::newsroom::fresh_client();
        let mut browser = Self { driver, client, session: format!("http://127.0.0.1:{port}"), _profile: profile };
        while browser.client.get(format!("{}/status", browser.session)).send().await.is_err() {
            assert!(browser.driver.try_wait().unwrap().is_none(), "chromedriver ended at once");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let data = browser._profile.path().join("profile");
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--lang=vi",
            // Nothing but this machine is asked.
            "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
        ];
        let arguments: Vec<String> =
            arguments.iter().map(|one| (*one).to_owned()).chain([format!("--user-data-dir={}", data.display())]).collect();
        let options =
            json!({ "args": arguments, "prefs": { "intl.accept_languages": "vi" }, "perfLoggingPrefs": { "enableNetwork": true } });
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" }
        } } });
        let made = browser.send("/session", Some(wanted)).await;
        browser.session = format!("{}/session/{}", browser.session, made["sessionId"].as_str().unwrap());
        Some(browser)
    }

    async fn send(&self, path: &str, body: Option<Value>) -> Value {
        let url = format!("{}{path}", self.session);
        let request = match body {
            Some(body) => self.client.post(&url).header("content-type", "application/json").body(body.to_string()),
            None => self.client.get(&url),
        };
        let answer = request.timeout(Duration::from_secs(60)).send().await.unwrap().text().await.unwrap();
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert!(answer["value"]["error"].is_null(), "{path}: {}", answer["value"]);
        answer["value"].clone()
    }

    pub async fn go(&self, url: &str) {
        self.send("/url", Some(json!({ "url": url }))).await;
    }

    pub async fn address(&self) -> String {
        self.send("/url", None).await.as_str().unwrap().to_owned()
    }

    async fn element(&self, using: &str, value: &str) -> String {
        let found = self.send("/element", Some(json!({ "using": using, "value": value }))).await;
        found[ELEMENT].as_str().unwrap().to_owned()
    }

    /// Clicks what a selector finds.
    pub async fn click(&self, selector: &str) {
        let element = self.element("css selector", selector).await;
        self.send(&format!("/element/{element}/click"), Some(json!({}))).await;
    }

    /// Clicks the first link that has these words.
    pub async fn follow(&self, words: &str) {
        let element = self.element("partial link text", words).await;
        self.send(&format!("/element/{element}/click"), Some(json!({}))).await;
    }

    /// Writes into a field.
    pub async fn write(&self, selector: &str, text: &str) {
        let element = self.element("css selector", selector).await;
        self.send(&format!("/element/{element}/clear"), Some(json!({}))).await;
        self.send(&format!("/element/{element}/value"), Some(json!({ "text": text }))).await;
    }

    /// Presses keys where the focus is.
    pub async fn press(&self, key: &str) {
        let keys = [json!({ "type": "keyDown", "value": key }), json!({ "type": "keyUp", "value": key })];
        self.send("/actions", Some(json!({ "actions": [{ "type": "key", "id": "keys", "actions": keys }] }))).await;
    }

    /// What a script in the page returns.
    pub async fn run(&self, script: &str) -> Value {
        self.send("/execute/sync", Some(json!({ "script": script, "args": [] }))).await
    }

    /// What a script hands to its last argument.
    pub async fn run_until_done(&self, script: &str) -> Value {
        self.send("/execute/async", Some(json!({ "script": script, "args": [] }))).await
    }

    /// Everything that can be read on the page.
    pub async fn text(&self) -> String {
        self.run("return document.body.innerText").await.as_str().unwrap().to_owned()
    }

    /// A device and a colour scheme: `light` or `dark`.
    pub async fn look(&self, width: u32, height: u32, scheme: &str) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        for (command, params) in [("Emulation.setDeviceMetricsOverride", size), ("Emulation.setEmulatedMedia", media)] {
            self.send("/goog/cdp/execute", Some(json!({ "cmd": command, "params": params }))).await;
        }
    }

    /// Keeps a picture of the window.
    pub async fn picture(&self, file: PathBuf) {
        use base64::Engine;
        let picture = self.send("/screenshot", None).await;
        let bytes = base64::engine::general_purpose::STANDARD.decode(picture.as_str().unwrap()).unwrap();
        std::fs::write(file, bytes).unwrap();
    }

    /// What the console said and what was asked of anybody since the last call: both must be as expected.
    pub async fn was_quiet(&self) {
        let said = self.send("/se/log", Some(json!({ "type": "browser" }))).await;
        let faults: Vec<&Value> =
            said.as_array().unwrap().iter().filter(|line| line["level"] != "INFO" && line["level"] != "DEBUG").collect();
        assert!(faults.is_empty(), "the console said {faults:?}");
        for line in self.send("/se/log", Some(json!({ "type": "performance" }))).await.as_array().unwrap() {
            let message: Value = serde_json::from_str(line["message"].as_str().unwrap()).unwrap();
            if message["message"]["method"] == "Network.requestWillBeSent" {
                let url = message["message"]["params"]["request"]["url"].as_str().unwrap();
                let own = ["http://127.0.0.1:", "data:", "chrome://"];
                assert!(own.iter().any(|own| url.starts_with(own)), "the browser asked {url}");
            }
        }
    }

    /// Closes the window.
    pub async fn close(self) {
        let gone = self.client.delete(&self.session).send().await.unwrap();
        assert!(gone.status().is_success());
    }
}

/// The script of axe-core, which `.ci/run` installs; none where it is not there.
pub fn axe() -> Option<String> {
    let beside = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/target/ci/node_modules/axe-core/axe.min.js"));
    let file = std::env::var_os("TINTINH_AXE").map_or(beside, PathBuf::from);
    match std::fs::read_to_string(&file) {
        Ok(script) => Some(script),
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "axe-core is missing ({}: {error}); .ci/run installs it", file.display());
            eprintln!("skipped: axe-core is not installed; TINTINH_AXE names its axe.min.js");
            None
        }
    }
}
