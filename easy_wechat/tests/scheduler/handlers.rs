//! What jobs may be, what they come to, and what of it is kept.

use std::time::Duration;

use easy_wechat::scheduler::{Job, Run, RunRecord, RunState, SchedulerError};
use easy_wechat::{BoxError, MsgId, fallible};

use crate::world::{World, at, daily, states};

fn job(name: &str) -> Job {
    Job::new(name, "@daily").unwrap()
}

fn named(run: Run) -> String {
    run.job
}

#[expect(clippy::unnecessary_wraps, reason = "the shape is what is tested")]
fn of_anyhow(run: Run) -> anyhow::Result<String> {
    Ok(run.job)
}

async fn of_anyhow_later(run: Run) -> anyhow::Result<()> {
    anyhow::bail!("{} has no luck", run.job)
}

async fn fails(_: Run) -> Result<(), BoxError> {
    Err("the disk is full".into())
}

#[tokio::test]
async fn handlers_have_many_shapes() {
    let shared = "shared".to_owned();
    let scheduler = World::new()
        .scheduler()
        .job(job("nothing"), |_| ())
        .and_then(|it| it.job(job("word"), |_| "word"))
        .and_then(|it| it.job(job("function"), named))
        .and_then(|it| it.job(job("anyhow"), fallible(of_anyhow)))
        .and_then(|it| it.job(job("anyhow later"), fallible(of_anyhow_later)))
        .and_then(|it| it.job(job("async"), async |run: Run| run.job))
        .and_then(|it| it.job(job("msgid"), |_| Some(MsgId::from("m1"))))
        .and_then(|it| {
            it.job(job("captured"), move |_| {
                let shared = shared.clone();
                async move { Ok(shared) }
            })
        })
        .and_then(|it| it.job(job("question"), |_| Ok("12".parse::<u8>()?.to_string())))
        .unwrap();
    for (name, said) in [
        ("nothing", ""),
        ("word", "word"),
        ("function", "function"),
        ("anyhow", "anyhow"),
        ("async", "async"),
        ("msgid", "msgid m1"),
        ("captured", "shared"),
        ("question", "12"),
    ] {
        let record = scheduler.run_now(name).await.unwrap();
        assert_eq!((record.state, record.said.as_str()), (RunState::Done, said));
        assert_eq!(record.planned, None, "somebody asked for it");
    }
}

#[tokio::test]
async fn what_fails_is_kept_with_its_reason() {
    let scheduler = World::new()
        .scheduler()
        .job(job("fails"), fails)
        .and_then(|it| it.job(job("panics"), |_| -> () { panic!("the sky fell") }))
        .and_then(|it| {
            it.job(job("panics later"), async |_| -> () {
                panic!("the sea rose")
            })
        })
        .and_then(|it| {
            let hung = job("hangs").time_limit(Duration::from_millis(20));
            it.job(hung, async |_| std::future::pending::<()>().await)
        })
        .unwrap();
    for (name, reason) in [
        ("fails", "the disk is full"),
        ("panics", "the sky fell"),
        ("panics later", "the sea rose"),
        ("hangs", "not done after 20ms"),
    ] {
        for _ in 0..2 {
            let record = scheduler.run_now(name).await.unwrap();
            assert_eq!(record.state, RunState::Failed, "{name}");
            assert!(record.said.contains(reason), "{name}: {}", record.said);
        }
        assert_eq!(scheduler.history(name).await.unwrap().len(), 2);
    }
}

#[tokio::test]
async fn the_history_has_the_last_50_newest_first_and_short() {
    let world = World::new();
    let long = "\u{1b}[31m红\n\"".repeat(2000);
    let scheduler = world
        .scheduler()
        .job(job("long"), move |_| long.clone())
        .unwrap();
    for _ in 0..53 {
        world.clock.advance(Duration::from_secs(1));
        scheduler.run_now("long").await.unwrap();
    }
    let history: Vec<RunRecord> = scheduler.history("long").await.unwrap();
    assert_eq!(history.len(), 50);
    assert_eq!(history[0].ended, Some(world.clock.now()));
    assert!(history[0].started > history[49].started);
    for record in &history {
        assert!(record.said.len() <= 1024 && record.said.len() > 1000);
        assert!(!record.said.contains(char::is_control) && record.said.ends_with('…'));
    }
}

#[tokio::test]
async fn it_tells_when_jobs_run_next() {
    let world = World::new();
    let scheduler = world
        .with(daily())
        .job(
            Job::new("us", "0 9 * * MON")
                .unwrap()
                .time_zone("America/New_York")
                .unwrap(),
            |_| (),
        )
        .and_then(|it| it.job(Job::every("soon", Duration::from_mins(1)).unwrap(), |_| ()))
        .unwrap();
    let next = scheduler.next_runs().await.unwrap();
    let shown: Vec<_> = next
        .iter()
        .map(|it| (it.job.as_str(), it.local.as_str()))
        .collect();
    let expected = [
        ("daily", "2026-12-01 07:30:00 +08:00"),
        ("us", "2026-12-07 09:00:00 -05:00"),
        ("soon", "2026-12-01 07:00:00 +08:00"),
    ];
    assert_eq!(shown, expected);
    assert_eq!(next[0].schedule, "30 7 * * * (Asia/Shanghai)");
    let handle = scheduler.start().unwrap();
    world.at("12-01 07:30", &handle).await;
    let next = handle.next_runs().await.unwrap();
    assert_eq!(next[0].at, Some(at("12-02 07:30")));
    assert_eq!(next[2].at, Some(at("12-01 07:31")));
}

#[tokio::test]
async fn names_are_checked() {
    let world = World::new();
    let twice = world.with(daily()).job(daily(), |_| ());
    assert!(matches!(twice, Err(SchedulerError::SameName { .. })));
    for name in ["", "a/b", "a\nb", &"a".repeat(101)] {
        let error = Job::new(name, "@daily").unwrap_err();
        assert!(
            matches!(error, SchedulerError::BadName { .. }),
            "{name}: {error}"
        );
    }
    let error = world.with(daily()).run_now("dayly").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no job \"dayly\"; there are daily"
    );
    let empty = world
        .scheduler()
        .history("x")
        .await
        .unwrap_err()
        .to_string();
    assert!(empty.ends_with("there are none at all"), "{empty}");
}

#[test]
fn it_says_where_it_may_be_started() {
    let outside = World::new().with(daily()).start().unwrap_err();
    assert!(matches!(outside, SchedulerError::OutsideRuntime));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let inside = runtime.block_on(async { World::new().with(daily()).run() });
    assert!(matches!(inside, Err(SchedulerError::InsideRuntime)));
}

#[tokio::test]
async fn what_is_in_the_store_and_no_plan_is_begun_anew() {
    let world = World::new();
    world.start(daily()).await.stop().await;
    for (key, _) in world.store.list("scheduler/", 10).await.unwrap() {
        world.store.put(&key, "rubbish", None).await.unwrap();
    }
    world
        .store
        .remove("scheduler/tests/daily/lease")
        .await
        .unwrap();
    let handle = world.start(daily()).await;
    world.at("12-01 07:30", &handle).await;
    assert_eq!(
        states(&handle.history("daily").await.unwrap()),
        [RunState::Done]
    );
}
