//! Requests of which one character is another.

use easy_wechat::Mode;

use super::calls::{Call, get, keys, official, official_get, post};
use super::{agrees, look};

/// However it is spoilt: what the diagnosis calls good is taken, and what it does not is refused.
#[test]
fn one_character_that_is_another_is_seen_as_the_server_sees_it() {
    for (call, keys) in [
        (get(), keys()),
        (post(), keys()),
        (official_get(), official(Mode::Safe)),
    ] {
        for other in ["", "+", "%", "0", "A", " ", "&", "=", "<", "]", "\u{FEFF}"] {
            for at in 0..call.query.len() {
                let query = spoilt(&call.query, at, other);
                let call = Call {
                    query,
                    ..call.clone()
                };
                agrees(&call.query, &call, &keys, &look(&call, &keys, &[]));
            }
            let body = String::from_utf8(call.body.clone()).unwrap();
            for at in 0..body.len() {
                let body = spoilt(&body, at, other);
                let call = Call {
                    body: body.clone().into_bytes(),
                    ..call.clone()
                };
                agrees(&body, &call, &keys, &look(&call, &keys, &[]));
            }
        }
    }
}

fn spoilt(text: &str, at: usize, other: &str) -> String {
    let mut text = text.to_owned();
    text.replace_range(at..=at, other);
    text
}
