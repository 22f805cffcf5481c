//! The hot list of Zhihu (知乎热榜), in the two forms that it has.

use std::time::Duration;

use easy_wechat::{NewsArticle, Secret, Store, Timestamp};
use reqwest::header::{ACCEPT, COOKIE, USER_AGENT};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Where the list is, and with what cookie it is asked for.
#[derive(Clone, Debug)]
pub struct Zhihu {
    /// In place of both of Zhihu's own hosts.
    base_url: Option<String>,
    cookie: Option<Secret>,
    time_out: Duration,
}

/// One question of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The question.
    pub title: String,
    /// Its page.
    pub url: String,
    /// The beginning of what is known about it; may be empty.
    pub excerpt: String,
    /// A picture; may be empty.
    pub image: String,
    /// Like `617 万热度`; may be empty.
    pub heat: String,
}

/// Why there is no list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ZhihuError {
    /// Zhihu wants to know who asks.
    #[error("zhihu answered {status}; it may want a cookie: zhihu_cookie of the push")]
    Refused {
        /// The HTTP status: 401 or 403.
        status: u16,
    },
    /// Another status.
    #[error("zhihu answered {status}")]
    Status {
        /// The HTTP status.
        status: u16,
    },
    /// It could not be reached, or was too slow.
    #[error("zhihu could not be reached: {reason}")]
    Unreachable {
        /// What happened.
        reason: String,
    },
    /// What came is no list.
    #[error("zhihu answered {what}, not its hot list")]
    NoList {
        /// What came instead.
        what: String,
    },
}

impl Zhihu {
    /// The list at Zhihu, or at another address that has its paths.
    pub fn new(base_url: Option<String>, cookie: Option<Secret>) -> Self {
        Self {
            base_url,
            cookie,
            time_out: TIME_OUT,
        }
    }

    /// How long an answer may take. Default: 10 s.
    #[must_use]
    pub fn time_out(mut self, time_out: Duration) -> Self {
        self.time_out = time_out;
        self
    }

    /// The list, which is asked for once in 10 minutes. The second address is asked where the first gives none.
    ///
    /// # Errors
    /// What the first address said, when neither has a list.
    pub async fn hot(
        &self,
        store: &dyn Store,
        now: Timestamp,
    ) -> Result<Vec<Question>, ZhihuError> {
        let key = format!("zhihu_hot/{}", self.base_url.as_deref().unwrap_or_default());
        // A store that fails spares nothing, and harms nothing.
        if let Ok(Some(text)) = store.get(&key).await
            && let Ok(questions) = serde_json::from_str(&text)
        {
            return Ok(questions);
        }
        let questions = self.fetch_either().await?;
        if let Ok(text) = serde_json::to_string(&questions) {
            store.put(&key, &text, Some(now.plus(CACHED))).await.ok();
        }
        Ok(questions)
    }

    async fn fetch_either(&self) -> Result<Vec<Question>, ZhihuError> {
        let [first, second] = ADDRESSES;
        match self.fetch(first).await {
            Ok(questions) => Ok(questions),
            Err(error) => self.fetch(second).await.map_err(|other| {
                tracing::debug!(%other, "neither has the second address of zhihu a list");
                error
            }),
        }
    }

    async fn fetch(&self, (host, path): (&str, &str)) -> Result<Vec<Question>, ZhihuError> {
        let url = format!("{}{path}", self.base_url.as_deref().unwrap_or(host));
        let unreachable = |error: reqwest::Error| ZhihuError::Unreachable {
            reason: reason(&error.without_url(), self.time_out),
        };
        // Whoever was first has installed it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .timeout(self.time_out)
            .build()
            .map_err(unreachable)?;
        let mut request = client
            .get(url)
            .header(USER_AGENT, BROWSER)
            .header(ACCEPT, "application/json");
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie.reveal());
        }
        let mut answer = request.send().await.map_err(unreachable)?;
        match answer.status().as_u16() {
            200 => {}
            status @ (401 | 403) => return Err(ZhihuError::Refused { status }),
            status => return Err(ZhihuError::Status { status }),
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(unreachable)? {
            body.extend_from_slice(&chunk);
            if body.len() > MOST_BYTES {
                let what = format!("more than {MOST_BYTES} bytes");
                return Err(ZhihuError::NoList { what });
            }
        }
        parse(&body)
    }
}

