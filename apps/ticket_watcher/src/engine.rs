//! All watches: who may have how many, when the site is asked, and what the answers mean for whom.
//!
//! Pure: time and chance come in as arguments, so that tests play days in milliseconds.

mod notice;

pub use notice::{News, Notice};

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

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
    /// Those that ended at the last look. They come back when it could not be told.
    ended: BTreeMap<WatchId, Watch>,
    /// When the end of a watch is told again that could not be told.
    later: BTreeMap<WatchId, Timestamp>,
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
            ended: BTreeMap::new(),
            later: BTreeMap::new(),
        }
    }

    /// Adds a watch, and gives its number: the lowest that its user has free.
    ///
    /// # Errors
    /// [`Refusal`] when there are too many, or it is there already.
    pub fn add(&mut self, user: &str, wish: Wish) -> Result<u32, Refusal> {
        let watch = self.offer(user, wish)?;
        let number = watch.number;
        self.insert(watch);
        Ok(number)
    }

    /// The watch that [`Engine::add`] would add.
    ///
    /// # Errors
    /// As there.
    pub fn offer(&self, user: &str, wish: Wish) -> Result<Watch, Refusal> {
        if let Some(same) = self.of(user).find(|watch| watch.wish == wish) {
            return Err(Refusal::Already(same.number));
        }
        if self.of(user).count() >= self.settings.max_per_user {
            return Err(Refusal::UserIsFull(self.settings.max_per_user));
        }
        if self.watches.len() >= self.settings.max_watches {
            return Err(Refusal::AllAreFull(self.settings.max_watches));
        }
        Ok(Watch::new(user, self.free_number(user), wish))
    }

    /// Adds a watch that was offered.
    pub fn insert(&mut self, watch: Watch) {
        let id = (watch.user.clone(), watch.number);
        self.changed.insert(id.clone());
        self.later.remove(&id);
        self.watches.insert(id, watch);
    }

    /// Those of a user that are meant.
    pub fn selected(&self, user: &str, which: &Which) -> Vec<Watch> {
        let ids = self.ids(user, which).into_iter();
        ids.filter_map(|id| self.watches.get(&id).cloned())
            .collect()
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
            watch.set_paused(paused);
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

    /// A notice could not be sent: what it told is new again. Of an end it is so for a day, every few minutes.
    pub fn unsent(&mut self, notice: &Notice, now: Timestamp) {
        let mut id = (notice.user.clone(), notice.number);
        if notice.news == News::Ended {
            let Some(mut watch) = self.ended.remove(&id) else {
                return;
            };
            if now.since(watch.ends()) > TELL_END_WITHIN {
                return;
            }
            if self.watches.contains_key(&id) {
                // Its number has been given to another one meanwhile.
                watch.number = self.free_number(&id.0);
                id.1 = watch.number;
            }
            self.insert(watch);
            self.later.insert(id, now.plus(TELL_END_AGAIN));
            return;
        }
        let Some(watch) = self.watches.get_mut(&id) else {
            return;
        };
        match &notice.news {
            News::Appeared(finds) => watch.forget(finds),
            News::SaleAt(_) => watch.sale_told = None,
            News::Missing { .. } => watch.missing_told = false,
            News::Ended => {}
        }
        self.changed.insert(id);
    }

    /// Ends the watches whose trains have left.
    pub fn end(&mut self, now: Timestamp) -> Vec<Notice> {
        self.later.retain(|id, at| {
            let is_soon = *at > now && *at <= now.plus(TELL_END_AGAIN);
            is_soon && self.watches.contains_key(id)
        });
        let over = self
            .watches
            .iter()
            .filter(|(id, watch)| watch.ends() <= now && !self.later.contains_key(id));
        let over: Vec<WatchId> = over.map(|(id, _)| id.clone()).collect();
        self.changed.extend(over.iter().cloned());
        let ended = over.into_iter().filter_map(|id| {
            let watch = self.watches.remove(&id)?;
            Some((id, watch))
        });
        self.ended = ended.collect();
        let ended = self.ended.values();
        ended.map(|watch| Notice::new(watch, News::Ended)).collect()
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

    fn free_number(&self, user: &str) -> u32 {
        let taken: BTreeSet<u32> = self.of(user).map(|watch| watch.number).collect();
        let free = (1..=u32::MAX).find(|number| !taken.contains(number));
        free.unwrap_or(u32::MAX)
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

/// How often it is tried to tell the end of a watch.
const TELL_END_AGAIN: Duration = Duration::from_mins(5);
/// And for how long.
const TELL_END_WITHIN: Duration = Duration::from_hours(24);
