//! Days, restarts, clocks that jump.

use std::time::Duration;

use easy_wechat::scheduler::{Job, RunState};
use easy_wechat::store::SqliteStore;
use easy_wechat::{Clock, Timestamp};

use crate::world::{World, at, daily, states};

#[tokio::test]
async fn it_runs_once_a_day_whatever_the_step_of_the_clock() {
    for step in [20, 55, 60, 599, 3600] {
        let world = World::new();
        let handle = world.start(daily().grace(Duration::from_hours(1))).await;
        world
            .go("12-04 06:00", Duration::from_secs(step), &handle)
            .await;
        let days = ["12-01 07:30", "12-02 07:30", "12-03 07:30"];
        assert_eq!(world.ran.all(), days, "steps of {step} s");
        handle.stop().await;
    }
}

#[tokio::test]
async fn a_job_that_is_new_has_missed_nothing() {
    let world = World::new();
    world.clock.set(at("12-01 07:31"));
    let handle = world.start(daily()).await;
    assert_eq!(world.ran.all(), [""; 0]);
    world.at("12-02 07:30", &handle).await;
    assert_eq!(world.ran.all(), ["12-02 07:30"]);
}

#[tokio::test]
async fn a_restart_at_07_31_sends_the_push_of_07_30_once() {
    let world = World::new();
    world.start(daily()).await.stop().await;
    world.clock.set(at("12-01 07:31"));
    for _ in 0..20 {
        world.start(daily()).await.stop().await;
    }
    assert_eq!(world.ran.all(), ["12-01 07:30"]);
}

#[tokio::test]
async fn what_is_too_late_is_missed_and_said_so() {
    let world = World::new();
    world.start(daily()).await.stop().await;
    world.clock.set(at("12-01 07:46"));
    let handle = world.start(daily()).await;
    assert_eq!(world.ran.all(), [""; 0]);
    let history = handle.history("daily").await.unwrap();
    assert_eq!(states(&history), [RunState::Missed]);
    assert_eq!(history[0].planned, Some(at("12-01 07:30")));

    let strict = daily().grace(Duration::ZERO);
    let world = World::new();
    world.start(strict.clone()).await.stop().await;
    world.clock.set(at("12-01 07:32"));
    world.start(strict.clone()).await.stop().await;
    assert_eq!(
        world.ran.all(),
        [""; 0],
        "without a grace nothing is caught up"
    );
}

/// A laptop that was closed for nine hours, and for a month.
#[tokio::test]
async fn a_machine_that_slept_catches_up_once() {
    let minutely = Job::new("minutely", "* * * * *").unwrap();
    let world = World::new();
    let handle = world.start(minutely).await;
    world.at("12-01 07:01", &handle).await;
    world.at("12-01 16:00", &handle).await;
    world.at("12-31 16:00", &handle).await;
    let moments = ["12-01 07:01", "12-01 16:00", "12-31 16:00"];
    assert_eq!(world.ran.all(), moments);
}

#[tokio::test]
async fn a_clock_that_is_set_back_runs_nothing_again() {
    let world = World::new();
    let handle = world.start(daily()).await;
    world.at("12-01 07:30", &handle).await;
    for time in ["12-01 07:29", "12-01 07:30", "11-30 20:00", "12-01 07:30"] {
        world.at(time, &handle).await;
    }
    assert_eq!(world.ran.all(), ["12-01 07:30"]);
    world.at("12-02 07:30", &handle).await;
    assert_eq!(world.ran.all(), ["12-01 07:30", "12-02 07:30"]);
}

/// Ahead by as much as each of these and back, with the process alive or started again in between.
#[tokio::test]
async fn a_clock_that_was_ahead_silences_nothing_and_repeats_nothing() {
    for (ahead, first) in [
        (10, "12-01 07:13"),
        (60, "12-01 08:03"),
        (26 * 60, "12-02 09:03"),
    ] {
        for restart in [false, true] {
            let world = World::new();
            let minutely = || Job::new("minutely", "* * * * *").unwrap();
            let mut handle = world.start(minutely()).await;
            world.at("12-01 07:01", &handle).await;
            world.clock.advance(Duration::from_mins(ahead));
            let minute = Duration::from_mins(1);
            handle.settled().await;
            for _ in 0..2 {
                world.clock.advance(minute);
                handle.settled().await;
            }
            if restart {
                handle.stop().await;
                world.clock.set(at("12-01 07:04"));
                handle = world.start(minutely()).await;
            }
            world.at("12-01 07:04", &handle).await;
            world.go("12-01 07:20", minute, &handle).await;
            let ran = world.ran.all();
            let mut once = ran.clone();
            once.sort();
            once.dedup();
            assert_eq!(once.len(), ran.len(), "{ahead} min ahead: {ran:?}");
            assert!(ran.iter().any(|it| it == first), "{ahead}: {ran:?}");
            for minute in 5..=20 {
                let moment = format!("12-01 07:{minute:02}");
                assert!(ran.contains(&moment), "{ahead}, {restart}: {ran:?}");
            }
        }
    }
}

