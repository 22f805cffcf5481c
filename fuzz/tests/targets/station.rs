//! Names of stations as people write them: what is found is found again by its own name, and answers are short.

use std::sync::LazyLock;

use ticket_watcher::stations::{NotFound, Stations};

pub(crate) const DICTIONARY: &[&str] = &[
    "北京", "上海", "上海虹桥", "站", "东", "南", "西", "北", "杭州", "吉林", "shanghai", "bj", "BJP", "VNP", "hang", "zhou",
    " ", "\u{3000}", "é", "ü", "😀", "\0", "\n", "（", "）", "-", "市", "省", "１２",
];

pub(crate) static STATIONS: LazyLock<Stations> = LazyLock::new(Stations::bundled);

pub(crate) fn check(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    match STATIONS.find(&text) {
        Ok(place) => {
            let again = STATIONS.find(&place.name).expect("its own name");
            assert_eq!(again, place, "{text:?}");
        }
        Err(error) => {
            let said = error.to_string();
            assert!(said.chars().count() < 400, "{said}");
            let names = match &error {
                NotFound::Unknown { near, .. } => near,
                NotFound::Several { among, .. } => among,
                _ => return,
            };
            for name in names {
                let _ = STATIONS.find(name).expect("what is offered is there");
            }
        }
    }
}
