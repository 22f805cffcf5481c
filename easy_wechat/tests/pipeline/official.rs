//! An Official Account that may not send by itself: the answer waits for the platform's next attempt.

use std::time::Duration;

use easy_wechat::sandbox::{SandboxBuilder, Seen, State};
use easy_wechat::{Mode, Reply};
use futures_util::future::{join, join_all};

use super::gate::{Counter, Gate, Late, arrivals, kept};
use super::support::wait_for_line;
use super::world::{World, numbered, platform, run, server};

const MODES: [Mode; 3] = [Mode::Plain, Mode::Compatible, Mode::Safe];

#[test]
fn a_resend_brings_the_reply_that_the_first_could_not_wait_for() {
    let one = async |mode: Mode| {
        let patience = Duration::from_millis(700);
        let mut slow = Slow::start(platform(Some(mode)).answer_within(patience), "").await;
        let from = format!("o-brings-{mode:?}");
        let member = slow.world.member(&from);
        let let_go = async {
            // Long past the deadline it still waits, until the platform hangs up.
            slow.arrived.reaches(2).await;
            slow.gate.let_through(1);
        };
        let (seen, ()) = join(member.says("slow"), let_go).await;
        let seen = seen.unwrap();
        let what = format!("{mode:?}: {}", seen.words);
        assert_eq!((seen.state, seen.attempts), (State::Replied, 2), "{what}");
        assert_eq!(seen.text(), Some("slow"), "{what}");
        assert_eq!(seen.messages.len(), 1, "{what}");
        // Nobody waited for the first answer, so its line comes when that is noticed.
        wait_for_line(&[&format!("from={from} "), "outcome=\"hung up\""]);
        wait_for_line(&[&format!("from={from} "), "outcome=text", "attempt=2"]);
        slow.world.stop().await;
        slow.late.is_all();
        assert_eq!(slow.gate.calls(), 1, "{what}");
    };
    run(join_all(MODES.map(one)));
}

#[test]
fn the_third_attempt_is_acknowledged_at_its_deadline() {
    let one = async |mode: Mode| {
        let patience = Duration::from_millis(700);
        let mut slow = Slow::start(platform(Some(mode)).answer_within(patience), "").await;
        let seen = slow.world.member("o-user").says("too slow").await.unwrap();
        let what = format!("{mode:?}: {}", seen.words);
        assert_eq!(
            (seen.state, seen.attempts),
            (State::Acknowledged, 3),
            "{what}"
        );
        // The platform has given up: what still comes goes another way, if there is one.
        slow.gate.let_through(1);
        assert_eq!(slow.late.next().await.reply, Reply::text("too slow"));
        slow.world.stop().await;
        slow.late.is_all();
        assert_eq!(slow.gate.calls(), 1, "{what}");
    };
    run(join_all(MODES.map(one)));
}

#[test]
fn those_that_still_wait_are_acknowledged_with_the_third_and_so_is_a_fourth() {
    run(async {
        let mut slow = Slow::start(platform(Some(Mode::Safe)), "").await;
        let member = slow.world.member("o-user");
        let send = async || {
            member
                .sends(numbered("o-user", 1, "too slow"))
                .await
                .unwrap()
        };
        let acknowledged = |seen: &Seen| {
            let what = format!("{}", seen.words);
            assert_eq!(
                (seen.state, seen.attempts),
                (State::Acknowledged, 1),
                "{what}"
            );
        };
        let third = async {
            slow.arrived.reaches(2).await;
            send().await
        };
        let (waiting, third) = join(join(send(), send()), third).await;
        for seen in [waiting.0, waiting.1, third, send().await] {
            acknowledged(&seen);
        }
        slow.gate.let_through(1);
        assert_eq!(slow.late.next().await.reply, Reply::text("too slow"));
        slow.world.stop().await;
        slow.late.is_all();
        assert_eq!(slow.gate.calls(), 1);
    });
}

#[test]
fn with_customer_service_the_first_attempt_is_acknowledged_at_its_deadline() {
    run(async {
        for mode in MODES {
            let mut slow = Slow::start(platform(Some(mode)), "customer_service = true").await;
            let seen = slow.world.member("o-user").says("slow").await.unwrap();
            let what = format!("{mode:?}: {}", seen.words);
            assert_eq!(
                (seen.state, seen.attempts),
                (State::Acknowledged, 1),
                "{what}"
            );
            slow.gate.let_through(1);
            let reply = slow.late.next().await;
            assert_eq!((reply.to.as_str(), reply.agent), ("o-user", None), "{what}");
            assert_eq!(reply.reply, Reply::text("slow"), "{what}");
            slow.world.stop().await;
            slow.late.is_all();
        }
    });
}

/// An account whose handler is held back, with a short deadline.
struct Slow {
    world: World,
    gate: Gate,
    arrived: Counter,
    late: Late,
}

impl Slow {
    async fn start(builder: SandboxBuilder, settings: &str) -> Self {
        let sandbox = builder.start().await.unwrap();
        let settings = format!("reply_within = 0.2\n{settings}");
        let (server, arrived) = arrivals(server(&sandbox, ["", &settings]));
        let (sink, late) = kept();
        let gate = Gate::closed();
        let handler = gate.clone();
        let server = server
            .late_replies(sink)
            .register_callback("text", move |message| handler.clone().answer(message));
        Self {
            world: World::connect(sandbox, server.unwrap()).await,
            gate,
            arrived,
            late,
        }
    }
}
