//! The way of one callback: its attempts, one after the other, until the platform is content or gives up.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join;
use tokio::time::{sleep, timeout};

use super::attempt::{Attempt, Line, attempt};
use super::judge::with_remark;
use super::light::{self, Reached};
use super::occasion::Occasion;
use super::seal::Tamper;
use super::state::Ended;
use super::trouble::Trouble;
use super::{millis, outcome};
use crate::sandbox::app::App;
use crate::sandbox::exchanges::Delivery;
use crate::sandbox::world::World;
use crate::sandbox::{Fault, State, Words};

/// One callback on its way.
pub(super) struct Job {
    pub(super) world: Arc<World>,
    /// The number of its exchange.
    pub(super) id: u64,
    callback: String,
    pub(super) conversation: String,
    plain: Arc<str>,
    fault: Option<Fault>,
    /// How many replies the member has seen of it.
    pub(super) shown: AtomicUsize,
}

impl Job {
    pub(super) fn new(
        world: &Arc<World>,
        id: u64,
        callback: String,
        conversation: String,
        plain: Arc<str>,
        fault: Option<Fault>,
    ) -> Self {
        Self {
            world: Arc::clone(world),
            id,
            callback,
            conversation,
            plain,
            fault,
            shown: AtomicUsize::new(0),
        }
    }

    /// Sends it, and sends it again, until it has ended.
    pub(super) async fn run(self, app: Arc<App>) {
        let occasion = Occasion::of(app.kind, &self.plain);
        let mut end = End {
            world: Arc::clone(&self.world),
            id: self.id,
            ended: None,
        };
        let line = Line {
            world: &self.world,
            http: &self.world.http,
            app: &app,
            callback: &self.callback,
            plain: &self.plain,
            occasion: &occasion,
        };
        let (state, words) = self.by_fault(line).await;
        let tampered = self.tamper() != Tamper::Nothing;
        if !tampered && matches!(state, State::Failed | State::Dropped) {
            outcome::notice(&self, &app, &occasion);
        }
        end.ended = Some((state, words));
    }

    async fn by_fault(&self, line: Line<'_>) -> (State, Words) {
        let tries = 1 + self.world.timing.resends;
        match self.fault {
            Some(Fault::Twice) => {
                let (one, other) = join(self.deliver(line, tries), self.deliver(line, tries)).await;
                let (state, words) = if rank(other.0) > rank(one.0) {
                    other
                } else {
                    one
                };
                let remark = Words::new("it was delivered twice at once", "同一回调同时投递了两次");
                (state, with_remark(words, Some(remark)))
            }
            Some(Fault::Resent) => {
                let (state, words) = self.deliver(line, tries).await;
                if state == State::Failed {
                    return (state, words);
                }
                let (_, again) = self.deliver(line, 1).await;
                let remark = Words::new(
                    format!("it was then delivered once more: {}", again.en),
                    format!("之后又投递了一次: {}", again.zh),
                );
                (state, with_remark(words, Some(remark)))
            }
            Some(Fault::WrongSignature | Fault::Stale) => self.deliver(line, 1).await,
            Some(Fault::OutOfOrder) => {
                let later = self
                    .world
                    .until(|state| (state.callbacks.delivered_up_to() > self.id).then_some(()));
                // Without another one it goes at last.
                let _ = timeout(HELD_AT_MOST, later).await;
                self.deliver(line, tries).await
            }
            _ => self.deliver(line, tries).await,
        }
    }

    /// Makes up to `tries` attempts, until one is answered with 200 in time.
    async fn deliver(&self, line: Line<'_>, tries: usize) -> (State, Words) {
        let mut first_failure: Option<Words> = None;
        let mut count = 0;
        loop {
            count += 1;
            let at = self.world.lock().now_ms();
            let attempt = attempt(line, self.tamper()).await;
            let (trouble, status) = (attempt.got.trouble.clone(), attempt.got.status);
            let (state, words) = self.record(attempt, at, line.occasion);
            if state != State::Failed {
                let remark = first_failure.map(|failure| {
                    Words::new(
                        format!("this was attempt {count}; before: {}", failure.en),
                        format!("这是第 {count} 次投递; 之前: {}", failure.zh),
                    )
                });
                return (state, with_remark(words, remark));
            }
            if count >= tries {
                let remark = (count > 1).then(|| {
                    Words::new(
                        format!("it was sent {count} times, and is given up"),
                        format!("已投递 {count} 次, 不再重试"),
                    )
                });
                return (state, with_remark(words, remark));
            }
            first_failure.get_or_insert(words);
            let starting = matches!(trouble, Some(Trouble::Refused | Trouble::NoWay(_)));
            if starting || status == Some(BUSY) {
                sleep(BACK_OFF * u32::try_from(count).unwrap_or(1)).await;
            }
        }
    }

