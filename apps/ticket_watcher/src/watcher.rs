//! The app itself: answers the chat, asks 12306, says whom to tell what.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use easy_wechat::{Clock, Timestamp};
use jiff::civil::Date;
use tokio::sync::{Notify, Semaphore};

use crate::calendar::{opens_again, shanghai};
use crate::command::{self, Command, Which};
use crate::dates::not_on_sale;
use crate::engine::{Engine, Notice, WatchId};
use crate::keep::Keeper;
use crate::pace::Step;
use crate::railway::{Answer, Journey, Railway, RailwayError};
use crate::say;
use crate::settings::Settings;
use crate::stations::Stations;
use crate::watch::Watch;
use crate::wish::Wish;

/// All that the app is, but for the ways to its users and to the disk.
#[derive(Debug)]
pub struct Watcher {
    railway: Railway,
    stations: Stations,
    clock: Clock,
    state: Mutex<State>,
    /// Something changed that the loop must see.
    wake: Notify,
    /// Chat users that wait for an answer from 12306.
    asking: Semaphore,
    /// Held by whoever asks the site: the next one first looks at what this one brought, an answer or a refusal.
    one_at_a_time: tokio::sync::Mutex<()>,
    stopped: AtomicBool,
}

#[derive(Debug)]
struct State {
    engine: Engine,
    /// What a question from the chat brought for the watches.
    notices: Vec<Notice>,
    answers: HashMap<Journey, (Timestamp, Answer)>,
}

/// What one turn of the loop brought.
#[derive(Debug, PartialEq, Eq)]
pub struct Turn {
    /// Who is to be told what.
    pub notices: Vec<Notice>,
    /// When the next turn is due; `None` when there is nothing to wait for.
    pub next: Option<Timestamp>,
}

impl Watcher {
    /// Begins with the watches that were kept.
    ///
    /// # Errors
    /// [`RailwayError`] when the client of 12306 cannot be made.
    pub fn new(
        settings: Settings,
        watches: impl IntoIterator<Item = Watch>,
        clock: Clock,
    ) -> Result<Self, RailwayError> {
        Ok(Self {
            railway: Railway::new(&settings.railway)?,
            stations: settings.stations.unwrap_or_else(Stations::bundled),
            clock,
            state: Mutex::new(State {
                engine: Engine::new(settings.engine, watches),
                notices: Vec::new(),
                answers: HashMap::new(),
            }),
            wake: Notify::new(),
            asking: Semaphore::new(MAX_ASKING),
            one_at_a_time: tokio::sync::Mutex::default(),
            stopped: AtomicBool::new(false),
        })
    }

    /// Answers what a user wrote; nothing is kept beyond this process.
    pub async fn answer(&self, user: &str, text: &str) -> String {
        self.respond(user, text, None).await
    }

    /// Answers what a user wrote. A change is made and confirmed only when `keeper` has it.
    pub async fn answer_kept(&self, user: &str, text: &str, keeper: &Keeper) -> String {
        self.respond(user, text, Some(keeper)).await
    }

    async fn respond(&self, user: &str, text: &str, keeper: Option<&Keeper>) -> String {
        let today = self.today();
        let command = match command::read(text, &self.stations, today) {
            Ok(command) => command,
            Err(error) => return error.to_string(),
        };
        if keeper.is_some_and(|keeper| !keeper.holds()) && command != Command::Help {
            return say::IN_USE.to_owned();
        }
        let answer = match command {
            Command::Help => return say::HELP.to_owned(),
            Command::List => return say::list(self.state().engine.of(user)),
            Command::Query(wish) => return self.look(&wish, today).await,
            Command::Watch(wish) => self.add(user, wish, today, keeper).await,
            Command::Remove(which) => self.change(user, &which, Change::Remove, keeper).await,
            Command::Pause(which) => self.change(user, &which, Change::Pause, keeper).await,
            Command::Resume(which) => self.change(user, &which, Change::Resume, keeper).await,
        };
        self.wake.notify_one();
        answer
    }

    async fn add(&self, user: &str, wish: Wish, today: Date, keeper: Option<&Keeper>) -> String {
        let _turn = match keeper {
            Some(keeper) => Some(keeper.turn().await),
            None => None,
        };
        let watch = match self.state().engine.offer(user, wish) {
            Ok(watch) => watch,
            Err(refusal) => return say::refused(refusal),
        };
        let id = (watch.user.clone(), watch.number);
        if !is_kept(keeper, &id, Some(&watch)).await {
            // Should it have been written all the same, that is undone later.
            self.changed(id);
            return say::not_added(&watch.wish);
        }
        let answer = say::added(&watch, today, opens_again(self.clock.now()));
        self.state().engine.insert(watch);
        answer
    }

    async fn change(
        &self,
        user: &str,
        which: &Which,
        change: Change,
        keeper: Option<&Keeper>,
    ) -> String {
        let _turn = match keeper {
            Some(keeper) => Some(keeper.turn().await),
            None => None,
        };
        let (mut done, mut not_kept) = (Vec::new(), Vec::new());
        let selected = self.state().engine.selected(user, which);
        for watch in selected {
            let id = (watch.user.clone(), watch.number);
            let mut changed = watch.clone();
            let after = change.of(&mut changed);
            // Where one write failed, the others are not waited for.
            if not_kept.is_empty() && is_kept(keeper, &id, after).await {
                let mut state = self.state();
                let one = Which::Numbers(vec![id.1]);
                done.extend(match change {
                    Change::Remove => state.engine.remove(user, &one),
                    Change::Pause => state.engine.pause(user, &one, true),
                    Change::Resume => state.engine.pause(user, &one, false),
                });
            } else {
                self.changed(id);
                not_kept.push(watch);
            }
        }
        say::done(change.name(), &done, &not_kept)
    }

