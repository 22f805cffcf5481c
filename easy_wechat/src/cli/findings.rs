//! Findings as people read them, and as programs do.

use std::fmt::Display;
use std::io::{self, IsTerminal as _, Write};

use serde_json::{Value, json};

use crate::diagnosis::{Finding, Verdict};
use crate::printable::printable;

/// A line for each, and one below it with the fix.
pub(super) fn print(out: &mut impl Write, findings: &[Finding], indent: &str) -> io::Result<()> {
    for it in findings {
        print_line(out, indent, it.verdict, &it.step, &it.what, &it.advice)?;
    }
    Ok(())
}

/// What was found at a step, and the fix below it.
pub(super) fn print_line(
    out: &mut impl Write,
    indent: &str,
    verdict: Verdict,
    step: &impl Display,
    what: &str,
    advice: &str,
) -> io::Result<()> {
    // A program that reads it wants whole lines.
    let width = if io::stdout().is_terminal() {
        COLUMNS
    } else {
        usize::MAX
    };
    let what = format!("{indent}{} {step}: {}", mark(verdict), printable(what));
    writeln!(out, "{}", folded(&what, indent, width))?;
    if !advice.is_empty() {
        let advice = format!("{indent}    {}", printable(advice));
        writeln!(out, "{}", folded(&advice, indent, width))?;
    }
    Ok(())
}

pub(super) fn to_json(findings: &[Finding]) -> Value {
    findings
        .iter()
        .map(|finding| {
            json!({
                "step": finding.step.to_string(),
                "verdict": finding.verdict.to_string(),
                "cause": finding.cause.map(crate::diagnosis::Cause::name),
                "what": finding.what,
                "advice": finding.advice,
            })
        })
        .collect()
}

const fn mark(verdict: Verdict) -> char {
    match verdict {
        Verdict::Good => '✓',
        Verdict::Wrong => '✗',
        Verdict::Odd => '!',
        Verdict::Unknown => '?',
    }
}

/// In lines of at most `width` columns, where there are spaces to break at; those below the first go further in.
fn folded(text: &str, indent: &str, width: usize) -> String {
    let mut out = String::new();
    let mut column = 0;
    for word in text.split_inclusive(' ') {
        let columns: usize = word.trim_end().chars().map(columns).sum();
        if column + columns > width && column > indent.len() + FURTHER {
            out.truncate(out.trim_end().len());
            out.push('\n');
            out.push_str(indent);
            out.push_str("    ");
            column = indent.len() + FURTHER;
        }
        out.push_str(word);
        column += columns + word.len() - word.trim_end().len();
    }
    out
}

/// Chinese characters take two.
fn columns(char: char) -> usize {
    if matches!(char, '\u{1100}'..='\u{115F}'
        | '\u{2E80}'..='\u{A4CF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FF60}')
    {
        2
    } else {
        1
    }
}

const COLUMNS: usize = 80;
const FURTHER: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_folded_at_spaces() {
        let text = "  ✗ step: one two 应用管理 three";
        assert_eq!(
            folded(text, "  ", 18),
            "  ✗ step: one two\n      应用管理\n      three"
        );
        assert_eq!(folded(text, "  ", usize::MAX), text);
        assert_eq!(folded("  unbreakable", "  ", 5), "  unbreakable");
    }
}