/// Reads either form. What has no title or no page is left out; so is what is no question.
///
/// # Errors
/// [`ZhihuError::NoList`] when nothing is left.
pub fn parse(body: &[u8]) -> Result<Vec<Question>, ZhihuError> {
    let wrong = |what: &str| ZhihuError::NoList {
        what: what.to_owned(),
    };
    let value: Value = serde_json::from_slice(body).map_err(|_| {
        let start = body.trim_ascii_start();
        wrong(match start.first() {
            None => "nothing",
            Some(b'<') => "a page (HTML)",
            Some(_) => "something that is no JSON",
        })
    })?;
    let items = value
        .get("data")
        .and_then(Value::as_array)
        .ok_or_else(|| wrong("JSON of another form"))?;
    let questions: Vec<Question> = items.iter().take(MOST_ITEMS).filter_map(question).collect();
    if questions.is_empty() {
        return Err(wrong("a list without questions"));
    }
    Ok(questions)
}

/// The articles of the first `count` questions; `title` stands before that of the first one.
pub fn articles(questions: &[Question], count: usize, title: Option<&str>) -> Vec<NewsArticle> {
    let first = questions.iter().take(count).enumerate();
    first
        .map(|(index, question)| {
            let before = title.filter(|_| index == 0);
            let before = before.map_or(String::new(), |title| format!("{title} | "));
            let description = match (question.heat.as_str(), question.excerpt.as_str()) {
                ("", excerpt) => excerpt.to_owned(),
                (heat, "") => heat.to_owned(),
                (heat, excerpt) => format!("{heat}\n{excerpt}"),
            };
            NewsArticle {
                title: cut(&format!("{before}{}", question.title), MOST_TITLE),
                description: cut(&description, MOST_DESCRIPTION),
                url: question.url.clone(),
                pic_url: question.image.clone(),
                ..NewsArticle::default()
            }
        })
        .collect()
}

fn question(item: &Value) -> Option<Question> {
    let target = item.get("target")?;
    let text = |value: Option<&Value>| {
        let text = value.and_then(Value::as_str).unwrap_or_default().trim();
        text.replace(char::is_control, " ")
    };
    let either = |pointer: &str, name: &str| {
        let new = text(target.pointer(pointer));
        if new.is_empty() {
            text(target.get(name))
        } else {
            new
        }
    };
    let title = either("/title_area/text", "title");
    let url = page(&either("/link/url", "url"))?;
    let mut image = text(target.pointer("/image_area/url"));
    if image.is_empty() {
        image = text(item.pointer("/children/0/thumbnail"));
    }
    let mut heat = text(target.pointer("/metrics_area/text"));
    if heat.is_empty() {
        heat = text(item.get("detail_text"));
    }
    (!title.is_empty()).then(|| Question {
        title,
        url,
        excerpt: either("/excerpt_area/text", "excerpt"),
        image: if image.starts_with("https://") || image.starts_with("http://") {
            image
        } else {
            String::new()
        },
        heat,
    })
}

/// The page that people read: the API's own address ends in the same number. A query, a fragment or a slash behind it is
/// left out.
fn page(url: &str) -> Option<String> {
    let path = url.split(['?', '#']).next()?.trim_end_matches('/');
    let (rest, id) = path.rsplit_once('/')?;
    let is_question = rest.ends_with("/question") || rest.ends_with("/questions");
    let is_id = (1..=20).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit());
    (is_question && is_id).then(|| format!("https://www.zhihu.com/question/{id}"))
}

/// At most `most` bytes, whole characters.
fn cut(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let mut short = String::new();
    for char in text.chars() {
        if short.len() + char.len_utf8() + '…'.len_utf8() > most {
            break;
        }
        short.push(char);
    }
    short.push('…');
    short
}

/// The last cause says most, and no address.
fn reason(error: &reqwest::Error, time_out: Duration) -> String {
    if error.is_timeout() {
        return format!("no answer within {time_out:?}");
    }
    let mut reason: &dyn std::error::Error = error;
    while let Some(source) = reason.source() {
        reason = source;
    }
    reason.to_string()
}

const ADDRESSES: [(&str, &str); 2] = [
    (
        "https://www.zhihu.com",
        "/api/v3/feed/topstory/hot-list-web?limit=20&desktop=true",
    ),
    (
        "https://api.zhihu.com",
        "/topstory/hot-lists/total?limit=50",
    ),
];
const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36";
const CACHED: Duration = Duration::from_mins(10);
const TIME_OUT: Duration = Duration::from_secs(10);
const MOST_BYTES: usize = 2 * 1024 * 1024;
/// The list has 50.
const MOST_ITEMS: usize = 100;
/// <https://developer.work.weixin.qq.com/document/path/90236>
const MOST_TITLE: usize = 128;
const MOST_DESCRIPTION: usize = 512;
