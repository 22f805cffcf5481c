//! What is sent: its JSON, what is refused before it leaves, and how long texts are split.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "in a test a panic is a failure"
)]

mod cards;
mod clean;
mod ignored;
mod json;
mod limits;
mod markdown;
mod media;
mod options;
mod recipients;
mod refusals;
mod splitting;
mod ways;

use easy_wechat::outgoing::{Part, Way, prepare};
use easy_wechat::{Outgoing, OutgoingError, Recipient, SendOptions};
use serde_json::Value;

/// To a member, or to a follower, with nothing special.
fn prepared(what: &Outgoing, way: Way) -> Result<Vec<Part>, OutgoingError> {
    prepare(what, &"zhangsan".into(), &SendOptions::default(), way).map(|it| it.parts)
}

#[track_caller]
fn refused(msg_type: &str, content: Value, way: Way, expected: &str) {
    let what = Outgoing::from_json(msg_type, content).unwrap();
    let error = prepared(&what, way).expect_err(expected);
    assert_eq!(error.to_string(), expected);
}

/// The texts of the parts, which must all be of one type.
fn texts(what: &Outgoing, options: &SendOptions, way: Way) -> Vec<String> {
    let to = Recipient::from("zhangsan");
    let parts = prepare(what, &to, options, way).unwrap().parts;
    assert!(parts.iter().all(|part| part.msg_type == what.msg_type()));
    parts
        .iter()
        .map(|part| part.content["content"].as_str().unwrap().to_owned())
        .collect()
}
