//! One request and its answer, within the limits of time and size.

use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response, Url};
use tokio::time::timeout;

use super::error::RailwayError;

/// What is asked, for the messages of errors.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub(super) name: &'static str,
    /// Of the answer, in bytes.
    pub(super) limit: usize,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Got {
    pub(super) status: u16,
    pub(super) location: Option<String>,
    pub(super) set_cookies: Vec<String>,
    pub(super) body: Vec<u8>,
}

/// A client that follows no redirects, repeats nothing, and looks like a browser.
pub(super) fn client(base: &Url) -> Result<Client, RailwayError> {
    // Fails when the program has chosen one already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut headers = HeaderMap::new();
    for (name, value) in HEADERS {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    let mut builder = Client::builder()
        .user_agent(USER_AGENT)
        .default_headers(headers)
        .redirect(Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(CONNECT_WITHIN)
        .pool_max_idle_per_host(1)
        .pool_idle_timeout(KEPT_IDLE);
    if matches!(base.host_str(), Some("127.0.0.1" | "localhost" | "[::1]")) {
        builder = builder.no_proxy();
    }
    builder.build().map_err(RailwayError::Client)
}

/// Sends a request and reads its answer.
pub(super) async fn call(
    http: &Client,
    method: Method,
    url: Url,
    headers: &[(&'static str, String)],
    step: Step,
    within: Duration,
) -> Result<Got, RailwayError> {
    let mut request = http.request(method, url);
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    let unreachable = |error: reqwest::Error| RailwayError::Unreachable {
        step: step.name,
        source: error.without_url(),
    };
    let exchange = async {
        let answer = request.send().await.map_err(unreachable)?;
        let mut got = Got::head(&answer);
        read(answer, &mut got.body, step).await?;
        Ok(got)
    };
    timeout(within, exchange)
        .await
        .unwrap_or(Err(RailwayError::TimeOut {
            step: step.name,
            limit: within,
        }))
}

impl Got {
    fn head(answer: &Response) -> Self {
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        Self {
            status: answer.status().as_u16(),
            location: answer.headers().get(LOCATION).map(text),
            set_cookies: answer
                .headers()
                .get_all(SET_COOKIE)
                .iter()
                .map(text)
                .collect(),
            body: Vec::new(),
        }
    }
}

async fn read(mut answer: Response, body: &mut Vec<u8>, step: Step) -> Result<(), RailwayError> {
    loop {
        let chunk = answer
            .chunk()
            .await
            .map_err(|error| RailwayError::Unreachable {
                step: step.name,
                source: error.without_url(),
            })?;
        let Some(chunk) = chunk else { return Ok(()) };
        if body.len() + chunk.len() > step.limit {
            return Err(RailwayError::TooLarge {
                step: step.name,
                limit: step.limit,
            });
        }
        body.extend_from_slice(&chunk);
    }
}

/// Without one that looks like a browser's, the site sends every question away.
const USER_AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) \
                          Chrome/142.0.0.0 Safari/537.36";

const HEADERS: [(&str, &str); 4] = [
    ("accept", "application/json, text/javascript, */*; q=0.01"),
    ("accept-language", "zh-CN,zh;q=0.9"),
    ("if-modified-since", "0"),
    ("x-requested-with", "XMLHttpRequest"),
];

const CONNECT_WITHIN: Duration = Duration::from_secs(5);
const KEPT_IDLE: Duration = Duration::from_secs(90);
