//! Splitting a text that is too long for one message.

use std::collections::HashSet;
use std::ops::Range;

/// How a text is split.
#[derive(Clone, Copy, Debug)]
pub(super) struct Splitting<'a> {
    /// The most bytes of a part.
    pub(super) limit: usize,
    /// What stays in one part, as long as it fits into one.
    pub(super) whole: &'a [Range<usize>],
    /// From which byte on a part may end at a line end although more would fit.
    pub(super) lines_from: usize,
    /// Whether no two parts may be the same.
    pub(super) distinct: bool,
}

/// The parts of `text` in order, none of them blank; `None` when they cannot be made distinct.
///
/// A part ends at a line end, or else at a space or a Chinese punctuation mark, or else between any two characters that
/// do not belong together. White space at a break goes away, but for the indentation of the line that follows.
pub(super) fn split<'a>(text: &'a str, how: &Splitting<'_>) -> Option<Vec<&'a str>> {
    if text.len() <= how.limit {
        return Some(vec![text]);
    }
    let tries = if how.distinct { TRIES } else { 1 };
    // Equal parts are as long as each other. So each may be a little shorter than the one before, at last at the price
    // of breaking anywhere.
    [true, false].into_iter().find_map(|nicely| {
        (0..tries).find_map(|step| {
            let parts = attempt(text, how, step, nicely);
            (!how.distinct || are_distinct(&parts)).then_some(parts)
        })
    })
}

fn attempt<'a>(text: &'a str, how: &Splitting<'_>, step: usize, nicely: bool) -> Vec<&'a str> {
    let mut parts = Vec::new();
    let mut start = 0;
    while let Some(rest) = text.get(start..) {
        let shorter = (step * LONGEST_CHAR * parts.len()).min(how.limit / 2);
        let limit = how.limit - shorter;
        if rest.len() <= limit {
            if !is_blank(rest) {
                parts.push(rest);
            }
            break;
        }
        let length = best_break(rest, start, limit, how, nicely);
        let (part, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        if !is_blank(part) {
            parts.push(part.trim_end());
        }
        start += length + blank_lines(after);
    }
    parts
}

/// How many bytes of `rest`, which begins at byte `start` of the text, the next part takes.
fn best_break(rest: &str, start: usize, limit: usize, how: &Splitting<'_>, nicely: bool) -> usize {
    let window = start..start + limit;
    let near: Vec<&Range<usize>> = how
        .whole
        .iter()
        .filter(|it| it.len() <= limit && it.start < window.end && it.end > window.start)
        .collect();
    let is_inside = |at: usize| near.iter().any(|it| it.start < at && at < it.end);
    let (mut line, mut space, mut any) = (None, None, None);
    let mut before = Before::default();
    for (at, char) in rest.char_indices().take_while(|(at, _)| *at <= limit) {
        if at > 0 && !before.belongs_to(char) && !is_inside(start + at) {
            any = Some(at);
            match before.char {
                '\n' => line = any,
                mark if mark.is_whitespace() || MARKS.contains(mark) => space = any,
                _ => {}
            }
        }
        before.go_on(char);
    }
    let line = line.filter(|at| nicely && *at >= how.lines_from);
    let space = space.filter(|at| nicely && *at >= limit / 2);
    line.or(space)
        .or(any)
        .unwrap_or_else(|| rest.floor_char_boundary(limit))
        .max(rest.ceil_char_boundary(1))
}

/// What stands before a place in the text.
#[derive(Default)]
struct Before {
    char: char,
    /// How many letters of flags in a row: two of them are one flag.
    flag_letters: usize,
}

impl Before {
    /// Whether a reader sees `next` and the character before as one.
    fn belongs_to(&self, next: char) -> bool {
        let is_flag = is_flag_letter(next) && self.flag_letters % 2 == 1;
        let is_joined = self.char == JOINER || is_mark(next);
        is_flag || (is_joined && self.char != '\n')
    }

    fn go_on(&mut self, char: char) {
        self.flag_letters = if is_flag_letter(char) {
            self.flag_letters + 1
        } else {
            0
        };
        self.char = char;
    }
}

/// Whether it changes the character before: accents, variation selectors, joiners, skin tones, vowels of Hangul.
///
/// The standard library knows marks only by escaping them for `Debug`, and what does not print with them.
fn is_mark(char: char) -> bool {
    let is_escaped = char.escape_debug().len() > 2 && !char.is_control() && !char.is_whitespace();
    is_escaped || matches!(char, '\u{1F3FB}'..='\u{1F3FF}' | '\u{1160}'..='\u{11FF}')
}

fn is_flag_letter(char: char) -> bool {
    matches!(char, '\u{1F1E6}'..='\u{1F1FF}')
}

fn are_distinct(parts: &[&str]) -> bool {
    let mut seen = HashSet::new();
    parts.iter().all(|part| seen.insert(*part))
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// How many bytes of blank lines `text` begins with.
fn blank_lines(text: &str) -> usize {
    let blank = text.len() - text.trim_start().len();
    let (blank, _) = text.split_at_checked(blank).unwrap_or_default();
    blank.rfind('\n').map_or(0, |last| last + 1)
}

const JOINER: char = '\u{200D}';
const MARKS: &str = "。，、；：？！…）」』】》";
const LONGEST_CHAR: usize = 4;
const TRIES: usize = 16;
