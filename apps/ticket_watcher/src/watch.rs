//! One watch: whose it is, what it waits for, and what it has told already.

use std::collections::{BTreeMap, BTreeSet};

use easy_wechat::Timestamp;
use jiff::civil::{DateTime, Time};
use serde::{Deserialize, Serialize};

use crate::calendar::{days, departure, moment};
use crate::railway::{Answer, Clock, Sale, Train};
use crate::wish::Wish;

/// A watch. As JSON it is what the store keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watch {
    /// Who is told, by the platform's id.
    pub user: String,
    /// Its number among those of its user.
    pub number: u32,
    /// What it waits for.
    pub wish: Wish,
    /// Whether it rests.
    #[serde(default)]
    pub paused: bool,
    /// The tickets that were there at the last answer, and have been told.
    #[serde(default)]
    pub(crate) seen: BTreeSet<String>,
    /// When its trains leave, by their codes; where it names none, the last of all under an empty code.
    #[serde(default)]
    departures: BTreeMap<String, Clock>,
    /// The beginning of the sale that has been told.
    #[serde(default)]
    pub(crate) sale_told: Option<DateTime>,
    /// Whether it has been told which of its trains do not run.
    #[serde(default)]
    pub(crate) missing_told: bool,
}

/// A ticket that one can buy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Find {
    /// `G1`
    pub code: String,
    /// The name of the stop where one boards.
    pub from: String,
    /// The name of the stop where one alights.
    pub to: String,
    /// When it leaves.
    pub departs: Option<Clock>,
    /// When it arrives.
    pub arrives: Option<Clock>,
    /// The name of the seat.
    pub seat: &'static str,
    /// How many are left, as displayed.
    pub left: String,
    /// In units of 0.1 yuan.
    pub price: Option<u32>,
    key: String,
}

impl Watch {
    /// A watch that has seen nothing yet.
    pub fn new(user: &str, number: u32, wish: Wish) -> Self {
        Self {
            user: user.to_owned(),
            number,
            wish,
            paused: false,
            seen: BTreeSet::new(),
            departures: BTreeMap::new(),
            sale_told: None,
            missing_told: false,
        }
    }

    /// From when on nothing can come of it: its trains have left, or its day is over.
    pub fn ends(&self) -> Timestamp {
        let date = self.wish.date;
        let open = self.wish.trains.is_empty() || !self.wish.kinds.is_empty();
        let known = open
            || self
                .wish
                .trains
                .iter()
                .all(|code| self.departures.contains_key(code));
        match self.departures.values().max() {
            Some(last) if known => departure(date, *last),
            _ => moment(days(date, 1).to_datetime(Time::midnight())),
        }
    }

    /// Lets it rest, or go on. When it goes on, what was told before the rest is told again where it is still so.
    pub(crate) fn set_paused(&mut self, paused: bool) {
        if self.paused && !paused {
            self.seen.clear();
            self.sale_told = None;
            self.missing_told = false;
        }
        self.paused = paused;
    }

    /// The tickets that are new since the last answer. From now on they are seen; those that are gone are no longer.
    pub(crate) fn take(&mut self, answer: &Answer) -> Vec<Find> {
        let mut seen = BTreeSet::new();
        let mut new = Vec::new();
        for train in &answer.trains {
            for offer in self.wish.offers(train) {
                let key = key(train, offer.seat.name());
                if !self.seen.contains(&key) {
                    new.push(Find {
                        code: train.code.clone(),
                        from: answer.name(&train.from).to_owned(),
                        to: answer.name(&train.to).to_owned(),
                        departs: train.departs,
                        arrives: train.arrives,
                        seat: offer.name,
                        left: offer.left.to_string(),
                        price: offer.price,
                        key: key.clone(),
                    });
                }
                seen.insert(key);
            }
            // A site that sleeps has the tickets still.
            if train.sale == Sale::NotNow {
                let row = key(train, "");
                seen.extend(
                    self.seen
                        .iter()
                        .filter(|key| key.starts_with(&row))
                        .cloned(),
                );
            }
        }
        self.seen = seen;
        self.learn_departures(answer);
        new
    }

    /// Those that could not be told are new again.
    pub(crate) fn forget(&mut self, finds: &[Find]) {
        for find in finds {
            self.seen.remove(&find.key);
        }
    }

    /// The trains that it names and that are not in an answer, and those that do not run.
    pub(crate) fn missing(&self, answer: &Answer) -> (Vec<String>, Vec<String>) {
        let runs = |code: &&String| answer.trains.iter().any(|train| train.code == **code);
        let stopped = |code: &&String| {
            let mut rows = answer
                .trains
                .iter()
                .filter(|train| train.code == **code)
                .peekable();
            rows.peek().is_some() && rows.all(|train| train.sale == Sale::Stopped)
        };
        (
            self.wish
                .trains
                .iter()
                // One that was there has left: its name is not wrong.
                .filter(|code| !runs(code) && !self.departures.contains_key(*code))
                .cloned()
                .collect(),
            self.wish.trains.iter().filter(stopped).cloned().collect(),
        )
    }

    /// When the first of its trains comes on sale, if none of them is yet.
    pub(crate) fn sale_at(&self, answer: &Answer, now: DateTime) -> Option<DateTime> {
        let trains = answer
            .trains
            .iter()
            .filter(|train| self.wish.takes(train) && train.sale != Sale::Stopped);
        let mut first = None;
        for train in trains {
            let at = train
                .sale_at
                .filter(|at| train.sale == Sale::NotNow && *at > now)?;
            first = Some(first.map_or(at, |first: DateTime| first.min(at)));
        }
        first
    }

    fn learn_departures(&mut self, answer: &Answer) {
        let by_name = !self.wish.trains.is_empty();
        for train in answer.trains.iter().filter(|train| self.wish.takes(train)) {
            let Some(departs) = train.departs else {
                continue;
            };
            let code = if by_name && self.wish.trains.contains(&train.code) {
                train.code.clone()
            } else {
                String::new()
            };
            let known = self.departures.entry(code).or_insert(departs);
            *known = departs.max(*known);
        }
    }
}

fn key(train: &Train, seat: &str) -> String {
    let (number, from, to) = train.key();
    format!("{number} {from} {to} {seat}")
}
