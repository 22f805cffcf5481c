//! Many messages: a burst from many members, and those of a transcript again.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::{check_conversation, ended, refused, send};
use crate::sandbox::world::World;
use crate::sandbox::{Incoming, SandboxError};

/// Sends `messages` texts from the members `member1` to `memberN`, in the background; gives how many it sends.
pub(crate) fn burst(
    world: &Arc<World>,
    messages: usize,
    members: usize,
    content: &str,
) -> Result<usize, SandboxError> {
    if !(1..=MAX_MESSAGES).contains(&messages) || !(1..=MAX_MEMBERS).contains(&members) {
        return Err(refused(
            "a burst has 1 to 10,000 messages from 1 to 1,000 members",
            "一次突发可发 1 到 10000 条消息, 来自 1 到 1000 个成员",
        ));
    }
    let content = if content.is_empty() { "burst" } else { content };
    let names: Vec<String> = (1..=members.min(messages))
        .map(|at| format!("member{at}"))
        .collect();
    {
        let mut state = world.lock();
        if state.callback.is_none() {
            return Err(SandboxError::NoCallback);
        }
        for name in &names {
            if !state.conversations.contains(name) {
                state.open_member(name, name);
            }
        }
    }
    let texts: Vec<(String, Incoming)> = (1..=messages)
        .zip(names.iter().cycle())
        .map(|(number, name)| (name.clone(), Incoming::text(format!("{content} {number}"))))
        .collect();
    world
        .runtime
        .spawn(send_all(Arc::clone(world), texts, MAX_AT_ONCE));
    Ok(messages)
}

/// Sends messages of members again in the background, each when the one before has ended; gives how many it sends.
///
/// What belongs to no member's conversation is left out.
pub(crate) fn replay(
    world: &Arc<World>,
    mut messages: Vec<(String, Incoming)>,
) -> Result<usize, SandboxError> {
    {
        let state = world.lock();
        if state.callback.is_none() {
            return Err(SandboxError::NoCallback);
        }
        messages.retain(|(conversation, _)| check_conversation(&state, conversation).is_ok());
    }
    messages.truncate(MAX_MESSAGES);
    let count = messages.len();
    world
        .runtime
        .spawn(send_all(Arc::clone(world), messages, 1));
    Ok(count)
}

/// Sends them in their order, at most `at_once` of them in flight.
async fn send_all(world: Arc<World>, messages: Vec<(String, Incoming)>, at_once: usize) {
    let places = Arc::new(Semaphore::new(at_once));
    for (conversation, message) in messages {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        let exchange = match send(&world, &conversation, message) {
            Ok(exchange) => exchange,
            // The address was taken away, or others fill the line: what cannot be sent is left out.
            Err(_refused) => continue,
        };
        let world = Arc::clone(&world);
        world.runtime.clone().spawn(async move {
            ended(&world, exchange).await;
            drop(place);
        });
    }
}

const MAX_MESSAGES: usize = 10_000;
const MAX_MEMBERS: usize = 1000;

/// How many of a burst are in flight.
const MAX_AT_ONCE: usize = 500;
