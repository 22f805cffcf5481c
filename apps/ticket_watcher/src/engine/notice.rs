use jiff::civil::DateTime;

use crate::railway::Answer;
use crate::watch::{Find, Watch};
use crate::wish::Wish;

/// Something that a user is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Who is told.
    pub user: String,
    /// The number of the watch.
    pub number: u32,
    /// What it waits for.
    pub wish: Wish,
    /// What is new.
    pub news: News,
}

/// What is new.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum News {
    /// There are tickets that were not there before.
    Appeared(Vec<Find>),
    /// The sale begins then, in the time of Shanghai.
    SaleAt(DateTime),
    /// Trains that are named do not go there on that day, and such that do not run.
    Missing {
        /// Not in the answer.
        unknown: Vec<String>,
        /// In it, but they do not run.
        stopped: Vec<String>,
    },
    /// The trains have left.
    Ended,
}

impl Notice {
    pub(super) fn new(watch: &Watch, news: News) -> Self {
        Self {
            user: watch.user.clone(),
            number: watch.number,
            wish: watch.wish.clone(),
            news,
        }
    }
}

/// What an answer means for a watch.
pub(super) fn of(watch: &mut Watch, answer: &Answer, now: DateTime) -> Vec<Notice> {
    // An answer with no train at all has been seen from a site in trouble; it proves nothing.
    if answer.trains.is_empty() {
        return Vec::new();
    }
    let mut news = Vec::new();
    let found = watch.take(answer);
    if !found.is_empty() {
        news.push(News::Appeared(found));
    }
    if let Some(at) = watch
        .sale_at(answer, now)
        .filter(|at| watch.sale_told != Some(*at))
    {
        watch.sale_told = Some(at);
        news.push(News::SaleAt(at));
    }
    let (unknown, stopped) = watch.missing(answer);
    let all_run = unknown.is_empty() && stopped.is_empty();
    if !watch.missing_told && !all_run {
        watch.missing_told = true;
        news.push(News::Missing { unknown, stopped });
    }
    news.into_iter()
        .map(|news| Notice::new(watch, news))
        .collect()
}
