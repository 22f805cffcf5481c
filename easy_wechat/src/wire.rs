//! One HTTP call: the only user of reqwest in the sending half.
//!
//! It knows time-outs, sizes and what became of a request, and nothing of the platform. No redirect of a call is followed and
//! nothing is repeated. An error never holds the address, which has secrets in its query.

mod error;
mod foreign;
mod http;

pub(crate) use error::{Fate, WireError};

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use futures_util::Stream;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, LOCATION};
use reqwest::{Body, Client, Method, Response, Url};
use tokio::time::timeout;

use crate::config::{ApiSettings, Proxy};

/// The way to one address.
#[derive(Debug)]
pub(crate) struct Wire {
    base: Result<Url, WireError>,
    /// See [`Wire::host`].
    host: Arc<str>,
    proxy: Proxy,
    connect_timeout: Duration,
    /// Made when it is first used: to read the certificates of the system takes time.
    client: OnceLock<Result<Client, WireError>>,
    /// For addresses in responses.
    foreign: OnceLock<Result<Client, WireError>>,
}

/// Why the address in a response was not followed.
#[derive(Debug)]
pub(crate) enum Unfollowed {
    /// The address is not allowed.
    Refused(String),
    Failed(WireError),
}

/// A request on its way out. It does not print: it holds secrets.
pub(crate) struct Request<'a> {
    pub(crate) post: bool,
    /// Behind the base address, with a slash at its beginning.
    pub(crate) path: &'a str,
    /// Not yet encoded.
    pub(crate) query: Vec<(&'a str, &'a str)>,
    pub(crate) payload: Payload,
    /// The first byte that is wanted of a file, and the last where only a part of it is.
    pub(crate) range: Option<(u64, Option<u64>)>,
    /// How long nothing may come, before the answer and within it; `None` where only `timeout` counts.
    pub(crate) quiet: Option<Duration>,
    /// How long it may take in all.
    pub(crate) timeout: Duration,
}

/// What a request carries.
pub(crate) enum Payload {
    Nothing,
    Json(Bytes),
    /// A body that is read while it is sent.
    Streamed {
        content_type: String,
        length: u64,
        body: Body,
    },
}

impl Payload {
    pub(crate) fn streamed<S>(content_type: String, length: u64, chunks: S) -> Self
    where
        S: Stream<Item = std::io::Result<Bytes>> + Send + 'static,
    {
        Self::Streamed {
            content_type,
            length,
            body: Body::wrap_stream(chunks),
        }
    }
}

/// The beginning of an answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    response: Response,
    quiet: Option<Duration>,
    host: Arc<str>,
}

impl Wire {
    /// Nothing is opened yet; what is wrong with the settings is found at the first call.
    pub(crate) fn new(settings: &ApiSettings) -> Self {
        let base = Url::parse(&settings.base_url).map_err(|_| {
            WireError::never_sent(format!("api_base_url is no address: {}", settings.base_url))
        });
        let host = base.as_ref().map_or_else(|_| String::new(), host_and_port);
        Self {
            base,
            host: host.into(),
            proxy: settings.proxy.clone(),
            // Shorter than the whole call, so that it is known of a message that it never left.
            connect_timeout: settings.connect_timeout.min(settings.timeout.mul_f64(0.8)),
            client: OnceLock::new(),
            foreign: OnceLock::new(),
        }
    }

    /// The host and port that are called, as they name it in errors and in keys of a store.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// The same with the path of the base address.
    pub(crate) fn place(&self) -> String {
        let path = self.base.as_ref().map_or("", Url::path);
        format!("{}{}", self.host, path.trim_end_matches('/'))
    }

    /// Sends a request and waits for the head of the answer.
    pub(crate) async fn send(&self, request: Request<'_>) -> Result<Answer, WireError> {
        let client = self.client()?;
        let method = if request.post {
            Method::POST
        } else {
            Method::GET
        };
        let mut built = client
            .request(method, self.url(&request)?)
            .timeout(request.timeout);
        built = match request.payload {
            Payload::Nothing => built,
            Payload::Json(json) => built.header(CONTENT_TYPE, "application/json").body(json),
            Payload::Streamed {
                content_type,
                length,
                body,
            } => built
                .header(CONTENT_TYPE, content_type)
                .header(CONTENT_LENGTH, length)
                .body(body),
        };
        if let Some((first, last)) = request.range {
            let last = last.map_or(String::new(), |last| last.to_string());
            built = built.header("range", format!("bytes={first}-{last}"));
        }
        let response = in_time(request.quiet, &self.host, built.send()).await?;
        Ok(Answer {
            status: response.status().as_u16(),
            response,
            quiet: request.quiet,
            host: Arc::clone(&self.host),
        })
    }

