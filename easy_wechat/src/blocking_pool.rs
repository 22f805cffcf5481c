//! Threads for handlers that may block.
//!
//! Most handlers are done in microseconds, and waking a thread for each costs more than running it. So a thread that is
//! at work takes the next job itself, and nobody else is woken. Only when the jobs are not taken fast enough, because
//! handlers really block, does a watcher put more threads to work: within a millisecond the first one, then twice as many
//! each further millisecond. Threads that have had nothing to do for 10 seconds end.

use std::collections::VecDeque;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

/// Runs jobs on threads of its own. Clones are the same pool; with the last of them its threads end.
#[derive(Clone, Debug)]
pub(crate) struct BlockingPool(Arc<Owner>);

/// What waits to be run.
pub(crate) type Job = Box<dyn FnOnce() + Send>;

#[derive(Debug)]
struct Owner(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// Wakes the watcher.
    watch: Condvar,
    limit: usize,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    /// Threads at work, or woken for it.
    active: usize,
    /// Threads that wait for jobs. The last to fall asleep is the first to be woken, so that those that are too many stay
    /// asleep, and end.
    sleepers: Vec<Arc<Sleeper>>,
    /// How many jobs were ever taken.
    taken: u64,
    watcher: Watcher,
    closed: bool,
}

/// A thread that waits for jobs.
#[derive(Debug)]
struct Sleeper {
    thread: Thread,
    woken: AtomicU8,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Watcher {
    #[default]
    None,
    Asleep,
    Awake,
}

impl BlockingPool {
    /// A pool of at most `limit` threads, none of which runs yet.
    pub(crate) fn new(limit: usize) -> Self {
        let shared = Shared {
            state: Mutex::default(),
            watch: Condvar::new(),
            limit: limit.max(1),
        };
        Self(Arc::new(Owner(Arc::new(shared))))
    }

