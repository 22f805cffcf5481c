//! From now and what is settled to what is to be done. Pure.

use std::time::Duration;

use super::schedule::Schedule;
use crate::clock::Timestamp;

/// What to do with a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Nothing before this moment; nothing at all for `None`.
    Wait(Option<Timestamp>),
    /// Run it, for this moment. Older ones are let go.
    Run(Timestamp),
    /// It is too late for this moment and all before it.
    Miss(Timestamp),
    /// What is settled lies in a future that cannot be: count from now.
    Restart,
}

/// `settled` is the newest moment that was run, missed or skipped: nothing up to it is done again. So a clock that is set
/// back runs nothing twice, and after a long sleep there is one run at most.
pub(crate) fn decide(
    schedule: &Schedule,
    name: &str,
    settled: Timestamp,
    now: Timestamp,
    grace: Duration,
) -> Decision {
    if settled.since(now) > schedule.believable() {
        return Decision::Restart;
    }
    let Some(first) = schedule.next_after(settled, name) else {
        return Decision::Wait(None);
    };
    if first > now {
        return Decision::Wait(Some(first));
    }
    let planned = schedule.last_until(now, settled, first);
    if schedule.can_be_missed() && now.since(planned) > grace.max(ON_TIME) {
        return Decision::Miss(planned);
    }
    Decision::Run(planned)
}

/// What is not later than this is on time: the clock is not read all the time.
pub(crate) const ON_TIME: Duration = Duration::from_mins(1);

#[cfg(test)]
mod tests;
