//! All watches: who may have how many, when the site is asked, and what the answers mean for whom.
//!
//! Pure: time and chance come in as arguments, so that tests play days in milliseconds.

mod notice;

pub use notice::{News, Notice};

use std::collections::{BTreeMap, BTreeSet};

use easy_wechat::Timestamp;

use crate::calendar::{moment, shanghai};
use crate::command::Which;
use crate::pace::{Pace, PaceSettings, Step};
use crate::railway::{Answer, Journey, RailwayError};
use crate::watch::Watch;
use crate::wish::Wish;

/// How many watches there may be, and how often the site is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EngineSettings {
    /// Of one user. Default: 10.
    pub max_per_user: usize,
    /// Of all users. Default: 500.
    pub max_watches: usize,
    /// How often the site is asked.
    pub pace: PaceSettings,
}

impl Default for EngineSettings {
    fn default() -> Self {
        Self {
            max_per_user: 10,
            max_watches: 500,
            pace: PaceSettings::default(),
        }
    }
}

/// Why a watch was not added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The user has so many already.
    UserIsFull(usize),
    /// There are so many already.
    AllAreFull(usize),
    /// The user has the same as this number.
    Already(u32),
}

/// Whose a watch is, and its number.
pub type WatchId = (String, u32);

/// The watches and the pace.
#[derive(Debug)]
pub struct Engine {
    settings: EngineSettings,
    watches: BTreeMap<WatchId, Watch>,
    pace: Pace,
    changed: BTreeSet<WatchId>,
}

impl Engine {
    /// Begins with the watches that were kept.
    pub fn new(settings: EngineSettings, watches: impl IntoIterator<Item = Watch>) -> Self {
        let watches = watches
            .into_iter()
            .map(|watch| ((watch.user.clone(), watch.number), watch));
        Self {
            settings,
            watches: watches.collect(),
            pace: Pace::new(settings.pace),
            changed: BTreeSet::new(),
        }
    }

    /// Adds a watch, and gives its number: the lowest that its user has free.
    ///
    /// # Errors
    /// [`Refusal`] when there are too many, or it is there already.
    pub fn add(&mut self, user: &str, wish: Wish) -> Result<u32, Refusal> {
        if let Some(same) = self.of(user).find(|watch| watch.wish == wish) {
            return Err(Refusal::Already(same.number));
        }
        let taken: BTreeSet<u32> = self.of(user).map(|watch| watch.number).collect();
        if taken.len() >= self.settings.max_per_user {
            return Err(Refusal::UserIsFull(self.settings.max_per_user));
        }
        if self.watches.len() >= self.settings.max_watches {
            return Err(Refusal::AllAreFull(self.settings.max_watches));
        }
        let free = (1..=u32::MAX).find(|number| !taken.contains(number));
        let number = free.unwrap_or(u32::MAX);
        self.changed.insert((user.to_owned(), number));
        self.watches
            .insert((user.to_owned(), number), Watch::new(user, number, wish));
        Ok(number)
    }

    /// The watches of a user, by number.
    pub fn of<'a>(&'a self, user: &'a str) -> impl Iterator<Item = &'a Watch> {
        let all = (user.to_owned(), 0)..=(user.to_owned(), u32::MAX);
        self.watches.range(all).map(|(_, watch)| watch)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.watches.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.watches.is_empty()
    }

    /// Removes watches, and gives them back.
    pub fn remove(&mut self, user: &str, which: &Which) -> Vec<Watch> {
        let ids = self.ids(user, which);
        self.changed.extend(ids.iter().cloned());
        ids.iter()
            .filter_map(|id| self.watches.remove(id))
            .collect()
    }

    /// Lets watches rest, or go on, and gives them back.
    pub fn pause(&mut self, user: &str, which: &Which, paused: bool) -> Vec<Watch> {
        let ids = self.ids(user, which);
        let mut changed = Vec::new();
        for id in ids {
            let Some(watch) = self.watches.get_mut(&id) else {
                continue;
            };
            watch.paused = paused;
            changed.push(watch.clone());
            self.changed.insert(id);
        }
        changed
    }