    /// Ends watches, and asks 12306 one question if one is due.
    pub async fn turn(&self) -> Turn {
        let _turn = self.one_at_a_time.lock().await;
        let now = self.clock.now();
        let (mut notices, step) = {
            let mut state = self.state();
            let mut notices = std::mem::take(&mut state.notices);
            notices.extend(state.engine.end(now));
            (notices, state.engine.next(now))
        };
        let next = match step {
            Step::Wait(until) => Some(until),
            Step::Rest => None,
            Step::Ask(journey) => {
                // What it says is told to the log, and to the pace.
                let _ = self.ask(&journey).await;
                notices.append(&mut self.state().notices);
                Some(self.clock.now())
            }
        };
        Turn { notices, next }
    }

    /// Returns when a turn is due although its time has not come.
    pub async fn woken(&self) {
        self.wake.notified().await;
    }

    /// A notice could not be sent.
    pub fn unsent(&self, notice: &Notice) {
        let now = self.clock.now();
        self.state().engine.unsent(notice, now);
    }

    /// What is to be kept: the watches that changed since the last call, `None` for one that is gone.
    pub fn take_changes(&self) -> Vec<(WatchId, Option<Watch>)> {
        self.state().engine.take_changes()
    }

    /// It could not be kept, and is a change still.
    pub(crate) fn changed(&self, id: WatchId) {
        self.state().engine.changed(id);
    }

    /// Lets the loop end.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
        self.wake.notify_one();
    }

    /// Whether the loop is to end.
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }

    /// The time by the watcher's clock.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Answers a question from the chat. Who asks the same within a while gets the same answer.
    async fn look(&self, wish: &Wish, today: Date) -> String {
        if let Some(why) = not_on_sale(wish.date, today) {
            return format!("{why}。发“监控 …”, 开售后我来盯。");
        }
        let journey = wish.journey();
        if let Some(answer) = self.without_asking(wish, &journey) {
            return answer;
        }
        let Ok(_place) = self.asking.try_acquire() else {
            return "查询的人太多了, 请过一会儿再试。".to_owned();
        };
        let _turn = self.one_at_a_time.lock().await;
        if let Some(answer) = self.without_asking(wish, &journey) {
            return answer;
        }
        match self.ask(&journey).await {
            Ok(answer) => say::found(wish, &answer),
            Err(error) => say::failed(&error).to_owned(),
        }
    }

    /// What is known well enough, or why the site is not asked now.
    fn without_asking(&self, wish: &Wish, journey: &Journey) -> Option<String> {
        if let Some(answer) = self.known(journey) {
            return Some(say::found(wish, &answer));
        }
        let closed = self.state().engine.closed_until(self.clock.now());
        closed.map(say::closed)
    }

    async fn ask(&self, journey: &Journey) -> Result<Answer, RailwayError> {
        let mut asked = self.railway.query(journey).await;
        if let Ok(answer) = &mut asked {
            answer.name_stops(|telecode| self.stations.name(telecode));
        }
        let now = self.clock.now();
        let mut state = self.state();
        let notices = state
            .engine
            .answered(journey, asked.as_ref(), now, rand::random());
        if !notices.is_empty() {
            state.notices.extend(notices);
            self.wake.notify_one();
        }
        match &asked {
            Ok(answer) => {
                let trains = answer.trains.len();
                tracing::debug!(%journey, trains, "asked 12306");
                state.answers.retain(|_, (at, _)| now.since(*at) < FRESH);
                if state.answers.len() < MAX_ANSWERS {
                    state.answers.insert(journey.clone(), (now, answer.clone()));
                }
            }
            Err(error) => {
                tracing::warn!(%journey, error = error.with_causes(), "no answer from 12306");
            }
        }
        asked
    }

    fn known(&self, journey: &Journey) -> Option<Answer> {
        let state = self.state();
        let (at, answer) = state.answers.get(journey)?;
        (self.clock.now().since(*at) < FRESH).then(|| answer.clone())
    }

    fn today(&self) -> Date {
        shanghai(self.clock.now()).date()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing in it is left half done by a panic elsewhere.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What one can do with one's watches.
#[derive(Clone, Copy, Debug)]
enum Change {
    Remove,
    Pause,
    Resume,
}

impl Change {
    /// What is kept of a watch afterwards.
    fn of(self, watch: &mut Watch) -> Option<&Watch> {
        match self {
            Self::Remove => return None,
            Self::Pause => watch.set_paused(true),
            Self::Resume => watch.set_paused(false),
        }
        Some(watch)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Remove => "已删除",
            Self::Pause => "已暂停",
            Self::Resume => "继续监控",
        }
    }
}

async fn is_kept(keeper: Option<&Keeper>, id: &WatchId, watch: Option<&Watch>) -> bool {
    match keeper {
        Some(keeper) => keeper.write(id, watch).await,
        None => true,
    }
}

/// How long an answer is given to others who ask the same.
const FRESH: Duration = Duration::from_secs(20);
const MAX_ANSWERS: usize = 50;
const MAX_ASKING: usize = 4;
