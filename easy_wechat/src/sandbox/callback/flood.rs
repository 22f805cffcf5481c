//! A flood of messages at a given rate, for measuring an app. Nothing of it is recorded.

mod latencies;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

use super::attempt::{Line, attempt};
use super::call::client_for_many;
use super::compose::{Stamp, compose};
use super::occasion::Occasion;
use super::refused;
use super::seal::Tamper;
use super::trouble::Trouble;
use crate::sandbox::app::App;
use crate::sandbox::world::World;
use crate::sandbox::{Incoming, SandboxError, State};
use latencies::Latencies;

/// How many messages a flood has, and from how many members: see [`Sandbox::flood`](crate::sandbox::Sandbox::flood).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FloodSettings {
    /// Messages a second; 1 to 100,000.
    pub rate: u32,
    /// From how many members, `member1` and so on, in turn; at least 1.
    pub members: u32,
    /// How long; at most a day.
    pub duration: Duration,
    /// What they write; a number stands behind it, so that no two messages are the same. Default: `flood`.
    pub content: String,
}

/// What became of a flood's messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FloodReport {
    /// How long messages have been sent.
    pub elapsed: Duration,
    /// How many were sent.
    pub sent: u64,
    /// Answered with a passive reply.
    pub replied: u64,
    /// Answered with an empty body or `success`.
    pub acknowledged: u64,
    /// Answered with 200 and what the platform does not take.
    pub dropped: u64,
    /// Not answered in time: the platform would send them again.
    pub late: u64,
    /// Answered with another status than 200.
    pub refused: u64,
    /// Not answered: no connection, or one that broke.
    pub failed: u64,
    /// Not sent at all, because 5,000 waited for their answers already.
    pub skipped: u64,
    /// Half of the answers came within this time. All of these count from the moment at which the message was due, and only
    /// what was answered with 200; they are right to 2 %.
    pub p50: Duration,
    /// 95 of 100 answers came within this time.
    pub p95: Duration,
    /// 99 of 100 answers came within this time.
    pub p99: Duration,
    /// The slowest answer.
    pub max: Duration,
}

impl FloodSettings {
    /// `rate` messages a second from `members` members for `duration`.
    pub fn new(rate: u32, members: u32, duration: Duration) -> Self {
        Self {
            rate,
            members,
            duration,
            content: "flood".to_owned(),
        }
    }

    fn check(&self) -> Result<(), SandboxError> {
        if (1..=MAX_RATE).contains(&self.rate) && self.members > 0 && self.duration <= LONGEST {
            return Ok(());
        }
        Err(refused(
            "a flood has 1 to 100,000 messages a second from at least one member, for a day at most",
            "每秒 1 到 100000 条消息, 至少一个成员, 最长一天",
        ))
    }
}

/// Sends messages at a steady rate, whether or not the app keeps up, and counts how each was answered.
pub(crate) async fn flood(
    world: &Arc<World>,
    settings: FloodSettings,
    mut progress: impl FnMut(&FloodReport),
) -> Result<FloodReport, SandboxError> {
    settings.check()?;
    let source = Arc::new(Source::new(world, settings)?);
    let begin = Instant::now();
    let (mut due, mut told) = (0, begin);
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let all = source.due(source.settings.duration);
    while due < all {
        ticks.tick().await;
        let elapsed = begin.elapsed();
        while due < source.due(elapsed).min(all) {
            source.begin_one(begin + source.moment(due), due);
            due += 1;
        }
        if told.elapsed() >= TOLD_EVERY {
            told = Instant::now();
            progress(&source.report(elapsed));
        }
    }
    let elapsed = begin.elapsed();
    while source.tally().in_flight > 0 {
        sleep(TICK).await;
        if told.elapsed() >= TOLD_EVERY {
            told = Instant::now();
            progress(&source.report(elapsed));
        }
    }
    Ok(source.report(elapsed))
}

/// Where the messages come from.
struct Source {
    world: Arc<World>,
    http: reqwest::Client,
    app: Arc<App>,
    callback: String,
    settings: FloodSettings,
    first_msgid: i64,
    tally: Mutex<Tally>,
}

/// What was counted so far.
#[derive(Debug, Default)]
struct Tally {
    in_flight: usize,
    counts: FloodReport,
    latencies: Latencies,
}

