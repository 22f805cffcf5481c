//! What happens, as server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use actix_web::http::{Method, StatusCode};
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::stream;
use serde::Deserialize;
use tokio::sync::watch;

use super::refuse::Refused;
use crate::sandbox::changes::{Change, Next};
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
    let mut response = HttpResponse::Ok();
    response
        .content_type("text/event-stream")
        .insert_header(("x-accel-buffering", "no"));
    if request.method() == Method::HEAD {
        return Ok(response.streaming(stream::empty::<Result<Bytes, Infallible>>()));
    }
    let changed = {
        let state = world.lock();
        if state.changes.watchers() >= MAX_PAGES {
            return Err(Refused::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "too many pages are open; close some",
                "打开的页面太多了, 请关掉一些",
            ));
        }
        state.changes.watch()
    };
    let watching = Watching {
        seen: last_seen.unwrap_or(from.after),
        world,
        changed,
        ended: ended.0.clone(),
    };
    Ok(response.streaming(stream::unfold(watching, next)))
}

struct Watching {
    /// The last change that was sent.
    seen: u64,
    world: web::Data<World>,
    changed: watch::Receiver<u64>,
    ended: watch::Receiver<bool>,
}

async fn next(mut watching: Watching) -> Option<(Result<Bytes, Infallible>, Watching)> {
    loop {
        watching.changed.mark_unchanged();
        let next = watching.world.lock().changes.after(watching.seen);
        let bytes = match next {
            Next::Change(change) => {
                watching.seen = change.seq;
                event(&change)
            }
            Next::Gap(now) => {
                watching.seen = now;
                Bytes::from_static(RESET)
            }
            Next::Nothing => tokio::select! {
                _ = watching.ended.wait_for(|ended| *ended) => return None,
                changed = watching.changed.changed() => match changed {
                    Ok(()) => continue,
                    Err(_) => return None,
                },
                () = tokio::time::sleep(QUIET) => Bytes::from_static(b": still here\n\n"),
            },
        };
        return Some((Ok(bytes), watching));
    }
}

fn event(change: &Change) -> Bytes {
    Bytes::from(format!("id: {}\ndata: {}\n\n", change.seq, change.data))
}

/// The page must fetch the state again.
const RESET: &[u8] = b"data: {\"seq\":0,\"type\":\"reset\"}\n\n";

/// How long nothing may be sent: a connection that is gone is only seen by writing to it.
const QUIET: Duration = Duration::from_secs(15);

const MAX_PAGES: usize = 50;