    /// Puts a job in the line. Jobs begin in order.
    ///
    /// False when the system gives no thread at all; the job is dropped then.
    pub(crate) fn run(&self, job: Job) -> bool {
        let shared = &self.0.0;
        let mut state = shared.lock();
        state.jobs.push_back(job);
        if state.active > 0 {
            // Somebody is at work and takes it next, unless that one blocks.
            shared.have_watched(&mut state);
            return true;
        }
        shared.put_to_work(&mut state, 1);
        if state.active > 0 {
            return true;
        }
        let job = state.jobs.pop_back();
        drop(state);
        // With the lock open: what the job holds may do anything when it is dropped.
        drop(job);
        false
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.closed = true;
        for sleeper in state.sleepers.drain(..) {
            sleeper.wake(TO_END);
        }
        drop(state);
        self.0.watch.notify_all();
    }
}

impl Sleeper {
    fn wake(&self, why: u8) {
        self.woken.store(why, Ordering::SeqCst);
        self.thread.unpark();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes or starts up to `count` threads.
    fn put_to_work(self: &Arc<Self>, state: &mut State, count: usize) {
        for _ in 0..count {
            if let Some(sleeper) = state.sleepers.pop() {
                sleeper.wake(TO_WORK);
            } else if state.active >= self.limit || !self.start(Self::work) {
                return;
            }
            state.active += 1;
        }
    }

    /// Has the watcher look after the jobs that wait.
    fn have_watched(self: &Arc<Self>, state: &mut State) {
        let awake = match state.watcher {
            Watcher::Awake => return,
            Watcher::Asleep => {
                self.watch.notify_one();
                true
            }
            Watcher::None => self.start(Self::watch_over),
        };
        if awake {
            state.watcher = Watcher::Awake;
        }
    }

    /// Starts a thread; false when the system gives none.
    fn start(self: &Arc<Self>, life: fn(&Arc<Self>)) -> bool {
        let shared = Arc::clone(self);
        let thread = thread::Builder::new().name("easy_wechat-handler".to_owned());
        thread.spawn(move || life(&shared)).is_ok()
    }

    /// The life of a thread that runs jobs.
    fn work(self: &Arc<Self>) {
        loop {
            self.run_jobs();
            let mut state = self.lock();
            // A job that came since then found this thread at work, and woke no other.
            if !state.jobs.is_empty() {
                continue;
            }
            state.active -= 1;
            if state.closed {
                return;
            }
            let sleeper = Arc::new(Sleeper {
                thread: thread::current(),
                woken: AtomicU8::new(ASLEEP),
            });
            state.sleepers.push(Arc::clone(&sleeper));
            drop(state);
            if !self.sleep(&sleeper) {
                return;
            }
        }
    }

    /// Runs jobs until there are none, looking again a few times.
    fn run_jobs(&self) {
        let mut patience = YIELDS;
        while patience > 0 {
            let mut state = self.lock();
            let Some(job) = state.jobs.pop_front() else {
                drop(state);
                // To sleep and be woken costs more than to look again.
                patience -= 1;
                thread::yield_now();
                continue;
            };
            patience = YIELDS;
            state.taken += 1;
            drop(state);
            // Jobs contain their own panics; one that slips through must not cost the thread.
            let _ = catch_unwind(AssertUnwindSafe(job));
        }
    }

    /// Waits to be woken for work; false when nobody did for a long time, or the pool is gone.
    fn sleep(&self, sleeper: &Arc<Sleeper>) -> bool {
        let until = Instant::now() + IDLE;
        while sleeper.woken.load(Ordering::SeqCst) == ASLEEP {
            thread::park_timeout(until.saturating_duration_since(Instant::now()));
            if Instant::now() < until {
                continue;
            }
            let mut state = self.lock();
            let before = state.sleepers.len();
            state.sleepers.retain(|other| !Arc::ptr_eq(other, sleeper));
            // Who is no longer on the list was woken at this very moment.
            if state.sleepers.len() < before {
                return false;
            }
        }
        sleeper.woken.load(Ordering::SeqCst) == TO_WORK
    }

    /// The life of the thread that looks whether jobs are taken fast enough.
    fn watch_over(self: &Arc<Self>) {
        let mut state = self.lock();
        let mut taken = state.taken;
        while !state.closed {
            if state.jobs.is_empty() {
                state.watcher = Watcher::Asleep;
                state = self
                    .watch
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner);
                taken = state.taken;
                continue;
            }
            let waited = self.watch.wait_timeout(state, TICK);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
            let waiting = state.jobs.len();
            let pace = usize::try_from(state.taken - taken).unwrap_or(usize::MAX);
            taken = state.taken;
            if waiting > pace.saturating_mul(TICKS_TO_WAIT) {
                let more = if pace == 0 { state.active.max(1) } else { 1 };
                self.put_to_work(&mut state, more.min(waiting));
            }
        }
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State")
            .field("active", &self.active)
            .field("jobs", &self.jobs.len())
            .finish_non_exhaustive()
    }
}

// Why a sleeper was woken, if it was.
const ASLEEP: u8 = 0;
const TO_WORK: u8 = 1;
const TO_END: u8 = 2;

/// How often the watcher looks.
const TICK: Duration = Duration::from_millis(1);

/// How many ticks the jobs in the line may take at the pace of the last one.
const TICKS_TO_WAIT: usize = 4;

/// How often a thread without a job lets others run before it sleeps.
const YIELDS: u32 = 16;

/// How long a thread waits for a job before it ends.
const IDLE: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, channel};

    use super::*;

    fn job(act: impl FnOnce() + Send + 'static) -> Job {
        Box::new(act)
    }

    #[test]
    fn every_job_runs_once_and_in_order_where_one_thread_does() {
        let pool = BlockingPool::new(1);
        let (done, results) = channel();
        for number in 0..1000 {
            let done = done.clone();
            pool.run(job(move || done.send(number).unwrap()));
        }
        drop(done);
        assert_eq!(
            results.iter().collect::<Vec<_>>(),
            (0..1000).collect::<Vec<_>>()
        );
    }

    #[test]
    fn jobs_that_block_do_not_hold_up_the_others() {
        let pool = BlockingPool::new(64);
        let (release, gate) = channel::<()>();
        let gate: Arc<Mutex<Receiver<()>>> = Arc::new(Mutex::new(gate));
        let (done, results) = channel();
        for _ in 0..40 {
            let gate = Arc::clone(&gate);
            pool.run(job(move || {
                // All of them wait for the gate, one behind the other.
                let _ = gate.lock().unwrap().recv();
            }));
        }
        pool.run(job(move || done.send("through").unwrap()));
        assert_eq!(results.recv_timeout(Duration::from_secs(10)), Ok("through"));
        drop(release);
    }

    #[test]
    fn there_are_never_more_threads_than_the_limit() {
        let pool = BlockingPool::new(3);
        let (enter, entered) = channel();
        let (leave, left) = channel::<()>();
        let left = Arc::new(Mutex::new(left));
        for _ in 0..20 {
            let (enter, left) = (enter.clone(), Arc::clone(&left));
            pool.run(job(move || {
                enter.send(()).unwrap();
                let _ = left.lock().unwrap().recv();
            }));
        }
        for _ in 0..3 {
            entered.recv_timeout(Duration::from_secs(10)).unwrap();
        }
        assert!(
            entered.recv_timeout(Duration::from_millis(50)).is_err(),
            "a fourth thread took a job"
        );
        drop(leave);
        for _ in 3..20 {
            entered.recv_timeout(Duration::from_secs(10)).unwrap();
        }
    }

    #[test]
    fn what_waits_is_run_even_when_the_pool_is_dropped() {
        let pool = BlockingPool::new(1);
        let (done, results) = channel();
        for number in 0..100 {
            let done = done.clone();
            pool.run(job(move || done.send(number).unwrap()));
        }
        drop((pool, done));
        assert_eq!(results.iter().count(), 100);
    }
}
