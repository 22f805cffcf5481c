//! `easy-wechat send` as cron starts it.

use std::process::{Command, Stdio};
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike as _;

use crate::child::Platform;
use crate::measure;

/// Starts it many times, with the token in the store; the first start is not counted.
pub(crate) fn cold_start(program: &str, platform: &Platform) {
    let send = |number: usize| {
        let status = Command::new(program)
            .args(["send", "--quiet", "--config"])
            .arg(platform.config())
            .args(["--to", &format!("m{number}"), "早安"])
            .env_clear()
            .stdin(Stdio::null())
            .status()
            .expect("it starts");
        assert!(status.success(), "{status}");
    };
    send(0);
    let (mut cpu, mut wall) = (Vec::new(), Vec::new());
    for number in 1..=STARTS {
        let (before, began) = (spent(), Instant::now());
        send(number);
        cpu.push(spent() - before);
        wall.push(began.elapsed().as_secs_f64() * 1e3);
    }
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("Linux");
    println!(
        "\neasy-wechat send, token cached, {STARTS} starts: {:.1} ms of CPU, {:.1} ms in all, {:.1} MiB at most",
        measure::median(cpu),
        measure::median(wall),
        usage.max_rss() as f64 / 1024.0
    );
}

/// The CPU time in milliseconds of all children that have ended.
fn spent() -> f64 {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("Linux");
    (usage.user_time().num_microseconds() + usage.system_time().num_microseconds()) as f64 / 1e3
}

const STARTS: usize = 50;
