//! Two apps on one server, each called by its own platform on its own route.

use std::time::Duration;

use easy_wechat::Mode;
use easy_wechat::sandbox::{SandboxError, State};
use futures_util::future::{join, join_all};

use super::world::{numbered, platform, run, serve, server};

#[test]
fn two_apps_on_one_server_are_called_by_their_own_platforms() {
    run(async {
        for (one, other) in [
            (None, Some(Mode::Safe)),
            (Some(Mode::Plain), None),
            (None, None),
            (Some(Mode::Compatible), Some(Mode::Plain)),
        ] {
            let what = format!("{one:?} and {other:?}");
            let sandboxes = join(platform(one).start(), platform(other).start()).await;
            let (first, second) = (sandboxes.0.unwrap(), sandboxes.1.unwrap());
            let first_app = server(&first, ["", "route_name = one"]);
            let second_app = server(&second, ["", "route_name = in/two"]);
            let first_app = first_app
                .register_callback("text", |message| format!("one: {}", message.from))
                .unwrap();
            let second_app = second_app
                .register_callback("text", |message| format!("two: {}", message.from))
                .unwrap();
            let server = serve(first_app.and(second_app)).await;
            let address = |route: &str| format!("http://{}/{route}", server.addr());
            // The route of the other one has other keys.
            for (sandbox, route) in [(&first, "in/two"), (&second, "one")] {
                let refused = sandbox.connect(address(route)).await;
                let refused = refused.expect_err("the token is another one");
                assert!(
                    matches!(refused, SandboxError::NotVerified { .. }),
                    "{what}: {refused}"
                );
            }
            first.connect(address("one")).await.unwrap();
            second.connect(address("prefix/in/two/")).await.unwrap();
            // The same message to both is one for each.
            let sent = (0..6).map(|_| async {
                let says = || numbered("zhangsan", 1, "hello");
                let (one, two) = (first.member("zhangsan"), second.member("zhangsan"));
                let (one, two) = join(one.sends(says()), two.sends(says())).await;
                assert_eq!(one.unwrap().state, State::Replied, "{what}");
                assert_eq!(two.unwrap().state, State::Replied, "{what}");
            });
            join_all(sent).await;
            for (sandbox, said) in [(&first, "one: zhangsan"), (&second, "two: zhangsan")] {
                let inbox = sandbox.member("zhangsan").inbox();
                assert_eq!(inbox.len(), 6, "{what}");
                assert!(
                    inbox.iter().all(|it| it.text() == Some(said)),
                    "{what}: {inbox:?}"
                );
            }
        }
    });
}

#[test]
fn what_one_app_is_busy_with_does_not_slow_the_other() {
    run(async {
        let sandbox = platform(None).start().await.unwrap();
        let patience = Duration::from_millis(300);
        let slow = platform(None)
            .answer_within(patience)
            .start()
            .await
            .unwrap();
        let quick_app = server(&sandbox, ["", ""]);
        let slow_app = server(&slow, ["", "route_name = slow\nreply_within = 4"]);
        let app = quick_app
            .register_callback("text", |message| message)
            .unwrap()
            .and(
                slow_app
                    .register_callback("text", async |_| std::future::pending::<&str>().await)
                    .unwrap(),
            );
        let server = serve(app).await;
        sandbox
            .connect(format!("http://{}/weixin", server.addr()))
            .await
            .unwrap();
        slow.connect(format!("http://{}/slow", server.addr()))
            .await
            .unwrap();
        let stuck = slow.member("lisi");
        let quick = async {
            for number in 0..20 {
                let text = format!("text {number}");
                let seen = sandbox.member("lisi").says(&text).await.unwrap();
                assert_eq!(seen.text(), Some(&*text), "{}", seen.words);
            }
        };
        let (seen, ()) = join(stuck.says("hello"), quick).await;
        let seen = seen.unwrap();
        assert_eq!(
            (seen.state, seen.attempts),
            (State::Failed, 4),
            "{}",
            seen.words
        );
    });
}
