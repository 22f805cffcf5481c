//! The server beside a bare actix-web server that answers 600 fixed bytes, over real sockets, in one run.
//!
//! `cargo bench -p easy_wechat --bench server [-- --echo target/release/echo]`; to look into one with a profiler,
//! `--serve async` prints an address, and `--load ADDRESS` sends 200,000 callbacks to it.

#![expect(
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a benchmark prints a table, and may panic"
)]

mod child;
mod load;
mod measure;

use std::time::{Duration, Instant};

use child::Child;
use load::Callbacks;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    if let Some(position) = args.iter().position(|arg| arg == "--serve") {
        return child::serve(&args[position + 1]);
    }
    if let Some(position) = args.iter().position(|arg| arg == "--load") {
        let requests = Callbacks::new().make(200_000);
        load::send(
            args[position + 1].parse().expect("an address"),
            &requests,
            64,
        );
        return;
    }
    println!("{}", measure::machine());
    end_to_end();
    in_flight();
    if let Some(position) = args.iter().position(|arg| arg == "--echo") {
        at_rest(&args[position + 1]);
    }
}

/// CPU time per request at 64 connections, all servers in turn, several rounds.
fn end_to_end() {
    const REQUESTS: usize = 30_000;
    const CONNECTIONS: usize = 64;
    const ROUNDS: usize = 5;
    let kinds = ["bare", "protocol", "async", "sync"];
    println!(
        "\nEnd to end: {REQUESTS} distinct callbacks a round, {CONNECTIONS} connections, {ROUNDS} rounds\n"
    );
    println!("| server | CPU ms per 1,000 requests | beside bare actix | requests/s |");
    println!("|---|---|---|---|");
    let children: Vec<Child> = kinds.iter().map(|kind| Child::start(kind)).collect();
    let mut callbacks = Callbacks::new();
    let mut cpu = vec![Vec::new(); kinds.len()];
    let mut rate = vec![Vec::new(); kinds.len()];
    for round in 0..=ROUNDS {
        for (index, child) in children.iter().enumerate() {
            let requests = callbacks.make(REQUESTS);
            let before = measure::cpu_time(child.pid);
            let began = Instant::now();
            let answered = load::send(child.addr, &requests, CONNECTIONS);
            assert_eq!(answered, REQUESTS, "{} lost requests", kinds[index]);
            let wall = began.elapsed();
            // The first round warms up.
            if round > 0 {
                let spent = measure::cpu_time(child.pid).saturating_sub(before);
                cpu[index].push(spent.as_secs_f64() * 1e6 / REQUESTS as f64);
                rate[index].push(REQUESTS as f64 / wall.as_secs_f64());
            }
        }
    }
    let ratios = |index: usize| {
        let pairs = cpu[index].iter().zip(&cpu[0]);
        measure::median(pairs.map(|(ours, bare)| ours / bare).collect())
    };
    for (index, kind) in kinds.iter().enumerate() {
        println!(
            "| {kind} | {:.1} | {:.2} x | {:.0} |",
            measure::median(cpu[index].clone()),
            ratios(index),
            measure::median(rate[index].clone()),
        );
    }
}

/// Many callbacks whose handler waits 2 s.
fn in_flight() {
    const CALLBACKS: usize = 5_000;
    println!("\nIn flight: {CALLBACKS} callbacks at once, an async handler that waits 2 s\n");
    println!("| answered | wall | memory for each |");
    println!("|---|---|---|");
    let child = Child::start("waiting");
    let requests = Callbacks::new().make(CALLBACKS);
    let idle = measure::memory(child.pid, "VmRSS");
    let began = Instant::now();
    let answered = load::send(child.addr, &requests, CALLBACKS);
    let wall = began.elapsed();
    let peak = measure::memory(child.pid, "VmHWM");
    println!(
        "| {answered} of {CALLBACKS} | {:.2} s | {:.1} KiB |",
        wall.as_secs_f64(),
        (peak - idle) as f64 / CALLBACKS as f64
    );
}

/// The echo app with nothing to do.
fn at_rest(echo: &str) {
    println!("\nAt rest: {echo}\n");
    println!("| binary | start to listening (median of 9) | idle memory |");
    println!("|---|---|---|");
    let size = std::fs::metadata(echo)
        .expect("the echo app is built")
        .len();
    let mut starts = Vec::new();
    let mut memory = 0;
    for _ in 0..9 {
        let (start, idle) = child::start_echo(echo);
        starts.push(start.as_secs_f64() * 1e3);
        memory = memory.max(idle);
        std::thread::sleep(Duration::from_millis(20));
    }
    println!(
        "| {:.2} MiB | {:.0} ms | {:.1} MiB |",
        size as f64 / 1_048_576.0,
        measure::median(starts),
        memory as f64 / 1024.0
    );
}
