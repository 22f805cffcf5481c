//! What makes two callbacks the same one.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use sha1::{Digest as _, Sha1};

use crate::message::Message;

/// The same for every re-send of a callback, different for everything else.
///
/// The platform encrypts each re-send anew, so the key comes from the message: its `MsgId` and sender. Events have no
/// number, and the platform's advice, sender and second, is too coarse: a contact synchronisation sends many events
/// from `sys` in one second. So an event's key also covers every element in it.
///
/// It prints as `msg:zhangsan:1234567890123456` or `event:sys:1403610513:change_contact:9f86d081884c7d65`, and tells no
/// content.
///
/// <https://developer.work.weixin.qq.com/document/path/90238>
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeliveryKey(String);

impl DeliveryKey {
    /// The key of a message.
    pub fn of(message: &Message) -> Self {
        let from = short(message.from.as_str());
        if let Some(id) = &message.id {
            let id = short(id.as_str());
            return Self(["msg:", &from, ":", &id].concat());
        }
        let kind = short(message.event_name().unwrap_or_else(|| message.msg_type()));
        let created = message.created;
        let mut sha1 = Sha1::new();
        for (name, text, end) in message.fields().elements() {
            // Lengths keep neighbours apart, and the end tells nesting from sequence.
            for part in [name, text] {
                sha1.update(part.len().to_be_bytes());
                sha1.update(part);
            }
            sha1.update(end.to_be_bytes());
        }
        let mut key = format!("event:{from}:{created}:{kind}:");
        push_digest(&mut key, sha1);
        Self(key)
    }

    /// A key that the caller chose. A key of more than 512 bytes is replaced by its digest.
    pub fn new(key: impl Into<String>) -> Self {
        let key = key.into();
        if key.len() <= LONGEST_KEY {
            return Self(key);
        }
        Self(digest(&key))
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DeliveryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A part of a key, or its digest when it is longer than any of the platform's: thousands of keys are remembered, and
/// where nothing is encrypted an attacker may choose their parts.
fn short(part: &str) -> Cow<'_, str> {
    if part.len() <= LONGEST_PART {
        return Cow::Borrowed(part);
    }
    Cow::Owned(digest(part))
}

fn digest(text: &str) -> String {
    let mut key = String::from("sha1-");
    push_digest(&mut key, Sha1::new_with_prefix(text));
    key
}

fn push_digest(key: &mut String, sha1: Sha1) {
    for byte in sha1.finalize().iter().take(8) {
        // Writing to a String cannot fail.
        let _ = write!(key, "{byte:02x}");
    }
}

/// A userid has at most 64 bytes, an openid 28, a number 20, the name of an event about 50.
const LONGEST_PART: usize = 128;

/// The longest key of the caller's that is kept as it is, in bytes.
const LONGEST_KEY: usize = 512;
