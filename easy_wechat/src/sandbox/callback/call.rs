//! One request and its answer, within the limits of time and size.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response};
use tokio::time::{Instant, timeout_at};

use super::seal::Request;
use super::trouble::Trouble;
use crate::sandbox::SandboxError;

/// The client that callbacks go out with: no proxy, no redirects, no retries, a connection for each request.
pub(crate) fn client() -> Result<Client, SandboxError> {
    build(0)
}

/// The same for many requests: connections are kept.
pub(super) fn client_for_many() -> Result<Client, SandboxError> {
    build(MAX_IDLE)
}

/// What came back, or as much of it as came.
#[derive(Debug, Default)]
pub(super) struct Got {
    pub(super) status: Option<u16>,
    /// A line for each.
    pub(super) headers: Option<String>,
    pub(super) location: Option<String>,
    pub(super) body: Vec<u8>,
    /// Why it is not whole.
    pub(super) trouble: Option<Trouble>,
    pub(super) took: Duration,
}

/// Sends a request, and reads the answer until `limit` has passed.
pub(super) async fn call(http: &Client, request: &Request, limit: Duration) -> Got {
    let begin = Instant::now();
    let mut got = Got::default();
    let exchanged = timeout_at(begin + limit, exchange(http, request, &mut got)).await;
    got.trouble = match exchanged {
        Ok(Ok(())) => None,
        Ok(Err(trouble)) => Some(trouble),
        Err(_elapsed) if got.status.is_some() => Some(Trouble::SlowBody),
        Err(_elapsed) => Some(Trouble::TimeOut),
    };
    got.took = begin.elapsed();
    got
}

async fn exchange(http: &Client, request: &Request, got: &mut Got) -> Result<(), Trouble> {
    let built = match &request.body {
        None => http.request(Method::GET, &request.url),
        Some(body) => http
            .request(Method::POST, &request.url)
            .header(CONTENT_TYPE, "text/xml")
            .body(body.clone()),
    };
    let answer = built.send().await.map_err(|error| Trouble::of(&error))?;
    got.status = Some(answer.status().as_u16());
    got.location = text(answer.headers().get(LOCATION));
    got.headers = Some(lines(answer.headers()));
    read(answer, &mut got.body).await
}

async fn read(mut answer: Response, body: &mut Vec<u8>) -> Result<(), Trouble> {
    loop {
        let chunk: Option<Bytes> = answer.chunk().await.map_err(|error| Trouble::of(&error))?;
        let Some(chunk) = chunk else { return Ok(()) };
        body.extend_from_slice(&chunk);
        if body.len() > MAX_ANSWER {
            body.truncate(MAX_ANSWER);
            return Err(Trouble::Endless);
        }
    }
}

fn build(idle: usize) -> Result<Client, SandboxError> {
    // Fails when the program has chosen one already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut headers = HeaderMap::new();
    headers.insert("accept", HeaderValue::from_static("*/*"));
    headers.insert("pragma", HeaderValue::from_static("no-cache"));
    Client::builder()
        .user_agent(USER_AGENT)
        .default_headers(headers)
        .no_proxy()
        .redirect(Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .http1_only()
        .pool_max_idle_per_host(idle)
        .pool_idle_timeout(KEPT_IDLE)
        .connect_timeout(CONNECT_WITHIN)
        .tcp_nodelay(true)
        // A certificate of one's own making is the usual one on a machine of one's own.
        .tls_danger_accept_invalid_certs(true)
        .build()
        .map_err(SandboxError::Client)
}

fn lines(headers: &HeaderMap) -> String {
    let mut lines = String::new();
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        if lines.len() + name.as_str().len() + value.len() > MAX_HEADERS {
            break;
        }
        lines.push_str(name.as_str());
        lines.push_str(": ");
        lines.push_str(&value);
        lines.push('\n');
    }
    lines
}

fn text(value: Option<&HeaderValue>) -> Option<String> {
    let text = String::from_utf8_lossy(value?.as_bytes()).into_owned();
    Some(text.chars().take(MAX_LOCATION).collect())
}

/// What the platform's requests have been seen with.
const USER_AGENT: &str = "Mozilla/4.0";

const CONNECT_WITHIN: Duration = Duration::from_secs(5);
const KEPT_IDLE: Duration = Duration::from_secs(2);
const MAX_IDLE: usize = 1024;

/// Of an answer, in bytes.
const MAX_ANSWER: usize = 1 << 20;
const MAX_HEADERS: usize = 8 << 10;

/// In characters.
const MAX_LOCATION: usize = 500;
