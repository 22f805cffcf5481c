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
    /// It was already run, before the clock was set back.
    Ran(Timestamp),
    /// The clock was set back: count from now.
    SetBack,
}

/// Decides what to do now. `settled` is the newest moment that was run, missed or skipped, and `ran` are the last ones that
/// were run. No moment up to `settled` is run again, and after a long suspension there is at most one run. When the clock was
/// ahead and is set back, the job goes on from now instead of waiting for `settled`, without the moments in `ran`.
pub(crate) fn decide(
    schedule: &Schedule,
    name: &str,
    settled: Timestamp,
    ran: &[Timestamp],
    now: Timestamp,
    grace: Duration,
) -> Decision {
    if settled.since(now) > schedule.believable() {
        return Decision::SetBack;
    }
    let mut next = schedule.next_after(settled, name);
    while let Some(at) = next
        && at > now
        && ran.contains(&at)
    {
        next = schedule.next_after(at, name);
    }
    let Some(first) = next else {
        return Decision::Wait(None);
    };
    if first > now {
        return Decision::Wait(Some(first));
    }
    let planned = schedule.last_until(now, settled, first);
    if ran.contains(&planned) {
        return Decision::Ran(planned);
    }
    if schedule.can_be_missed() && now.since(planned) > grace.max(ON_TIME) {
        return Decision::Miss(planned);
    }
    Decision::Run(planned)
}

/// What is not later than this is on time: the clock is not read all the time.
pub(crate) const ON_TIME: Duration = Duration::from_mins(1);

#[cfg(test)]
mod tests;
