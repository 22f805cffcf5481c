//! What every store promises. A new back end goes into `places`, and has to pass this.

use std::time::Duration;

use easy_wechat::Timestamp;

use crate::{NOW, Place, at, places, run};

/// One call and what it gives. `-` stands for nothing; times are seconds from the beginning.
enum Step {
    Get(&'static str, &'static str),
    Put(&'static str, &'static str, Option<i64>),
    Remove(&'static str),
    Swap(&'static str, &'static str, &'static str, Option<i64>, bool),
    /// A prefix, how many at most, and `key=value` with spaces between.
    List(&'static str, usize, &'static str),
    /// The clock is set.
    Clock(i64),
}

use Step::{Clock, Get, List, Put, Remove, Swap};

#[test]
fn what_was_put_is_there() {
    check(&[
        Get("a", "-"),
        Put("a", "1", None),
        Get("a", "1"),
        Put("a", "2", None),
        Get("a", "2"),
        Get("A", "-"),
        Get("a ", "-"),
        Put("a", "", None),
        Get("a", ""),
        Remove("a"),
        Get("a", "-"),
        Remove("a"),
    ]);
}

#[test]
fn what_has_expired_is_as_good_as_absent() {
    check(&[
        Put("a", "1", Some(10)),
        Put("b", "2", None),
        Clock(9),
        Get("a", "1"),
        List("", 9, "a=1 b=2"),
        Swap("a", "-", "x", None, false),
        Clock(10),
        Get("a", "-"),
        List("", 9, "b=2"),
        Swap("a", "1", "x", None, false),
        Swap("a", "1", "-", None, false),
        Swap("a", "-", "-", None, true),
        Swap("a", "-", "3", Some(20), true),
        Get("a", "3"),
        Clock(20),
        Get("a", "-"),
        Put("a", "4", Some(19)),
        Get("a", "-"),
        Put("a", "5", None),
        Clock(1_000_000_000),
        Get("a", "5"),
    ]);
}

#[test]
fn a_new_value_has_its_own_end() {
    check(&[
        Put("a", "1", Some(10)),
        Put("a", "2", Some(20)),
        Clock(15),
        Get("a", "2"),
        Put("a", "3", None),
        Put("b", "3", None),
        Put("b", "4", Some(30)),
        Clock(30),
        Get("a", "3"),
        Get("b", "-"),
    ]);
}

#[test]
fn a_clock_set_back_removes_nothing() {
    check(&[
        Put("a", "1", Some(10)),
        Clock(-100_000),
        Get("a", "1"),
        Swap("a", "-", "2", None, false),
        Swap("a", "1", "2", Some(-99_999), true),
        Clock(-99_999),
        Get("a", "-"),
    ]);
}

#[test]
fn a_swap_needs_what_it_names() {
    check(&[
        Swap("a", "-", "-", None, true),
        Swap("a", "1", "2", None, false),
        Swap("a", "1", "-", None, false),
        Get("a", "-"),
        Swap("a", "-", "1", None, true),
        Swap("a", "-", "2", None, false),
        Swap("a", "-", "-", None, false),
        Get("a", "1"),
        Swap("a", "11", "2", None, false),
        Swap("a", "", "2", None, false),
        Swap("a", "1", "2", None, true),
        Get("a", "2"),
        Swap("a", "1", "-", None, false),
        Get("a", "2"),
        Swap("a", "2", "-", None, true),
        Get("a", "-"),
        Put("a", "", None),
        Swap("a", "-", "1", None, false),
        Swap("a", "", "1", None, true),
        Get("a", "1"),
    ]);
}

#[test]
fn a_swap_to_the_same_renews_a_lease() {
    check(&[
        Swap("lease", "-", "me", Some(10), true),
        Clock(9),
        Swap("lease", "me", "me", Some(19), true),
        Clock(18),
        Get("lease", "me"),
        Swap("lease", "-", "you", Some(99), false),
        Clock(19),
        Swap("lease", "me", "me", Some(29), false),
        Swap("lease", "-", "you", Some(99), true),
        Get("lease", "you"),
    ]);
}

#[test]
fn numbers_are_texts() {
    check(&[
        Put("1", "007", None),
        Get("1", "007"),
        Get("01", "-"),
        Swap("1", "7", "8", None, false),
        Swap("1", "7.0", "8", None, false),
        Swap("1", "007", "1e3", None, true),
        Get("1", "1e3"),
    ]);
}

#[test]
fn a_list_is_in_order_and_within_its_prefix() {
    check(&[
        Put("b", "4", None),
        Put("a/2", "2", None),
        Put("a/10", "1", None),
        Put("a/2/x", "3", None),
        Put("a", "0", None),
        Put("é", "5", None),
        Put("企业", "6", None),
        Put("😀", "7", None),
        List("", 99, "a=0 a/10=1 a/2=2 a/2/x=3 b=4 é=5 企业=6 😀=7"),
        List("a/", 99, "a/10=1 a/2=2 a/2/x=3"),
        List("a/", 2, "a/10=1 a/2=2"),
        List("a/", 0, ""),
        List("企", 9, "企业=6"),
        List("c", 9, ""),
        List("\u{10FFFF}", 9, ""),
    ]);
}

#[test]
fn wild_cards_are_letters_like_others() {
    check(&[
        Put("a%b", "1", None),
        Put("a_b", "2", None),
        Put("axb", "3", None),
        Put("A%b", "4", None),
        List("a%", 9, "a%b=1"),
        List("a_", 9, "a_b=2"),
        List("%", 9, ""),
        List("*", 9, ""),
        List("A", 9, "A%b=4"),
        Remove("a%b"),
        Remove("a*"),
        Get("axb", "3"),
    ]);
}

#[test]
fn no_key_and_no_value_is_more_than_text() {
    let hostile = [
        "",
        " ",
        "'; DROP TABLE entry; --",
        "\" OR 1=1",
        "../../etc/passwd",
        "nul\0nul",
        "nul\0other",
        "line\nline\r\n",
        ":key",
        "?1",
        "x'00'",
        "企业微信\u{202E}",
        "\u{FEFF}bom",
        "e\u{301}",
        "é",
        "\u{10FFFF}",
    ];
    for Place { name, store, .. } in places() {
        run(async {
            for text in hostile {
                assert!(
                    store.swap(text, None, Some(text), None).await.unwrap(),
                    "{name}: {text:?}"
                );
            }
            for text in hostile {
                let found = store.get(text).await.unwrap();
                assert_eq!(found.as_deref(), Some(text), "{name}");
                let swapped = store.swap(text, Some(text), Some(text), Some(at(9))).await;
                assert!(swapped.unwrap(), "{name}: {text:?}");
            }
            let listed = store.list("", 99).await.unwrap();
            let mut keys = hostile.to_vec();
            keys.sort_unstable();
            let found: Vec<&str> = listed.iter().map(|(key, _)| key.as_str()).collect();
            assert_eq!(found, keys, "{name}");
            let prefixed = store.list("nul\0", 99).await.unwrap();
            assert_eq!(prefixed.len(), 2, "{name}");
        });
    }
}

#[test]
fn expired_entries_do_not_gather() {
    for Place {
        name, store, clock, ..
    } in places()
    {
        run(async {
            for number in 0..300 {
                let key = format!("old/{number}");
                store.put(&key, "1", Some(at(1))).await.unwrap();
            }
            clock.advance(Duration::from_secs(1));
            for number in 0..300 {
                let key = format!("new/{number}");
                store.put(&key, "1", Some(at(99))).await.unwrap();
            }
            // With the clock set back, what is still kept would be seen again.
            clock.set(Timestamp::from_secs(NOW));
            assert_eq!(store.list("old/", 999).await.unwrap(), [], "{name}");
            assert_eq!(store.list("new/", 999).await.unwrap().len(), 300, "{name}");
        });
    }
}

#[track_caller]
fn check(steps: &[Step]) {
    for place in places() {
        run(async {
            for (number, step) in steps.iter().enumerate() {
                take(&place, step, &format!("{}, step {number}", place.name)).await;
            }
        });
    }
}

async fn take(place: &Place, step: &Step, which: &str) {
    let store = &place.store;
    let until = |seconds: Option<i64>| seconds.map(at);
    match *step {
        Get(key, expected) => {
            let found = store.get(key).await.unwrap();
            assert_eq!(found.as_deref().unwrap_or("-"), expected, "{which}");
        }
        Put(key, value, end) => store.put(key, value, until(end)).await.unwrap(),
        Remove(key) => store.remove(key).await.unwrap(),
        Swap(key, from, to, end, expected) => {
            let [from, to] = [from, to].map(|value| Some(value).filter(|value| *value != "-"));
            let done = store.swap(key, from, to, until(end)).await.unwrap();
            assert_eq!(done, expected, "{which}");
        }
        List(prefix, at_most, expected) => {
            let found = store.list(prefix, at_most).await.unwrap();
            let found: Vec<String> = found
                .iter()
                .map(|(key, value)| format!("{key}={value}"))
                .collect();
            assert_eq!(found.join(" "), expected, "{which}");
        }
        Clock(seconds) => place.clock.set(Timestamp::from_secs(NOW + seconds)),
    }
}
