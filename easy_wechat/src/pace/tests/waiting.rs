//! Who waits, in which order they go, and when they give up.

use std::future::Future;
use std::pin::pin;
use std::sync::mpsc;
use std::task::{Context, Poll, Waker};

use super::*;

const START: i64 = 1_700_000_000;
const LONG: Duration = Duration::from_hours(2);

/// A pace whose waiters look at the clock all the time, and a clock that stands.
fn place(limits: Limits) -> (Arc<Pace>, Clock) {
    let pace = Pace::with(limits, 1000, Duration::from_millis(1));
    (Arc::new(pace), Clock::fake(at(0)))
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_secs(START + seconds)
}

fn fill(pace: &Pace, member: &str, now: Timestamp) {
    while pace.reserve([member], now).is_ok() {}
}

/// A test that fails must not hang.
async fn soon<T>(future: impl Future<Output = T>) -> T {
    let patience = Duration::from_secs(30);
    tokio::time::timeout(patience, future).await.unwrap()
}

async fn until(is_so: impl Fn() -> bool) {
    let so = async {
        while !is_so() {
            tokio::task::yield_now().await;
        }
    };
    soon(so).await;
}

/// Lets a future begin, which with a full window means to join the line.
fn begin(future: std::pin::Pin<&mut impl Future<Output = Result<(), Paced>>>) {
    let polled = future.poll(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(polled, Poll::Pending), "{polled:?}");
}

#[tokio::test]
async fn who_came_first_goes_first() {
    let (pace, clock) = place(Limits::APP);
    fill(&pace, "a", clock.now());
    let (told, order) = mpsc::channel();
    let mut tasks = Vec::new();
    for number in 0..75 {
        let (pace, waits, told) = (Arc::clone(&pace), clock.clone(), told.clone());
        let joined = number + 1;
        let counted = Arc::clone(&pace);
        tasks.push(tokio::spawn(async move {
            pace.enter(["a"], &waits, LONG).await.unwrap();
            told.send((number, waits.now())).unwrap();
        }));
        until(|| counted.lock().lines.len() == joined).await;
    }
    for gone in [30, 60, 75] {
        clock.advance(Duration::from_secs(61));
        until(|| pace.lock().lines.len() == 75 - gone).await;
    }
    for task in tasks {
        task.await.unwrap();
    }
    let order: Vec<(usize, Timestamp)> = order.try_iter().collect();
    let numbers: Vec<usize> = order.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, (0..75).collect::<Vec<_>>());
    for (number, when) in order {
        let minute = i64::try_from(number / 30).unwrap() + 1;
        assert_eq!(when, at(61 * minute), "{number}");
    }
}

#[tokio::test]
async fn nobody_overtakes_who_waits_but_others_pass() {
    let (pace, clock) = place(Limits::APP);
    fill(&pace, "a", clock.now());
    let mut both = pin!(pace.enter(["a", "b"], &clock, LONG));
    begin(both.as_mut());
    assert!(
        pace.reserve(["b"], clock.now()).is_err(),
        "b has room, but somebody waits"
    );
    assert_eq!(pace.reserve(["c"], clock.now()), Ok(()));
    clock.advance(Duration::from_secs(61));
    assert!(
        pace.reserve(["A"], clock.now()).is_err(),
        "it is not its turn"
    );
    assert_eq!(soon(both).await, Ok(()));
    assert_eq!(pace.reserve(["a"], clock.now()), Ok(()));
    assert_eq!(pace.reserve(["b"], clock.now()), Ok(()));
}

#[tokio::test]
async fn who_gives_up_lets_the_next_one_go() {
    let (pace, clock) = place(Limits::APP);
    fill(&pace, "a", clock.now());
    let mut second = pin!(pace.enter(["a"], &clock, LONG));
    {
        let mut first = pin!(pace.enter(["a"], &clock, LONG));
        begin(first.as_mut());
        begin(second.as_mut());
        clock.advance(Duration::from_secs(61));
    }
    assert_eq!(soon(second).await, Ok(()));
    assert_eq!(pace.lock().lines.len(), 0);
}

#[tokio::test]
async fn the_next_one_is_woken_by_who_leaves() {
    let pace = Pace::with(Limits::APP, 1000, Duration::from_hours(1));
    let clock = Clock::fake(at(0));
    fill(&pace, "a", clock.now());
    let mut second = pin!(pace.enter(["a"], &clock, LONG));
    {
        let mut first = pin!(pace.enter(["a"], &clock, LONG));
        begin(first.as_mut());
        begin(second.as_mut());
        clock.advance(Duration::from_secs(61));
    }
    assert_eq!(soon(second).await, Ok(()));
}

#[tokio::test]
async fn a_wait_known_to_be_too_long_is_refused_at_once() {
    let (pace, clock) = place(Limits::APP);
    fill(&pace, "a", clock.now());
    let enter = |seconds| soon(pace.enter(["a"], &clock, Duration::from_secs(seconds)));
    assert_eq!(enter(60).await, Err(Paced { until: at(61) }));
    assert_eq!(enter(0).await, Err(Paced { until: at(61) }));
    let mut waiting: Vec<_> = (0..30).map(|_| Box::pin(enter(61))).collect();
    for waiting in &mut waiting {
        begin(waiting.as_mut());
    }
    // The next minute is taken by those that wait.
    assert_eq!(enter(61).await, Err(Paced { until: at(122) }));
    drop(waiting);
    assert_eq!(pace.lock().lines.len(), 0);
    let error = enter(1).await.unwrap_err().to_string();
    assert!(error.contains(&(START + 61).to_string()), "{error}");
}

#[tokio::test]
async fn who_waits_behind_one_that_never_goes_gives_up_in_time() {
    let (pace, clock) = place(Limits::APP);
    fill(&pace, "a", clock.now());
    let mut stuck = pin!(pace.enter(["a"], &clock, LONG));
    begin(stuck.as_mut());
    let mut next = pin!(pace.enter(["a"], &clock, Duration::from_secs(90)));
    begin(next.as_mut());
    clock.advance(Duration::from_secs(91));
    assert!(soon(next).await.is_err());
    assert_eq!(soon(stuck).await, Ok(()));
}

#[tokio::test]
async fn a_clock_set_back_does_not_lengthen_the_wait() {
    let (pace, clock) = place(Limits::APP);
    fill(&pace, "a", clock.now());
    let mut waiting = pin!(pace.enter(["a"], &clock, LONG));
    begin(waiting.as_mut());
    clock.set(at(-86_400));
    let until = pace.reserve(["c", "a"], clock.now()).unwrap_err();
    assert_eq!(until, at(-86_400 + 61));
    clock.set(until);
    assert_eq!(soon(waiting).await, Ok(()));
}

#[tokio::test]
async fn a_free_place_is_taken_without_waiting() {
    let (pace, clock) = place(Limits::APP);
    for _ in 0..30 {
        assert_eq!(pace.enter(["a"], &clock, Duration::ZERO).await, Ok(()));
    }
    assert!(pace.enter(["a"], &clock, Duration::ZERO).await.is_err());
}
