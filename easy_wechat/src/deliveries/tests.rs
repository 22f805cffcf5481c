use std::fs;

use super::*;
use crate::message::Message;

/// Where nothing is encrypted, a stranger who has seen one signed query chooses the names.
#[test]
fn ten_thousand_hostile_deliveries_are_remembered_within_64_mib() {
    let deliveries = Deliveries::new(Duration::from_mins(20));
    let long = "x".repeat(16 << 10);
    let shapes = [
        format!("<MsgType>event</MsgType><Event>{long}</Event>"),
        format!("<MsgType>{long}</MsgType>"),
        format!("<MsgType>text</MsgType><MsgId>{long}</MsgId>"),
        format!("<MsgType>event</MsgType><Event>click</Event><EventKey>{long}</EventKey>"),
    ];
    let now = Timestamp::from_secs(1_450_092_658);
    let before = memory();
    std::thread::scope(|scope| {
        for thread in 0..2 {
            let (deliveries, shapes) = (&deliveries, &shapes);
            scope.spawn(move || {
                let parse = |shape: &String| {
                    let head = "<ToUserName>a</ToUserName><FromUserName>b</FromUserName><CreateTime>1</CreateTime>";
                    Message::parse(format!("<xml>{head}{shape}</xml>")).unwrap()
                };
                let mut messages: Vec<Message> = shapes.iter().map(parse).collect();
                for number in 0..5000_usize {
                    let from = format!("{thread}-{number}");
                    let message = &mut messages[number % shapes.len()];
                    message.from = from.as_str().into();
                    let key = DeliveryKey::of(message);
                    let claim = deliveries.claim(key, now, true);
                    let Some(Claim::First(delivery)) = claim else {
                        panic!("{from}: {claim:?}");
                    };
                    delivery.settle(Settled::Nothing);
                    deliveries.done(&delivery, now);
                }
            });
        }
    });
    let remembered: usize = deliveries
        .shards
        .iter()
        .map(|shard| lock(shard).entries.len())
        .sum();
    assert_eq!(remembered, 10_000);
    let grown = memory().saturating_sub(before);
    assert!(grown < 64 << 20, "{} KiB", grown >> 10);
}

/// In bytes, as the system sees it; 0 where it does not say.
fn memory() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().split(' ').next()?.parse().ok());
    kib.unwrap_or(0) << 10
}
