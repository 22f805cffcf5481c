//! What happens, as server-sent events.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::stream;
use serde::Deserialize;
use tokio::sync::{broadcast, watch};

use super::refuse::Refused;
use crate::sandbox::changes::Change;
use crate::sandbox::serve::Ended;
use crate::sandbox::world::World;

/// Where the page is in the line of changes.
#[derive(Debug, Deserialize)]
pub(crate) struct From {
    #[serde(default)]
    after: u64,
}

/// Each change as it comes, until the page or the sandbox ends.
pub(crate) async fn events(
    request: HttpRequest,
    from: web::Query<From>,
    world: web::Data<World>,
    ended: web::Data<Ended>,
) -> Result<HttpResponse, Refused> {
    // A browser that connects again says what it saw last.
    let last_seen = request
        .headers()
        .get("last-event-id")
        .and_then(|id| id.to_str().ok()?.parse().ok());
    let (missed, changes) = {
        let state = world.lock();
        if state.changes.watchers() >= MAX_PAGES {
            return Err(Refused::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "too many pages are open; close some",
                "打开的页面太多了, 请关掉一些",
            ));
        }
        state.changes.watch(last_seen.unwrap_or(from.after))
    };
    let first = match missed {
        Some(missed) => missed.iter().map(event).collect(),
        None => VecDeque::from([Bytes::from_static(RESET)]),
    };
    let watching = Watching {
        ready: first,
        changes,
        ended: ended.0.clone(),
    };
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header(("x-accel-buffering", "no"))
        .streaming(stream::unfold(watching, next)))
}

struct Watching {
    ready: VecDeque<Bytes>,
    changes: broadcast::Receiver<Change>,
    ended: watch::Receiver<bool>,
}

async fn next(mut watching: Watching) -> Option<(Result<Bytes, Infallible>, Watching)> {
    // So that the head is sent, and the page knows that it is connected, before anything happens.
    if let Some(bytes) = watching.ready.pop_front() {
        return Some((Ok(bytes), watching));
    }
    let bytes = tokio::select! {
        _ = watching.ended.wait_for(|ended| *ended) => return None,
        change = watching.changes.recv() => match change {
            Ok(change) => event(&change),
            Err(broadcast::error::RecvError::Lagged(_)) => {
                watching.changes = watching.changes.resubscribe();
                Bytes::from_static(RESET)
            }
            Err(broadcast::error::RecvError::Closed) => return None,
        },
        () = tokio::time::sleep(QUIET) => Bytes::from_static(b": still here\n\n"),
    };
    Some((Ok(bytes), watching))
}

fn event(change: &Change) -> Bytes {
    Bytes::from(format!("id: {}\ndata: {}\n\n", change.seq, change.data))
}

/// The page must fetch the state anew.
const RESET: &[u8] = b"data: {\"seq\":0,\"type\":\"reset\"}\n\n";

/// How long nothing may be sent: a connection that is gone is only seen by writing to it.
const QUIET: Duration = Duration::from_secs(15);

const MAX_PAGES: usize = 50;
