//! What sending costs, beside a bare reqwest loop that posts the same JSON; the command line from a cold start; memory while
//! a large file is uploaded.
//!
//! `cargo bench -p easy_wechat --bench client --features sandbox -- --command target/release/easy-wechat`

#![expect(
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a benchmark prints a table, and may panic"
)]

mod child;
mod command;
#[path = "../server/measure.rs"]
mod measure;
mod sender;

use child::Platform;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let behind = |name: &str| {
        let position = args.iter().position(|arg| arg == name)?;
        Some(args[position + 1..].to_vec())
    };
    if let Some(rest) = behind("--serve") {
        return child::serve(&rest[0]);
    }
    if let Some(rest) = behind("--send") {
        return sender::run(&rest);
    }
    if let Some(rest) = behind("--upload") {
        return sender::upload(&rest[0]);
    }
    println!("{}", measure::machine());
    let platform = Platform::start();
    sends(&platform);
    upload(&platform);
    match behind("--command") {
        Some(rest) => command::cold_start(&rest[0], &platform),
        None => println!("\nThe command line: not measured without --command"),
    }
}

fn sends(platform: &Platform) {
    println!("\nSends: {SENDS} a round, {IN_FLIGHT} in flight, {ROUNDS} rounds\n");
    println!("| | CPU ms per 1,000 | ratio |\n|---|---|---|");
    let mut cpu = [Vec::new(), Vec::new()];
    for round in 0..=ROUNDS {
        for (index, kind) in ["bare", "ours"].into_iter().enumerate() {
            let spent = sender::child(platform, kind, round * 2 + index);
            // The first round warms up.
            if round > 0 {
                cpu[index].push(spent * 1e6 / SENDS as f64);
            }
        }
    }
    let pairs = cpu[1].iter().zip(&cpu[0]);
    let ratio = measure::median(pairs.map(|(ours, bare)| ours / bare).collect());
    let [bare, ours] = cpu.map(measure::median);
    println!("| bare reqwest | {bare:.1} | 1 |");
    println!("| WeChatClient::send | {ours:.1} | {ratio:.2} |");
}

fn upload(platform: &Platform) {
    let (idle, peak) = sender::upload_child(platform);
    let above = peak.saturating_sub(idle) as f64 / 1024.0;
    println!("\nUpload of 20 MB: {above:.1} MiB above idle at most");
}

const SENDS: usize = 10_000;
const IN_FLIGHT: usize = 16;
const ROUNDS: usize = 5;
