//! Files that cannot be read, and sections that are not there.

use easy_wechat::{Config, ConfigError};

use crate::{parse, says};

#[test]
fn a_file_that_cannot_be_read_is_named_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let utf_16 = |text: &str, to: fn(u16) -> [u8; 2]| {
        let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
        units.flat_map(to).collect::<Vec<u8>>()
    };
    let text = "[demo]\r\ntoken = 1\r\n";
    let padding = "; 填充\n".repeat(2 << 17);
    for (name, bytes, parts) in [
        (
            "utf-16-le.ini",
            utf_16(text, u16::to_le_bytes),
            vec!["UTF-8", "记事本"],
        ),
        (
            "utf-16-be.ini",
            utf_16(text, u16::to_be_bytes),
            vec!["UTF-8"],
        ),
        (
            "gbk.ini",
            b"[demo]\n; \xd6\xd0\xce\xc4\n".to_vec(),
            vec!["UTF-8"],
        ),
        ("binary.ini", (0..=255).collect(), vec!["UTF-8"]),
        (
            "two-megabytes.ini",
            format!("{padding}{text}").into(),
            vec!["1048576 bytes"],
        ),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let error = Config::load(&path).unwrap_err();
        says(&error, &[path.to_str().unwrap()]);
        says(&error, &parts);
    }
    for name in ["missing.ini", "", "missing/config.ini"] {
        let path = folder.path().join(name);
        let error = Config::load(&path).unwrap_err();
        assert!(matches!(&error, ConfigError::Unreadable { .. }), "{error}");
        says(&error, &[path.to_str().unwrap(), "cannot be read"]);
    }
}

#[test]
fn an_empty_file_is_a_configuration_without_apps() {
    for text in ["", "\u{FEFF}", "\n\n", "; nothing yet"] {
        let config = parse(text).unwrap();
        assert_eq!(config.sections().count(), 0);
        assert_eq!(config.system().unwrap().listen, "0.0.0.0:6000");
        says(&config.app("demo").unwrap_err(), &["[demo]", "none at all"]);
    }
}

#[test]
fn a_section_that_is_not_there_suggests_the_one_that_was_meant() {
    let config = parse("[system]\n[demo]\n[production]\n").unwrap();
    assert_eq!(
        config.sections().collect::<Vec<_>>(),
        ["demo", "production"]
    );
    for (asked, parts) in [
        ("dmeo", ["[dmeo]", "did you mean [demo]?"]),
        ("Demo", ["[Demo]", "did you mean [demo]?"]),
        ("prodution", ["[prodution]", "did you mean [production]?"]),
        (
            "something else",
            ["[something else]", "there are [demo], [production]"],
        ),
        ("", ["[]", "there are"]),
    ] {
        let error = config.app(asked).unwrap_err();
        assert!(matches!(&error, ConfigError::NoSection { .. }), "{error}");
        says(&error, &["config.ini", "there is no section"]);
        says(&error, &parts);
    }
}