    /// Requests a file at an address from a response, without a token. Follows at most 3 redirects, each of which is checked
    /// like the address.
    pub(crate) async fn follow(
        &self,
        address: &str,
        range: Option<(u64, Option<u64>)>,
        quiet: Duration,
        timeout: Duration,
    ) -> Result<Answer, Unfollowed> {
        let refused = |why: &str| Unfollowed::Refused(why.to_owned());
        let base = self.base.as_ref();
        let base = base.map_err(|error| Unfollowed::Failed(error.clone()))?;
        let mut url = Url::parse(address).map_err(|_| refused("invalid address"))?;
        for _ in 0..=MOST_REDIRECTS {
            foreign::check(&url, base).map_err(Unfollowed::Refused)?;
            let client = if foreign::is_same_place(&url, base) {
                self.client()
            } else {
                let made = || http::foreign_client(&url, &self.proxy, self.connect_timeout);
                let made = self.foreign.get_or_init(made);
                made.as_ref().map_err(WireError::clone)
            };
            let client = client.map_err(Unfollowed::Failed)?;
            let mut built = client.get(url.clone()).timeout(timeout);
            if let Some((first, last)) = range {
                let last = last.map_or(String::new(), |last| last.to_string());
                built = built.header("range", format!("bytes={first}-{last}"));
            }
            let host: Arc<str> = host_and_port(&url).into();
            let response = in_time(Some(quiet), &host, built.send()).await;
            let response = response.map_err(Unfollowed::Failed)?;
            let location = response.headers().get(LOCATION).cloned();
            if !response.status().is_redirection() || location.is_none() {
                return Ok(Answer {
                    status: response.status().as_u16(),
                    response,
                    quiet: Some(quiet),
                    host,
                });
            }
            let location = location.as_ref().and_then(|it| it.to_str().ok());
            let next = location.and_then(|location| url.join(location).ok());
            url = next.ok_or_else(|| refused("redirect to an invalid address"))?;
        }
        Err(refused("too many redirects"))
    }

    fn client(&self) -> Result<&Client, WireError> {
        let base = self.base.as_ref().map_err(WireError::clone)?;
        let made = self
            .client
            .get_or_init(|| http::client(base, &self.proxy, self.connect_timeout));
        made.as_ref().map_err(WireError::clone)
    }

    fn url(&self, request: &Request<'_>) -> Result<Url, WireError> {
        let mut url = self.base.clone()?;
        let path = format!("{}{}", url.path().trim_end_matches('/'), request.path);
        url.set_path(&path);
        if !request.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&request.query);
        }
        Ok(url)
    }
}

impl Answer {
    /// A header's value, when it is text.
    pub(crate) fn header(&self, name: &'static str) -> Option<&str> {
        let value = self.response.headers().get(HeaderName::from_static(name))?;
        value.to_str().ok()
    }

    /// A header's bytes as UTF-8: file names come unencoded.
    pub(crate) fn header_utf8(&self, name: &'static str) -> Option<&str> {
        let value = self.response.headers().get(HeaderName::from_static(name))?;
        std::str::from_utf8(value.as_bytes()).ok()
    }

    /// How long the body will be, where the answer says it.
    pub(crate) fn length(&self) -> Option<u64> {
        self.response.content_length()
    }

    /// The next piece of the body; `None` behind the last.
    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>, WireError> {
        in_time(self.quiet, &self.host, self.response.chunk()).await
    }

    /// The whole body.
    ///
    /// # Errors
    /// Also when it is longer than `at_most` bytes.
    pub(crate) async fn body(mut self, at_most: usize) -> Result<Bytes, WireError> {
        // Most answers come in one piece, which need not be copied.
        let first = self.chunk().await?.unwrap_or_default();
        let mut body = match self.chunk().await? {
            None if first.len() <= at_most => return Ok(first),
            second => [first, second.unwrap_or_default()].concat(),
        };
        while body.len() <= at_most {
            let Some(chunk) = self.chunk().await? else {
                return Ok(body.into());
            };
            body.extend_from_slice(&chunk);
        }
        let what = format!("the answer is longer than {at_most} bytes");
        Err(WireError::begun(what))
    }
}

const MOST_REDIRECTS: usize = 3;

fn host_and_port(base: &Url) -> String {
    let host = base.host_str().unwrap_or_default();
    match base.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

async fn in_time<T>(
    quiet: Option<Duration>,
    host: &str,
    waited_for: impl Future<Output = reqwest::Result<T>>,
) -> Result<T, WireError> {
    let Some(quiet) = quiet else {
        return waited_for.await.map_err(|error| WireError::of(error, host));
    };
    match timeout(quiet, waited_for).await {
        Ok(came) => came.map_err(|error| WireError::of(error, host)),
        Err(_) => Err(WireError::begun(format!(
            "nothing more from {host} in time (api_timeout)"
        ))),
    }
}
