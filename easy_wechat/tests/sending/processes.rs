//! Several processes with one token.

use std::collections::HashSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use easy_wechat::store::Store as _;
use easy_wechat::{Config, Outgoing, WeChatClient};
use futures_util::StreamExt as _;
use futures_util::stream;

use super::command::{Ended, Shell};
use super::leaks;
use super::world::{GETTOKEN, SEND, World, run};

#[test]
fn a_token_that_expires_in_a_burst_of_four_processes_is_renewed_once_and_nothing_is_lost() {
    run(async {
        let world = World::start().await;
        let shell = Shell::of(&world, "");
        for member in 0..MEMBERS {
            let _ = world.sandbox.member(format!("m{member}"));
        }
        assert_eq!(
            shell
                .run(&["send", "--to", "zhangsan", "the first token"])
                .code,
            0
        );
        let mut senders: Vec<_> = (0..4)
            .map(|number| Sender::start(shell.path(), number))
            .collect();
        let watched = world.sandbox.member("m0");
        let sandbox = world.sandbox.clone();
        let expiry = tokio::spawn(async move {
            watched.inbox_of(TO_EACH * 2 / 5).await;
            sandbox.faults().expire_tokens();
        });
        for sender in &mut senders {
            sender.go();
        }
        let ended = tokio::task::spawn_blocking(move || {
            senders
                .iter_mut()
                .map(Sender::last_line)
                .collect::<Vec<_>>()
        });
        for line in ended.await.unwrap() {
            assert_eq!(line, "sent 250");
        }
        expiry.await.unwrap();

        let mut all = Vec::new();
        for member in 0..MEMBERS {
            let texts = world.texts(&format!("m{member}"));
            assert_eq!(texts.len(), TO_EACH, "m{member}");
            all.extend(texts);
        }
        assert_eq!(all.len(), 1000);
        assert_eq!(
            all.into_iter().collect::<HashSet<_>>().len(),
            1000,
            "each once"
        );
        let failed = world
            .calls(SEND)
            .iter()
            .filter(|call| call.errcode == 42001)
            .count();
        assert!(failed > 0, "nobody found it expired");
        assert_eq!(
            world.calls(GETTOKEN).len(),
            2,
            "{failed} calls found it expired"
        );
    });
}

#[test]
fn a_hundred_processes_that_start_with_an_expired_token_fetch_one() {
    run(async {
        let world = World::start().await;
        let shell = Shell::of(&world, "");
        for member in 0..10 {
            let _ = world.sandbox.member(format!("m{member}"));
        }
        world
            .sandbox
            .faults()
            .token_lifetime(Duration::from_secs(1));
        assert_eq!(
            shell
                .run(&["send", "--to", "zhangsan", "the first token"])
                .code,
            0
        );
        world
            .sandbox
            .faults()
            .token_lifetime(Duration::from_hours(2));
        let store = shell.store();
        while !store.list("token/", 1).await.unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        let children: Vec<_> = (0..100)
            .map(|number| {
                let (to, text) = (format!("m{}", number % 10), number.to_string());
                let mut command = shell.command(&["send", "--to", &to, &text]);
                command.stdout(Stdio::piped()).stderr(Stdio::piped());
                command.spawn().unwrap()
            })
            .collect();
        let outputs = tokio::task::spawn_blocking(|| {
            children
                .into_iter()
                .map(|child| child.wait_with_output().unwrap())
                .collect::<Vec<_>>()
        });
        for output in outputs.await.unwrap() {
            let ended = Ended::of(&output);
            assert_eq!((ended.code, &*ended.err), (0, ""));
        }
        let arrived: HashSet<_> = (0..10)
            .flat_map(|it| world.texts(&format!("m{it}")))
            .collect();
        assert_eq!(arrived.len(), 100);
        assert_eq!(world.calls(SEND).len(), 101);
        assert_eq!(world.calls(GETTOKEN).len(), 2);
    });
}

