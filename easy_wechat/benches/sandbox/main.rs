//! The sandbox's API beside a bare actix handler that parses the same JSON, over real sockets, in one run.
//!
//! `cargo bench -p easy_wechat --bench sandbox --features sandbox`

#![expect(
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a benchmark prints a table, and may panic"
)]

mod child;
#[path = "../server/measure.rs"]
#[allow(dead_code, reason = "this benchmark measures no memory")]
mod measure;
mod send;

use child::{Child, Target};

fn main() {
    let args: Vec<String> = std::env::args().collect();
    if let Some(position) = args.iter().position(|arg| arg == "--serve") {
        return child::serve(&args[position + 1]);
    }
    println!("{}", measure::machine());
    println!("\nCalls: {REQUESTS} a round, {CONNECTIONS} connections, {ROUNDS} rounds\n");
    println!("| call | CPU ms per 1,000, bare actix | sandbox | ratio |");
    println!("|---|---|---|---|");
    let bare = Child::start("bare");
    let sandbox = Child::start("sandbox");
    for call in ["gettoken", "message/send"] {
        let mut cpu = [Vec::new(), Vec::new()];
        for round in 0..=ROUNDS {
            for (index, child) in [&bare, &sandbox].into_iter().enumerate() {
                let requests = requests(call, &child.target, REQUESTS, round);
                let before = measure::cpu_time(child.pid);
                let answered = send::send(child.target.addr, &requests, CONNECTIONS);
                assert_eq!(
                    answered, REQUESTS,
                    "{call}: not all were answered with errcode 0"
                );
                // The first round warms up.
                if round > 0 {
                    let spent = measure::cpu_time(child.pid).saturating_sub(before);
                    cpu[index].push(spent.as_secs_f64() * 1e6 / REQUESTS as f64);
                }
            }
        }
        let pairs = cpu[1].iter().zip(&cpu[0]);
        let ratio = measure::median(pairs.map(|(ours, bare)| ours / bare).collect());
        let [bare, ours] = cpu.map(measure::median);
        println!("| {call} | {bare:.1} | {ours:.1} | {ratio:.2} x |");
    }
}

/// Whole HTTP requests, no two messages of them alike, spread over members so that none gets more than the platform shows.
fn requests(call: &str, target: &Target, count: usize, round: usize) -> Vec<Vec<u8>> {
    (0..count)
        .map(|number| {
            let number = round * count + number;
            let Target { corpid, secret, token, agentid, .. } = target;
            if call == "gettoken" {
                return format!(
                    "GET /cgi-bin/gettoken?corpid={corpid}&corpsecret={secret} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
                )
                .into_bytes();
            }
            let member = number % child::MEMBERS;
            let body = format!(
                r#"{{"touser":"m{member}","msgtype":"text","agentid":{agentid},"text":{{"content":"你的快递已到, 请携带工卡前往邮件中心领取 {number}"}},"safe":0}}"#
            );
            format!(
                "POST /cgi-bin/message/send?access_token={token} HTTP/1.1\r\nHost: 127.0.0.1\r\n\
                 Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            )
            .into_bytes()
        })
        .collect()
}

const REQUESTS: usize = 20_000;
const CONNECTIONS: usize = 16;
const ROUNDS: usize = 5;
