use std::fmt;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;

/// What became of one moment of a job. The last 50 are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RunRecord {
    /// The moment for which it ran; `None` when somebody asked for it.
    pub planned: Option<Timestamp>,
    /// When it began, or was passed over.
    pub started: Timestamp,
    /// When it ended; `None` while it runs, and when it was broken off.
    pub ended: Option<Timestamp>,
    /// How it went.
    pub state: RunState,
    /// What the handler returned, such as a msgid; of a failed run the error, with its causes. At most 1 KiB.
    pub said: String,
}

/// How a run went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum RunState {
    /// It runs.
    Running,
    /// It ended as it should.
    Done,
    /// The handler gave an error, panicked, took too long, or was stopped.
    Failed,
    /// Its process ended in the middle. It is not run again: it may have done its work.
    Interrupted,
    /// It was passed over, because the run before it had not ended.
    Overlapped,
    /// It was passed over, because it was later than its grace allows.
    Missed,
}

impl fmt::Display for RunState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
            Self::Overlapped => "overlapped",
            Self::Missed => "missed",
        })
    }
}

/// A record as the store has it; moments are microseconds since 1970.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) id: String,
    planned: Option<i64>,
    started: i64,
    ended: Option<i64>,
    pub(super) state: RunState,
    said: String,
}

impl Entry {
    pub(super) fn new(
        id: String,
        planned: Option<Timestamp>,
        started: Timestamp,
        state: RunState,
    ) -> Self {
        Self {
            id,
            planned: planned.map(Timestamp::as_micros),
            started: started.as_micros(),
            ended: None,
            state,
            said: String::new(),
        }
    }

    pub(super) fn end(&mut self, now: Timestamp, result: Result<&str, &str>) {
        self.ended = Some(now.as_micros());
        (self.state, self.said) = match result {
            Ok(said) => (RunState::Done, shortened(said)),
            Err(error) => (RunState::Failed, shortened(error)),
        };
    }

    /// `holder` is the run that holds the job's lease now.
    pub(super) fn record(&self, holder: Option<&str>) -> RunRecord {
        let broken_off = self.state == RunState::Running && holder != Some(&self.id);
        RunRecord {
            planned: self.planned.map(Timestamp::from_micros),
            started: Timestamp::from_micros(self.started),
            ended: self.ended.map(Timestamp::from_micros),
            state: if broken_off {
                RunState::Interrupted
            } else {
                self.state
            },
            said: self.said.clone(),
        }
    }
}

/// One line of at most [`MOST_SAID`] bytes.
fn shortened(text: &str) -> String {
    let mut short = String::new();
    for char in text.trim().chars() {
        let char = if char.is_control() { ' ' } else { char };
        if short.len() + char.len_utf8() > MOST_SAID - ELLIPSIS.len_utf8() {
            short.push(ELLIPSIS);
            break;
        }
        short.push(char);
    }
    short
}

const MOST_SAID: usize = 1024;
const ELLIPSIS: char = '…';
