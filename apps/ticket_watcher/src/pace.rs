//! When the site may be asked next, and for what.
//!
//! Pure: time and chance come in as arguments.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use easy_wechat::Timestamp;

use crate::calendar::{opens_again, sale_begins};
use crate::railway::{Journey, Remedy};

/// How often the site is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaceSettings {
    /// Between two questions for the same journey, on the average. Default: 60 s. Never below 20 s.
    pub interval: Duration,
    /// Between any two questions. Default: 3 s.
    pub gap: Duration,
}

impl Default for PaceSettings {
    fn default() -> Self {
        Self {
            interval: Duration::from_mins(1),
            gap: Duration::from_secs(3),
        }
    }
}

/// What to do now.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Ask for this journey.
    Ask(Journey),
    /// Nothing before this time.
    Wait(Timestamp),
    /// Nothing, until a watch is added.
    Rest,
}

/// Keeps the distance between questions.
#[derive(Debug)]
pub struct Pace {
    settings: PaceSettings,
    lines: BTreeMap<Journey, Line>,
    last: Option<Timestamp>,
    quiet_until: Timestamp,
    failures: u32,
}

#[derive(Clone, Copy, Debug)]
struct Line {
    due: Timestamp,
    failures: u32,
}

impl Pace {
    /// Nothing was asked yet.
    pub fn new(settings: PaceSettings) -> Self {
        Self {
            settings,
            lines: BTreeMap::new(),
            last: None,
            quiet_until: Timestamp::from_micros(i64::MIN),
            failures: 0,
        }
    }

    /// Which of the `wanted` journeys is asked for at `now`.
    pub fn next<'a>(&mut self, wanted: impl Iterator<Item = &'a Journey>, now: Timestamp) -> Step {
        self.mind_the_clock(now);
        let wanted: BTreeSet<&Journey> = wanted.collect();
        // Who takes a watch away and adds it again does not make the site be asked sooner.
        self.lines
            .retain(|journey, line| wanted.contains(journey) || line.due > now);
        for journey in &wanted {
            let fresh = Line {
                due: now,
                failures: 0,
            };
            self.lines.entry((*journey).clone()).or_insert(fresh);
        }
        let due = |(journey, line): (&Journey, &Line)| {
            (line.due.max(sale_begins(journey.date)), journey.clone())
        };
        let lines = self
            .lines
            .iter()
            .filter(|(journey, _)| wanted.contains(journey));
        let Some((due, journey)) = lines.map(due).min() else {
            return Step::Rest;
        };
        let at = self.may_ask(now).map_or(due, |free| due.max(free));
        if at <= now {
            return Step::Ask(journey);
        }
        Step::Wait(at)
    }

    /// From when on anything may be asked; `None` at once.
    pub fn may_ask(&self, now: Timestamp) -> Option<Timestamp> {
        let gap = self.last.map(|last| last.plus(self.settings.gap));
        let waits = [Some(self.quiet_until), gap, opens_again(now)];
        waits.into_iter().flatten().max().filter(|free| *free > now)
    }

    /// From when on the site takes questions again after trouble or in the night; `None`: it does.
    pub fn closed_until(&self, now: Timestamp) -> Option<Timestamp> {
        let waits = [Some(self.quiet_until), opens_again(now)];
        waits.into_iter().flatten().max().filter(|free| *free > now)
    }

    /// A question went out.
    pub fn asked(&mut self, now: Timestamp) {
        self.last = Some(now);
    }

    /// It was answered. `chance` is from 0 to 1; nothing new is expected before `not_before`.
    pub fn answered(
        &mut self,
        journey: &Journey,
        now: Timestamp,
        chance: f64,
        not_before: Option<Timestamp>,
    ) {
        self.failures = 0;
        let wait = self.interval().mul_f64(0.8 + 0.4 * chance).max(FLOOR);
        let due = now.plus(wait);
        let due = not_before.map_or(due, |at| due.max(at.min(now.plus(LOOK_AGAIN))));
        self.lines
            .insert(journey.clone(), Line { due, failures: 0 });
    }

    /// It failed.
    pub fn failed(&mut self, journey: &Journey, remedy: Remedy, now: Timestamp, chance: f64) {
        let line = self.lines.get(journey).map_or(0, |line| line.failures) + 1;
        let least = match remedy {
            Remedy::Pause(least) => least,
            _ => self.interval(),
        };
        let wait = |failures: u32| {
            let doubled = least
                .saturating_mul(1 << (failures - 1).min(10))
                .min(LONGEST);
            // Never sooner than it must be, and never much later than half an hour.
            let spread = doubled.max(least).mul_f64(1.0 + 0.2 * chance);
            spread.min(LONGEST.max(least))
        };
        // What is wrong with one question says nothing of the others.
        if remedy != Remedy::FixQuestion {
            self.failures += 1;
            self.quiet_until = self.quiet_until.max(now.plus(wait(self.failures)));
        }
        let due = now.plus(wait(line + 1));
        self.lines.insert(
            journey.clone(),
            Line {
                due,
                failures: line,
            },
        );
    }

    /// After the clock was set back, no wait is longer than the longest one.
    fn mind_the_clock(&mut self, now: Timestamp) {
        let latest = now.plus(LOOK_AGAIN);
        self.last = self.last.map(|last| last.min(now));
        self.quiet_until = self.quiet_until.min(latest);
        for line in self.lines.values_mut() {
            line.due = line.due.min(latest);
        }
    }

    fn interval(&self) -> Duration {
        self.settings.interval.max(FLOOR)
    }
}

/// More often than this, the site takes one for a machine.
pub const FLOOR: Duration = Duration::from_secs(20);

/// After many failures.
const LONGEST: Duration = Duration::from_mins(30);

/// Even where nothing is expected.
const LOOK_AGAIN: Duration = Duration::from_hours(1);
