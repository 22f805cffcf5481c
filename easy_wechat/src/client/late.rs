//! Late replies as proactive messages.

use std::collections::HashMap;
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot::{self, Receiver, Sender};
use tracing::warn;

use super::{CardUpdate, WeChatClient};
use crate::BoxError;
use crate::ids::UserId;
use crate::late::{Delivering, LateReply, LateReplySink};
use crate::outgoing::Outgoing;
use crate::reply::Reply;

/// A late reply goes out as a message of its own, with [`WeChatClient::send`]. Those to one member go out one after the
/// other, in the order in which they came.
///
/// A card's update goes out by the response code of the click that it answers. A transfer to customer service has no
/// other form: it is an error, which the server logs.
impl LateReplySink for WeChatClient {
    fn deliver(&self, late: LateReply) -> Delivering {
        let turn = self.0.turns.take(&late.to);
        let client = self.clone();
        Box::pin(async move {
            let Some(turn) = turn else {
                return Err(
                    format!("{LONGEST_ROW} late replies to the member wait already").into(),
                );
            };
            let _turn = turn.come().await;
            client.deliver_late(late).await
        })
    }
}

impl WeChatClient {
    async fn deliver_late(&self, late: LateReply) -> Result<(), BoxError> {
        let LateReply {
            to,
            reply,
            response_code,
            task_id,
            ..
        } = late;
        let missed = match reply {
            Reply::UpdateButton { replace_name } => {
                let code = response_code.ok_or(NO_RESPONSE_CODE)?;
                let update = CardUpdate::Button { replace_name };
                self.update_template_card(&code, &update, &to).await?
            }
            Reply::UpdateTemplateCard(card) => {
                let code = response_code.ok_or(NO_RESPONSE_CODE)?;
                self.update_template_card(&code, &CardUpdate::Card(card), &to)
                    .await?
            }
            Reply::UpdateTaskcard { replace_name } => {
                let task_id = task_id.ok_or("the event that it answers has no TaskId")?;
                self.update_taskcard(&task_id, &replace_name, &to).await?
            }
            reply => {
                let kind = reply.msg_type().unwrap_or("none");
                let what = Outgoing::from_reply(reply);
                let what =
                    what.ok_or_else(|| format!("a reply of type {kind} cannot be sent later"))?;
                self.send(&to, &what).await?.missed
            }
        };
        if missed.is_nobody() {
            return Ok(());
        }
        warn!(app = %self.app(), %to, ?missed, "the platform took the late reply and did not deliver it");
        Err("the member is unknown, or not in the app's visible range (可见范围)".into())
    }
}

/// Who waits for whom: the late replies of one member go out one after the other.
#[derive(Debug, Default)]
pub(super) struct Turns(Mutex<HashMap<UserId, Row>>);

/// Those of one member that wait or are under way.
#[derive(Debug)]
struct Row {
    last: Receiver<()>,
    /// Each of them holds it.
    length: Arc<()>,
}

/// A place in the row; the next one's turn comes when it is dropped.
#[derive(Debug)]
struct Turn {
    before: Option<Receiver<()>>,
    _next: Sender<()>,
    _counted: Arc<()>,
}

impl Turns {
    /// A place at the end of the member's row; `None` when it is full, as when the platform is down for long: the replies
    /// of one member must not take the places of all handlers.
    fn take(&self, who: &UserId) -> Option<Turn> {
        let (next, mine) = oneshot::channel();
        let mut rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if rows.len() >= TIDY_AT {
            rows.retain(|_, row| Arc::strong_count(&row.length) > 1);
        }
        let Some(row) = rows.get_mut(who) else {
            let length = Arc::new(());
            let counted = Arc::clone(&length);
            rows.insert(who.clone(), Row { last: mine, length });
            return Some(Turn {
                before: None,
                _next: next,
                _counted: counted,
            });
        };
        if Arc::strong_count(&row.length) > LONGEST_ROW {
            return None;
        }
        Some(Turn {
            before: Some(mem::replace(&mut row.last, mine)),
            _next: next,
            _counted: Arc::clone(&row.length),
        })
    }
}

impl Turn {
    async fn come(mut self) -> Self {
        if let Some(before) = self.before.take() {
            // That the one before is dropped is the signal; it never sends.
            let _ = before.await;
        }
        self
    }
}

const NO_RESPONSE_CODE: &str = "the event that it answers has no ResponseCode";

/// Late replies to one member that wait; more are not delivered.
const LONGEST_ROW: usize = 20;

/// From so many members on those are forgotten who wait for nothing.
const TIDY_AT: usize = 256;
