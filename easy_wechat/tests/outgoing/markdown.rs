//! Markdown for those who cannot see it, and markdown that is too long.

use easy_wechat::outgoing::{MarkdownFallback, Outgoing, Way, markdown_to_text, prepare};
use easy_wechat::{OutgoingError, SendOptions};
use proptest::prelude::*;

use crate::texts;

#[test]
fn markdown_as_text() {
    for (markdown, text) in [
        ("plain 文字", "plain 文字"),
        (
            "# one\n###### six\n####### seven",
            "one\nsix\n####### seven",
        ),
        ("#tag", "#tag"),
        ("**bold** and **more**", "bold and more"),
        ("2 ** 3 * 4", "2 ** 3 * 4"),
        ("> quote\n>> **deep**\n>", "quote\ndeep\n"),
        ("> # title", "title"),
        ("`code` and ``a`b``", "code and a`b"),
        ("`**not bold**`", "**not bold**"),
        ("`open", "`open"),
        ("<font color=\"info\">green</font>!", "green!"),
        ("<font color=\"info\">**a**</font>", "a"),
        ("<fontless", "<fontless"),
        ("a < b > c", "a < b > c"),
        ("hello <@zhangsan>", "hello @zhangsan"),
        (
            "[here](https://a.b/c?d=e)",
            "<a href=\"https://a.b/c?d=e\">here</a>",
        ),
        ("[**b**](u)", "<a href=\"u\">b</a>"),
        ("**[b](u)**", "<a href=\"u\">b</a>"),
        ("![p](u)", "<a href=\"u\">p</a>"),
        ("[](u)", "<a href=\"u\">u</a>"),
        ("[a](u\"x)", "<a href=\"u%22x\">a</a>"),
        ("[no] (link) [open](", "[no] (link) [open]("),
        ("[[a](u)", "[<a href=\"u\">a</a>"),
        (
            "```rust\nlet **a** = 1;\n\n# x\n```\nafter",
            "let **a** = 1;\n\n# x\nafter",
        ),
        ("```a```", "a"),
        ("- list\n1. list", "- list\n1. list"),
        ("a\r\nb\n\nc", "a\nb\n\nc"),
        ("", ""),
    ] {
        assert_eq!(markdown_to_text(markdown), text, "{markdown:?}");
    }
}

#[test]
fn hostile_markdown_takes_no_time() {
    for mark in [
        "[", "**", "`", "<font", "<@", "![](", "> ", "#", "*", "[a](", "**`[",
    ] {
        let long = mark.repeat(20_000);
        let _ = markdown_to_text(&long);
        let options = SendOptions::default().split_markdown(true);
        let _ = prepare(&Outgoing::markdown(&long), &"a".into(), &options, Way::App);
    }
}

#[test]
fn long_markdown_is_split_at_line_ends() {
    let options = SendOptions::default().split_markdown(true);
    let line = format!("> **{}**\n", "字".repeat(300));
    let parts = texts(&Outgoing::markdown(line.repeat(5)), &options, Way::App);
    assert_eq!(parts.len(), 3);
    let two = line.repeat(2);
    assert_eq!(parts, [two.trim_end(), two.trim_end(), &line]);

    let parts = texts(&Outgoing::markdown(line.repeat(5)), &options, Way::Robot);
    assert_eq!(parts.len(), 2);
}

#[test]
fn what_belongs_together_stays_together() {
    let options = SendOptions::default().split_markdown(true);
    let fill = "a ".repeat(1010);
    for whole in [
        "```\none\ntwo\nthree\nfour\nfive\nsix\nseven\n```".to_owned(),
        "<font color=\"info\">one two three four five six seven</font>".to_owned(),
        "[one two three four five six seven eight](https://example.com)".to_owned(),
        "**one two three four five six seven eight nine ten eleven**".to_owned(),
        "`one two three four five six seven eight nine ten eleven`".to_owned(),
    ] {
        let long = format!("{fill}\n{whole}\n{fill}");
        let parts = texts(&Outgoing::markdown(&long), &options, Way::App);
        assert!(parts.iter().any(|part| part.contains(&whole)), "{whole}");
        let long = format!("{fill} {whole} {fill}").replace('\n', " ");
        let parts = texts(&Outgoing::markdown(&long), &options, Way::App);
        let whole = whole.replace('\n', " ");
        assert!(parts.iter().any(|part| part.contains(&whole)), "{whole}");
    }
    let code = format!("```\n{}```", "0123456789\n".repeat(300));
    let parts = texts(&Outgoing::markdown(&code), &options, Way::App);
    assert!(
        parts
            .iter()
            .all(|part| part.ends_with("789") || part.ends_with("```"))
    );
}

#[test]
fn the_fallback_is_split_as_text() {
    let options = SendOptions::default().markdown_fallback(MarkdownFallback::Always);
    let long = Outgoing::markdown("**字**\n".repeat(1000));
    let parts = prepare(&long, &"a".into(), &options, Way::App)
        .unwrap()
        .parts;
    assert_eq!(parts.len(), 2);
    assert!(parts.iter().all(|part| part.msg_type == "text"));

    let options = SendOptions::default().split_markdown(true);
    let longest = Outgoing::markdown("字".repeat(20_000));
    let error = prepare(&longest, &"a".into(), &options, Way::App).unwrap_err();
    assert!(matches!(
        error,
        OutgoingError::TooManyParts { length: 60_000, .. }
    ));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_word_gets_lost(markdown in "([a-z]{1,4}|[字号]|[*`#>< \n\\[\\]()!@]|font|```){0,60}") {
        let text = markdown_to_text(&markdown);
        let letters = |text: &str| text.chars().filter(|char| "字号".contains(*char)).count();
        // A tag's inside and a fence's language are no text.
        let has_tags = markdown.contains("<font") || markdown.contains("```");
        prop_assert!(has_tags || letters(&text) >= letters(&markdown), "{:?} to {:?}", markdown, text);
    }

    #[test]
    fn plain_text_stays_as_it_is(text in "[a-z字，。 0-9:/.-]{0,50}(\n[a-z字 ]{1,20}){0,3}") {
        prop_assert_eq!(markdown_to_text(&text), text);
    }
}
