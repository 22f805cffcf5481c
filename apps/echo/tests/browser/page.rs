//! The chat page as a person uses it.

use std::path::PathBuf;
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, Locator};
use http::Method;
use serde_json::Value;
use url::{ParseError, Url};

/// An open page.
pub(crate) struct Page {
    pub(crate) browser: Client,
}

impl Page {
    pub(crate) async fn open(browser: Client, url: &str) -> Self {
        browser.goto(url).await.expect("the page opens");
        let page = Self { browser };
        page.find("composer").await;
        page
    }

    /// The element with this `data-testid`, once it is there.
    pub(crate) async fn find(&self, testid: &str) -> Element {
        self.css(&format!("[data-testid='{testid}']")).await
    }

    pub(crate) async fn css(&self, selector: &str) -> Element {
        self.browser
            .wait()
            .at_most(PATIENCE)
            .for_element(Locator::Css(selector))
            .await
            .unwrap_or_else(|error| panic!("there is no {selector}: {error}"))
    }

    /// Clicks it; again when the page has just put another element in its place.
    pub(crate) async fn click(&self, testid: &str) {
        for attempt in 1.. {
            match self.find(testid).await.click().await {
                Ok(()) => return,
                Err(error) if attempt < 20 && error.is_stale_element_reference() => {}
                Err(error) => panic!("{testid} cannot be clicked: {error}"),
            }
        }
    }

    /// Writes into the composer, and presses Enter.
    pub(crate) async fn say(&self, text: &str) {
        let composer = self.find("composer").await;
        composer.send_keys(text).await.expect("it takes text");
        composer
            .send_keys("\u{E007}")
            .await
            .expect("it takes Enter");
    }

    /// Waits until JavaScript finds something that is not null, false or 0.
    pub(crate) async fn until(&self, what: &str, script: &str) -> Value {
        let script = format!("return ({script}) || null");
        let found = async {
            loop {
                let found = self.browser.execute(&script, Vec::new()).await;
                match found {
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

    /// Waits for a bubble of `from` (`member`, `app`, `system`) whose text holds `text`.
    pub(crate) async fn bubble(&self, from: &str, text: &str) {
        let script = format!(
            "[...document.querySelectorAll('[data-testid=message][data-from={from}]')].some(it => it.textContent.includes({}))",
            Value::from(text)
        );
        self.until(&format!("{from} says {text:?}"), &script).await;
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
        let body = serde_json::json!({"type": "browser"}).to_string();
        (Method::POST, Some(body))
    }
}

const PATIENCE: Duration = Duration::from_secs(20);
