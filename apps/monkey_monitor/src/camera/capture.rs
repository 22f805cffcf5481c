//! The task that reads a camera as long as somebody looks.

use std::pin::{Pin, pin};
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::time::sleep;
use tracing::{info, warn};

use super::source::Ask;
use super::{CameraError, Frame, Now, Shared, program, synthetic};

pub(super) async fn run(shared: Arc<Shared>) {
    let source = &shared.settings.source;
    info!(camera = %source, "the camera is started");
    // What was wrong when it last ran is no longer true.
    shared.now.send_modify(|now| now.trouble = None);
    loop {
        let stop = async {
            tokio::select! {
                () = unwatched(&shared) => {}
                () = closed(&shared) => {}
            }
        };
        attempts(&shared, pin!(stop)).await;
        let mut running = shared
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        // Whoever came in this moment saw that it runs, and relies on it.
        let over = shared.now.borrow().closed;
        if over || *shared.users.borrow() == 0 {
            shared.now.send_modify(|now| {
                *now = Now {
                    closed: over,
                    ..Now::default()
                }
            });
            *running = false;
            break;
        }
    }
    info!(camera = %source, "the camera is stopped");
}

/// Runs the source again and again, until it is told to stop.
async fn attempts(shared: &Shared, mut stop: Pin<&mut impl Future<Output = ()>>) {
    let (shortest, longest) = shared.settings.pauses;
    let mut pause = shortest;
    loop {
        let began = Instant::now();
        let mut frames = 0_u64;
        let on_frame = |jpeg: Bytes| {
            frames += 1;
            let frame = Frame {
                jpeg,
                number: shared.count.fetch_add(1, Ordering::Relaxed) + 1,
                at: Instant::now(),
            };
            shared.now.send_modify(|now| {
                now.frame = Some(frame);
                now.trouble = None;
            });
        };
        let source = &shared.settings.source;
        let ask = if shared.asked_less.load(Ordering::Relaxed) {
            Ask::Least
        } else {
            Ask::Most
        };
        let ended = if let Some(reader) = source.reader(&shared.settings, ask) {
            program::run(reader, &shared.settings, on_frame, stop.as_mut()).await
        } else {
            tokio::select! {
                trouble = synthetic::run(&shared.settings, on_frame) => Some(trouble),
                () = stop.as_mut() => None,
            }
        };
        let Some(mut trouble) = ended else {
            return;
        };
        if frames == 0
            && ask == Ask::Most
            && trouble.asks_for_less()
            && source.can_be_asked_for_less(&shared.settings)
        {
            info!(camera = %source, %trouble, "the camera is asked for less");
            shared.asked_less.store(true, Ordering::Relaxed);
            continue;
        }
        if frames > 0 && began.elapsed() > STEADY {
            pause = shortest;
        }
        let failures = if frames > 0 {
            shared.failures.store(0, Ordering::Relaxed);
            0
        } else {
            shared.failures.fetch_add(1, Ordering::Relaxed) + 1
        };
        if let CameraError::Ended { in_a_row, .. } = &mut trouble {
            *in_a_row = failures;
        }
        if trouble.is_lasting() && !trouble.may_be_plugged_in() {
            pause = longest;
            warn!(camera = %source, %trouble, again_in = ?pause, "the camera failed, and waiting will not help");
        } else {
            warn!(camera = %source, %trouble, again_in = ?pause, "the camera failed");
        }
        let number = shared.count.fetch_add(1, Ordering::Relaxed) + 1;
        shared
            .now
            .send_modify(|now| now.trouble = Some((number, trouble)));
        tokio::select! {
            () = sleep(pause) => {}
            () = stop.as_mut() => return,
        }
        pause = (pause * 2).min(longest);
    }
}

/// Until nobody has looked for a while.
async fn unwatched(shared: &Shared) {
    let mut users = shared.users.subscribe();
    loop {
        if users.wait_for(|users| *users == 0).await.is_err() {
            return;
        }
        tokio::select! {
            () = sleep(shared.settings.linger) => return,
            _ = users.wait_for(|users| *users > 0) => {}
        }
    }
}

async fn closed(shared: &Shared) {
    let _ = shared.now.subscribe().wait_for(|now| now.closed).await;
}

/// A camera that ran for so long was well; its next pause is short again.
const STEADY: Duration = Duration::from_secs(10);
