use super::links::FENCE;

/// Markdown as text that reads well, for those who cannot see markdown: see
/// [`MarkdownFallback`](super::MarkdownFallback).
///
/// Links stay links, as text messages have them. The marks of headings, quotes, bold text, code and colours go away.
///
/// ```
/// use easy_wechat::outgoing::markdown_to_text;
///
/// let markdown = "# 报警\n> **disk** is <font color=\"warning\">full</font>: [see](https://example.com)";
/// let text = "报警\ndisk is full: <a href=\"https://example.com\">see</a>";
/// assert_eq!(markdown_to_text(markdown), text);
/// ```
pub fn markdown_to_text(markdown: &str) -> String {
    let mut text = String::with_capacity(markdown.len());
    let mut in_fence = false;
    let mut is_first = true;
    for line in markdown.lines() {
        if opens_or_closes(line) {
            in_fence = !in_fence;
            continue;
        }
        if !is_first {
            text.push('\n');
        }
        is_first = false;
        if in_fence {
            text.push_str(line);
        } else {
            write_inline(&mut text, without_block_marks(line));
        }
    }
    text
}

fn opens_or_closes(line: &str) -> bool {
    let after = line.trim_start().strip_prefix(FENCE);
    after.is_some_and(|rest| !rest.contains(FENCE))
}

/// A line without the marks of a quote and a heading.
fn without_block_marks(line: &str) -> &str {
    let mut rest = line;
    while let Some(quoted) = rest.trim_start().strip_prefix('>') {
        rest = quoted.strip_prefix(' ').unwrap_or(quoted);
    }
    let title = rest.trim_start_matches('#');
    let level = rest.len() - title.len();
    match title.strip_prefix(' ') {
        Some(title) if (1..=6).contains(&level) => title.trim_start(),
        _ => rest,
    }
}

/// Writes a line without the marks inside of it. What is opened and not closed stays as it is.
fn write_inline(text: &mut String, line: &str) {
    let mut rest = line;
    while let Some(at) = rest.find(['*', '`', '<', '[', '!']) {
        let (before, marked) = rest.split_at_checked(at).unwrap_or((rest, ""));
        text.push_str(before);
        rest = write_marked(text, marked).unwrap_or_else(|| {
            let mut chars = marked.chars();
            text.extend(chars.next());
            chars.as_str()
        });
    }
    text.push_str(rest);
}

/// Writes what the mark at the beginning is for, and gives what follows; `None` when it is no mark.
fn write_marked<'a>(text: &mut String, marked: &'a str) -> Option<&'a str> {
    if let Some(bold) = marked.strip_prefix("**") {
        let (bold, after) = bold.split_once("**")?;
        write_inline(text, bold);
        return Some(after);
    }
    let ticks = marked.len() - marked.trim_start_matches('`').len();
    if ticks > 0 {
        let (fence, code) = marked.split_at_checked(ticks)?;
        let (code, after) = code.split_once(fence).unwrap_or((fence, code));
        text.push_str(code.trim());
        return Some(after);
    }
    if let Some(user) = marked.strip_prefix("<@") {
        let (user, after) = user.split_at_checked(user.find(['>', '<', ' '])?)?;
        let after = after.strip_prefix('>')?;
        text.push('@');
        text.push_str(user);
        return Some(after);
    }
    if let Some(tag) = marked.strip_prefix('<') {
        let tag = tag.strip_prefix('/').unwrap_or(tag).strip_prefix("font")?;
        let (_, after) = tag.split_at_checked(tag.find(['>', '<'])?)?;
        return after.strip_prefix('>');
    }
    let label = marked.strip_prefix('!').unwrap_or(marked);
    let label = label.strip_prefix('[')?;
    let (label, target) = label.split_at_checked(label.find(['[', ']'])?)?;
    let target = target.strip_prefix("](")?;
    let (url, after) = target.split_at_checked(target.find([')', '[', ' '])?)?;
    let after = after.strip_prefix(')')?;
    text.push_str("<a href=\"");
    text.push_str(&url.replace('"', "%22"));
    text.push_str("\">");
    write_inline(text, if label.is_empty() { url } else { label });
    text.push_str("</a>");
    Some(after)
}
