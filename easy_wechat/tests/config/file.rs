//! How the file is written.

use crate::parse;

#[test]
fn values_are_read_as_they_are_meant() {
    for (what, text, expected) in [
        ("plain", "[demo]\nkey = value\n", Some("value")),
        ("no line end", "[demo]\nkey = value", Some("value")),
        ("a BOM", "\u{FEFF}[demo]\nkey = value\n", Some("value")),
        ("CRLF", "[demo]\r\nkey = value\r\n", Some("value")),
        (
            "a BOM and CRLF",
            "\u{FEFF}[demo]\r\n\r\nkey = value\r\n",
            Some("value"),
        ),
        (
            "a BOM before an empty line",
            "\u{FEFF}\n[demo]\nkey = value",
            Some("value"),
        ),
        ("no spaces", "[demo]\nkey=value", Some("value")),
        (
            "many spaces",
            "[demo]\n  key \t=   value \t ",
            Some("value"),
        ),
        ("a colon", "[demo]\nkey: value", Some("value")),
        (
            "spaces in the brackets",
            "[ demo ]\nkey = value",
            Some("value"),
        ),
        (
            "spaces around the brackets",
            "  [demo]  \nkey = value",
            Some("value"),
        ),
        ("Chinese", "[demo]\nkey = 企业微信", Some("企业微信")),
        ("an empty value", "[demo]\nkey =\nother = 1", None),
        (
            "an empty value at the end",
            "[demo]\nother = 1\nkey =",
            None,
        ),
        (
            "an empty value and CRLF",
            "[demo]\r\nkey =\r\nother = 1\r\n",
            None,
        ),
        ("a value of spaces", "[demo]\nkey =   \nother = 1", None),
        ("no such key", "[demo]\nother = 1", None),
        ("empty quotes", "[demo]\nkey = \"\"\nother = 1", None),
        ("double quotes", "[demo]\nkey = \"value\"", Some("value")),
        ("single quotes", "[demo]\nkey = 'value'", Some("value")),
        (
            "quotes keep white space",
            "[demo]\nkey = \"  value \" \n",
            Some("  value "),
        ),
        (
            "quotes and CRLF",
            "[demo]\r\nkey = \"value\"\r\n",
            Some("value"),
        ),
        ("quotes in quotes", "[demo]\nkey = \"it's\"", Some("it's")),
        ("an apostrophe", "[demo]\nkey = it's", Some("it's")),
        (
            "quotes behind the beginning",
            "[demo]\nkey = say \"hello\"",
            Some("say \"hello\""),
        ),
        ("an =", "[demo]\nkey = a=b==", Some("a=b==")),
        ("an = in quotes", "[demo]\nkey = \"a=b\"", Some("a=b")),
        (
            "a colon in the value",
            "[demo]\nkey = 0.0.0.0:6000",
            Some("0.0.0.0:6000"),
        ),
        ("brackets in the value", "[demo]\nkey = [a]", Some("[a]")),
        ("a ; in the value", "[demo]\nkey = a;b", Some("a;b")),
        ("a # in the value", "[demo]\nkey = a#b", Some("a#b")),
        ("a ; behind a space", "[demo]\nkey = a ; b", Some("a ; b")),
        ("a # behind a space", "[demo]\nkey = a # b", Some("a # b")),
        ("a ; at the beginning", "[demo]\nkey = ;a", Some(";a")),
        (
            "a backslash",
            "[demo]\nkey = C:\\new\\table",
            Some("C:\\new\\table"),
        ),
        (
            "a backslash in quotes",
            "[demo]\nkey = \"C:\\new\\table\"",
            Some("C:\\new\\table"),
        ),
        (
            "a backslash at the end of quotes",
            "[demo]\nkey = \"C:\\logs\\\"\nother = 1",
            Some("C:\\logs\\"),
        ),
        (
            "and of single ones",
            "[demo]\nkey = 'C:\\logs\\'\nother = 1",
            Some("C:\\logs\\"),
        ),
        (
            "a backslash before a quote",
            "[demo]\nkey = \\\"",
            Some("\\\""),
        ),
        (
            "comments",
            "; one\n# two\n[demo]\n;three\n#key = other\nkey = value\n",
            Some("value"),
        ),
        (
            "an indented comment",
            "[demo]\n  ; one\nkey = value",
            Some("value"),
        ),
        (
            "an indented comment behind a value",
            "[demo]\nother = 1\n\t# two = 2\nkey = value",
            Some("value"),
        ),
        (
            "an indented comment before the section",
            "  ; one\n[demo]\nkey = value",
            Some("value"),
        ),
        (
            "a comment with quotes",
            "[demo]\n; it's \"so\nkey = value",
            Some("value"),
        ),
        (
            "a comment with a backslash at its end",
            "[demo]\n; C:\\\nkey = value",
            Some("value"),
        ),
        (
            "a comment in Chinese",
            "[demo]\n; 注释 = 1\nkey = value",
            Some("value"),
        ),
        (
            "other sections",
            "[a]\nkey = 1\n[demo]\nkey = value\n[b]\nkey = 2",
            Some("value"),
        ),
        (
            "an empty section before it",
            "[a]\n[demo]\nkey = value",
            Some("value"),
        ),
        (
            "empty lines",
            "\n\n[demo]\n\n \n\t\nkey = value\n\n",
            Some("value"),
        ),
    ] {
        let config = parse(text).unwrap_or_else(|error| panic!("{what}: {error}"));
        let section = config
            .section("demo")
            .unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(section.get("key").unwrap().as_deref(), expected, "{what}");
    }
}
