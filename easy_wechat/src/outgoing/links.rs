//! What in a text or in markdown should not be torn apart.

use std::ops::Range;

/// The links of a text message: `<a href="…">…</a>`, and bare addresses.
pub(super) fn of_text(text: &str) -> Vec<Range<usize>> {
    let mut found = between(text, "<a ", "</a>");
    found.extend(addresses(text));
    found
}

/// Fenced code, and what belongs together in a line: coloured text, links, bold text, code.
pub(super) fn of_markdown(text: &str) -> Vec<Range<usize>> {
    let mut found = between(text, "<font", "</font>");
    let mut fence = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        if line.trim_start().starts_with(FENCE) {
            match fence.take() {
                // A break after the closing fence is fine, one before the opening fence too.
                Some(opened) => found.push(opened..end),
                None => fence = Some(start),
            }
        }
        for (open, close) in [("[", ")"), ("**", "**"), ("`", "`")] {
            let inside = between(line, open, close).into_iter();
            found.extend(inside.map(|it| it.start + start..it.end + start));
        }
        start = end;
    }
    found
}

/// Each `open` with the next `close` after it; what is inside of one is not looked at again.
fn between(text: &str, open: &str, close: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = find(text, open, from) {
        let Some(last) = find(text, close, start + open.len()) else {
            break;
        };
        from = last + close.len();
        found.push(start..from);
    }
    found
}

fn addresses(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = find(text, "http", from) {
        let rest = text.get(start..).unwrap_or_default();
        // A tag or a quote ends it: an address that reached into the next link would leave no place to break.
        let ends = |char: char| !char.is_ascii_graphic() || "<>\"".contains(char);
        let address = rest.split(ends).next().unwrap_or_default();
        from = start + address.len();
        if address.contains("://") {
            found.push(start..from);
        }
    }
    found
}

fn find(text: &str, what: &str, from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    rest.find(what).map(|at| from + at)
}

pub(super) const FENCE: &str = "```";
