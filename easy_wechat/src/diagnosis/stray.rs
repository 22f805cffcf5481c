//! Describes invalid characters in a value without showing the value.

/// Describes the kind and place of the first character of `text` that does not satisfy `belongs`, without the text itself.
/// `None` when all do.
pub(crate) fn stray(text: &str, belongs: impl Fn(char) -> bool) -> Option<String> {
    let (before, char) = text.chars().enumerate().find(|&(_, char)| !belongs(char))?;
    let rest = text.chars().skip(before).collect::<String>();
    let is_comment = char.is_whitespace() && rest.trim_start().starts_with([';', '#', '；']);
    let kind = if is_comment {
        "a comment (unsupported after a value)"
    } else {
        kind(char)
    };
    Some(match before {
        0 => format!("{kind} as its first character"),
        _ => format!("{kind} after its {} character", ordinal(before)),
    })
}

/// Whether the character is invisible; the ASCII space does not count.
pub(crate) fn is_invisible(char: char) -> bool {
    char.is_control()
        || matches!(
            char,
            '\u{A0}' | '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{1680}'
                | '\u{180B}'..='\u{180E}' | '\u{2000}'..='\u{200F}' | '\u{2028}'..='\u{202F}'
                | '\u{205F}'..='\u{206F}' | '\u{3000}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}'
                | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFD}' | '\u{E0000}'..='\u{E0FFF}'
        )
}

/// Whether it is a quotation mark, as found around copied text.
pub(crate) const fn is_quote(char: char) -> bool {
    matches!(
        char,
        '"' | '\'' | '`' | '´' | '\u{2018}'
            ..='\u{201F}'
                | '«'
                | '»'
                | '‹'
                | '›'
                | '「'
                | '」'
                | '『'
                | '』'
                | '《'
                | '》'
                | '〈'
                | '〉'
                | '【'
                | '】'
                | '〝'
                | '〞'
                | '＂'
                | '＇'
    )
}

fn kind(char: char) -> &'static str {
    match char {
        '\r' => "a carriage return",
        '\n' => "a line feed",
        '\t' => "a tab",
        '\0' => "a NUL",
        ' ' => "a space",
        '\u{A0}' | '\u{202F}' => "a no-break space",
        '\u{3000}' => "a full-width space",
        '\u{FEFF}' => "a byte order mark",
        '\u{FFFD}' => "bytes that are not UTF-8",
        '\u{200B}'..='\u{200D}' | '\u{2060}' => "a zero-width character",
        '\u{200E}' | '\u{200F}' | '\u{61C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
            "a direction mark"
        }
        '\u{AD}' => "a soft hyphen",
        _ if char.is_control() => "a control character",
        _ if char.is_whitespace() || is_invisible(char) => "an invisible character",
        _ if is_quote(char) => "a quotation mark",
        '\u{FF01}'..='\u{FF5E}' => "a full-width character",
        '%' => "a percent sign",
        ';' | '#' => "a comment character",
        '\u{3400}'..='\u{9FFF}' => "a Chinese character",
        _ if char.is_alphabetic() => "a letter that only looks like one of a to z",
        _ => "a character that is neither letter nor digit",
    }
}

fn ordinal(number: usize) -> String {
    let end = match (number % 100, number % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{number}{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_and_the_place_are_named_and_nothing_else() {
        for (text, said) in [
            ("abc\r", "a carriage return after its 3rd character"),
            ("\u{FEFF}abc", "a byte order mark as its first character"),
            ("a bc", "a space after its 1st character"),
            ("“abc”", "a quotation mark as its first character"),
            (
                "ab\u{200B}c",
                "a zero-width character after its 2nd character",
            ),
            (
                "abcdefghijk％",
                "a full-width character after its 11th character",
            ),
            (
                "abc   ; mine",
                "a comment (unsupported after a value) after its 3rd character",
            ),
            ("a%b%%c", "a percent sign after its 1st character"),
        ] {
            let found = stray(text, |char| char.is_ascii_alphanumeric());
            assert_eq!(found.as_deref(), Some(said), "{text:?}");
        }
        assert_eq!(stray("abc", |char| char.is_ascii_alphanumeric()), None);
    }
}
