//! An answer for a busy day, read, beside `serde_json`'s reading of the same bytes into a value.
//!
//! `cargo bench -p ticket_watcher --bench answer`

#![expect(
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a benchmark prints a table, and may panic"
)]

use std::hint::black_box;
use std::time::Instant;

use serde_json::{Value, json};
use ticket_watcher::command;
use ticket_watcher::railway::verdict::{Verdict, judge};
use ticket_watcher::stations::Stations;

fn main() {
    let body = body();
    let read = || match judge(200, None, &body, "https://kyfw.12306.cn") {
        Verdict::Trains(answer) => answer,
        other => panic!("{other:?}"),
    };
    let trains = read().trains.len();
    let ours = time(read);
    let value = time(|| serde_json::from_slice::<Value>(&body).expect("JSON"));
    let kib = body.len() / 1024;
    println!("\n| µs, median | {kib} KiB, {trains} trains |");
    println!("|---|---|");
    println!("| **answer: JSON to trains, sorted** | **{ours:.0}** |");
    println!("| serde_json: the same to a value, no row read | {value:.0} |");
    println!("| beside it | {:.2} x |", ours / value);

    let stations = Stations::bundled();
    let today = "2026-11-26".parse().expect("a date");
    let chat = |text: &str| time(|| command::read(text, &stations, today));
    println!("\n| µs, median | |");
    println!("|---|---|");
    println!(
        "| a command: 监控北京到上海明天高铁二等座 | {:.0} |",
        chat("监控北京到上海明天高铁二等座")
    );
    println!(
        "| a station that is none, with what is near | {:.0} |",
        chat("监控 北金 上海 明天")
    );
    let rubbish = format!("监控 {}", "北京到".repeat(200));
    println!("| 1,800 bytes of rubbish | {:.0} |", chat(&rubbish));
    println!(
        "| the bundled list of stations, read | {:.0} |",
        time(Stations::bundled)
    );
}

/// The recorded rows, with other numbers, until there are 80 KB of them.
fn body() -> Vec<u8> {
    let recorded: Value = serde_json::from_str(RECORDED).expect("JSON");
    let rows: Vec<&str> = recorded["data"]["result"]
        .as_array()
        .expect("rows")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let mut result = Vec::new();
    let mut bytes = 0;
    while bytes < 80_032 {
        let row = rows[result.len() % rows.len()];
        let row = row.replacen("|24000", &format!("|{:05}", result.len()), 1);
        bytes += row.len() + 3;
        result.push(row);
    }
    let answer = json!({
        "httpstatus": 200,
        "data": {"result": result, "flag": "1", "level": "0", "map": {"BJP": "北京", "SHH": "上海", "VNP": "北京南"}},
        "messages": "",
        "status": true,
    });
    answer.to_string().into_bytes()
}

/// Microseconds a call, the median of many batches.
fn time<T>(mut call: impl FnMut() -> T) -> f64 {
    let mut batches = Vec::new();
    for _ in 0..51 {
        let mut calls = 0_u32;
        let began = Instant::now();
        while calls == 0 || began.elapsed().as_micros() < 2000 {
            black_box(call());
            calls += 1;
        }
        batches.push(began.elapsed().as_nanos() as f64 / f64::from(calls) / 1000.0);
    }
    batches.sort_by(f64::total_cmp);
    batches[batches.len() / 2]
}

const RECORDED: &str =
    include_str!("../tests/fixtures/q_2026-09-12_rows_in_assembled_envelope.json");