#[test]
fn a_refused_secret_is_asked_about_once_by_all_processes() {
    run(async {
        let world = World::start().await;
        let _ = world.sandbox.config("demo");
        let good = world
            .sandbox
            .config("demo")
            .app("demo")
            .unwrap()
            .secret
            .unwrap();
        let wrong = "a-wrong-secret-of-this-test";
        world.leaks.hide("the wrong secret", wrong);
        let ini = world.sandbox.ini();
        let shell = Shell::new(&world.leaks, &ini.replace(good.reveal(), wrong));
        for number in 1..=3 {
            let ended = shell.run(&["send", "--to", "zhangsan", "x"]);
            assert_eq!(ended.code, 4, "{number}: {}", ended.err);
            assert!(ended.err.contains("40001"), "{}", ended.err);
            assert!(ended.err.contains("secret in config.ini"), "{}", ended.err);
            assert_eq!(
                ended.err.contains("asked again in"),
                number > 1,
                "{}",
                ended.err
            );
        }
        assert_eq!(world.calls(GETTOKEN).len(), 1);
        let config = shell.path().join("config.ini");
        let mended = std::fs::read_to_string(&config)
            .unwrap()
            .replace(wrong, good.reveal());
        std::fs::write(&config, mended).unwrap();
        assert_eq!(shell.run(&["send", "--to", "zhangsan", "x"]).code, 0);
        for file in std::fs::read_dir(shell.path().join("state")).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            for secret in [good.reveal(), wrong] {
                assert_eq!(memchr::memmem::find(&bytes, secret.as_bytes()), None);
            }
        }
    });
}

/// This test program once more, which sends a quarter of the burst.
struct Sender {
    process: Child,
    output: BufReader<ChildStdout>,
}

impl Sender {
    fn start(folder: &Path, number: usize) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "processes::one_of_four",
                "--ignored",
                "--nocapture",
            ])
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = process.stdin.as_mut().unwrap();
        writeln!(input, "{number} {}", folder.display()).unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let mut sender = Self { process, output };
        assert_eq!(sender.next_line(), "ready");
        sender
    }

    fn go(&mut self) {
        drop(self.process.stdin.take());
    }

    fn last_line(&mut self) -> String {
        self.next_line()
    }

    fn next_line(&mut self) -> String {
        loop {
            let mut line = String::new();
            assert!(self.output.read_line(&mut line).unwrap() > 0, "it ended");
            leaks::say_text(&line);
            if let Some((_, said)) = line.split_once("child: ") {
                return said.trim_end().to_owned();
            }
        }
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
#[ignore = "it is a part of another test, which starts it"]
fn one_of_four() {
    let mut lines = std::io::stdin().lines();
    let Some(Ok(job)) = lines.next() else {
        return;
    };
    let Some((number, folder)) = job.split_once(' ') else {
        return;
    };
    let number: usize = number.parse().unwrap();
    let config = Config::load(Path::new(folder).join("config.ini")).unwrap();
    run(async {
        let client = WeChatClient::from_config(&config, "demo").unwrap();
        say("ready");
        assert!(lines.next().is_none(), "the end of the input is the sign");
        let sends = (0..250).map(|part| {
            let client = &client;
            async move {
                let message = number * 250 + part;
                let to = format!("m{}", message % MEMBERS);
                client.send(to, &Outgoing::text(message.to_string())).await
            }
        });
        let sent = stream::iter(sends)
            .buffer_unordered(16)
            .collect::<Vec<_>>()
            .await;
        let errors: Vec<_> = sent.iter().filter_map(|sent| sent.as_ref().err()).collect();
        assert!(errors.is_empty(), "{errors:?}");
        say(&format!("sent {}", sent.len()));
    });
}

/// To the process that started this one.
#[expect(
    clippy::print_stdout,
    reason = "it is read by the test that started it"
)]
fn say(what: &str) {
    println!("child: {what}");
}

/// Enough that nobody gets more than 30 a minute.
const MEMBERS: usize = 50;
const TO_EACH: usize = 1000 / MEMBERS;
