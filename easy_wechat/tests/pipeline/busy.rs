//! More callbacks than handlers may run: 503, and the platform sends them again.

use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::time::Duration;

use easy_wechat::DeliveryKey;
use easy_wechat::sandbox::State;
use futures_util::future::join;

use super::gate::{Counter, Gate};
use super::world::{PLATFORMS, World, numbered, platform, run, run_on_one_thread, server};

#[test]
fn a_callback_that_was_put_off_is_answered_when_it_is_sent_again() {
    for mode in PLATFORMS {
        // On one thread the place of the first handler is surely free when what it spawns is run.
        run_on_one_thread(async {
            let gate = Gate::closed();
            let (ended, first_ended) = channel();
            let first_ended = Mutex::new(first_ended);
            let sandbox = platform(mode).start().await.unwrap();
            let (handler, key) = (gate.clone(), gate.clone());
            let arrived = Counter::default();
            let server = server(&sandbox, ["max_in_flight = 1", ""])
                .delivery_key(move |message| {
                    if message.from == "second" && arrived.count() == 2 {
                        key.let_through(2);
                        let ended = first_ended.lock().unwrap();
                        ended.recv_timeout(Duration::from_secs(10)).unwrap();
                    }
                    DeliveryKey::of(message)
                })
                .register_callback("text", move |message| {
                    let (gate, ended) = (handler.clone(), ended.clone());
                    async move {
                        let said = gate.answer(message).await?;
                        tokio::spawn(async move { ended.send(()) });
                        Ok(said)
                    }
                });
            let world = World::connect(sandbox, server.unwrap()).await;
            let (first, second) = (world.member("first"), world.member("second"));
            let other = async {
                gate.called(1).await;
                second.says("later").await.unwrap()
            };
            let (first, second) = join(first.says("now"), other).await;
            let first = first.unwrap();
            let what = format!("{mode:?}: {}", first.words);
            assert_eq!((first.state, first.attempts), (State::Replied, 1), "{what}");
            assert_eq!(first.text(), Some("now"), "{what}");
            let what = format!("{mode:?}: {}", second.words);
            assert_eq!(
                (second.state, second.attempts),
                (State::Replied, 2),
                "{what}"
            );
            assert_eq!(second.text(), Some("later"), "{what}");
            assert!(second.words.en.contains("503"), "{what}");
            assert_eq!(gate.calls(), 2, "{mode:?}");
        });
    }
}

#[test]
fn what_was_put_off_until_the_platform_gave_up_has_not_run_and_may_still() {
    run(async {
        for mode in PLATFORMS {
            let gate = Gate::closed();
            let handler = gate.clone();
            let world = World::start(platform(mode), ["max_in_flight = 1", ""], |server| {
                server.register_callback("text", move |message| handler.clone().answer(message))
            })
            .await;
            let (first, second) = (world.member("first"), world.member("second"));
            let other = async {
                gate.called(1).await;
                let seen = second.sends(numbered("second", 1, "later")).await.unwrap();
                gate.let_through(1);
                seen
            };
            let (first, put_off) = join(first.says("now"), other).await;
            assert_eq!(first.unwrap().text(), Some("now"), "{mode:?}");
            let what = format!("{mode:?}: {}", put_off.words);
            assert_eq!(
                (put_off.state, put_off.attempts),
                (State::Failed, 4),
                "{what}"
            );
            assert!(put_off.words.en.contains("503"), "{what}");
            // An Official Account tells its follower.
            let kinds = put_off.messages.iter().map(|message| &*message.msg_type);
            let notices = usize::from(mode.is_some());
            assert_eq!(kinds.collect::<Vec<_>>(), vec!["notice"; notices], "{what}");
            assert_eq!(gate.calls(), 1, "{what}");
            gate.let_through(1);
            let seen = second.sends(numbered("second", 1, "later")).await.unwrap();
            assert_eq!(seen.text(), Some("later"), "{mode:?}: {}", seen.words);
            assert_eq!(gate.calls(), 2, "{mode:?}");
        }
    });
}
