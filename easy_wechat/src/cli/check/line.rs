use std::io::{self, Write};

use serde_json::{Value, json};

use crate::cli::findings;
use crate::diagnosis::{Finding, Verdict};

/// One thing that the doctor has looked at.
#[derive(Debug)]
pub(super) struct Line {
    step: String,
    pub(super) verdict: Verdict,
    what: String,
    advice: String,
}

impl Line {
    pub(super) fn good(step: &str, what: impl Into<String>) -> Self {
        Self::new(step, Verdict::Good, what, "")
    }

    pub(super) fn odd(step: &str, what: impl Into<String>, advice: &str) -> Self {
        Self::new(step, Verdict::Odd, what, advice)
    }

    pub(super) fn wrong(step: &str, what: impl Into<String>, advice: &str) -> Self {
        Self::new(step, Verdict::Wrong, what, advice)
    }

    pub(super) fn unknown(step: &str, what: impl Into<String>) -> Self {
        Self::new(step, Verdict::Unknown, what, "")
    }

    pub(super) fn print(&self, out: &mut impl Write) -> io::Result<()> {
        findings::print_line(out, "", self.verdict, &self.step, &self.what, &self.advice)
    }

    pub(super) fn to_json(&self) -> Value {
        json!({
            "step": self.step,
            "verdict": self.verdict.to_string(),
            "what": self.what,
            "advice": self.advice,
        })
    }

    fn new(step: &str, verdict: Verdict, what: impl Into<String>, advice: &str) -> Self {
        Self {
            step: step.to_owned(),
            verdict,
            what: what.into(),
            advice: advice.to_owned(),
        }
    }
}

impl From<Finding> for Line {
    fn from(finding: Finding) -> Self {
        Self {
            step: finding.step.to_string(),
            verdict: finding.verdict,
            what: finding.what,
            advice: finding.advice,
        }
    }
}