    /// Whether the site is asked now. The watches whose trains have left end before; they are told by [`Engine::end`].
    pub fn next(&mut self, now: Timestamp) -> Step {
        let journeys: BTreeSet<Journey> = self
            .watches
            .values()
            .filter(|watch| !watch.paused && watch.ends() > now)
            .map(|watch| watch.wish.journey())
            .collect();
        let step = self.pace.next(journeys.iter(), now);
        if let Step::Ask(_) = step {
            self.pace.asked(now);
        }
        step
    }

    /// From when on one may ask the site a question of one's own; `None`: now.
    pub fn closed_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.pace.closed_until(now)
    }

    /// What a question brought. `now` is when the answer came, `chance` from 0 to 1.
    pub fn answered(
        &mut self,
        journey: &Journey,
        answer: Result<&Answer, &RailwayError>,
        now: Timestamp,
        chance: f64,
    ) -> Vec<Notice> {
        self.pace.asked(now);
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                self.pace.failed(journey, error.remedy(), now, chance);
                return Vec::new();
            }
        };
        let local = shanghai(now);
        let mut notices = Vec::new();
        let mut sales = Vec::new();
        let watches = self.watches.iter_mut();
        for (id, watch) in
            watches.filter(|(_, watch)| watch.wish.journey() == *journey && !watch.paused)
        {
            let before = watch.clone();
            sales.push(watch.sale_at(answer, local));
            notices.extend(notice::of(watch, answer, local));
            if *watch != before {
                self.changed.insert(id.clone());
            }
        }
        // Asked again when the first of them comes on sale, if all wait for it.
        let first = sales
            .into_iter()
            .collect::<Option<Vec<_>>>()
            .and_then(|sales| sales.into_iter().min());
        self.pace.answered(journey, now, chance, first.map(moment));
        notices
    }

    /// A notice could not be sent: what it told is new again.
    pub fn unsent(&mut self, notice: &Notice) {
        let id = (notice.user.clone(), notice.number);
        let Some(watch) = self.watches.get_mut(&id) else {
            return;
        };
        match &notice.news {
            News::Appeared(finds) => watch.forget(finds),
            News::SaleAt(_) => watch.sale_told = None,
            News::Missing { .. } => watch.missing_told = false,
            News::Ended => return,
        }
        self.changed.insert(id);
    }

    /// Ends the watches whose trains have left.
    pub fn end(&mut self, now: Timestamp) -> Vec<Notice> {
        let over = self.watches.iter().filter(|(_, watch)| watch.ends() <= now);
        let over: Vec<WatchId> = over.map(|(id, _)| id.clone()).collect();
        self.changed.extend(over.iter().cloned());
        let ended = over.iter().filter_map(|id| self.watches.remove(id));
        ended
            .map(|watch| Notice::new(&watch, News::Ended))
            .collect()
    }

    /// What is to be kept: the watches that changed since the last call, `None` for one that is gone.
    pub fn take_changes(&mut self) -> Vec<(WatchId, Option<Watch>)> {
        let changed = std::mem::take(&mut self.changed).into_iter();
        changed
            .map(|id| (id.clone(), self.watches.get(&id).cloned()))
            .collect()
    }

    /// A change could not be kept: it is one still.
    pub fn changed(&mut self, id: WatchId) {
        self.changed.insert(id);
    }

    fn ids(&self, user: &str, which: &Which) -> Vec<WatchId> {
        let wanted = |watch: &&Watch| match which {
            Which::All => true,
            Which::Numbers(numbers) => numbers.contains(&watch.number),
        };
        let ids = self.of(user).filter(wanted);
        ids.map(|watch| (watch.user.clone(), watch.number))
            .collect()
    }
}
