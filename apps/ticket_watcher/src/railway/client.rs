//! Asks 12306, as its own page does.

use std::fmt;
use std::time::Duration;

use jiff::civil::Date;
use reqwest::{Client, Method, Url};
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

use super::answer::Answer;
use super::error::RailwayError;
use super::http::{self, Got, Step};
use super::session::{Session, path_in_conf, path_in_page};
use super::verdict::{QueryPath, Verdict, judge};

/// What is asked: a day and two telecodes. All who want the same share one request.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Journey {
    /// The day of travel.
    pub date: Date,
    /// The telecode of the first station.
    pub from: String,
    /// The telecode of the second station.
    pub to: String,
}

impl fmt::Display for Journey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}-{}", self.date, self.from, self.to)
    }
}

/// How to reach 12306.
#[derive(Clone, Debug)]
pub struct RailwaySettings {
    /// The site's address. Default: `https://kyfw.12306.cn`.
    pub base_url: String,
    /// How long one request may take. Default: 15 s.
    pub timeout: Duration,
    /// The least time between the end of one question and the next. Default: 3 s.
    pub gap: Duration,
}

impl Default for RailwaySettings {
    fn default() -> Self {
        Self {
            base_url: BASE_URL.to_owned(),
            timeout: Duration::from_secs(15),
            gap: Duration::from_secs(3),
        }
    }
}

/// The client of 12306. One question at a time; those who come meanwhile wait.
#[derive(Debug)]
pub struct Railway {
    http: Client,
    /// Without a slash at its end.
    base: String,
    timeout: Duration,
    gap: Duration,
    visit: Mutex<Visit>,
}

#[derive(Debug, Default)]
struct Visit {
    session: Session,
    /// Before it, nothing is asked.
    next: Option<Instant>,
}

impl Railway {
    /// A client that has asked nothing yet.
    ///
    /// # Errors
    /// [`RailwayError::BadBase`] when `base_url` is no `http` or `https` address; [`RailwayError::Client`] when the
    /// machine has no certificates.
    pub fn new(settings: &RailwaySettings) -> Result<Self, RailwayError> {
        let bad = || RailwayError::BadBase {
            url: settings.base_url.clone(),
        };
        let url = Url::parse(&settings.base_url).map_err(|_| bad())?;
        let is_plain = matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if !is_plain {
            return Err(bad());
        }
        Ok(Self {
            http: http::client(&url)?,
            base: url.as_str().trim_end_matches('/').to_owned(),
            timeout: settings.timeout,
            gap: settings.gap,
            visit: Mutex::default(),
        })
    }

    /// The trains of a journey.
    ///
    /// A session that is refused is renewed once, a path that moved is followed once. Nothing else is asked twice.
    ///
    /// # Errors
    /// [`RailwayError`]; its remedy says when one may ask again.
    pub async fn query(&self, journey: &Journey) -> Result<Answer, RailwayError> {
        let mut visit = self.visit.lock().await;
        if let Some(next) = visit.next {
            sleep_until(next).await;
        }
        // Also when this is dropped before its end, the next question waits.
        visit.next = Some(Instant::now() + self.gap);
        let done = self.ask(&mut visit.session, journey).await;
        visit.next = Some(Instant::now() + self.gap);
        done
    }

    /// The text of the site's list of stations.
    ///
    /// # Errors
    /// [`RailwayError`] when it cannot be had.
    pub async fn stations(&self) -> Result<String, RailwayError> {
        let step = Step {
            name: "the list of stations",
            limit: 4 << 20,
        };
        let url = self.url("otn/resources/js/framework/station_name.js")?;
        let got = http::call(&self.http, Method::GET, url, &[], step, self.timeout).await?;
        match got.status {
            200 => String::from_utf8(got.body).map_err(|_| RailwayError::NotJson),
            status => Err(RailwayError::Status { status }),
        }
    }

    async fn ask(&self, session: &mut Session, journey: &Journey) -> Result<Answer, RailwayError> {
        let (mut renewed, mut moved) = (false, false);
        if !session.begun {
            self.begin(session).await?;
            renewed = true;
        }
        loop {
            let got = self.left_tickets(session, journey).await?;
            match judge(got.status, got.location.as_deref(), &got.body, &self.base) {
                Verdict::Trains(answer) => return Ok(answer),
                Verdict::Moved(path) if !moved => {
                    tracing::info!(path = path.as_str(), "12306 moved the query");
                    session.path = path;
                    moved = true;
                }
                Verdict::Moved(_) => return Err(RailwayError::Restless),
                Verdict::Renew(error) if !renewed => {
                    tracing::info!(%error, "the session is renewed");
                    session.forget();
                    self.begin(session).await?;
                    renewed = true;
                }
                Verdict::Renew(error) => {
                    // The next question begins with a new session.
                    session.forget();
                    return Err(error);
                }
                Verdict::Failed(error) => return Err(error),
            }
        }
    }

    /// Asks for the first page, which gives cookies and mostly the path; if it does not, `login/conf` does.
    async fn begin(&self, session: &mut Session) -> Result<(), RailwayError> {
        let page = self
            .call(
                session,
                Method::GET,
                "otn/leftTicket/init?linktypeid=dc",
                INIT,
            )
            .await?;
        if matches!(page.status, 403 | 412 | 429) {
            return Err(RailwayError::Throttled {
                status: page.status,
            });
        }
        session.begun = true;
        if let Some(path) = path_in_page(&String::from_utf8_lossy(&page.body)) {
            session.path = path;
            return Ok(());
        }
        let conf = self
            .call(session, Method::POST, "otn/login/conf", CONF)
            .await?;
        // Where neither names it, an old path still leads to the new one.
        session.path = path_in_conf(&conf.body).unwrap_or_else(|| session.path.clone());
        Ok(())
    }

    async fn left_tickets(
        &self,
        session: &mut Session,
        journey: &Journey,
    ) -> Result<Got, RailwayError> {
        let query = query_string(&session.path, journey);
        self.call(session, Method::GET, &query, QUERY).await
    }

    async fn call(
        &self,
        session: &mut Session,
        method: Method,
        path: &str,
        step: Step,
    ) -> Result<Got, RailwayError> {
        let headers = [
            ("referer", format!("{}/otn/leftTicket/init", self.base)),
            ("cookie", session.cookie_header()),
        ];
        let mut headers = headers.to_vec();
        if method == Method::POST {
            headers.push(("content-length", "0".to_owned()));
        }
        let url = self.url(path)?;
        let got = http::call(&self.http, method, url, &headers, step, self.timeout).await?;
        session.keep(&got.set_cookies);
        Ok(got)
    }

    fn url(&self, path: &str) -> Result<Url, RailwayError> {
        let url = format!("{}/{path}", self.base);
        Url::parse(&url).map_err(|_| RailwayError::BadBase { url })
    }
}

/// The order of the parameters is the page's; others have been refused.
fn query_string(path: &QueryPath, journey: &Journey) -> String {
    let Journey { date, from, to } = journey;
    format!(
        "otn/{}?leftTicketDTO.train_date={date}&leftTicketDTO.from_station={from}\
         &leftTicketDTO.to_station={to}&purpose_codes=ADULT",
        path.as_str()
    )
}

/// The site.
const BASE_URL: &str = "https://kyfw.12306.cn";

const INIT: Step = Step {
    name: "its first page",
    limit: 2 << 20,
};
const CONF: Step = Step {
    name: "its configuration",
    limit: 256 << 10,
};

/// An answer for a busy day has been 80 KB.
const QUERY: Step = Step {
    name: "a question for tickets",
    limit: 4 << 20,
};
