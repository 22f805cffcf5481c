//! How often: windows that slide with the clock.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;

use crate::clock::Timestamp;

/// What was let through within the longest of some windows.
#[derive(Debug, Default)]
pub(crate) struct Window {
    times: VecDeque<Timestamp>,
}

/// How many within how long.
pub(crate) type Limit = (usize, Duration);

impl Window {
    /// Lets one more through, unless that is one too many for one of the `limits`.
    ///
    /// What is not let through does not count: that is an assumption, the platform's pages do not say it.
    pub(crate) fn admits(&mut self, limits: &[Limit], now: Timestamp) -> bool {
        let longest = limits.iter().map(|(_, within)| *within).max();
        let longest = longest.unwrap_or_default();
        while self
            .times
            .front()
            .is_some_and(|first| now.since(*first) >= longest)
        {
            self.times.pop_front();
        }
        let full = limits.iter().any(|(most, within)| {
            let first = self.times.len().checked_sub(*most);
            let first = first.and_then(|at| self.times.get(at));
            first.is_some_and(|first| now.since(*first) < *within)
        });
        if !full {
            self.times.push_back(now);
        }
        !full
    }

    fn is_over(&self, within: Duration, now: Timestamp) -> bool {
        self.times
            .back()
            .is_none_or(|last| now.since(*last) >= within)
    }
}

/// A window for each app and member.
#[derive(Debug, Default)]
pub(crate) struct MemberRates {
    by_app: BTreeMap<usize, HashMap<String, Window>>,
}

impl MemberRates {
    /// Whether a message of the app's to the member is still shown.
    pub(crate) fn admits(&mut self, app: usize, member: &str, now: Timestamp) -> bool {
        let members = self.by_app.entry(app).or_default();
        if let Some(window) = members.get_mut(member) {
            return window.admits(&TO_ONE_MEMBER, now);
        }
        if members.len() >= MAX_MEMBERS {
            members.retain(|_, window| !window.is_over(HOUR, now));
        }
        if members.len() >= MAX_MEMBERS {
            // More members than this are counted anew.
            members.clear();
        }
        let window = members.entry(member.to_owned()).or_default();
        window.admits(&TO_ONE_MEMBER, now)
    }
}

pub(crate) const MINUTE: Duration = Duration::from_mins(1);
pub(crate) const HOUR: Duration = Duration::from_hours(1);
pub(crate) const DAY: Duration = Duration::from_hours(24);

/// The surplus is dropped silently. <https://developer.work.weixin.qq.com/document/path/90236>
const TO_ONE_MEMBER: [Limit; 2] = [(30, MINUTE), (1000, HOUR)];
const MAX_MEMBERS: usize = 12_000;