    /// Notes an attempt, and shows what came of it.
    fn record(&self, attempt: Attempt, at: i64, occasion: &Occasion) -> (State, Words) {
        let Attempt {
            request,
            got,
            verdict,
        } = attempt;
        let mut state = self.world.lock();
        let (ended, mut words) = (verdict.state, verdict.words);
        let mut mark = None;
        if let Some(taken) = verdict.taken {
            let before = self.shown.fetch_add(1, Ordering::Relaxed);
            mark = outcome::show(&mut state, self, occasion, taken, before);
            words = with_remark(words, mark.clone());
        }
        let took_ms = millis(got.took);
        if self.tamper() == Tamper::Nothing {
            let reached = Reached::of(got.trouble.as_ref(), got.status);
            light::follow(&self.world, &mut state, &self.callback, reached, &words);
        }
        let mut delivery = Delivery {
            n: 0,
            at,
            method: "POST",
            url: request.url,
            request_body: shown(request.body.unwrap_or_default().as_bytes()),
            status: got.status,
            took_ms,
            answer: got.status.map(|_| shown(&got.body)),
            answer_headers: got.headers,
            reply: verdict.reply.map(|reply| shown(reply.as_bytes())),
            state: ended,
            words: words.clone(),
        };
        state.change_exchange(self.id, |exchange| {
            delivery.n = exchange.deliveries.len() + 1;
            exchange.attempts = delivery.n;
            exchange.took_ms = took_ms;
            exchange.mark = mark.or_else(|| exchange.mark.take());
            exchange.deliveries.push(delivery);
        });
        state.callbacks.count_delivery(self.id);
        (ended, words)
    }

    fn tamper(&self) -> Tamper {
        match self.fault {
            Some(Fault::WrongSignature) => Tamper::WrongSignature,
            Some(Fault::Stale) => Tamper::Stale,
            _ => Tamper::Nothing,
        }
    }
}

/// Ends the exchange when it is dropped: also when the runtime ends in the middle of it.
struct End {
    world: Arc<World>,
    id: u64,
    ended: Option<(State, Words)>,
}

impl Drop for End {
    fn drop(&mut self) {
        let (ended, words) = self.ended.take().unwrap_or_else(|| {
            let words = Words::new(
                "the sandbox stopped before it had ended",
                "沙箱在它结束之前停止了",
            );
            (State::Failed, words)
        });
        finish(&self.world, self.id, ended, words);
    }
}

/// Notes how an exchange ended, and tells those who wait.
pub(super) fn finish(world: &World, id: u64, ended: State, words: Words) {
    let mut state = world.lock();
    let mut attempts = 0;
    state.change_exchange(id, |exchange| {
        exchange.state = ended;
        exchange.words = Some(words.clone());
        attempts = exchange.attempts;
    });
    state.tie_what_was_sent_meanwhile(id);
    let ended = Ended {
        state: ended,
        words,
        attempts,
    };
    state.callbacks.end(id, ended);
}

/// A body as it is shown: text, and not too much of it.
pub(super) fn shown(body: &[u8]) -> String {
    let start = body.get(..MAX_SHOWN).unwrap_or(body);
    String::from_utf8_lossy(start).into_owned()
}

fn rank(state: State) -> u8 {
    match state {
        State::Running => 0,
        State::Failed => 1,
        State::Dropped => 2,
        State::Acknowledged => 3,
        State::Replied => 4,
    }
}

/// How long a callback waits to be overtaken.
const HELD_AT_MOST: Duration = Duration::from_secs(2);

/// What an app answers that has too much to do.
const BUSY: u16 = 503;

/// For an app that is busy or starting, times the attempts. How long the platform waits is not documented.
const BACK_OFF: Duration = Duration::from_millis(100);

/// In bytes.
const MAX_SHOWN: usize = 64 << 10;
