//! `easy-wechat sandbox -- COMMAND`: the sandbox, and a program in any language beside it.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::callback_address::CallbackAddress;
use super::home::Home;
use super::program::{Program, Signals};
use super::{Args, builder, open_page};
use crate::BoxError;
use crate::cli::outcome::Ended;
use crate::printable::printable;
use crate::sandbox::{Sandbox, SandboxError};

/// Runs until the command has ended, and ends with its exit code.
pub(super) fn run(args: &Args) -> Result<(), BoxError> {
    let callback = CallbackAddress::parse(&args.callback)?;
    let runtime = Runtime::new()?;
    let ran = runtime.block_on(async {
        // First of all: a signal from now on ends us without leaving anything behind.
        let mut signals = Signals::new()?;
        check_free(&callback)?;
        let sandbox = builder(args)?.start().await?;
        let home = Home::new(&sandbox, args.section(), &callback)?;
        let mut program = Program::start(&args.command, home.config())?;
        say(&format!(
            "the page is at {}; the program gets section [{}] through EASY_WECHAT_CONFIG, and must listen at {}",
            sandbox.url(),
            args.section(),
            callback.url
        ));
        open_page(args, &sandbox);
        let code = attend(&mut program, &mut signals, follow(&sandbox, &callback)).await;
        sandbox.stop().await;
        match code {
            0 => Ok(()),
            code => Err(Ended::silently(code).into()),
        }
    });
    runtime.shutdown_background();
    ran
}

/// Forwards signals until the program and all that it started have ended. Returns its exit code.
async fn attend(
    program: &mut Program,
    signals: &mut Signals,
    follow: impl Future<Output = ()>,
) -> u8 {
    let mut follow = std::pin::pin!(follow);
    let mut followed = false;
    let mut ending: Option<Instant> = None;
    let code = loop {
        tokio::select! {
            code = program.ended() => break code,
            signal = signals.next() => match ending {
                None => {
                    program.pass(signal);
                    ending = Some(Instant::now());
                }
                // One directly after it comes from the same key press, or from the same supervisor.
                Some(began) if began.elapsed() > SAME_SIGNAL => program.kill(),
                Some(_) => {}
            },
            () = until(ending, GRACE) => {
                say("the program did not end in time; killing it");
                program.kill();
                ending = None;
            }
            () = &mut follow, if !followed => followed = true,
        }
    };
    if program.is_group_empty() {
        return code;
    }
    let patience = if ending.is_some() {
        GRACE
    } else {
        say("the command ended but left processes running; ending them");
        LEFT_BEHIND
    };
    // SIGTERM also for those that got the first signal: what a shell runs in the background ignores Ctrl-C.
    program.terminate();
    let began = ending.unwrap_or_else(Instant::now);
    loop {
        tokio::select! {
            () = sleep(POLL) => if program.is_group_empty() { break },
            _ = signals.next() => break,
            () = sleep_until(began + patience) => break,
        }
    }
    program.kill();
    code
}

async fn until(began: Option<Instant>, patience: Duration) {
    match began {
        Some(began) => sleep_until(began + patience).await,
        None => std::future::pending().await,
    }
}

/// Verifies the callback address as soon as the port is open.
async fn follow(sandbox: &Sandbox, callback: &CallbackAddress) {
    let began = Instant::now();
    let mut said = false;
    while !is_open(callback.addr).await {
        if !said && began.elapsed() > LISTENS_WITHIN {
            said = true;
            say(&format!(
                "nothing listens at {} yet; still waiting. If the program listens elsewhere, name the address: --callback http://127.0.0.1:8080/weixin",
                callback.addr
            ));
        }
        sleep(POLL).await;
    }
    let mut left = TRIES;
    loop {
        left -= 1;
        match sandbox.connect(callback.url.as_str()).await {
            Ok(()) => {
                return say(&format!(
                    "{} is verified; write something on the page: {}",
                    callback.url,
                    sandbox.url()
                ));
            }
            // It may listen before it is ready.
            Err(_) if left > 0 => sleep(BETWEEN_TRIES).await,
            Err(SandboxError::NotVerified { words, .. }) => {
                return say(&format!("{} is not verified: {words}", callback.url));
            }
            Err(error) => return say(&error.to_string()),
        }
    }
}

async fn is_open(addr: SocketAddr) -> bool {
    matches!(
        timeout(POLL, TcpStream::connect(addr)).await,
        Ok(Ok(_connected))
    )
}

/// Refuses an address in use: the program there would be verified in place of the command.
fn check_free(callback: &CallbackAddress) -> Result<(), Ended> {
    match TcpListener::bind(callback.addr) {
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => Err(Ended::because(
            3,
            format!(
                "port {} is in use; stop the other program, or name the address that yours listens on: --callback http://127.0.0.1:8080/weixin",
                callback.addr.port()
            ),
        )),
        _ => Ok(()),
    }
}

/// Prints to stderr: stdout belongs to the command.
pub(super) fn say(what: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "sandbox: {}", printable(what));
}

/// How long the program may take to end: longer than a server gives its handlers (`shutdown_timeout`, 10 s).
const GRACE: Duration = Duration::from_secs(12);

/// How long processes that the command has left behind may take to end.
const LEFT_BEHIND: Duration = Duration::from_secs(3);

/// After this time, a message says that nothing listens.
const LISTENS_WITHIN: Duration = Duration::from_secs(10);

const SAME_SIGNAL: Duration = Duration::from_millis(500);
const POLL: Duration = Duration::from_millis(100);
const TRIES: u32 = 3;
const BETWEEN_TRIES: Duration = Duration::from_millis(700);
