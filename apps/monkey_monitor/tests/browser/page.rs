//! The page as a person uses it.

use std::path::PathBuf;
use std::time::Duration;

use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, Locator};
use http::Method;
use serde_json::{Value, json};
use url::{ParseError, Url};

/// An open page.
pub(crate) struct Page {
    pub(crate) browser: Client,
}

impl Page {
    pub(crate) async fn open(browser: Client, url: &str) -> Self {
        browser.goto(url).await.expect("the page opens");
        Self { browser }
    }

    /// Waits until JavaScript finds something that is not null, false or 0.
    pub(crate) async fn until(&self, what: &str, script: &str) -> Value {
        let script = format!("return ({script}) || null");
        let found = async {
            loop {
                match self.browser.execute(&script, Vec::new()).await {
                    Ok(Value::Null) => tokio::time::sleep(Duration::from_millis(20)).await,
                    Ok(found) => return found,
                    Err(error) => panic!("{what}: {error}"),
                }
            }
        };
        tokio::time::timeout(PATIENCE, found)
            .await
            .unwrap_or_else(|_| panic!("never: {what}"))
    }

    /// Enters a name and presses the button; waits for the greeting.
    pub(crate) async fn say_hello(&self, name: &str) -> String {
        let input = self.browser.find(Locator::Css("#name")).await.unwrap();
        input.send_keys(name).await.unwrap();
        let button = self.browser.find(Locator::Css("button")).await.unwrap();
        button.click().await.unwrap();
        let greeting = self
            .until(
                "a greeting",
                "document.getElementById('greeting')?.textContent",
            )
            .await;
        greeting.as_str().unwrap().to_owned()
    }

    /// Waits until the live picture has changed some times.
    pub(crate) async fn moves(&self) {
        let mut before = Value::Null;
        for _ in 0..4 {
            let changed = format!("(it => it !== {before} && it)({SHOWN})");
            before = self.until("another picture", &changed).await;
        }
    }

    /// As a reader has set it in the system.
    pub(crate) async fn prefer(&self, scheme: &'static str) {
        let feature = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.emulate("Emulation.setEmulatedMedia", json!({"features": feature}))
            .await;
    }

    /// As on a telephone.
    pub(crate) async fn on_a_phone(&self) {
        let phone = json!({"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": true});
        self.emulate("Emulation.setDeviceMetricsOverride", phone)
            .await;
    }

    async fn emulate(&self, command: &'static str, parameters: Value) {
        let command = Emulate(command, parameters);
        self.browser.issue_cmd(command).await.unwrap();
    }

    /// What the browser's console holds of errors: a broken script, a refused inline style.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let issued = self.browser.issue_cmd(ConsoleLog).await;
        let entries = issued.expect("chromedriver keeps the console");
        let entries = entries.as_array().cloned().unwrap_or_default();
        entries
            .iter()
            .filter(|entry| entry["level"] == "SEVERE")
            .map(|entry| entry["message"].to_string())
            .collect()
    }

    /// A picture of the page, in the folder that cargo keeps for tests.
    pub(crate) async fn screenshot(&self, name: &str) -> PathBuf {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("browser");
        std::fs::create_dir_all(&folder).expect("a folder");
        let path = folder.join(format!("{name}.png"));
        if let Ok(png) = self.browser.screenshot().await {
            std::fs::write(&path, png).expect("a file");
        }
        path
    }
}

/// What the live picture shows now, as a text; null while there is none.
const SHOWN: &str = "(live => {
    if (!live.naturalWidth) return null;
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [live.naturalWidth, live.naturalHeight];
    canvas.getContext('2d').drawImage(live, 0, 0);
    return canvas.toDataURL('image/png').slice(-4000);
})(document.getElementById('live'))";

/// Chromium's own command to seem another machine.
#[derive(Debug)]
struct Emulate(&'static str, Value);

impl WebDriverCompatibleCommand for Emulate {
    fn endpoint(&self, base_url: &Url, session_id: Option<&str>) -> Result<Url, ParseError> {
        let session = session_id.unwrap_or_default();
        base_url.join(&format!("session/{session}/goog/cdp/execute"))
    }

    fn method_and_body(&self, _request_url: &Url) -> (Method, Option<String>) {
        let body = json!({"cmd": self.0, "params": self.1});
        (Method::POST, Some(body.to_string()))
    }
}

/// Chromium's own command that empties its console.
#[derive(Debug)]
struct ConsoleLog;

impl WebDriverCompatibleCommand for ConsoleLog {
    fn endpoint(&self, base_url: &Url, session_id: Option<&str>) -> Result<Url, ParseError> {
        base_url.join(&format!(
            "session/{}/se/log",
            session_id.unwrap_or_default()
        ))
    }

    fn method_and_body(&self, _request_url: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({"type": "browser"}).to_string()))
    }
}

const PATIENCE: Duration = Duration::from_secs(20);