impl Source {
    fn new(world: &Arc<World>, settings: FloodSettings) -> Result<Self, SandboxError> {
        let http = client_for_many()?;
        let mut state = world.lock();
        let callback = state.callback.clone().ok_or(SandboxError::NoCallback)?;
        let app = super::first_app(&state)?;
        let now = state.now();
        let seconds = i64::try_from(settings.duration.as_secs()).unwrap_or(i64::MAX);
        let first_msgid = state.callbacks.reserve_msgids(
            now,
            seconds
                .saturating_add(1)
                .saturating_mul(i64::from(settings.rate)),
        );
        // They are known, so that what is sent to them later finds somebody.
        for number in 1..=settings.members.min(MAX_KNOWN) {
            let id = format!("member{number}");
            if state.people.get(&id).is_none() {
                state.people.add(&id, &id, vec![1]);
            }
        }
        drop(state);
        Ok(Self {
            world: Arc::clone(world),
            http,
            app,
            callback,
            settings,
            first_msgid,
            tally: Mutex::default(),
        })
    }

    /// How many are due after `elapsed`.
    fn due(&self, elapsed: Duration) -> u64 {
        let micros = elapsed
            .as_micros()
            .saturating_mul(u128::from(self.settings.rate));
        u64::try_from(micros / 1_000_000).unwrap_or(u64::MAX)
    }

    /// When a message is due.
    fn moment(&self, number: u64) -> Duration {
        Duration::from_micros(number.saturating_mul(1_000_000) / u64::from(self.settings.rate))
    }

    fn begin_one(self: &Arc<Self>, due: Instant, number: u64) {
        {
            let mut tally = self.tally();
            if tally.in_flight >= MAX_IN_FLIGHT {
                tally.counts.skipped += 1;
                return;
            }
            tally.in_flight += 1;
            tally.counts.sent += 1;
        }
        let one = One {
            source: Arc::clone(self),
        };
        self.world.runtime.spawn(one.run(due, number));
    }

    fn tally(&self) -> std::sync::MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn report(&self, elapsed: Duration) -> FloodReport {
        let tally = self.tally();
        FloodReport {
            elapsed,
            p50: tally.latencies.within(50),
            p95: tally.latencies.within(95),
            p99: tally.latencies.within(99),
            max: tally.latencies.longest(),
            ..tally.counts.clone()
        }
    }
}

/// A message in flight; it is out of the count when it is dropped.
struct One {
    source: Arc<Source>,
}

impl One {
    async fn run(self, due: Instant, number: u64) {
        let source = &*self.source;
        let member = number % u64::from(source.settings.members) + 1;
        let text = Incoming::text(format!("{} {number}", source.settings.content));
        let stamp = Stamp {
            created: source.world.clock.now().as_secs(),
            msgid: source.first_msgid.saturating_add_unsigned(number),
        };
        let member = format!("member{member}");
        let Ok(plain) = compose(&source.app, &member, &text, stamp, &source.world.url) else {
            return;
        };
        let occasion = Occasion::of(source.app.kind, &plain);
        let line = Line {
            world: &source.world,
            http: &source.http,
            app: &source.app,
            callback: &source.callback,
            plain: &plain,
            occasion: &occasion,
        };
        let attempt = attempt(line, Tamper::Nothing).await;
        let took = due.elapsed();
        let mut tally = source.tally();
        let counts = &mut tally.counts;
        let count = match (attempt.verdict.state, attempt.got.trouble) {
            (State::Replied, _) => &mut counts.replied,
            (State::Acknowledged, _) => &mut counts.acknowledged,
            (State::Dropped, _) => &mut counts.dropped,
            (_, Some(Trouble::TimeOut | Trouble::SlowBody)) => &mut counts.late,
            (_, Some(_)) => &mut counts.failed,
            (_, None) => &mut counts.refused,
        };
        *count += 1;
        if attempt.verdict.state != State::Failed {
            tally.latencies.add(took);
        }
    }
}

impl Drop for One {
    fn drop(&mut self) {
        self.source.tally().in_flight -= 1;
    }
}

/// How often it is looked which messages are due.
const TICK: Duration = Duration::from_millis(1);
const TOLD_EVERY: Duration = Duration::from_secs(1);

const MAX_RATE: u32 = 100_000;
const LONGEST: Duration = Duration::from_hours(24);
const MAX_IN_FLIGHT: usize = 5000;

/// How many of the members join the corporation.
const MAX_KNOWN: u32 = 10_000;
