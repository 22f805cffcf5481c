//! A store, a clock at 07:00 of 2026-12-01 in Shanghai, and jobs that write down when they ran.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use easy_wechat::scheduler::{Job, RunRecord, RunState, Scheduler, SchedulerHandle, local_time};
use easy_wechat::store::MemoryStore;
use easy_wechat::{Clock, Store, Timestamp};

pub(crate) struct World {
    pub(crate) clock: Clock,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) ran: Ran,
}

/// What ran, as the clocks in Shanghai show it: `12-01 07:30`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ran(Arc<Mutex<Vec<String>>>);

impl World {
    pub(crate) fn new() -> Self {
        let clock = Clock::fake(SEVEN);
        Self {
            store: Arc::new(MemoryStore::new(clock.clone())),
            clock,
            ran: Ran::default(),
        }
    }

    pub(crate) fn scheduler(&self) -> Scheduler {
        Scheduler::new("tests", Arc::clone(&self.store), self.clock.clone()).unwrap()
    }

    /// A job that is called `job` and writes down for what moments it runs.
    pub(crate) fn with(&self, job: Job) -> Scheduler {
        let ran = self.ran.clone();
        self.scheduler()
            .job(job, move |run| ran.note(run.planned))
            .unwrap()
    }

    /// The same, started, after its first look at the clock.
    pub(crate) async fn start(&self, job: Job) -> SchedulerHandle {
        let handle = self.with(job).start().unwrap();
        handle.settled().await;
        handle
    }

    /// Sets the clock, like `12-01 07:30`, and waits for what comes of it.
    pub(crate) async fn at(&self, time: &str, handle: &SchedulerHandle) {
        self.clock.set(at(time));
        handle.settled().await;
    }

    /// Moves the clock from where it is, in steps, up to `until`.
    pub(crate) async fn go(&self, until: &str, step: Duration, handle: &SchedulerHandle) {
        while self.clock.now() < at(until) {
            self.clock.advance(step);
            handle.settled().await;
        }
    }
}

impl Ran {
    pub(crate) fn note(&self, planned: Option<Timestamp>) {
        let text = planned.map_or("now".to_owned(), short);
        self.0.lock().unwrap().push(text);
    }

    pub(crate) fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

/// `daily`, at 7:30.
pub(crate) fn daily() -> Job {
    Job::new("daily", "30 7 * * *").unwrap()
}

pub(crate) fn states(records: &[RunRecord]) -> Vec<RunState> {
    records.iter().map(|record| record.state).collect()
}

/// A moment in 2026 as the clocks in Shanghai show it.
pub(crate) fn at(time: &str) -> Timestamp {
    let (date, clock) = time.split_once(' ').unwrap();
    let number = |text: &str| text.parse::<u64>().unwrap();
    let (month, day) = date.split_once('-').unwrap();
    let (hour, minute) = clock.split_once(':').unwrap();
    let days = match number(month) {
        11 => number(day) + 334 - 30,
        12 => number(day) + 334,
        other => panic!("month {other}"),
    };
    let seconds = (days - 1) * 86_400 + number(hour) * 3600 + number(minute) * 60;
    NEW_YEAR.plus(Duration::from_secs(seconds))
}

pub(crate) fn short(at: Timestamp) -> String {
    let local = local_time(at, "Asia/Shanghai").unwrap();
    local.get(5..16).unwrap().to_owned()
}

/// 2026-01-01 in Shanghai.
const NEW_YEAR: Timestamp = Timestamp::from_secs(1_767_196_800);
/// 07:00 on 2026-12-01 in Shanghai.
const SEVEN: Timestamp = Timestamp::from_secs(1_767_196_800 + 334 * 86_400 + 7 * 3600);

#[test]
fn the_times_of_these_tests_are_right() {
    assert_eq!(short(SEVEN), "12-01 07:00");
    for time in ["11-30 23:59", "12-01 07:00", "12-31 00:00"] {
        assert_eq!(short(at(time)), time);
    }
}
