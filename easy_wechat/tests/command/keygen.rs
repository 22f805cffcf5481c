//! `easy-wechat keygen`.

use easy_wechat::Config;
use serde_json::Value;

use super::run;

#[test]
fn the_lines_are_all_that_a_section_needs() {
    let lines = String::from_utf8(run(&["keygen"]).stdout).unwrap();
    let config = Config::parse(&format!("[demo]\ncorpid = ww1\n{lines}"), [("", "")]).unwrap();
    let app = config.app("demo").unwrap();
    assert!(app.account().is_ok(), "{:?}", app.account());
    assert_eq!(lines.lines().count(), 2);
    let again = String::from_utf8(run(&["keygen"]).stdout).unwrap();
    assert!(
        lines
            .lines()
            .zip(again.lines())
            .all(|(first, second)| first != second)
    );
}

#[test]
fn json_has_both() {
    let keys: Value = serde_json::from_slice(&run(&["keygen", "--json"]).stdout).unwrap();
    assert_eq!(keys["token"].as_str().unwrap().len(), 32);
    assert_eq!(keys["encoding_aes_key"].as_str().unwrap().len(), 43);
}
