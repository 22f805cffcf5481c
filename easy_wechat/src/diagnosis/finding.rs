use std::fmt;

use super::Cause;

/// What was seen at one step.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// At which step.
    pub step: Step,
    /// Whether it is right.
    pub verdict: Verdict,
    /// What it comes from; `None` when all is well.
    pub cause: Option<Cause>,
    /// What was seen: a sentence.
    pub what: String,
    /// What mends it; empty when there is nothing to mend.
    pub advice: String,
}

/// The steps of a callback's way, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Step {
    /// The keys themselves, before any request.
    Keys,
    /// How it came: verb, parameters.
    Query,
    /// The platform and its mode.
    Mode,
    /// The body, before it is opened.
    Body,
    /// Who signed it.
    Signature,
    /// What it was encrypted with.
    Decryption,
    /// Whom it is for.
    Receiver,
    /// What was in it.
    Message,
    /// When it was signed.
    Clock,
    /// What a callback address answered.
    Answer,
}

/// What a [`Finding`] comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Verdict {
    /// As it should be.
    Good,
    /// It works here, but is not as it should be: another program, or the next step, would stumble over it.
    Odd,
    /// Not as it should be: this is why the request is refused.
    Wrong,
    /// It could not be looked at, because something before it is wrong.
    Unknown,
}

impl Finding {
    pub(crate) fn good(step: Step, what: impl Into<String>) -> Self {
        Self {
            step,
            verdict: Verdict::Good,
            cause: None,
            what: what.into(),
            advice: String::new(),
        }
    }

    pub(crate) fn wrong(cause: Cause, what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            step: cause.step(),
            verdict: Verdict::Wrong,
            cause: Some(cause),
            what: what.into(),
            advice: advice.into(),
        }
    }

    pub(crate) fn odd(cause: Cause, what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Odd,
            ..Self::wrong(cause, what, advice)
        }
    }

    pub(crate) fn unknown(step: Step, what: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Unknown,
            ..Self::good(step, what)
        }
    }

    /// The same at another step than its cause's usual one.
    pub(super) fn at(self, step: Step) -> Self {
        Self { step, ..self }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Keys => "keys",
            Self::Query => "query",
            Self::Mode => "mode",
            Self::Body => "body",
            Self::Signature => "signature",
            Self::Decryption => "decryption",
            Self::Receiver => "receiver",
            Self::Message => "message",
            Self::Clock => "clock",
            Self::Answer => "answer",
        })
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Good => "good",
            Self::Odd => "odd",
            Self::Wrong => "wrong",
            Self::Unknown => "unknown",
        })
    }
}
