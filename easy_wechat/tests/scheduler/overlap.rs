//! One at a time: a run that has not ended, another process that runs it, a process that was killed, the stop.

use std::sync::Arc;
use std::time::Duration;

use easy_wechat::scheduler::{
    Job, RunRecord, RunState, Scheduler, SchedulerError, SchedulerHandle,
};
use tokio::sync::Semaphore;

use crate::world::{Ran, World, at, daily, states};

/// A job that notes its run and waits for a permit.
fn slow(world: &World, ran: &Ran, job: Job) -> (Scheduler, Arc<Semaphore>) {
    let (ran, gate) = (ran.clone(), Arc::new(Semaphore::new(0)));
    let waits = Arc::clone(&gate);
    let scheduler = world.scheduler().job(job, move |run| {
        ran.note(run.planned);
        let waits = Arc::clone(&waits);
        async move { waits.acquire().await.unwrap().forget() }
    });
    (scheduler.unwrap(), gate)
}

/// Waits until the history is as it should be.
async fn until(
    handle: &SchedulerHandle,
    job: &str,
    found: impl Fn(&[RunRecord]) -> bool,
) -> Vec<RunRecord> {
    let waiting = async {
        loop {
            let history = handle.history(job).await.unwrap();
            if found(&history) {
                return history;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), waiting)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_moment_that_comes_while_it_runs_is_passed_over() {
    let world = World::new();
    let minutely = Job::new("minutely", "* * * * *").unwrap();
    let (scheduler, gate) = slow(&world, &world.ran, minutely);
    let handle = scheduler.start().unwrap();
    handle.settled().await;
    world.clock.set(at("12-01 07:01"));
    until(&handle, "minutely", |it| it.len() == 1).await;
    world.clock.set(at("12-01 07:02"));
    let history = until(&handle, "minutely", |it| it.len() == 2).await;
    assert_eq!(states(&history), [RunState::Overlapped, RunState::Running]);
    assert!(matches!(
        handle.run_now("minutely").await,
        Err(SchedulerError::Running { .. })
    ));
    gate.add_permits(2);
    handle.settled().await;
    world.at("12-01 07:03", &handle).await;
    assert_eq!(world.ran.all(), ["12-01 07:01", "12-01 07:03"]);
}

/// Both look at the same moment; whoever is first runs it.
#[tokio::test]
async fn two_schedulers_on_one_store_run_it_once() {
    let world = World::new();
    let handles = [world.start(daily()).await, world.start(daily()).await];
    for day in ["12-01 07:30", "12-02 07:30", "12-03 07:30"] {
        world.clock.set(at(day));
        tokio::join!(handles[0].settled(), handles[1].settled());
        tokio::join!(handles[0].settled(), handles[1].settled());
    }
    let days = ["12-01 07:30", "12-02 07:30", "12-03 07:30"];
    assert_eq!(world.ran.all(), days);
}

#[tokio::test]
async fn another_process_that_still_runs_it_makes_it_wait() {
    let world = World::new();
    let (other, gate) = slow(&world, &world.ran, daily());
    let other = other.start().unwrap();
    other.settled().await;
    let handle = world.start(daily()).await;
    let running = other.run_now("daily");
    tokio::pin!(running);
    let began = until(&handle, "daily", |it| states(it) == [RunState::Running]);
    tokio::select! { _ = &mut running => panic!("the gate is shut"), _ = began => {} }
    assert!(matches!(
        handle.run_now("daily").await,
        Err(SchedulerError::Running { .. })
    ));
    gate.add_permits(1);
    assert_eq!(running.await.unwrap().state, RunState::Done);
}

/// A run whose process was killed is not run again; the next moment is.
#[tokio::test]
async fn a_crash_loop_sends_nothing_twice() {
    let world = World::new();
    for minute in ["07:29", "07:30", "07:31", "07:32"] {
        world.clock.set(at(&format!("12-01 {minute}")));
        let (clock, store, ran) = (
            world.clock.clone(),
            Arc::clone(&world.store),
            world.ran.clone(),
        );
        // A runtime that ends in the middle of the run is as good as a process that was killed.
        std::thread::spawn(move || {
            let world = World { clock, store, ran };
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(async {
                let (scheduler, _gate) = slow(&world, &world.ran, daily());
                let handle = scheduler.start().unwrap();
                let look = tokio::time::timeout(Duration::from_millis(300), handle.settled());
                let _ = look.await;
            });
            runtime.shutdown_background();
        })
        .join()
        .unwrap();
    }
    assert_eq!(world.ran.all(), ["12-01 07:30"]);
    world.clock.set(at("12-01 07:40"));
    let handle = world.start(daily()).await;
    let history = handle.history("daily").await.unwrap();
    assert_eq!(states(&history), [RunState::Interrupted]);
    world.at("12-02 07:30", &handle).await;
    assert_eq!(world.ran.all(), ["12-01 07:30", "12-02 07:30"]);
}

/// The lease of the dead runs out after half a minute; the moment is not lost.
#[tokio::test]
async fn a_lease_that_was_left_behind_delays_a_run_and_does_not_prevent_it() {
    let world = World::new();
    let handle = world.start(daily()).await;
    let until_then = Some(at("12-01 07:30").plus(Duration::from_secs(20)));
    let lease = "scheduler/tests/daily/lease";
    world
        .store
        .put(lease, "the dead", until_then)
        .await
        .unwrap();
    world.at("12-01 07:30", &handle).await;
    assert_eq!(world.ran.all(), [""; 0]);
    world.clock.advance(Duration::from_secs(21));
    handle.settled().await;
    assert_eq!(world.ran.all(), ["12-01 07:30"]);
}

/// A process that renews its lease lives, and still runs the job.
#[tokio::test]
async fn a_lease_that_is_kept_makes_others_pass_the_moment_over() {
    let world = World::new();
    let handle = world.start(daily()).await;
    let lease = "scheduler/tests/daily/lease";
    world.clock.set(at("12-01 07:30"));
    for renewal in 0..4 {
        let text = format!("the living/{renewal}");
        world.store.put(lease, &text, None).await.unwrap();
        handle.settled().await;
        world.clock.advance(Duration::from_secs(11));
    }
    let history = handle.history("daily").await.unwrap();
    assert_eq!(states(&history), [RunState::Overlapped]);
    world.store.remove(lease).await.unwrap();
    world.clock.advance(Duration::from_secs(31));
    handle.settled().await;
    assert_eq!(world.ran.all(), [""; 0]);
}

/// It was killed while the clock was an hour ahead: its lease would last that long.
#[tokio::test]
async fn a_lease_from_a_clock_that_was_ahead_does_not_silence_a_job() {
    let world = World::new();
    let handle = world.start(daily()).await;
    let lease = "scheduler/tests/daily/lease";
    let in_an_hour = Some(at("12-01 08:30"));
    world
        .store
        .put(lease, "the dead/1", in_an_hour)
        .await
        .unwrap();
    world.at("12-01 07:30", &handle).await;
    world.clock.advance(Duration::from_secs(29));
    handle.settled().await;
    assert_eq!(world.ran.all(), [""; 0]);
    world.clock.advance(Duration::from_secs(2));
    handle.settled().await;
    assert_eq!(world.ran.all(), ["12-01 07:30"]);
}

#[tokio::test]
async fn to_stop_is_to_let_it_finish() {
    let world = World::new();
    let (scheduler, gate) = slow(&world, &world.ran, daily());
    let handle = scheduler.start().unwrap();
    handle.settled().await;
    world.clock.set(at("12-01 07:30"));
    until(&handle, "daily", |it| states(it) == [RunState::Running]).await;
    let stopping = tokio::spawn(handle.stop());
    gate.add_permits(1);
    stopping.await.unwrap();
    let history = world.with(daily()).history("daily").await.unwrap();
    assert_eq!(states(&history), [RunState::Done]);
}

#[tokio::test]
async fn what_does_not_finish_is_broken_off() {
    let world = World::new();
    let (scheduler, _gate) = slow(&world, &world.ran, daily());
    let handle = scheduler
        .stop_within(Duration::from_millis(30))
        .start()
        .unwrap();
    handle.settled().await;
    world.clock.set(at("12-01 07:30"));
    until(&handle, "daily", |it| states(it) == [RunState::Running]).await;
    handle.stop().await;
    let history = world.with(daily()).history("daily").await.unwrap();
    assert_eq!(states(&history), [RunState::Failed]);
    assert!(
        history[0].said.contains("broken off"),
        "{}",
        history[0].said
    );
    world.clock.advance(Duration::from_mins(1));
    world.start(daily()).await.stop().await;
    assert_eq!(world.ran.all(), ["12-01 07:30"], "it is not run again");
}
