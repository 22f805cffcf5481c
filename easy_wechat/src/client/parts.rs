//! A message in parts: one call after the other, each in its turn.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::call::{ClientError, Missed, Receipt};
use crate::clock::Clock;
use crate::outgoing::Part;
use crate::pace::Pace;

/// Sends all parts. When one fails the others are not sent, and the error says how many were.
///
/// Where they go to several groups of receivers and one group is unknown, it is missed and the others get theirs, as if
/// all had got the same.
pub(super) async fn in_order<F, A>(parts: Vec<Part>, send: F) -> Result<Receipt, ClientError>
where
    F: Fn(Part) -> A,
    A: Future<Output = Result<Receipt, ClientError>>,
{
    let count = parts.len();
    let mut pairs = parts.iter().zip(parts.iter().skip(1));
    let goes_to_several = pairs.any(|(one, next)| one.to != next.to);
    let mut all = Receipt::default();
    let mut done = 0;
    let mut nobody = None;
    for part in parts {
        let missed = goes_to_several.then(|| Missed::all_of(&part.to)).flatten();
        match (send(part).await, missed) {
            (Ok(receipt), _) => {
                all.add(receipt);
                done += 1;
            }
            (Err(error), Some(missed)) if error.errcode() == Some(NOBODY) => {
                all.add(Receipt {
                    missed,
                    ..Receipt::default()
                });
                nobody = Some(error);
            }
            (Err(error), _) if done == 0 => return Err(error),
            (Err(error), _) => {
                return Err(ClientError::Interrupted {
                    sent: Box::new(all),
                    done,
                    parts: count,
                    source: Box::new(error),
                });
            }
        }
    }
    match nobody {
        Some(error) if done == 0 => Err(error),
        _ => Ok(all),
    }
}

/// Waits for a turn with all of `receivers`. `limit` says in words how much there may be.
pub(super) async fn enter<'m>(
    pace: &Pace,
    receivers: impl IntoIterator<Item = &'m str>,
    clock: &Clock,
    patience: Duration,
    limit: &'static str,
) -> Result<(), ClientError> {
    let entered = pace.enter(receivers, clock, patience).await;
    entered.map_err(|paced| ClientError::Paced {
        limit,
        until: paced.until,
        wait: paced.until.since(clock.now()),
    })
}

/// A part as JSON, with what stands beside its content.
pub(super) fn body(part: Part, beside: Map<String, Value>) -> Map<String, Value> {
    let mut body = beside;
    body.insert("msgtype".to_owned(), part.msg_type.clone().into());
    body.insert(part.msg_type, part.content);
    body
}

/// None of the receivers is known. <https://developer.work.weixin.qq.com/document/path/90313>
const NOBODY: i64 = 81013;
