//! What goes wrong with 12306, sorted by what to do.

use std::error::Error as _;
use std::time::Duration;

/// Why there is no answer. [`RailwayError::remedy`] says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RailwayError {
    /// The site could not be reached.
    #[error("12306 could not be reached at {step}")]
    Unreachable {
        /// What was asked for.
        step: &'static str,
        /// Why; without the address.
        source: reqwest::Error,
    },
    /// It took too long.
    #[error("12306 did not answer {step} within {} s", .limit.as_secs_f32())]
    TimeOut {
        /// What was asked for.
        step: &'static str,
        /// How long it had.
        limit: Duration,
    },
    /// The answer does not end.
    #[error("12306 answered {step} with more than {limit} bytes")]
    TooLarge {
        /// What was asked for.
        step: &'static str,
        /// What would be taken.
        limit: usize,
    },
    /// A status that says: too often.
    #[error("12306 answered {status}: it takes us for a machine that asks too often")]
    Throttled {
        /// The status.
        status: u16,
    },
    /// A redirect to somewhere else, such as `error.html`.
    #[error(
        "12306 sent us away to {location:?}: a station or date that it does not take, or we ask too often"
    )]
    SentAway {
        /// Where to.
        location: String,
    },
    /// An empty answer, as throttled clients get.
    #[error("12306 gave an empty answer, as it does to those who ask too often")]
    Empty,
    /// A page instead of data.
    #[error("12306 gave a page instead of data: the date is not on sale, or we ask too often")]
    Page,
    /// Neither a page nor JSON that could be read.
    #[error("12306 gave an answer that is no JSON of the known form")]
    NotJson,
    /// 非法请求: the question was wrong.
    #[error("12306 says that the request is not legal: {messages:?}")]
    BadRequest {
        /// Its words.
        messages: String,
    },
    /// It did not want to answer.
    #[error("12306 refused to answer: {messages:?}")]
    Refused {
        /// Its words, if it had any.
        messages: String,
    },
    /// A path that we do not follow.
    #[error("12306 moved the query to {path:?}, which is no path of a query")]
    StrangePath {
        /// The path.
        path: String,
    },
    /// The path moved, and moved again.
    #[error("12306 moves the query from one path to the next")]
    Restless,
    /// Another status.
    #[error("12306 answered with status {status}")]
    Status {
        /// The status.
        status: u16,
    },
    /// `base_url` is none.
    #[error("{url:?} is no address like https://kyfw.12306.cn")]
    BadBase {
        /// What stands there.
        url: String,
    },
    /// The HTTP client could not be made.
    #[error("the HTTP client could not be made")]
    Client(#[source] reqwest::Error),
    /// The list of stations is none.
    #[error("the list of stations from 12306 holds only {found} stations")]
    FewStations {
        /// How many it holds.
        found: usize,
    },
}

/// What to do about a [`RailwayError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Remedy {
    /// Ask nothing at all for at least so long.
    Pause(Duration),
    /// Ask again later, and more seldom.
    TryLater,
    /// This question is wrong; others may be asked.
    FixQuestion,
    /// The program or its configuration is wrong.
    FixSetup,
}

impl RailwayError {
    /// The error and its causes in one line, for the log.
    pub fn with_causes(&self) -> String {
        let mut line = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            line.push_str(": ");
            line.push_str(&error.to_string());
            cause = error.source();
        }
        line
    }

    /// What to do. Renewing the session and following a moved path have been done already, once, where they could help.
    pub const fn remedy(&self) -> Remedy {
        match self {
            Self::Throttled { .. } => Remedy::Pause(THROTTLED),
            // The same session was renewed and refused again.
            Self::SentAway { .. } | Self::Empty | Self::Page => Remedy::Pause(SUSPECTED),
            Self::BadRequest { .. } => Remedy::FixQuestion,
            Self::BadBase { .. } | Self::Client(_) => Remedy::FixSetup,
            _ => Remedy::TryLater,
        }
    }
}

/// Users report blocks that begin with a minute and grow with each further request.
const THROTTLED: Duration = Duration::from_mins(10);
const SUSPECTED: Duration = Duration::from_mins(2);