/// A Pi without a battery: its clock begins in 1970, or where it was at the last shutdown, and is set by NTP.
#[tokio::test]
async fn a_clock_that_begins_in_the_past_repeats_and_loses_nothing() {
    for begins in [
        Timestamp::from_secs(30),
        at("12-01 07:17"),
        at("11-20 12:00"),
    ] {
        for (now, all) in [
            // It was sent before the power failed.
            ("12-01 07:36", &["12-01 07:30"][..]),
            ("12-02 07:29", &["12-01 07:30"]),
            // The power was off at that moment.
            ("12-02 07:40", &["12-01 07:30", "12-02 07:30"]),
            ("12-02 09:00", &["12-01 07:30"]),
        ] {
            let world = World::new();
            let handle = world.start(daily()).await;
            world.at("12-01 07:30", &handle).await;
            handle.stop().await;
            world.clock.set(begins);
            let handle = world.start(daily()).await;
            world.clock.advance(Duration::from_secs(40));
            handle.settled().await;
            world.at(now, &handle).await;
            assert_eq!(world.ran.all(), all, "from {begins:?} to {now}");
        }
    }
}

/// Half a minute back is what NTP does every day; what is every few seconds waits that long at most.
#[tokio::test]
async fn a_small_correction_of_the_clock_changes_nothing() {
    let world = World::new();
    let handle = world.start(daily()).await;
    world.at("12-01 07:30", &handle).await;
    for _ in 0..3 {
        let back = at("12-01 07:29").plus(Duration::from_secs(40));
        world.clock.set(back);
        handle.settled().await;
        world.at("12-01 07:31", &handle).await;
    }
    assert_eq!(world.ran.all(), ["12-01 07:30"]);
}

/// The battery of the clock was empty, and it ran in another century.
#[tokio::test]
async fn a_clock_that_was_far_ahead_does_not_silence_a_job() {
    let world = World::new();
    world.clock.advance(Duration::from_hours(24 * 365 * 30));
    world.start(daily()).await.stop().await;
    world.clock.set(at("12-01 07:00"));
    let handle = world.start(daily()).await;
    world.at("12-01 07:30", &handle).await;
    assert_eq!(world.ran.all(), ["12-01 07:30"]);
}

#[tokio::test]
async fn a_schedule_that_was_changed_has_missed_nothing() {
    let world = World::new();
    world
        .start(Job::new("daily", "0 9 * * *").unwrap())
        .await
        .stop()
        .await;
    world.clock.set(at("12-01 07:35"));
    let handle = world.start(daily()).await;
    assert_eq!(world.ran.all(), [""; 0]);
    world.at("12-02 07:30", &handle).await;
    assert_eq!(world.ran.all(), ["12-02 07:30"]);
}

#[tokio::test]
async fn what_runs_every_so_often_keeps_its_beat_over_a_restart() {
    let world = World::new();
    let ten = || Job::every("ten", Duration::from_mins(10)).unwrap();
    let handle = world.start(ten()).await;
    world.at("12-01 07:05", &handle).await;
    handle.stop().await;
    let handle = world.start(ten()).await;
    world.at("12-01 07:09", &handle).await;
    assert_eq!(world.ran.all(), ["12-01 07:00"]);
    world.at("12-01 07:10", &handle).await;
    world.at("12-01 09:00", &handle).await;
    let moments = ["12-01 07:00", "12-01 07:10", "12-01 09:00"];
    assert_eq!(world.ran.all(), moments);
}

#[tokio::test]
async fn it_is_all_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::new();
    let on_disk = |clock: &Clock| {
        let store = SqliteStore::open(folder.path(), clock.clone());
        World {
            clock: clock.clone(),
            store: std::sync::Arc::new(store),
            ran: world.ran.clone(),
        }
    };
    on_disk(&world.clock).start(daily()).await.stop().await;
    world.clock.set(at("12-01 07:31"));
    for _ in 0..3 {
        on_disk(&world.clock).start(daily()).await.stop().await;
    }
    assert_eq!(world.ran.all(), ["12-01 07:30"]);
    let history = on_disk(&world.clock)
        .with(daily())
        .history("daily")
        .await
        .unwrap();
    assert_eq!(states(&history), [RunState::Done]);
}
